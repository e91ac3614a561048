import { requestLookup } from '../evaluate/lookup.ts';
import type { Candidate } from '../evaluate/policy-set.ts';
import { type CompiledStatement, speaksOfResource } from '../evaluate/statements.ts';
import type { AccessRequest } from '../evaluate/types.ts';
import type { PlaceIndex, PlacesOfClasses } from './place-index.ts';
import { startLists } from './numbered-lists.ts';
import { isLookedUp, type Limited, limitedOf, looksAtPrefix } from './prefixes.ts';

/** Which statements of some documents speak of which place, whatever their actions are and their other conditions say. */
export interface StatementsByPlace {
  /** The statements of a place as one number; 0 is none. */
  readonly ofPlace: Int32Array;
  /** The places with any. */
  readonly places: readonly number[];
  readonly candidates: (list: number) => readonly Candidate[];
}

/** Who asks and when: what a resource with policy variables may depend on. */
export type Asker = Pick<AccessRequest, 'principalArn' | 'at'>;

/** A place that a statement speaks of; with policy variables of unknown value, perhaps. */
type Found = readonly [place: number, isSure: boolean];

/** Patterns that the place index cannot look up are tried on every place. */
const triedOnEach = (placeIndex: PlaceIndex, statement: CompiledStatement, asker: Asker): readonly Found[] =>
  placeIndex.places.flatMap(({ resource, context }, place): readonly Found[] => {
    const lookup = requestLookup({ ...asker, action: '', resource, context });
    const match = speaksOfResource(statement, resource, lookup);
    return match === 'no' ? [] : [[place, match === 'yes']];
  });

/** A statement is not asked where it concerns nothing that is asked: `*` as a resource often means but a few actions. */
const concerned = (placeIndex: PlaceIndex, statement: CompiledStatement): readonly PlacesOfClasses[] =>
  placeIndex.byClasses.filter(({ actions }) => actions.some((action) => placeIndex.speaks(statement, action)));

const lookedUp = (placeIndex: PlaceIndex, { statement, prefixes }: Limited): readonly (readonly number[])[] =>
  concerned(placeIndex, statement).flatMap(({ matching, listing }) =>
    statement.resources.map((pattern) => (prefixes === undefined ? matching(pattern) : listing(pattern, prefixes))),
  );

/**
 * Goes from a role's statements to places instead of asking each place for its statements: a place that no statement
 * speaks of costs nothing, and most are of that sort.
 */
export const findStatementsByPlace = (
  placeIndex: PlaceIndex,
  statements: readonly CompiledStatement[],
  asker: Asker,
): StatementsByPlace => {
  const count = statements.length;
  const limited = statements.map(limitedOf);
  const lists = startLists(count * 2);
  const ofPlace = new Int32Array(placeIndex.places.length);
  const places: number[] = [];
  const add = (place: number, item: number): void => {
    const list = ofPlace[place] ?? 0;
    if (lists.last(list) === item) return;
    if (list === 0) places.push(place);
    ofPlace[place] = lists.append(list, item);
  };
  for (const [index, one] of limited.entries())
    if (isLookedUp(one.statement))
      for (const found of lookedUp(placeIndex, one)) for (const place of found) add(place, index);
    else
      for (const [place, isSure] of triedOnEach(placeIndex, one.statement, asker))
        add(place, isSure ? index : index + count);
  return {
    ofPlace,
    places,
    candidates: (list) =>
      lists.items(list).flatMap((item) => {
        const one = limited[item % count];
        return one === undefined ? [] : [{ statement: one.statement, match: item < count ? 'yes' : 'maybe' }];
      }),
  };
};

/** Whether any statement depends on the prefix of a listing beyond what was looked up. */
export const lookAtPrefix = (candidates: readonly Candidate[]): boolean =>
  candidates.some(({ statement }) => looksAtPrefix(statement));
