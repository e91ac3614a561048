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

const ESCAPE = String.fromCharCode(27);
const COLOURS = new RegExp(`${ESCAPE}\\[[0-9;]*m`, 'g');

/** Colours of a terminal, characters escaped for JSON and XML, typographic quotes. */
const unescape = (text: string): string =>
  text
    .replace(COLOURS, '')
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
    index < lines.length - 1 && line.length >= widest - 1 ? line : `${line} `,
  );
  return [spaced, hideSecrets(joined.join(''))];
};
