import type { Diagnostic } from '../reconciler/model/diagnostic.ts';
import type { Change, Plan } from '../reconciler/model/plan.ts';
import { headlineOf } from '../access/changes/headline.ts';
import { ACCESS_COLUMNS, tellAccess, type AccessLine } from './access.ts';
import { foldNotes } from './fold-notes.ts';
import { groupChanges, linesOf, type StackChanges } from './groups.ts';
import { countOf, minuteOf, nameOf, placeOf } from './layout.ts';
import { code, details, escapeMarkdown, fence, joinSections, table, type Section } from './markdown.ts';
import { tellOutside } from './outside.ts';
import { describeChange, describeDrift, tellIgnored } from './properties.ts';
import { diagnosticsLine, planLine, refusingGuards, unchangedText, verdictOf } from './summary.ts';
import { DRIFT_SYMBOL, SYMBOLS } from './symbols.ts';

/** GitHub refuses comments over 65,536 characters; what the shells add around this needs some room. */
const LONGEST = 65_000;
const MOST_ROWS = 150;

/** The hidden first line by which the comment of an instance is found again, so that there is one and not twenty. */
export const commentMarker = (instance: string): string => `<!-- edl:plan:${instance} -->`;

const VERDICT_SIGNS = { refused: '⛔', broken: '❌', unchanged: '✅', drifted: '⚠️', ready: '📝' } as const;

const verdictText = (plan: Plan): string => {
  switch (verdictOf(plan)) {
    case 'refused':
      return `Refused by ${refusingGuards(plan).map(code).join(', ')}. ${planLine(plan)}`;
    case 'broken':
      return `Cannot be applied as it is. ${planLine(plan)}`;
    case 'unchanged':
      return unchangedText(plan);
    case 'drifted':
      return 'Nothing to do; AWS has drifted.';
    case 'ready':
      return planLine(plan);
  }
};

const verdict = (plan: Plan): Section => ({
  text: `${commentMarker(plan.instance)}\n### EDL plan for ${code(plan.instance)}\n\n${VERDICT_SIGNS[verdictOf(plan)]} **${verdictText(plan)}**`,
  kept: true,
});

/** Rows up to a number, and how many more there are. */
const atMost = (rows: readonly string[][]): readonly (readonly string[])[] => {
  const rest = rows.length - MOST_ROWS;
  return rest <= 0
    ? rows
    : [...rows.slice(0, MOST_ROWS), ['', `… and ${rest} more`, ...(rows[0] ?? []).slice(2).map(() => '')]];
};

const MOST_SENTENCES = 20;

/** The table of one tier. Columns that no row fills are left out, so that it stays readable. */
const tierTable = (tier: string, lines: readonly AccessLine[], left: number): Section => {
  const shown = lines.slice(0, left);
  const rest = lines.length - shown.length;
  const columns = ACCESS_COLUMNS.map((name, index) => ({ name, index })).filter(({ index }) =>
    shown.some(({ cells }) => cells[index] !== ''),
  );
  const rows = shown.map(({ sign, cells }) => [
    sign.symbol,
    ...columns.map(({ index }) => escapeMarkdown(cells[index] ?? '')),
  ]);
  const head = ['', ...columns.map(({ name }) => name)];
  const more =
    rest === 0 ? '' : `\n\n_… and ${rest} more in ${escapeMarkdown(tier)}: the plan as text or JSON has all._`;
  return { text: `**${escapeMarkdown(tier)}**\n\n${rows.length === 0 ? '' : table(head, rows)}${more}` };
};

/** The headline, sentences while they are few, and a table for each tier, the most confidential first. */
const access = (plan: Plan): readonly Section[] => {
  if (plan.access.length === 0) return plan.changes.length === 0 ? [] : [{ text: 'Nobody gains or loses access.' }];
  const lines = tellAccess(plan.access);
  const headline =
    plan.people === undefined
      ? []
      : [
          headlineOf(plan.people)
            .map((line) => `**${escapeMarkdown(line)}**`)
            .join('<br>\n'),
        ];
  const sentences = lines.map(({ sign, text }) => `- ${sign.symbol} ${escapeMarkdown(text)}`).join('\n');
  const first = ['#### Who gains and loses access', ...headline, ...(lines.length > MOST_SENTENCES ? [] : [sentences])];
  const tiers = [...new Set(lines.map(({ change }) => change.tier))];
  let left = MOST_ROWS;
  const tables = tiers.map((tier) => {
    const own = lines.filter(({ change }) => change.tier === tier);
    const section = tierTable(tier, own, left);
    left = Math.max(0, left - own.length);
    return section;
  });
  return [{ text: first.join('\n\n') }, ...tables];
};

const isDestructive = (change: Change): boolean =>
  change.action === 'prune' || (change.action === 'update' && change.impact !== 'in-place');

const consequence = (change: Change): string => {
  if (change.action !== 'prune') return change.action === 'update' ? change.impact : '';
  return change.holdsData ? 'removed, and it holds data' : 'removed';
};

const destructive = ({ changes }: Plan): readonly Section[] => {
  const rows = changes
    .filter(isDestructive)
    .map((change) => [SYMBOLS[change.action], code(change.id), consequence(change), code(change.stack)]);
  return rows.length === 0
    ? []
    : [{ text: `#### Removed or replaced\n\n${table(['', 'object', 'what happens', 'stack'], atMost(rows))}` }];
};

const SEVERITY_SIGNS = { error: '❌', warning: '⚠️', note: 'ℹ️' } as const;

const diagnosticRow = (diagnostic: Diagnostic): string[] => [
  SEVERITY_SIGNS[diagnostic.severity],
  `${code(diagnostic.code)} **${escapeMarkdown(diagnostic.summary)}**<br>${escapeMarkdown(diagnostic.detail)}`,
  diagnostic.file === undefined ? '' : code(placeOf(diagnostic)),
];

const problems = ({ diagnostics }: Plan): readonly Section[] => {
  const { shown, folded } = foldNotes(diagnostics);
  return [
    ...(shown.length === 0
      ? []
      : [
          {
            text: `#### ${diagnosticsLine(shown)}\n\n${table(['', 'what', 'where'], atMost(shown.map(diagnosticRow)))}`,
          },
        ]),
    ...(folded === undefined ? [] : [{ text: `<sub>${escapeMarkdown(folded)}</sub>` }]),
  ];
};

const COUNTED = ['create', 'adopt', 'update', 'prune'] as const;

const countsOf = (changes: readonly Change[]): string =>
  COUNTED.map((action) => [action, changes.filter((change) => change.action === action).length] as const)
    .filter(([, number]) => number > 0)
    .map(([action, number]) => `${SYMBOLS[action]}${number}`)
    .join(' ');

const diffLines = (changes: readonly Change[]): readonly string[] =>
  linesOf(changes).flatMap((line) =>
    line.sort === 'folded'
      ? [
          `+ ${line.kind}: ${countOf(line.changes.length, 'object')}, ${line.changes.map((change) => nameOf(change.id)).join(', ')}`,
        ]
      : [
          `${SYMBOLS[line.change.action]} ${line.change.kind} ${nameOf(line.change.id)}`,
          ...describeChange(line.change).map((detail) => `      ${detail}`),
        ],
  );

const stackSection = ({ stack, region, changes }: StackChanges): Section => ({
  text: details(
    `<code>${escapeMarkdown(stack)}</code> (${escapeMarkdown(region)}): ${countsOf(changes)}`,
    fence(diffLines(changes), 'diff'),
  ),
});

/** What drift means for people: never folded away. */
const outside = (plan: Plan): readonly Section[] => {
  const told = tellOutside(plan.outside).map((text) => `- ${DRIFT_SYMBOL} ${escapeMarkdown(text)}`);
  const shown = told.slice(0, MOST_ROWS);
  const more = told.length > shown.length ? [`- … and ${told.length - shown.length} more`] : [];
  return told.length === 0
    ? []
    : [
        {
          text: `#### Drift: what others changed in AWS; apply leaves this alone\n\n${[...shown, ...more].join('\n')}`,
        },
      ];
};

const drift = (plan: Plan): readonly Section[] => {
  if (plan.drift.length === 0) return [];
  const lines = plan.drift.flatMap((entry) => [
    `${DRIFT_SYMBOL} ${entry.kind} ${nameOf(entry.id)}`,
    ...describeDrift(entry).map((detail) => `      ${detail}`),
  ]);
  const isTold = plan.outside !== undefined;
  const moved = `${countOf(plan.drift.length, 'object')} moved in AWS while git did not`;
  const title = isTold ? moved : `Drift: ${moved}; apply leaves this alone`;
  return [{ text: details(title, fence(lines, 'diff')) }];
};

const ignored = (plan: Plan): readonly Section[] => {
  const told = tellIgnored(plan).map((text) => `- ${escapeMarkdown(text)}`);
  return told.length === 0
    ? []
    : [{ text: details(`Drift that lake.yaml ignores: ${countOf(told.length, 'difference')}`, told.join('\n')) }];
};

const footer = (plan: Plan): Section => {
  const { commit, dirty } = plan.catalog;
  const parts = [
    `plan ${code(plan.digest)}`,
    `as of ${minuteOf(plan.asOf)}`,
    ...(commit === undefined ? [] : [`commit ${code(commit)}${dirty === true ? ' with uncommitted changes' : ''}`]),
  ];
  return { text: `<sub>${parts.join(' · ')}</sub>`, kept: true };
};

const unchanged = ({ summary }: Plan): readonly Section[] =>
  summary.unchanged === 0 ? [] : [{ text: `${countOf(summary.unchanged, 'object')} unchanged.`, kept: true }];

/**
 * A plan as a comment on a pull request: the verdict, then people, then what is destroyed, what is to be said, drift, and the
 * changes folded by stack. It never exceeds what GitHub takes: whole sections are left out, and the comment says so.
 */
export const renderPlanMarkdown = (plan: Plan, limit: number = LONGEST): string =>
  `${joinSections(
    [
      verdict(plan),
      ...access(plan),
      ...destructive(plan),
      ...problems(plan),
      ...outside(plan),
      ...drift(plan),
      ...ignored(plan),
      ...groupChanges(plan.changes, plan.waves).map(stackSection),
      ...unchanged(plan),
      footer(plan),
    ],
    limit,
    (count) =>
      `_${countOf(count, 'section')} left out, because a comment takes ${limit.toLocaleString('en-US')} characters. The plan as JSON or text has everything._`,
  )}\n`;
