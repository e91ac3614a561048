import type { Condition } from '../evaluate/conditions.ts';
import { requestLookup } from '../evaluate/lookup.ts';
import { OPERATORS } from '../evaluate/operators.ts';
import type { Candidate } from '../evaluate/policy-set.ts';
import { type CompiledStatement, speaksOfAction, speaksOfResource } from '../evaluate/statements.ts';
import type { AccessRequest } from '../evaluate/types.ts';
import { hasVariable } from '../evaluate/variables.ts';
import type { Atlas } from './atlas.ts';
import { startChains } from './chains.ts';
import { LISTING } from './menus.ts';

/** Which statements of some documents speak of which place, whatever their actions are and their other conditions say. */
export interface Spoken {
  /** The statements of a place as one number; 0 is none. */
  readonly ofPlace: Int32Array;
  /** The places with any. */
  readonly places: readonly number[];
  readonly candidates: (chain: number) => readonly Candidate[];
  /** Whether any of them depends on the prefix of a listing beyond what was looked up. */
  readonly looksAtPrefix: (chain: number) => boolean;
}

/** Who asks and when: what a resource with policy variables may depend on. */
export type Asker = Pick<AccessRequest, 'principalArn' | 'at'>;

const PREFIX = 's3:prefix';
const PREFIX_OPERATORS = new Set([OPERATORS.get('StringLike'), OPERATORS.get('StringEquals')]);

/** A condition on the prefix that can be looked up: it holds exactly for the prefixes that match one of its values. */
const isPlainPrefix = ({ key, operator, qualifier, matchesAbsent, isUndecidable, values }: Condition): boolean =>
  key === PREFIX &&
  !isUndecidable &&
  !matchesAbsent &&
  qualifier === undefined &&
  PREFIX_OPERATORS.has(operator) &&
  !values.some(hasVariable);

/** A statement, and the prefixes that it is limited to: then it speaks of listings alone, since no other request has one. */
interface Limited {
  readonly statement: CompiledStatement;
  readonly prefixes?: readonly string[];
  readonly looksAtPrefix: boolean;
}

const isLookedUp = ({ isNotResource, hasVariables }: CompiledStatement): boolean => !isNotResource && !hasVariables;

const limitedOf = (statement: CompiledStatement): Limited => {
  const limit = isLookedUp(statement) ? statement.conditions.find(isPlainPrefix) : undefined;
  const conditions = statement.conditions.filter((condition) => condition !== limit);
  return {
    statement: limit === undefined ? statement : { ...statement, conditions },
    ...(limit === undefined ? {} : { prefixes: limit.values }),
    looksAtPrefix:
      statement.hasVariables ||
      conditions.some(({ key, values }) => key === PREFIX || values.some((value) => hasVariable(value))),
  };
};

/** Patterns that the atlas cannot look up are tried on every place. */
const triedOnEach = (
  atlas: Atlas,
  statement: CompiledStatement,
  asker: Asker,
): readonly (readonly [place: number, isSure: boolean])[] =>
  atlas.places.flatMap(({ resource, context }, place) => {
    const lookup = requestLookup({ ...asker, action: '', resource, context });
    const match = speaksOfResource(statement, resource, lookup);
    return match === 'no' ? [] : [[place, match === 'yes'] as const];
  });

const LISTS = LISTING.flatMap(({ actions }) => actions).map((action) => action.toLowerCase());

/** A statement that does not list is not asked for each prefix: there are many, on few buckets. */
const placesOf = (atlas: Atlas, { statement, prefixes }: Limited): readonly (readonly number[])[] => {
  const { resources } = statement;
  const others = prefixes === undefined ? resources.map(atlas.placesMatching) : [];
  return LISTS.some((action) => speaksOfAction(statement, action))
    ? [...others, ...resources.map((pattern) => atlas.listingsMatching(pattern, prefixes))]
    : others;
};

/**
 * Goes from statements to places instead of asking each place for its statements: a place that no statement speaks of
 * costs nothing. `only` leaves places out.
 */
export const speakOf = (
  atlas: Atlas,
  statements: readonly CompiledStatement[],
  asker: Asker,
  only?: (place: number, statement: number) => boolean,
): Spoken => {
  const count = statements.length;
  const limited = statements.map(limitedOf);
  const chains = startChains(count * 2);
  const ofPlace = new Int32Array(atlas.places.length);
  const places: number[] = [];
  const add = (place: number, item: number): void => {
    if (only !== undefined && !only(place, item % count)) return;
    const chain = ofPlace[place] ?? 0;
    if (chains.last(chain) === item) return;
    if (chain === 0) places.push(place);
    ofPlace[place] = chains.append(chain, item);
  };
  for (const [index, one] of limited.entries())
    if (isLookedUp(one.statement)) for (const found of placesOf(atlas, one)) for (const place of found) add(place, index);
    else
      for (const [place, isSure] of triedOnEach(atlas, one.statement, asker)) add(place, isSure ? index : index + count);
  const itemsOf = (chain: number): readonly (readonly [Limited, boolean])[] =>
    chains.items(chain).flatMap((item) => {
      const one = limited[item % count];
      return one === undefined ? [] : [[one, item < count] as const];
    });
  return {
    ofPlace,
    places,
    candidates: (chain) =>
      itemsOf(chain).map(([{ statement }, isSure]) => ({ statement, match: isSure ? 'yes' : 'maybe' })),
    looksAtPrefix: (chain) => itemsOf(chain).some(([one]) => one.looksAtPrefix),
  };
};
