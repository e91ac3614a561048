import type { EntryRef } from '../reconciler/journal/lines.ts';
import {
  isSessionOver,
  isWithoutLease,
  type ApplyResult,
  type Failure,
  type StackResult,
} from '../reconciler/model/result.ts';
import { entryText } from './history-entry.ts';
import { countOf, wrapText } from './layout.ts';
import { code, escapeMarkdown, joinSections, listItem, table, type Section } from './markdown.ts';
import type { Paint } from './paint.ts';

const WIDTH = 100;
const LONGEST = 65_000;
const OUTCOMES = ['applied', 'failed', 'skipped', 'unchanged'] as const;
const SIGNS: Readonly<Record<StackResult['outcome'], string>> = {
  applied: '✓',
  unchanged: '=',
  failed: '✗',
  skipped: '○',
};

/** `Apply: 3 applied, 1 failed, 2 skipped, 0 unchanged.` */
export const applyLine = ({ results }: ApplyResult): string => {
  const counts = OUTCOMES.map(
    (outcome) => `${results.filter((result) => result.outcome === outcome).length} ${outcome}`,
  );
  return `Apply: ${counts.join(', ')}.`;
};

/** Why a stack was not started, back to the one that failed: the stack in between is no cause. */
const describeSkip = (result: Extract<StackResult, { outcome: 'skipped' }>, all: readonly StackResult[]): string => {
  if (result.because === 'cancelled') {
    if (all.some(isSessionOver)) return 'not started: AWS takes the credentials no more';
    return all.some(isWithoutLease) ? 'not started: the lease is lost, or out of reach' : 'not started: cancelled';
  }
  const direct = result.dependency ?? 'a stack that it needs';
  const seen = new Set<string>();
  let root = direct;
  for (;;) {
    const cause = all.find(({ stack }) => stack === root);
    if (cause?.outcome !== 'skipped' || cause.dependency === undefined || seen.has(root)) break;
    seen.add(root);
    root = cause.dependency;
  }
  return root === direct
    ? `not started: it needs ${direct}, which failed`
    : `not started: it needs ${direct}, which was not started either, because ${root} failed`;
};

/**
 * What to do after an apply that did not do everything; undefined when it did. The next apply plans again, so it does only
 * what is left.
 */
export const nextStep = ({ instance, results }: ApplyResult): string | undefined => {
  const count = (outcome: StackResult['outcome']): number =>
    results.filter((result) => result.outcome === outcome).length;
  const left = count('failed') + count('skipped');
  if (left === 0) return undefined;
  const first = results.some(isSessionOver)
    ? 'sign in again, then run'
    : count('failed') > 0
      ? 'remove what stopped the failed stacks, then run'
      : 'nothing failed; to go on, run';
  const kept = count('applied') === 0 ? '' : ` (${countOf(left, 'stack')} left; what is applied stays)`;
  return `Next: ${first}: edl apply --instance ${instance}${kept}`;
};

/** One line on what became of a stack. */
export const describeResult = (result: StackResult, all: readonly StackResult[] = []): string => {
  switch (result.outcome) {
    case 'applied':
      return `${countOf(result.objects.length, 'object')} in ${result.seconds.toFixed(1)} s`;
    case 'unchanged':
      return 'nothing to do';
    case 'failed':
      return `failed after ${result.seconds.toFixed(1)} s`;
    case 'skipped':
      return describeSkip(result, all);
  }
};

const describeFailure = ({ code: failureCode, message, id }: Failure): string =>
  `${failureCode} ${id === undefined || message.startsWith(id) ? '' : `${id}: `}${message}`;

const failuresOf = (result: StackResult): readonly Failure[] => (result.outcome === 'failed' ? result.failures : []);

/** A paragraph for each failure, or several of them would read as one. */
const failureLines = (result: StackResult): readonly string[] =>
  failuresOf(result).flatMap((failure, index) => [
    ...(index === 0 ? [] : ['']),
    ...wrapText(describeFailure(failure), WIDTH, '      '),
  ]);

const paintOutcome = (paint: Paint, outcome: StackResult['outcome'], text: string): string => {
  switch (outcome) {
    case 'applied':
      return paint.green(text);
    case 'failed':
      return paint.red(text);
    case 'skipped':
      return paint.yellow(text);
    case 'unchanged':
      return paint.dim(text);
  }
};

/**
 * What an apply did, for a terminal: a line a stack, AWS's own words under each that failed. `onlyProblems` is for a terminal
 * that has just shown each stack as it finished.
 */
export const renderApplyText = (
  result: ApplyResult,
  paint: Paint,
  { onlyProblems = false, journal }: { readonly onlyProblems?: boolean; readonly journal?: EntryRef | undefined } = {},
): string => {
  const shown = result.results.filter(({ outcome }) => !onlyProblems || outcome === 'failed' || outcome === 'skipped');
  const width = shown.reduce((widest, { stack }) => Math.max(widest, stack.length), 0);
  const lines = shown.flatMap((one) => [
    `  ${paintOutcome(paint, one.outcome, SIGNS[one.outcome])} ${one.stack.padEnd(width)}  ${describeResult(one, result.results)}`,
    ...failureLines(one),
  ]);
  const next = nextStep(result);
  return `${[
    ...(lines.length === 0 ? [] : [...lines, '']),
    paint.bold(applyLine(result)),
    ...(journal === undefined ? [] : [entryText(journal, result.instance)]),
    ...(next === undefined ? [] : [next]),
  ].join('\n')}\n`;
};

/** What an apply did, as one JSON value. */
export const renderApplyJson = (result: ApplyResult): string => `${JSON.stringify(result, null, 2)}\n`;

const failureSection = (result: StackResult): readonly Section[] =>
  failuresOf(result).length === 0
    ? []
    : [
        {
          text: [
            `**${code(result.stack)}**`,
            ...failuresOf(result).map((failure) => listItem(describeFailure(failure))),
          ].join('\n'),
        },
      ];

/** What an apply did, as a comment or a job summary: failures first. */
export const renderApplyMarkdown = (result: ApplyResult, journal?: EntryRef): string => {
  const isWhole = result.results.every(({ outcome }) => outcome === 'applied' || outcome === 'unchanged');
  const next = nextStep(result);
  const rows = result.results.map((one) => [
    SIGNS[one.outcome],
    code(one.stack),
    escapeMarkdown(describeResult(one, result.results)),
  ]);
  const sections: readonly Section[] = [
    {
      text: `### EDL apply on ${code(result.instance)}\n\n${isWhole ? '✅' : '❌'} **${applyLine(result)}**`,
      kept: true,
    },
    ...result.results.flatMap(failureSection),
    ...(rows.length === 0 ? [] : [{ text: table(['', 'stack', 'result'], rows) }]),
    ...(journal === undefined
      ? []
      : [{ text: escapeMarkdown(entryText(journal, result.instance)), kept: true as const }]),
    ...(next === undefined ? [] : [{ text: escapeMarkdown(next), kept: true as const }]),
  ];
  return `${joinSections(sections, LONGEST, (count) => `_${countOf(count, 'section')} left out for length._`)}\n`;
};
