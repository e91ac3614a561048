import type { Principal } from '../../reconciler/model/catalog.ts';
import { compareText } from '../../reconciler/model/json.ts';
import type { AccessChange, AccessCount } from '../../reconciler/model/plan.ts';
import type { AccessHolder } from '../../reconciler/model/resource.ts';
import { effectOf } from './effect.ts';
import type { RowLevel } from '../levels.ts';
import { RISK_OF_LEVELS } from './risk.ts';

type Effect = AccessCount['effect'];

/** What one change counts as, with the levels that it is about. */
const partsOf = (change: AccessChange): readonly (readonly [Effect, readonly RowLevel[]])[] => {
  const { gained, lost } = effectOf(change);
  if (gained.length > 0 || lost.length > 0)
    return [
      ...(gained.length > 0 ? [['gain', gained] as const] : []),
      ...(lost.length > 0 ? [['lose', lost] as const] : []),
    ];
  const isSame = JSON.stringify(change.before) === JSON.stringify(change.after);
  return isSame ? [] : [['keep', change.after.map(({ level }) => level)]];
};

/** The level of the largest risk for each person, and for each holder whose people nobody knows. */
interface Collected {
  readonly people: Map<string, RowLevel>;
  readonly others: Map<AccessHolder, RowLevel>;
}

const riskier = (levels: readonly RowLevel[]): RowLevel =>
  RISK_OF_LEVELS.find((level) => levels.includes(level)) ?? 'discover';

const raise = <Key>(highest: Map<Key, RowLevel>, key: Key, levels: readonly RowLevel[]): void => {
  const known = highest.get(key);
  highest.set(key, riskier(known === undefined ? levels : [...levels, known]));
};

/** The people behind each holder, by something that is the same for one person in several teams. */
const knownPeople = (principals: readonly Principal[]): ReadonlyMap<AccessHolder, readonly string[]> =>
  new Map(
    principals.flatMap(({ kind, ref, members }): readonly (readonly [AccessHolder, readonly string[]])[] => {
      if (members.length > 0 && kind !== 'service') return [[ref, members.map((member) => member.toLowerCase())]];
      return kind === 'user' ? [[ref, [ref]]] : [];
    }),
  );

const countsOf = ({ people, others }: Collected, of: Pick<AccessCount, 'tier' | 'effect'>): readonly AccessCount[] =>
  RISK_OF_LEVELS.map((level): AccessCount => ({
    ...of,
    level,
    people: [...people.values()].filter((one) => one === level).length,
    others: [...others]
      .filter(([, one]) => one === level)
      .map(([holder]) => holder)
      .sort(compareText),
  })).filter((count) => count.people > 0 || count.others.length > 0);

/**
 * How many people gain and lose what in each tier. Somebody in two teams counts once; whose people nobody knows is named
 * instead. `tiers` go from the least to the most confidential.
 */
export const countPeople = (
  access: readonly AccessChange[],
  principals: readonly Principal[],
  tiers: readonly string[],
): readonly AccessCount[] => {
  const known = knownPeople(principals);
  const collected = new Map<string, Collected>();
  for (const change of access)
    for (const [effect, levels] of partsOf(change)) {
      const key = `${effect} ${change.tier}`;
      const found = collected.get(key) ?? { people: new Map(), others: new Map() };
      collected.set(key, found);
      const people = known.get(change.principal);
      if (people === undefined) raise(found.others, change.principal, levels);
      else for (const person of people) raise(found.people, person, levels);
    }
  return (['gain', 'lose', 'keep'] as const).flatMap((effect) =>
    [...tiers].reverse().flatMap((tier): readonly AccessCount[] => {
      const found = collected.get(`${effect} ${tier}`);
      return found === undefined ? [] : countsOf(found, { tier, effect });
    }),
  );
};
