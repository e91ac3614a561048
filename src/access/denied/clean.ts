/** What logs put in front of a line: a container's name, a time, a level, a quote sign or the frame of a terminal. */
const PREFIXES: readonly RegExp[] = [
  /^\s*(?:[│|>]\s?)+/,
  /^\s*[\w.-]+\s*\|\s/,
  /^\s*\[?\d{4}[-/]\d{2}[-/]\d{2}[T ]\d{2}:\d{2}:\d{2}(?:[.,]\d+)?(?:Z|[+-]\d{2}:?\d{2})?\]?\s+/,
  /^\s*\[?(?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|FATAL|CRITICAL)\]?:?\s+/,
];

const withoutPrefix = (line: string): string => {
  let rest = line;
  for (const prefix of PREFIXES) rest = rest.replace(prefix, '');
  return rest;
};

const ENTITIES: Readonly<Record<string, string>> = {
  '&quot;': '"',
  '&apos;': "'",
  '&#39;': "'",
  '&lt;': '<',
  '&gt;': '>',
  '&amp;': '&',
};

const ESCAPE = String.fromCharCode(0x1b);
const BELL = String.fromCharCode(0x07);

/**
 * What commands a terminal (ECMA-48): strings that carry something (OSC, DCS, PM, APC, SOS) with what they carry, control
 * sequences (CSI, in both of its forms), other escapes, and then every control character and every mark of writing direction
 * that is left; lines and tabs stay.
 */
const COMMANDS: readonly RegExp[] = [
  new RegExp(`${ESCAPE}[\\]PX^_][^${ESCAPE}${BELL}\\n]*(?:${BELL}|${ESCAPE}\\\\)`, 'g'),
  new RegExp(`(?:${ESCAPE}\\[|\\u009b)[0-?]*[ -/]*[@-~]`, 'g'),
  new RegExp(`${ESCAPE}[ -/]*[0-~]`, 'g'),
  /(?![\n\r\t])\p{Cc}|[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu,
];

/** Text that somebody gave, safe to print: nothing in it moves the cursor, clears the screen or turns the writing round. */
export const withoutCommands = (text: string): string =>
  COMMANDS.reduce((rest, command) => rest.replace(command, ''), text);

/** Commands to a terminal, characters escaped for JSON and XML, typographic quotes. */
const unescape = (text: string): string =>
  withoutCommands(text)
    .replace(/&(?:quot|apos|#39|lt|gt|amp);/g, (entity) => ENTITIES[entity] ?? entity)
    .replace(/\\[nrt]/g, '\n')
    .replace(/\\(["'/])/g, '$1')
    .replace(/[“”„]/g, '"')
    .replace(/[‘’]/g, "'");

/** What gives access, wherever it stands. Parsers keep little of a text; this is for what they keep. */
const SECRETS: readonly RegExp[] = [
  /\b(?:A3T|ABIA|ACCA|AKIA|ASIA)[A-Z0-9]{12,}\b/g,
  /\b(?:X-Amz-(?:Signature|Credential|Security-Token)|AWSAccessKeyId|Signature)=[^&\s"'<>)]*/gi,
  /\b(?:aws_)?(?:secret_?access_?key|session_?token|access_?key_?id)["']?\s*[=:]\s*["']?[^\s"',;<>)]+/gi,
];

/** Hides credentials in a piece of text. */
export const hideSecrets = (text: string): string =>
  SECRETS.reduce((hidden, pattern) => hidden.replace(pattern, '(hidden)'), text);

/** What begins a sentence of its own, so that no terminal broke a word before it. */
const SENTENCE = /^(?:User: |An error occurred |Caused by: |Traceback |Exception |[\w.]+(?:Error|Exception): )/;

/** A longer text is not the message of an error; what stands at its end is what failed last. */
const LONGEST = 200_000;

/**
 * The text in one line, in the two ways a line break can be meant: as a space, and, where a terminal broke long lines, as
 * nothing. Whichever tells more is taken.
 */
export const readings = (text: string): readonly string[] => {
  const lines = unescape(text.slice(-LONGEST)).split(/\r?\n/).map(withoutPrefix);
  const spaced = hideSecrets(lines.map((line) => line.trim()).join(' '));
  const widest = Math.max(...lines.map((line) => line.length));
  if (lines.length < 2 || widest < 40) return [spaced];
  const joined = lines.map((line, index) =>
    index < lines.length - 1 && line.length >= widest - 1 && !SENTENCE.test(lines[index + 1] ?? '') ? line : `${line} `,
  );
  return [spaced, hideSecrets(joined.join(''))];
};
