import { planOf, driftOf, resultOf, signalsOf, stepsOf, type JournalEntry } from '../reconciler/journal/entry.ts';
import type {
  AccessLine,
  Approval,
  HeaderLine,
  HealedObject,
  JournalLine,
  ResultLine,
  SignalLine,
  StepEndedLine,
} from '../reconciler/journal/lines.ts';
import { tellAccess } from './access.ts';
import { authorText } from './drift-words.ts';
import { commitText, OUTCOMES } from './history.ts';
import type { Fate, ShowAnswer } from './history-answers.ts';
import { countOf, minuteOf, wrapText } from './layout.ts';
import { tellOutside } from './outside.ts';
import type { Paint } from './paint.ts';

/** How one run is shown. */
export interface ShowStyle {
  readonly paint: Paint;
  readonly width?: number;
  /** With the objects of each stack. */
  readonly isVerbose?: boolean;
}

const WIDTH = 100;

const ANSWERS: Readonly<Record<Approval['answer'], string>> = {
  flag: 'by --yes',
  terminal: 'at a terminal',
};

const approvalLines = ({ approval }: HeaderLine): readonly string[] => {
  if (approval === undefined) return [];
  const { answer, file } = approval;
  return [
    `agreed   ${ANSWERS[answer]}`,
    ...(file === undefined
      ? []
      : [
          `approved ${file.plan}, the plan in the file${file.commit === undefined ? '' : `, of commit ${commitText(file)}`}`,
        ]),
  ];
};

/** What narrowed the run: only some objects, all but some, or some sorts of drift. */
const targetLines = ({ targets, excludes, mode }: HeaderLine): readonly string[] => [
  ...(targets.length === 0 ? [] : [`only     ${targets.join(', ')}`]),
  ...(excludes.length === 0 ? [] : [`without  ${excludes.join(', ')}`]),
  ...(mode === undefined ? [] : [`mode     ${mode === 'default' ? 'as lake.yaml says for each tier' : mode}`]),
];

/** Whose commit it was, and what its message says: of a merge it names the pull request. */
const changeLines = ({ author, subject }: HeaderLine['catalog']): readonly string[] =>
  author === undefined || subject === undefined ? [] : [`         ${author}: ${subject}`];

const headerLines = (header: HeaderLine): readonly string[] => [
  `by       ${header.by}`,
  `commit   ${header.catalog.commit ?? 'none'}${header.catalog.dirty === true ? ', with changes that were not committed' : ''}`,
  ...changeLines(header.catalog),
  `plan     ${header.plan}`,
  ...approvalLines(header),
  ...targetLines(header),
  ...header.allowances.map(
    ({ guard, target, reason }) => `allowed  ${guard}${target === undefined ? '' : `:${target}`} (${reason})`,
  ),
  ...(header.previous === undefined ? [] : [`after    entry ${header.previous.ordinal}, ${header.previous.digest}`]),
];

const SYMBOLS: Readonly<Record<StepEndedLine['outcome'], string>> = {
  applied: '✓',
  unchanged: '=',
  healed: '✓',
  failed: '✗',
  refused: '✗',
  skipped: '·',
};

const endText = (end: StepEndedLine | undefined): string => {
  if (end === undefined) return '? no end: it ran when the run stopped';
  const seconds = end.seconds === undefined ? '' : ` in ${end.seconds.toFixed(1)} s`;
  return `${SYMBOLS[end.outcome]} ${end.outcome}${seconds}`;
};

/** `2 create, 1 update`: of healing, whose deeds are told part by part, nothing. */
const deedsText = (deeds: readonly { readonly action: string }[]): string => {
  const actions = new Map<string, number>();
  for (const { action } of deeds) actions.set(action, (actions.get(action) ?? 0) + 1);
  return [...actions]
    .filter(([action]) => action !== 'heal')
    .map(([action, count]) => `${count} ${action}`)
    .join(', ');
};

const stepLines = (entry: JournalEntry, width: number, isVerbose: boolean): readonly string[] => {
  const { started, skipped } = stepsOf(entry);
  const because = (end: StepEndedLine | undefined) => [
    ...(end?.because === undefined ? [] : wrapText(end.because, width, '      ')),
    ...(end?.failures ?? []).flatMap(({ code, message }) => wrapText(`${code}: ${message}`, width, '      ')),
  ];
  return [
    ...started.flatMap(({ at, stack, deeds, end }) => {
      const done = deedsText(deeds);
      return [
        `  ${at.slice(11, 19)}  ${stack}  ${endText(end)}${done === '' ? '' : `  (${done})`}`,
        ...(isVerbose ? deeds.map(({ action, id }) => `      ${action} ${id}`) : []),
        ...because(end),
      ];
    }),
    ...skipped.flatMap((end) => [`  ${end.at.slice(11, 19)}  ${end.stack}  ${endText(end)}`, ...because(end)]),
  ];
};

const signalText = ({ at, signal, count }: SignalLine): string =>
  `  ${at.slice(11, 19)}  ${signal}: ${count === 1 ? 'no more stacks were started' : 'the process left at once; what ran went on in AWS'}`;

const isAccess = (line: JournalLine): line is AccessLine => line.line === 'access';

const unsureLines = ({ lines }: JournalEntry, width: number): readonly string[] => {
  const unsure = lines.find(isAccess)?.unsure ?? [];
  return unsure.length === 0
    ? []
    : wrapText(
        `Not sure: ${unsure.map(({ principal }) => principal).join(', ')}: a stack failed, or its run was killed. What they held before counts on.`,
        width,
        '  ',
      );
};

const section = (title: string, lines: readonly string[], paint: Paint): readonly string[] =>
  lines.length === 0 ? [] : ['', paint.bold(title), ...lines];

const ACCESS_TITLES: readonly (readonly [Fate, string])[] = [
  ['done', 'Access that changed'],
  ['not-done', 'Access that was meant to change, and did not by this run'],
  ['unknown', 'Access that was meant to change; no run has told yet whether it did'],
];

const accessSections = (entry: JournalEntry, fates: readonly Fate[], width: number, paint: Paint) => {
  const access = planOf(entry)?.access ?? [];
  return ACCESS_TITLES.flatMap(([fate, title]) => {
    const told = tellAccess(access.filter((_, at) => fates[at] === fate)).flatMap(({ sign, text, background }) => {
      const [first = '', ...more] = wrapText(text, width, '    ');
      return [
        `  ${sign.symbol} ${first.trimStart()}`,
        ...more,
        ...(background === undefined ? [] : wrapText(background, width, '      ').map(paint.dim)),
      ];
    });
    return section(title, told, paint);
  });
};

const EFFECTS: Readonly<Record<HealedObject['effect'], string>> = {
  widens: 'had widened',
  narrows: 'had narrowed',
  neutral: 'neither widened nor narrowed',
};

/** What people had changed of one object, who, whose access that was, and what became of undoing it. */
const healedLines = (object: HealedObject, entry: JournalEntry, width: number): readonly string[] => {
  const { id, effect, parts, access, author } = object;
  const results = stepsOf(entry).started.flatMap(({ end }) => end?.results ?? []);
  const steps = parts.flatMap(({ path, meaning, step }) => {
    const result = results.find((one) => one.id === id && one.path === path);
    const sign = result === undefined ? '?' : result.outcome === 'healed' ? '✓' : '✗';
    const why = result === undefined || result.outcome === 'healed' ? '' : ` (${result.outcome}: ${result.detail})`;
    const means = meaning === undefined ? '' : `; before: ${meaning}`;
    return wrapText(`${sign} ${path === undefined ? '' : `${path}: `}${step}${why}${means}`, width, '      ');
  });
  return [
    `  ${id}  ${EFFECTS[effect]}`,
    ...tellOutside(access, false).flatMap((text) => wrapText(`until then: ${text}`, width, '      ')),
    ...(author === undefined ? [] : wrapText(authorText(author, effect, entry.header.at), width, '      ')),
    ...steps,
  ];
};

const resultText = ({ counts, seconds, outcome }: ResultLine): string => {
  // What a killed run had begun may well have been done: a later run counts it as not ended well, for it cannot know.
  const failed = outcome === 'abandoned' ? 'failed or without an end' : 'failed';
  const told = Object.entries(counts).flatMap(([word, count]) =>
    count === 0 ? [] : [`${count} ${word === 'failed' ? failed : word}`],
  );
  return `${told.length === 0 ? 'nothing to do' : told.join(', ')}, in ${seconds.toFixed(0)} s`;
};

/** What the run was besides its steps: the closing of another one's entry, or its own being closed. */
const chainLines = ({ closes, instance }: HeaderLine, { closedBy }: ShowAnswer, isEmpty: boolean, width: number) => [
  ...(closes === undefined
    ? []
    : wrapText(
        `Run ${closes} could not tell how it ended (it was killed, or lost S3); this one tells what is live after it${isEmpty ? ', and had nothing else to do' : ''}.`,
        width,
        '',
      )),
  ...(closedBy === undefined
    ? []
    : [
        ...wrapText(`It could not tell how it ended. Run ${closedBy} tells what is live after it:`, width, ''),
        `  edl history show ${closedBy} --instance ${instance}`,
      ]),
];

const problemLines = ({ problems }: ShowAnswer, width: number): readonly string[] =>
  problems.flatMap(({ code, detail }) => wrapText(`${code}: ${detail}`, width, ''));

const endLines = (entry: JournalEntry, { problems }: ShowAnswer): readonly string[] =>
  entry.isSealed || problems.length > 0
    ? [`Digest ${entry.digest}`]
    : ['It has no last line: the run goes on, or was killed.'];

/** One run: who did what and how it ended, who gained or lost what by it, and then its steps, a line each. */
export const renderShowText = (answer: ShowAnswer, { paint, width = WIDTH, isVerbose = false }: ShowStyle): string => {
  const { digest, isSealed, lines, fates, problems } = answer;
  const [header] = lines;
  if (header?.line !== 'header') return '';
  const entry: JournalEntry = { header, lines, digest, isSealed };
  const result = resultOf(entry);
  const isEdited = problems.length > 0;
  const title = `Entry ${header.ordinal} of ${header.instance}: ${isEdited ? 'WAS EDITED, nothing below is proof' : `${header.kind}, ${minuteOf(header.at)}, ${OUTCOMES[result?.outcome ?? 'open']}`}`;
  const failures = (result?.problems ?? []).flatMap(({ code, message }) =>
    wrapText(`${code}: ${message}`, width, '  '),
  );
  const drift = driftOf(entry)?.objects ?? [];
  const steps = stepLines(entry, width, isVerbose);
  const deeds = stepsOf(entry).started.reduce((count, step) => count + step.deeds.length, 0);
  const more = isVerbose || deeds === 0 ? '' : ` (--verbose names the ${countOf(deeds, 'object')})`;
  return `${[
    paint.bold(title),
    ...problemLines(answer, width),
    ...(result === undefined ? [] : [resultText(result)]),
    ...chainLines(header, answer, steps.length === 0, width),
    ...headerLines(header).map(paint.dim),
    ...accessSections(entry, fates, width, paint),
    ...section('Who nobody can be sure of', unsureLines(entry, width), paint),
    ...section(
      'What people had changed past git, and what was done about it',
      drift.flatMap((object) => healedLines(object, entry, width)),
      paint,
    ),
    ...section('Problems', failures, paint),
    ...section('Signals', signalsOf(entry).map(signalText), paint),
    ...section(`Steps${more}`, steps, paint),
    '',
    ...endLines(entry, answer).map(paint.dim),
  ].join('\n')}\n`;
};
