import type { DriftEffect, DriftReport } from '../reconciler/model/drift.ts';
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
import { aboutLive } from './drift-diagnostics.ts';
import { countOf, minuteOf, placeOf } from './layout.ts';
import { code, details, escapeMarkdown, fence, joinSections, type Section } from './markdown.ts';
import { DRIFT_SYMBOL } from './symbols.ts';

const LONGEST = 65_000;

/** The hidden first line by which the report of an instance is found again, so that there is one issue and not twenty. */
export const driftMarker = (instance: string): string => `<!-- edl:drift:${instance} -->`;

const SIGNS: Readonly<Record<DriftEffect, string>> = { widens: '🔴', narrows: '🟡', neutral: '⚪' };

const verdictOf = (report: DriftReport): string => {
  const [worst] = report.entries;
  if (worst !== undefined) return SIGNS[worst.effect];
  return verdictText(report).isClean ? '✅' : '❔';
};

const pending = ({ summary }: DriftReport): readonly Section[] => {
  const text = pendingText(summary);
  return text === undefined ? [] : [{ text: `${escapeMarkdown(text)}.`, kept: true }];
};

const verdict = (report: DriftReport, after: DriftReport | undefined): Section => ({
  text: `${driftMarker(report.instance)}\n### EDL drift of ${code(report.instance)}\n\n${verdictOf(after ?? report)} **${driftLine((after ?? report).summary)}**`,
  kept: true,
});

const list = (title: string, lines: readonly string[]): readonly Section[] =>
  lines.length === 0 ? [] : [{ text: `#### ${title}\n\n${lines.map((line) => `- ${line}`).join('\n')}` }];

/** The object, then what it means, then who did it; the properties come last, in a fence: most people stop before them. */
const entryText = ({ entry, state, says, parts, author, hold }: ToldEntry): string => {
  const place = placeOf(entry.declaredIn);
  const beside = [entry.stack, place]
    .filter((text) => text !== '')
    .map(code)
    .join(', ');
  const meanings = [...new Set(parts.flatMap(({ meaning }) => (meaning === undefined ? [] : [meaning])))];
  const lines = parts.flatMap((part) => part.lines);
  return [
    `${SIGNS[entry.effect]} **${code(entry.id)}**${state === undefined ? '' : ` ${state}`}${beside === '' ? '' : ` (${beside})`}`,
    ...[...says, ...meanings].map((text) => `- ${DRIFT_SYMBOL} ${escapeMarkdown(text)}`),
    ...(author === undefined ? [] : [`- ${escapeMarkdown(author)}`]),
    ...(hold === undefined ? [] : [`- ${escapeMarkdown(hold)}`]),
    ...(lines.length === 0 ? [] : ['', fence(lines)]),
  ].join('\n');
};

const group = (report: DriftReport, effect: DriftEffect): readonly Section[] => {
  const isKnown = commonUnknown(report) === undefined;
  const told = report.entries
    .filter((entry) => entry.effect === effect)
    .map((entry) => entryText(tellEntry(entry, report.asOf, isKnown)));
  if (told.length === 0) return [];
  const title = `${EFFECT_TITLES[effect]}: ${countOf(told.length, 'object')}`;
  if (effect === 'neutral') return [{ text: details(title, told.join('\n\n')) }];
  const [first = '', ...rest] = told;
  return [{ text: `#### ${title}\n\n${first}` }, ...rest.map((text) => ({ text }))];
};

const immutability = (report: DriftReport): readonly Section[] => {
  const text = immutabilityText(report.immutability);
  const exceptions = report.immutability.exceptions.map((one) => escapeMarkdown(exceptionText(one)));
  return exceptions.length === 0 ? [{ text }] : list(text, exceptions);
};

const healing = ({ healed }: DriftReport): readonly Section[] =>
  list(
    'Healing',
    (healed?.results ?? []).map((result) => `${HEAL_SIGNS[result.outcome]} ${escapeMarkdown(healText(result))}`),
  );

const footer = ({ asOf, catalog: { commit, dirty } }: DriftReport): Section => {
  const from =
    commit === undefined ? '' : ` · commit ${code(commit)}${dirty === true ? ' with uncommitted changes' : ''}`;
  return { text: `<sub>as of ${minuteOf(asOf)}${from}</sub>`, kept: true };
};

/** Drift as a comment or an issue: what widens access first. It never exceeds what GitHub takes, and says what it leaves out. */
export const renderDriftMarkdown = (report: DriftReport, after?: DriftReport, limit: number = LONGEST): string => {
  const unknown = commonUnknown(report);
  return `${joinSections(
    [
      verdict(report, after),
      ...pending(report),
      ...EFFECTS.flatMap((effect) => group(report, effect)),
      ...(unknown === undefined ? [] : [{ text: `Nobody knows by whom: ${escapeMarkdown(unknown)}` }]),
      ...healing(report),
      ...list(
        'Left after healing',
        (after?.entries ?? []).map(({ id, effect }) => `${SIGNS[effect]} ${code(id)} ${effect}`),
      ),
      ...list(
        'Unknown: it may have drifted too',
        report.unknown.map((one) => `${code(unreadText(one))}: ${escapeMarkdown(one.reason)}`),
      ),
      ...list('Ignored by lake.yaml', report.ignored.map(ignoredText).map(escapeMarkdown)),
      ...list(
        'Messages',
        aboutLive(report.diagnostics).map(
          ({ code: id, summary, detail }) => `${code(id)} **${escapeMarkdown(summary)}** ${escapeMarkdown(detail)}`,
        ),
      ),
      ...immutability(report),
      footer(report),
    ],
    limit,
    (count) =>
      `_${countOf(count, 'section')} left out, because a comment takes ${limit.toLocaleString('en-US')} characters. The report as JSON or text has everything._`,
  )}\n`;
};
