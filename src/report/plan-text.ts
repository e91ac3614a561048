import type { Change, Plan } from '../reconciler/model/plan.ts';
import { headlineOf } from '../access/changes/headline.ts';
import { tellAccess } from './access.ts';
import { diagnosticBlock } from './diagnostics-text.ts';
import { foldNotes } from './fold-notes.ts';
import { foldStacks, groupChanges, linesOf, type Line, type StackChanges } from './groups.ts';
import { alignColumns, countOf, minuteOf, nameOf, placeOf, wrapText } from './layout.ts';
import { tellOutside } from './outside.ts';
import type { Paint } from './paint.ts';
import { describeChange, describeDrift, tellIgnored } from './properties.ts';
import { diagnosticsLine, planLine, refusingGuards, unchangedText, verdictOf } from './summary.ts';
import { DRIFT_SYMBOL, paintAction, SYMBOLS } from './symbols.ts';

const WIDTH = 100;

/** How much of a plan is shown. */
export interface PlanTextOptions {
  readonly paint: Paint;
  /** Leaves out the diagnostics, for shells that print them elsewhere. */
  readonly withoutDiagnostics?: boolean;
}

const section = (paint: Paint, title: string, lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [] : [paint.bold(title), ...lines, ''];

const commitOf = ({ catalog }: Plan): string => {
  if (catalog.commit === undefined) return '';
  return `, commit ${catalog.commit.slice(0, 10)}${catalog.dirty === true ? ' with uncommitted changes' : ''}`;
};

const header = (plan: Plan, paint: Paint): readonly string[] => [
  `${paint.bold(`Plan for ${plan.instance}`)} ${paint.dim(`as of ${minuteOf(plan.asOf)}${commitOf(plan)}`)}`,
  '',
];

/** The headline, a sentence for each change, and beneath each gain why and whose approval it needs. */
const accessLines = (plan: Plan, paint: Paint): readonly string[] => {
  const sentences = tellAccess(plan.access).flatMap(
    ({ sign: { gains, loses, symbol }, text, isFolded, background = '' }) => {
      const color = gains ? paint.green : loses ? paint.red : paint.yellow;
      const [first = '', ...rest] = isFolded ? wrapText(text, WIDTH, '    ') : [`    ${text}`];
      const beneath = wrapText(background, WIDTH, '      ').map((line) => paint.dim(line));
      return [`  ${color(symbol)} ${first.trimStart()}`, ...rest, ...beneath];
    },
  );
  const told = plan.people === undefined ? [] : headlineOf(plan.people).flatMap((line) => wrapText(line, WIDTH, '  '));
  const headline = told.length === 0 ? [] : [...told, ''];
  return sentences.length === 0 ? [] : [...headline, ...sentences];
};

const cellsOf = (line: Line): readonly [Change['action'], readonly string[]] =>
  line.sort === 'folded'
    ? ['create', [SYMBOLS.create, line.kind, `${countOf(line.changes.length, 'object')}: ${spanOf(line.changes)}`]]
    : [
        line.change.action,
        [
          SYMBOLS[line.change.action],
          line.change.kind,
          nameOf(line.change.id),
          ...[placeOf(line.change.declaredIn)].filter((place) => place !== ''),
        ],
      ];

/** The first and the last of a row. */
const spanOf = (changes: readonly Change[]): string =>
  `${nameOf(changes[0]?.id ?? '')} … ${nameOf(changes.at(-1)?.id ?? '')}`;

const stackLines = (changes: readonly Change[], paint: Paint): readonly string[] => {
  const lines = linesOf(changes);
  const cells = lines.map(cellsOf);
  const aligned = alignColumns(cells.map(([, row]) => row));
  return lines.flatMap((line, index) => {
    const [symbol = '', kind = '', name = '', place] = aligned[index] ?? [];
    const action = cells[index]?.[0] ?? 'create';
    const head = `    ${paintAction(paint, action, symbol)} ${kind} ${name}${place === undefined ? '' : `  ${paint.dim(place)}`}`;
    const details = line.sort === 'change' ? describeChange(line.change) : [];
    return [head, ...details.map((detail) => `        ${detail}`)];
  });
};

const kindsOf = (changes: readonly Change[]): string =>
  [...new Set(changes.map(({ kind }) => kind))]
    .map((kind) => [kind, changes.filter((change) => change.kind === kind).length] as const)
    .map(([kind, count]) => (count === 1 ? kind : `${count} ${kind}`))
    .join(', ');

/** Stacks that only grow, one line each. */
const foldedStackLines = (groups: readonly StackChanges[], paint: Paint): readonly string[] =>
  alignColumns(groups.map(({ stack, changes }) => [stack, kindsOf(changes)])).map(
    ([stack = '', kinds = '']) => `  ${paintAction(paint, 'create', SYMBOLS.create)} ${stack}  ${kinds}`,
  );

const changeLines = (plan: Plan, paint: Paint): readonly string[] => {
  const { folded, shown } = foldStacks(groupChanges(plan.changes, plan.waves));
  const hint = paint.dim('    In one line each, because there are many; --target STACK shows the objects of a stack.');
  const blocks = [
    ...(folded.length === 0 ? [] : [[...foldedStackLines(folded, paint), hint]]),
    ...shown.map(({ stack, region, changes }) => [
      `  ${stack} ${paint.dim(`(${region}, ${countOf(changes.length, 'change')})`)}`,
      ...stackLines(changes, paint),
    ]),
  ];
  return blocks.flatMap((block, index) => (index === 0 ? block : ['', ...block]));
};

/** What drift means for people, then drifted objects with what differs. */
const driftLines = ({ drift, outside }: Plan, paint: Paint): readonly string[] => {
  const told = tellOutside(outside).flatMap((text) => {
    const [first = '', ...rest] = wrapText(text, WIDTH, '    ');
    return [`  ${paint.magenta(DRIFT_SYMBOL)} ${first.trimStart()}`, ...rest];
  });
  const objects = objectLines(drift, paint);
  return told.length > 0 && objects.length > 0 ? [...told, '', ...objects] : [...told, ...objects];
};

const objectLines = (drift: Plan['drift'], paint: Paint): readonly string[] => {
  const aligned = alignColumns(drift.map((entry) => [entry.kind, nameOf(entry.id), entry.stack]));
  return drift.flatMap((entry, index) => {
    const [kind = '', name = '', stack = ''] = aligned[index] ?? [];
    return [
      `  ${paint.magenta(DRIFT_SYMBOL)} ${kind} ${name}  ${paint.dim(stack)}`,
      ...describeDrift(entry).map((detail) => `      ${detail}`),
    ];
  });
};

const ignoredLines = (plan: Plan, paint: Paint): readonly string[] =>
  tellIgnored(plan).flatMap((text) => wrapText(text, WIDTH, '    ').map((line) => paint.dim(line)));

/** What nobody could see. */
const unreadableLines = (plan: Plan): readonly string[] =>
  plan.live.unreadable.map(({ kind, region, reason }) => `  ? ${kind} in ${region}: ${reason}`);

const verdictLines = (plan: Plan, paint: Paint): readonly string[] => {
  switch (verdictOf(plan)) {
    case 'refused':
      return [paint.red(`Refused by ${refusingGuards(plan).join(', ')}.`)];
    case 'broken':
      return [paint.red('Cannot be applied as it is.')];
    case 'drifted':
      return ['Nothing to do; AWS has drifted.'];
    case 'unchanged':
      return [paint.green(unchangedText(plan))];
    case 'ready':
      return [];
  }
};

/**
 * A plan for a terminal: people first, then changes by stack, drift and what is to be said. Policies are counted, never
 * printed; the JSON form holds everything. The last line is the same for people and scripts.
 */
export const renderPlanText = (plan: Plan, { paint, withoutDiagnostics }: PlanTextOptions): string => {
  const { shown, folded } = foldNotes(withoutDiagnostics === true ? [] : plan.diagnostics);
  return `${[
    ...header(plan, paint),
    ...section(paint, 'Who gains and loses access', accessLines(plan, paint)),
    ...section(paint, 'Changes', changeLines(plan, paint)),
    ...section(paint, 'Drift: AWS moved, git did not; apply leaves this alone', driftLines(plan, paint)),
    ...section(paint, 'Drift that lake.yaml ignores', ignoredLines(plan, paint)),
    ...section(paint, 'Could not be read', unreadableLines(plan)),
    ...section(paint, diagnosticsLine(shown), diagnosticBlock(shown, paint)),
    ...(folded === undefined ? [] : [paint.dim(folded), '']),
    ...verdictLines(plan, paint),
    paint.bold(planLine(plan)),
  ].join('\n')}\n`;
};
