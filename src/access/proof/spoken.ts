import { requestLookup } from '../evaluate/lookup.ts';
import type { Candidate } from '../evaluate/policy-set.ts';
import { type CompiledStatement, speaksOfResource } from '../evaluate/statements.ts';
import type { AccessRequest } from '../evaluate/types.ts';
import type { Atlas, PlacesOfMenu } from './atlas.ts';
import { startChains } from './chains.ts';
import { isLookedUp, type Limited, limitedOf, looksAtPrefix } from './prefixes.ts';

/** Which statements of some documents speak of which place, whatever their actions are and their other conditions say. */
export interface Spoken {
  /** The statements of a place as one number; 0 is none. */
  readonly ofPlace: Int32Array;
  /** The places with any. */
  readonly places: readonly number[];
  readonly candidates: (chain: number) => readonly Candidate[];
}

/** Who asks and when: what a resource with policy variables may depend on. */
export type Asker = Pick<AccessRequest, 'principalArn' | 'at'>;

/** A place that a statement speaks of; with policy variables of unknown value, perhaps. */
type Found = readonly [place: number, isSure: boolean];

/** Patterns that the atlas cannot look up are tried on every place. */
const triedOnEach = (atlas: Atlas, statement: CompiledStatement, asker: Asker): readonly Found[] =>
  atlas.places.flatMap(({ resource, context }, place): readonly Found[] => {
    const lookup = requestLookup({ ...asker, action: '', resource, context });
    const match = speaksOfResource(statement, resource, lookup);
    return match === 'no' ? [] : [[place, match === 'yes']];
  });

/** A statement is not asked where nothing on the menu concerns it: `*` as a resource often means but a few actions. */
const concerned = (atlas: Atlas, statement: CompiledStatement): readonly PlacesOfMenu[] =>
  atlas.byMenu.filter(({ actions }) => actions.some((action) => atlas.speaks(statement, action)));

const lookedUp = (atlas: Atlas, { statement, prefixes }: Limited): readonly (readonly number[])[] =>
  concerned(atlas, statement).flatMap(({ matching, listing }) =>
    statement.resources.map((pattern) => (prefixes === undefined ? matching(pattern) : listing(pattern, prefixes))),
  );

/**
 * Goes from a role's statements to places instead of asking each place for its statements: a place that no statement
 * speaks of costs nothing, and most are of that sort.
 */
export const speakOf = (atlas: Atlas, statements: readonly CompiledStatement[], asker: Asker): Spoken => {
  const count = statements.length;
  const limited = statements.map(limitedOf);
  const chains = startChains(count * 2);
  const ofPlace = new Int32Array(atlas.places.length);
  const places: number[] = [];
  const add = (place: number, item: number): void => {
    const chain = ofPlace[place] ?? 0;
    if (chains.last(chain) === item) return;
    if (chain === 0) places.push(place);
    ofPlace[place] = chains.append(chain, item);
  };
  for (const [index, one] of limited.entries())
    if (isLookedUp(one.statement))
      for (const found of lookedUp(atlas, one)) for (const place of found) add(place, index);
    else
      for (const [place, isSure] of triedOnEach(atlas, one.statement, asker))
        add(place, isSure ? index : index + count);
  return {
    ofPlace,
    places,
    candidates: (chain) =>
      chains.items(chain).flatMap((item) => {
        const one = limited[item % count];
        return one === undefined ? [] : [{ statement: one.statement, match: item < count ? 'yes' : 'maybe' }];
      }),
  };
};

/** Whether any statement depends on the prefix of a listing beyond what was looked up. */
export const lookAtPrefix = (candidates: readonly Candidate[]): boolean =>
  candidates.some(({ statement }) => looksAtPrefix(statement));
