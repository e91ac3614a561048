import { sha256Hex, type Digest } from '../model/digest.ts';
import type { AccessLine, DriftLine, HeaderLine, JournalLine, PlanLine, ResultLine, SignalLine } from './lines.ts';

/** An object of the journal as it was read. */
export interface JournalObject {
  readonly key: string;
  readonly text: string;
  /** Of its bytes, which need not be text at all once somebody has edited them. */
  readonly digest: Digest;
}

/** What an object says. */
export interface JournalEntry {
  readonly header: HeaderLine;
  readonly lines: readonly JournalLine[];
  readonly digest: Digest;
  /** Whether its last line proves it whole. Otherwise the run goes on, or was killed. */
  readonly isSealed: boolean;
}

/** The digest of an entry with this text. */
export const digestOfText = (text: string): Digest => `sha256:${sha256Hex(text)}`;

/** One line of an entry, with its line break. */
export const lineText = (line: JournalLine): string => `${JSON.stringify(line)}\n`;

/** The entry with its last line, after which nothing more may be written. */
export const sealText = (text: string): string => text + lineText({ line: 'seal', digest: digestOfText(text) });

const SEAL = /\{"line":"seal","digest":"sha256:[0-9a-f]{64}"\}\n$/;

const isSealed = ({ text, digest }: JournalObject): boolean => {
  const seal = SEAL.exec(text);
  return seal !== null && digestOfText(text) === digest && sealText(text.slice(0, seal.index)) === text;
};

const KINDS: ReadonlySet<unknown> = new Set<JournalLine['line']>([
  'header',
  'plan',
  'drift',
  'step-begun',
  'step-ended',
  'signal',
  'access',
  'result',
  'seal',
]);

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

const parseLine = (text: string): JournalLine | undefined => {
  try {
    const value: unknown = JSON.parse(text);
    // Only EDL writes here, and the seal and the chain say whether it was EDL; inner shapes are not checked once more.
    return isObject(value) && KINDS.has(value['line']) ? (value as unknown as JournalLine) : undefined;
  } catch {
    return undefined;
  }
};

const isHeader = (line: JournalLine | undefined): line is HeaderLine =>
  line?.line === 'header' &&
  [line.run, line.at, line.by, line.instance, line.plan].every((value) => typeof value === 'string') &&
  Number.isInteger(line.ordinal) &&
  isObject(line.catalog) &&
  Array.isArray(line.allowances);

/** Reads an object of the journal; undefined when it is none. A line that was cut off by a crash cannot be: puts are atomic. */
export const parseEntry = (object: JournalObject): JournalEntry | undefined => {
  if (!object.text.endsWith('\n')) return undefined;
  const lines = object.text.slice(0, -1).split('\n').map(parseLine);
  const known = lines.flatMap((line) => line ?? []);
  const [header] = known;
  if (known.length < lines.length || !isHeader(header)) return undefined;
  return { header, lines: known, digest: object.digest, isSealed: isSealed(object) };
};

const isLine =
  <Kind extends JournalLine['line']>(kind: Kind) =>
  (line: JournalLine): line is Extract<JournalLine, { line: Kind }> =>
    line.line === kind;

/** What the run meant to do; absent where it was healing. */
export const planOf = ({ lines }: JournalEntry): PlanLine | undefined => lines.find(isLine('plan'));

/** What was to be undone, of healing. */
export const driftOf = ({ lines }: JournalEntry): DriftLine | undefined => lines.find(isLine('drift'));

/** The rows after it; absent while it runs, and where it was killed. */
export const accessLineOf = ({ lines }: JournalEntry): AccessLine | undefined => lines.find(isLine('access'));

/** How it ended; absent while it runs, and where it was killed and no later run has found that yet. */
export const resultOf = ({ lines }: JournalEntry): ResultLine | undefined => lines.findLast(isLine('result'));

/** Who asked it to end, and how often. */
export const signalsOf = ({ lines }: JournalEntry): readonly SignalLine[] => lines.filter(isLine('signal'));

/** Whether it has ended (its last two lines are written at once), and its seal does not fit any more. */
export const isEdited = ({ isSealed: fits, lines }: JournalEntry): boolean =>
  !fits && lines.some(({ line }) => line === 'seal' || line === 'result');

/** Every stack that the run meant to work on, or did: what it may have done before it was killed. */
export const stacksOf = (entry: JournalEntry): readonly string[] => [
  ...new Set([...(planOf(entry)?.waves.flat() ?? []), ...stepsOf(entry).started.map(({ stack }) => stack)]),
];

/** Steps in the order of their beginnings; without an end: still running, or cut off. */
export const stepsOf = ({ lines }: JournalEntry) => {
  const ends = lines.filter(isLine('step-ended'));
  const begun = lines.filter(isLine('step-begun'));
  const started = begun.map((step) => ({ ...step, end: ends.find(({ stack }) => stack === step.stack) }));
  const skipped = ends.filter(({ stack }) => !begun.some((step) => step.stack === stack));
  return { started, skipped };
};
