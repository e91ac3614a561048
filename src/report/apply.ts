import type { ApplyResult, Failure, StackResult } from '../reconciler/model/result.ts';
import { countOf, wrapText } from './layout.ts';
import { code, escapeMarkdown, joinSections, table, type Section } from './markdown.ts';
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

/** One line on what became of a stack. */
export const describeResult = (result: StackResult): string => {
  switch (result.outcome) {
    case 'applied':
      return `${countOf(result.objects.length, 'object')} in ${result.seconds.toFixed(1)} s`;
    case 'unchanged':
      return 'nothing to do';
    case 'failed':
      return `failed after ${result.seconds.toFixed(1)} s`;
    case 'skipped':
      return result.because === 'cancelled'
        ? 'not started: cancelled'
        : `not started: ${result.dependency ?? 'a dependency'} is not done`;
  }
};

const describeFailure = ({ code: failureCode, message, id }: Failure): string =>
  `${failureCode} ${id === undefined ? '' : `${id}: `}${message}`;

const failuresOf = (result: StackResult): readonly Failure[] => (result.outcome === 'failed' ? result.failures : []);

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
  { onlyProblems = false }: { readonly onlyProblems?: boolean } = {},
): string => {
  const shown = result.results.filter(({ outcome }) => !onlyProblems || outcome === 'failed' || outcome === 'skipped');
  const width = shown.reduce((widest, { stack }) => Math.max(widest, stack.length), 0);
  const lines = shown.flatMap((one) => [
    `  ${paintOutcome(paint, one.outcome, SIGNS[one.outcome])} ${one.stack.padEnd(width)}  ${describeResult(one)}`,
    ...failuresOf(one).flatMap((failure) => wrapText(describeFailure(failure), WIDTH, '      ')),
  ]);
  return `${[...(lines.length === 0 ? [] : [...lines, '']), paint.bold(applyLine(result))].join('\n')}\n`;
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
            ...failuresOf(result).map((failure) => `- ${escapeMarkdown(describeFailure(failure))}`),
          ].join('\n'),
        },
      ];

/** What an apply did, as a comment or a job summary: failures first. */
export const renderApplyMarkdown = (result: ApplyResult): string => {
  const isWhole = result.results.every(({ outcome }) => outcome === 'applied' || outcome === 'unchanged');
  const rows = result.results.map((one) => [SIGNS[one.outcome], code(one.stack), escapeMarkdown(describeResult(one))]);
  const sections: readonly Section[] = [
    {
      text: `### EDL apply on ${code(result.instance)}\n\n${isWhole ? '✅' : '❌'} **${applyLine(result)}**`,
      kept: true,
    },
    ...result.results.flatMap(failureSection),
    ...(rows.length === 0 ? [] : [{ text: table(['', 'stack', 'result'], rows) }]),
  ];
  return `${joinSections(sections, LONGEST, (count) => `_${countOf(count, 'section')} left out for length._`)}\n`;
};
