import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type LineCounter,
  type Node,
  visit,
  type YAMLError,
} from 'yaml';

import type { Diagnostic, SourceLocation } from '../reconciler/model/diagnostic.ts';
import { type Composed, composeYaml, MAX_DEPTH } from './compose.ts';
import { problem } from './problems.ts';

/** What a YAML file declares; its folder says so. */
export type FileKind = 'lake' | 'dataset' | 'principal' | 'grant' | 'pipeline';

/** A YAML file as it was read. `path` is relative to the lake's root, with `/`. */
export interface SourceFile {
  readonly kind: FileKind;
  readonly path: string;
  readonly text: string;
}

/** A parsed YAML file. `value` is what it says, of any shape. */
export interface ParsedFile extends SourceFile {
  /** Lines of the keys at the root (`name`), and of the items of their lists (`access/0`): what others refer to. */
  readonly outline: ReadonlyMap<string, number>;
  readonly value: unknown;
}

/** Steps from the root of a file to a value in it. */
export type ValuePath = readonly (string | number)[];

/** Aliases may save typing, not build bombs. */
const MAX_ALIASES = 50;

/** Line and column (from 1) of an offset. */
const locationAt = (file: SourceFile, lines: LineCounter, offset: number): SourceLocation => {
  const { line, col } = lines.linePos(offset);
  return { file: file.path, line: Math.max(line, 1), column: Math.max(col, 1) };
};

const MISSING_QUOTE =
  'A quote or a bracket is missing or too many, here or above; text with an apostrophe needs double quotes: "the trial\'s outcomes".';

/** The parser's words are right, but few people know them; this is what they usually did. */
const ADVICE: Readonly<Partial<Record<YAMLError['code'], string>>> = {
  BAD_INDENT: 'Close every bracket, and indent with the same number of spaces for all keys of an object.',
  BLOCK_AS_IMPLICIT_KEY:
    'Check the indentation; and text that holds a colon and a space needs quotes: "Outcomes: all of them".',
  MISSING_CHAR: MISSING_QUOTE,
  TAB_AS_INDENT: 'Indent with spaces.',
  UNEXPECTED_TOKEN: MISSING_QUOTE,
};

const explainError = (file: SourceFile, lines: LineCounter, error: YAMLError): Diagnostic => {
  const location = locationAt(file, lines, error.pos[0]);
  if (error.code === 'DUPLICATE_KEY')
    return problem(
      'EDL-1102',
      location,
      'This key was given before in the same object, and only one of the two could count. Remove one of them.',
    );
  const reason = error.message.trim().replace(/\.$/, '');
  return problem(
    'EDL-1101',
    location,
    `YAML cannot be read from here on: ${reason}. ${ADVICE[error.code] ?? 'Correct the line.'}`,
  );
};

/** One mistake of syntax causes others further down, so only the first is told; keys given twice are told one by one. */
const explainErrors = (file: SourceFile, lines: LineCounter, errors: readonly YAMLError[]): Diagnostic[] => {
  const duplicates = errors.filter((error) => error.code === 'DUPLICATE_KEY');
  const others = errors.filter((error) => error.code !== 'DUPLICATE_KEY');
  return [...duplicates, ...others.slice(0, 1)].map((error) => explainError(file, lines, error));
};

/** Where the first alias without an anchor stands. */
const offsetOfBrokenAlias = (document: Document): number => {
  let offset = 0;
  visit(document, {
    Alias: (_, alias) => {
      if (alias.resolve(document) !== undefined) return undefined;
      offset = alias.range?.[0] ?? 0;
      return visit.BREAK;
    },
  });
  return offset;
};

const readValue = (
  document: Document,
  file: SourceFile,
  lines: LineCounter,
): { value?: unknown; problems: Diagnostic[] } => {
  try {
    return { value: document.toJS({ maxAliasCount: MAX_ALIASES }), problems: [] };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const top = { file: file.path, line: 1, column: 1 };
    if (message.startsWith('Excessive alias count'))
      return {
        problems: [
          problem(
            'EDL-1103',
            top,
            `The file's aliases (*name) stand for more than ${MAX_ALIASES} copies, which is how a small file fills a computer's memory. Write the values out.`,
          ),
        ],
      };
    const location = locationAt(file, lines, offsetOfBrokenAlias(document));
    return { problems: [problem('EDL-1101', location, `YAML cannot be read: ${message}. Correct the line.`)] };
  }
};

/**
 * Parses one file as YAML 1.2. There is a parsed file also when something is wrong with it, as far as it goes: what it
 * names counts as declared, so that one mistake does not cause others elsewhere.
 */
export const parseFile = (file: SourceFile): { file?: ParsedFile; problems: readonly Diagnostic[] } => {
  const found = composeYaml(file.text);
  if (found === undefined) {
    const detail = `Lists and objects are nested more than ${MAX_DEPTH} deep; files of the catalog are flat. Correct the brackets or the indentation.`;
    return { problems: [problem('EDL-1101', { file: file.path, line: 1, column: 1 }, detail)] };
  }
  const { document, lines } = found;
  const syntax = explainErrors(file, lines, [...document.errors, ...document.warnings]);
  if (found.second !== undefined && syntax.length === 0) {
    const detail = 'A second document starts here, but a file declares one object. Move it into a file of its own.';
    syntax.push(problem('EDL-1104', locationAt(file, lines, found.second), detail));
  }
  if (document.contents === null && syntax.length === 0)
    return {
      problems: [
        problem(
          'EDL-1104',
          { file: file.path, line: 1, column: 1 },
          `The file is empty, but should declare one ${file.kind}. Fill it in or remove it.`,
        ),
      ],
    };
  const { value, problems } = readValue(document, file, lines);
  return {
    file: { ...file, outline: outlineOf(document, lines), value },
    problems: syntax.length > 0 ? syntax : problems,
  };
};

const offsetOf = (node: Node | null | undefined): number | undefined => node?.range?.[0];

const outlineOf = ({ contents }: Document, lines: LineCounter): ReadonlyMap<string, number> => {
  const outline = new Map<string, number>();
  if (!isMap<Node, Node | null>(contents)) return outline;
  for (const { key, value } of contents.items) {
    const name = isScalar(key) ? String(key.value) : '';
    outline.set(name, lines.linePos(offsetOf(key) ?? 0).line);
    if (isMap<Node, Node | null>(value))
      for (const child of value.items)
        if (isScalar(child.key))
          outline.set(`${name}/${String(child.key.value)}`, lines.linePos(offsetOf(child.key) ?? 0).line);
    if (!isSeq<Node>(value)) continue;
    for (const [index, item] of value.items.entries())
      outline.set(`${name}/${index}`, lines.linePos(offsetOf(item) ?? 0).line);
  }
  return outline;
};

/**
 * Positions are needed for messages only, and a lake's documents would fill the memory of a large lake; so they are
 * composed again for the few files that have something to tell.
 */
const composed = new WeakMap<ParsedFile, Composed>();

const compose = (file: ParsedFile): Composed | undefined => {
  const known = composed.get(file) ?? composeYaml(file.text);
  if (known !== undefined) composed.set(file, known);
  return known;
};

/** The nodes of one step: the key of a map's pair (a list's items have none) and its value. */
const stepInto = (document: Document, node: Node | null, step: string | number): { key?: Node; value?: Node } => {
  const target = isAlias(node) ? node.resolve(document) : node;
  if (isSeq<Node>(target)) {
    const value = target.items[Number(step)];
    return value === undefined ? {} : { value };
  }
  if (!isMap<Node, Node | null>(target)) return {};
  const pair = target.items.find(({ key }) => isScalar(key) && String(key.value) === String(step));
  return pair === undefined ? {} : { key: pair.key, ...(pair.value === null ? {} : { value: pair.value }) };
};

/**
 * Where a value stands, or its key. When there is no such value, the place of the object that should hold it, so that a
 * message always has a place.
 */
export const locate = (file: ParsedFile, path: ValuePath, part: 'key' | 'value' = 'value'): SourceLocation => {
  const positions = compose(file);
  if (positions === undefined) return { file: file.path, line: 1, column: 1 };
  const { document, lines } = positions;
  let node: Node | null = document.contents;
  let offset = offsetOf(node) ?? 0;
  for (const [index, step] of path.entries()) {
    const { key, value } = stepInto(document, node, step);
    const isLast = index === path.length - 1;
    const found = isLast && part === 'key' ? (offsetOf(key) ?? offsetOf(value)) : (offsetOf(value) ?? offsetOf(key));
    if (found === undefined) break;
    offset = found;
    node = value ?? null;
  }
  return locationAt(file, lines, offset);
};
