import type { AccessCount } from '../../reconciler/model/plan.ts';
import type { AccessHolder } from '../../reconciler/model/resource.ts';
import { holderText, joined } from './describe.ts';

const NAMED_AT_MOST = 2;

/** Holders by name while they are few, else their number. */
const named = (holders: readonly AccessHolder[], noun: string): readonly string[] =>
  holders.length > NAMED_AT_MOST ? [`${holders.length} ${noun}`] : holders.map(holderText);

const SORTS = [
  ['service', 'services'],
  ['pipeline', 'pipelines'],
  ['user', 'users'],
  ['exposed', 'exposed roles'],
] as const;

interface Subject {
  readonly text: string;
  readonly isOne: boolean;
}

/** Whom a count is about. Teams come last, because what is in brackets speaks of them. */
const subjectOf = ({ people, others }: AccessCount): Subject => {
  const of = (sort: string): readonly AccessHolder[] => others.filter((holder) => holder.startsWith(`${sort}:`));
  if (of('everyone').length > 0) return { text: 'everyone', isOne: true };
  const teams = named(of('team'), 'teams');
  const known = people === 0 ? [] : [people === 1 ? '1 person' : `${people} people`];
  const parts = [...known, ...SORTS.flatMap(([sort, noun]) => named(of(sort), noun)), ...teams];
  const text = `${joined(parts)}${teams.length === 0 ? '' : ' (members unknown)'}`;
  return { text, isOne: people + others.length === 1 };
};

const VERBS: Readonly<Record<AccessCount['effect'], readonly [one: string, many: string]>> = {
  gain: ['gains', 'gain'],
  lose: ['loses', 'lose'],
  keep: ['keeps', 'keep'],
};

/** All counts of one effect in one tier: `1 person gains admin and 3 people gain read on sensitive data`. */
const clauseOf = (counts: readonly AccessCount[], tier: string, effect: AccessCount['effect']): string => {
  const [one, many] = VERBS[effect];
  const subjects = counts.map((count) => {
    const { text, isOne } = subjectOf(count);
    return `${text} ${isOne ? one : many} ${count.level}`;
  });
  return `${joined(subjects)} on ${tier} data${effect === 'keep' ? ' until another day' : ''}`;
};

const nobody = (counts: readonly AccessCount[]): readonly string[] => {
  const has = (effect: AccessCount['effect']): boolean => counts.some((count) => count.effect === effect);
  if (!has('gain') && !has('lose')) return ['nobody gains or loses access'];
  return has('gain') ? (has('lose') ? [] : ['nobody loses access']) : ['nobody gains access'];
};

const capitalised = (text: string): string =>
  /^(team|user|service|pipeline):/.test(text) ? text : `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;

const ONE_LINE = 2;

/**
 * What a plan means for people: `3 people gain read on sensitive data; nobody loses access.` One line while it is short, else
 * a line for each tier and effect. The first thing that somebody who approves reads.
 */
export const headlineOf = (counts: readonly AccessCount[]): readonly string[] => {
  const clauses = (effect: AccessCount['effect']): readonly string[] => {
    const own = counts.filter((count) => count.effect === effect);
    const tiers = [...new Set(own.map(({ tier }) => tier))];
    return tiers.map((tier) =>
      clauseOf(
        own.filter((count) => count.tier === tier),
        tier,
        effect,
      ),
    );
  };
  const moved = [...clauses('gain'), ...clauses('lose')];
  const parts =
    moved.length === 0 ? [...nobody(counts), ...clauses('keep')] : [...moved, ...nobody(counts), ...clauses('keep')];
  const ended = parts.map((part, index) => `${part}${index === parts.length - 1 ? '.' : ';'}`);
  const [first = '', ...rest] = ended.length > ONE_LINE ? ended : [ended.join(' ')];
  return [capitalised(first), ...rest];
};
