import type { DriftEffect, DriftReport, HealResult } from '../reconciler/model/drift.ts';
import { diagnosticBlock } from './diagnostics-text.ts';
import { aboutLive } from './drift-diagnostics.ts';
import {
  commonUnknown,
  driftLine,
  EFFECT_TITLES,
  EFFECTS,
  exceptionText,
  HEAL_SIGNS,
  healText,
  ignoredText,
  immutabilityText,
  pendingText,
  tellEntry,
  unreadText,
  verdictText,
  type ToldEntry,
} from './drift-words.ts';
import { countOf, minuteOf, nameOf, placeOf, wrapText } from './layout.ts';
import type { Paint } from './paint.ts';
import { diagnosticsLine } from './summary.ts';
import { DRIFT_SYMBOL } from './symbols.ts';

const WIDTH = 100;

/** How a drift report is shown. */
export interface DriftTextOptions {
  readonly paint: Paint;
  /** What a second look found after healing. */
  readonly after?: DriftReport;
  /** The drift itself was shown before somebody was asked, so only what became of it is told. */
  readonly isShown?: boolean;
}

const section = (paint: Paint, title: string, lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [] : [paint.bold(title), ...lines, ''];

const paintEffect = (paint: Paint, effect: DriftEffect): ((text: string) => string) =>
  effect === 'widens' ? paint.red : effect === 'narrows' ? paint.yellow : paint.dim;

/** The first line stands at `first`, all that follow are indented deeper. */
const bullet = (sign: string, text: string, indent = '    '): readonly string[] => {
  const [first = '', ...rest] = wrapText(text, WIDTH, indent);
  return [`  ${sign} ${first.trimStart()}`, ...rest];
};

/** A line stays as it is where it fits; what is longer goes on two columns deeper. */
const fitLine = (line: string, indent: string): readonly string[] => {
  if (indent.length + line.length <= WIDTH) return [indent + line];
  const [first = '', ...rest] = wrapText(line, WIDTH - 2, indent);
  return [first, ...rest.map((text) => `  ${text}`)];
};

/** The object, and where it is and is declared: beside it, or below where that is too long. */
const headLines = ({ entry, state }: ToldEntry, paint: Paint): readonly string[] => {
  const sign = paintEffect(paint, entry.effect)(DRIFT_SYMBOL);
  const name = nameOf(entry.id);
  const [before, after] = [`${entry.kind} `, state === undefined ? '' : `, ${state}`];
  const head = `  ${sign} ${before}${paint.bold(name)}${after}`;
  const places = [entry.stack, placeOf(entry.declaredIn)].filter((text) => text !== '');
  if (places.length === 0) return [head];
  const beside = places.join('  ');
  const width = `  ${DRIFT_SYMBOL} ${before}${name}${after}  ${beside}`.length;
  if (width <= WIDTH) return [`${head}  ${paint.dim(beside)}`];
  const below = 6 + beside.length <= WIDTH ? [beside] : places;
  return [head, ...below.map((text) => `      ${paint.dim(text)}`)];
};

const entryLines = (told: ToldEntry, paint: Paint): readonly string[] => [
  ...headLines(told, paint),
  ...told.says.flatMap((text) => wrapText(text, WIDTH, '      ')),
  ...told.parts.flatMap(({ meaning, lines }) =>
    meaning === undefined
      ? lines.flatMap((line) => fitLine(line, '      '))
      : [
          ...wrapText(meaning, WIDTH, '      '),
          ...lines.flatMap((line) => fitLine(line, '        ')).map((line) => paint.dim(line)),
        ],
  ),
  ...(told.author === undefined ? [] : wrapText(told.author, WIDTH, '      ').map((line) => paint.magenta(line))),
  ...(told.hold === undefined ? [] : wrapText(told.hold, WIDTH, '      ').map((line) => paint.cyan(line))),
];

const groupLines = (report: DriftReport, effect: DriftEffect, paint: Paint): readonly string[] => {
  const isKnown = commonUnknown(report) === undefined;
  const told = report.entries.filter((entry) => entry.effect === effect);
  const title = `${EFFECT_TITLES[effect]}: ${countOf(told.length, 'object')}`;
  return section(
    paint,
    title,
    told.flatMap((entry, index) => [
      ...(index === 0 ? [] : ['']),
      ...entryLines(tellEntry(entry, report.asOf, isKnown), paint),
    ]),
  );
};

const unknownLines = ({ unknown }: DriftReport): readonly string[] =>
  unknown.flatMap((one) => bullet('?', `${unreadText(one)}: ${one.reason}`));

const paintOutcome = (paint: Paint, outcome: HealResult['outcome']): ((text: string) => string) => {
  if (outcome === 'healed') return paint.green;
  if (outcome === 'failed' || outcome === 'refused') return paint.red;
  return outcome === 'held' ? paint.cyan : paint.dim;
};

/** What healing did, would do or left; of what it left for one reason, one line. */
export const healingLines = (results: readonly HealResult[], paint: Paint): readonly string[] => {
  const left = new Map<string, number>();
  for (const { outcome, detail } of results) if (outcome === 'left') left.set(detail, (left.get(detail) ?? 0) + 1);
  return [
    ...results
      .filter(({ outcome, detail }) => outcome !== 'left' || left.get(detail) === 1)
      .flatMap((result) => bullet(paintOutcome(paint, result.outcome)(HEAL_SIGNS[result.outcome]), healText(result))),
    ...[...left]
      .filter(([, count]) => count > 1)
      .flatMap(([detail, count]) => bullet(paint.dim(HEAL_SIGNS.left), `left ${count} parts: ${detail}`)),
  ];
};

const immutabilityLines = ({ immutability, entries }: DriftReport, paint: Paint): readonly string[] => {
  const text = immutabilityText(immutability);
  if (immutability.status === 'excepted')
    return section(
      paint,
      text,
      immutability.exceptions.flatMap((one) => bullet(paint.yellow(DRIFT_SYMBOL), exceptionText(one))),
    );
  const lines = wrapText(text, WIDTH, '');
  return immutability.status === 'proven' && entries.length === 0
    ? lines.map((line) => paint.green(line))
    : [...lines.map((line) => paint.dim(line)), ''];
};

const verdictLines = (report: DriftReport, paint: Paint): readonly string[] => {
  if (report.entries.length > 0) return [];
  const { text, isClean } = verdictText(report);
  return [isClean ? paint.green(text) : paint.yellow(text)];
};

const pendingLines = ({ summary, entries }: DriftReport, paint: Paint): readonly string[] => {
  const text = pendingText(summary);
  return text === undefined ? [] : [paint.yellow(`${text}.`), ...(entries.length === 0 ? [] : [''])];
};

const afterLines = (after: DriftReport | undefined, paint: Paint): readonly string[] => {
  if (after === undefined) return [];
  const left = after.entries.flatMap(({ id, effect }) =>
    bullet(paintEffect(paint, effect)(DRIFT_SYMBOL), `${id} (${effect})`),
  );
  return left.length === 0 ? [...verdictLines(after, paint), ''] : section(paint, 'Left after healing', left);
};

const commitOf = ({ catalog: { commit, dirty } }: DriftReport): string =>
  commit === undefined ? '' : `, commit ${commit.slice(0, 10)}${dirty === true ? ' with uncommitted changes' : ''}`;

const reportLines = (report: DriftReport, paint: Paint): readonly string[] => {
  const unknown = commonUnknown(report);
  const diagnostics = aboutLive(report.diagnostics);
  return [
    `${paint.bold(`Drift of ${report.instance}`)} ${paint.dim(`as of ${minuteOf(report.asOf)}${commitOf(report)}`)}`,
    '',
    ...EFFECTS.flatMap((effect) => groupLines(report, effect, paint)),
    ...(unknown === undefined ? [] : [...wrapText(`Nobody knows by whom: ${unknown}`, WIDTH, ''), '']),
    ...section(paint, 'Unknown: it may have drifted too', unknownLines(report)),
    ...section(
      paint,
      'Ignored by lake.yaml',
      report.ignored.flatMap((one) => bullet(paint.dim('~'), ignoredText(one))),
    ),
    ...section(paint, diagnosticsLine(diagnostics), diagnosticBlock(diagnostics, paint)),
    ...verdictLines(report, paint),
    ...pendingLines(report, paint),
    ...immutabilityLines(report, paint),
  ];
};

const healingSection = ({ healed }: DriftReport, paint: Paint): readonly string[] => {
  const results = healed?.results ?? [];
  const isDone = results.some(({ outcome }) => outcome !== 'planned');
  return section(paint, isDone ? 'Healing' : 'Healing would do this; nothing was done', healingLines(results, paint));
};

/**
 * Drift for a terminal: what widens access first, each object with who gained what, what that means, by whom and since when;
 * then what narrows it, the rest, and what nobody could see. The last line is the same for people and scripts.
 */
export const renderDriftText = (report: DriftReport, { paint, after, isShown = false }: DriftTextOptions): string =>
  `${[
    ...(isShown ? [] : reportLines(report, paint)),
    ...healingSection(report, paint),
    ...afterLines(after, paint),
    paint.bold(driftLine((after ?? report).summary)),
  ].join('\n')}\n`;
