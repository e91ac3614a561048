import type { HolderKind, Holding, Rule } from '../../reconciler/model/catalog.ts';
import { datasetText, levelsOn } from '../changes/describe.ts';
import type { Scope } from '../scope.ts';
import { heldRows } from './held.ts';
import type { Match } from './matches.ts';
import { placeText, type Source, sourcesOf } from './sources.ts';
import type { Subject } from './subjects.ts';

/** `a`, `a and b`, `a, b and c`. */
export const listText = (parts: readonly string[], word = 'and'): string =>
  parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} ${word} ${parts.at(-1) ?? ''}`;

/** A reason inside a sentence of ours: people end theirs with a full stop, or not. */
export const reasonText = (reason: string): string => reason.trim().replace(/[.\s]+$/, '');

/** The datasets that a side of a rule means. */
const targetText = ({ target }: Holding): string => {
  if ('dataset' in target) return target.dataset;
  const { tier, domain, owner } = target.select;
  if (tier !== undefined) return `any ${tier} dataset`;
  return domain !== undefined ? `any dataset of the domain ${domain}` : `any dataset of ${owner ?? ''}`;
};

/** `read on payroll`, as the rule says it. */
export const holdingText = (holding: Holding): string => `${holding.level} on ${targetText(holding)}`;

const PLURALS: Readonly<Record<HolderKind, string>> = {
  team: 'teams',
  user: 'users',
  service: 'services',
  pipeline: 'pipelines',
  exposed: 'the roles of exposed datasets',
  everyone: 'everyone',
};

/** Kinds of holder in a sentence. */
export const kindsText = (kinds: readonly HolderKind[]): string =>
  listText(
    kinds.map((kind) => PLURALS[kind]),
    'or',
  );

/** Which rule, and where it stands. */
export const ruleText = ({ name, declaredIn }: Rule): string => `The rule ${name} (${placeText(declaredIn)})`;

const MOST_SOURCES = 3;

const sourceText = ({ holder, place, openMetadata }: Source, isNamed: boolean): string => {
  if (holder.startsWith('everyone:')) return `by the default role of ${holder.slice('everyone:'.length)}, for everyone`;
  const where = place === undefined ? '' : placeText(place);
  if (openMetadata !== undefined)
    return `by the open metadata of ${openMetadata}, which comes with ${isNamed ? `${holder}, ` : ''}${where}`;
  return isNamed ? `through ${holder}, ${where}` : where;
};

const sourcesText = (sources: readonly Source[], isNamed: boolean): string => {
  const shown = [...new Set(sources.map((source) => sourceText(source, isNamed)))];
  const more = shown.length - MOST_SOURCES;
  return `${shown.slice(0, MOST_SOURCES).join('; ')}${more > 0 ? `; and ${more} more` : ''}`;
};

/** What somebody holds there: the levels as they were granted, each with its own end where they do not end together. */
const heldText = (match: Match): string => levelsOn(heldRows(match), datasetText(match));

/** What somebody holds and what gives it; people through which principal. */
export const matchText = (match: Match, holding: Holding, subject: Subject, scope: Scope): string => {
  const sources = sourcesText(sourcesOf(match, holding.level, scope), subject.kind === 'person');
  return `${heldText(match)}${sources === '' ? '' : ` (${sources})`}`;
};

/** Who it is about, at the start of a sentence. */
export const subjectText = ({ name, kind, holders }: Subject): string => {
  if (kind === 'everyone') return 'Everyone';
  if (kind === 'exposed') return `The exposed role ${name.slice('exposed:'.length)}`;
  return kind === 'person' ? `${name}, who works under ${listText(holders)},` : name;
};
