import type { Plan } from '../reconciler/model/plan.ts';
import { renderDiagnosticsText } from './diagnostics-text.ts';
import type { EffectCounts, HealedCounts, HistoryAnswer, HistoryLine, VerifyAnswer } from './history-answers.ts';
import { alignColumns, countOf, minuteOf, wrapText } from './layout.ts';
import type { Paint } from './paint.ts';

const WIDTH = 100;

/** The part of an ARN that people know: `assumed-role/deploy/jane`. */
export const callerName = (arn: string): string => arn.split(':').slice(5).join(':') || arn;

/** `a1b2c3d4e5f6`, with a `+` where the files differed from it. */
export const commitText = ({ commit, dirty }: { readonly commit?: string; readonly dirty?: boolean }): string =>
  commit === undefined ? '-' : `${commit.slice(0, 12)}${dirty === true ? '+' : ''}`;

const summaryText = ({ create, update, adopt, prune }: Plan['summary']): string =>
  [
    [create, 'to create'],
    [update, 'to update'],
    [adopt, 'to adopt'],
    [prune, 'to prune'],
  ]
    .flatMap(([count, word]) => (count === 0 ? [] : [`${count ?? 0} ${word ?? ''}`]))
    .join(', ');

const countsText = ({ gain, lose, dates }: EffectCounts): readonly string[] => [
  ...(gain === 0 ? [] : [`↑ ${gain} gain`]),
  ...(lose === 0 ? [] : [`↓ ${lose} lose`]),
  ...(dates === 0 ? [] : [`⏲ ${dates} until another day`]),
];

const HOLDERS_AT_MOST = 3;

const healedText = ({ undone, left, widened, narrowed, holders }: HealedCounts): readonly string[] => {
  const effects = [
    ...(widened === 0 ? [] : [`${widened} widened`]),
    ...(narrowed === 0 ? [] : [`${narrowed} narrowed`]),
  ];
  const more = holders.length > HOLDERS_AT_MOST ? [`${holders.length - HOLDERS_AT_MOST} more`] : [];
  return [
    `undid drift of ${countOf(undone, 'object')}${effects.length === 0 ? '' : ` (${effects.join(', ')})`}`,
    ...(holders.length === 0 ? [] : [`access of ${[...holders.slice(0, HOLDERS_AT_MOST), ...more].join(', ')}`]),
    ...(left === 0 ? [] : [`${left} not undone`]),
  ];
};

const whatText = ({ kind, summary, access, meant, healed, closes, isSelection }: HistoryLine): string => {
  const isNothing = kind === 'apply' && summary !== undefined && summaryText(summary) === '';
  const told = [
    ...(kind === 'heal' ? (healed === undefined ? ['drift healed'] : healedText(healed)) : []),
    ...(summary === undefined ? [] : [summaryText(summary)]),
    ...(isSelection === true ? ['of a selection only'] : []),
    ...(access === undefined ? [] : countsText(access)),
    ...(meant === undefined ? [] : countsText(meant).map((text) => `meant: ${text}`)),
    ...(closes === undefined
      ? []
      : [`${isNothing ? 'nothing was left to do; ' : ''}tells what is live after run ${closes}`]),
  ];
  return told.filter((part) => part !== '').join(' · ') || '-';
};

/** How a run ended, in words. */
export const OUTCOMES: Readonly<Record<HistoryLine['outcome'], string>> = {
  applied: 'applied',
  failed: 'failed',
  partly: 'applied in part',
  cancelled: 'stopped',
  abandoned: 'killed',
  open: 'no end yet',
  edited: 'was edited',
  unreadable: 'unreadable',
};

/** The newest runs as a table; where that is too wide, what a run did is on lines of its own. */
export const renderHistoryText = (
  { entries, total, instance }: HistoryAnswer,
  paint: Paint,
  width: number = WIDTH,
): string => {
  if (total === 0) return `No run of ${instance} is in the journal yet: it begins with the next apply.\n`;
  const rows = entries.map((entry) => [
    String(entry.ordinal),
    entry.at === '' ? '-' : minuteOf(entry.at),
    entry.by === '' ? '-' : callerName(entry.by),
    commitText(entry),
    OUTCOMES[entry.outcome],
    whatText(entry),
  ]);
  const [head = [], ...lines] = alignColumns([['run', 'when', 'who', 'commit', 'result', 'what'], ...rows]);
  const more = total > entries.length ? ` The newest ${entries.length} are shown; --limit shows more.` : '';
  const show = (cells: readonly string[]): readonly string[] => {
    const line = cells.join('  ');
    if (line.length <= width || cells.at(-1) === '-') return [line];
    return [cells.slice(0, -1).join('  ').trimEnd(), ...wrapText(cells.at(-1) ?? '', width, '      ')];
  };
  return `${[
    paint.dim(head.join('  ')),
    ...lines.flatMap(show),
    '',
    paint.bold(`${countOf(total, 'run')} of ${instance}.${more}`),
    paint.dim(`One of them, whole: edl history show NUMBER --instance ${instance}`),
  ].join('\n')}\n`;
};

/** Whether the journal is whole, and what to keep to prove that later. */
export const renderVerifyText = (
  { entries, head, problems, instance }: VerifyAnswer,
  paint: Paint,
  width: number = WIDTH,
): string => {
  const errors = problems.filter(({ severity }) => severity === 'error').length;
  const verdict =
    errors === 0
      ? `The journal of ${instance} is as it was written: ${entries === 1 ? '1 entry' : `${entries} entries`}.`
      : `The journal of ${instance} was changed: ${countOf(errors, 'problem')}.`;
  const keep = 'Keep this digest outside of the bucket. That entries were cut off at this end is found with it, later:';
  return `${[
    ...(problems.length === 0 ? [] : [renderDiagnosticsText(problems, paint)]),
    paint.bold(verdict),
    ...(head === undefined
      ? []
      : [
          `Newest: entry ${head.ordinal}, ${head.digest}`,
          ...wrapText(keep, width, ''),
          `  edl history --instance ${instance} --expect ${head.digest}`,
        ].map(paint.dim)),
  ].join('\n')}\n`;
};
