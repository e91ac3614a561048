/** A piece of a message: a paragraph of sentences, or a command that is to be copied as it is. */
export interface MessagePart {
  readonly kind: 'text' | 'command';
  readonly text: string;
}

const PROMPT = '$ ';

/** A command within a message: on a line of its own that nobody wraps, joins or ends with a full stop, so that it can be copied. */
export const commandLine = (command: string): string => `${PROMPT}${command}`;

/** Joins the lines of a message; an empty one ends a paragraph. */
export const inLines = (...lines: readonly string[]): string => lines.join('\n');

/** The first paragraph of a message: all of it that a place with a single line shows. */
export const headOf = (message: string): string => message.split('\n', 1)[0] ?? '';

/** Takes a message apart; lines of text that follow each other are one paragraph, unless an empty one is between them. */
export const paragraphsOf = (message: string): readonly (readonly MessagePart[])[] =>
  message
    .trim()
    .split(/\n[^\S\n]*\n\s*/)
    .map((paragraph) => {
      const parts: MessagePart[] = [];
      for (const line of paragraph.split('\n')) {
        const last = parts.at(-1);
        if (line.startsWith(PROMPT)) parts.push({ kind: 'command', text: line.slice(PROMPT.length) });
        else if (last?.kind === 'text') parts[parts.length - 1] = { kind: 'text', text: `${last.text} ${line}` };
        else parts.push({ kind: 'text', text: line });
      }
      return parts;
    });
