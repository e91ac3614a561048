import type { HeldRole } from '../held/access-of.ts';
import type { CompiledStatement } from '../evaluate/statements.ts';
import type { PlaceIndex } from './place-index.ts';
import { type Granted, grantedTo } from './granted.ts';
import type { Surroundings } from './surroundings.ts';
import { judgePlace, type Wrong } from './judge-place.ts';
import type { Place } from './place.ts';
import type { Rights } from './rights.ts';
import { type Asker, lookAtPrefix, type StatementsByPlace, findStatementsByPlace } from './statements-by-place.ts';
import type { Mismatch } from './types.ts';

/** What one role is held against. */
export interface RoleProof {
  readonly placeIndex: PlaceIndex;
  readonly surroundings: Surroundings;
  readonly rights: Rights;
  readonly asOf: string;
}

/** Places where anything could come out otherwise than "no, and nobody granted it", each once. */
const placesToAsk = ({ surroundings }: RoleProof, own: StatementsByPlace, granted: Granted): readonly number[] => [
  ...own.places,
  ...granted.places.filter((place) => own.ofPlace[place] === 0),
  ...surroundings.opened.filter((place) => own.ofPlace[place] === 0 && granted.ofPlace[place] === 0),
];

/** Judges each kind of place once: the same statements in the same setting, with the same grants. */
const startJudge = (
  { placeIndex, surroundings }: RoleProof,
  own: StatementsByPlace,
  granted: Granted,
  asker: Asker,
) => {
  const known = new Map<string, readonly Wrong[]>();
  const precise = new Map<number, boolean>();
  return (place: number): readonly Wrong[] => {
    const [statements, grants] = [own.ofPlace[place] ?? 0, granted.ofPlace[place] ?? 0];
    const isPrecise = precise.get(statements) ?? lookAtPrefix(own.candidates(statements));
    precise.set(statements, isPrecise);
    const setting = surroundings.settingOf(place, isPrecise);
    const key = `${setting},${statements},${grants}`;
    const judged = known.get(key);
    if (judged !== undefined) return judged;
    const found = surroundings.settings[setting];
    const wrong =
      found === undefined
        ? []
        : judgePlace(
            { own: own.candidates(statements), setting: found, asker, speaks: placeIndex.speaks },
            granted.ends(grants),
          );
    known.set(key, wrong);
    return wrong;
  };
};

const mismatchOf = ({ holder, arn }: HeldRole, place: Place, wrong: Wrong): Mismatch => ({
  holder,
  arn,
  ...wrong,
  resource: place.resource,
  ...(place.circumstances === undefined ? {} : { circumstances: place.circumstances }),
  ...place.about,
});

/** Asks one role everything, and tells each answer that is not the declared one. */
export const proveRole = (
  role: HeldRole,
  statements: readonly CompiledStatement[],
  proof: RoleProof,
): readonly Mismatch[] => {
  const asker: Asker = { principalArn: role.arn, at: proof.asOf };
  const own = findStatementsByPlace(proof.placeIndex, statements, asker);
  const granted = grantedTo(proof.placeIndex, proof.rights);
  const judge = startJudge(proof, own, granted, asker);
  return placesToAsk(proof, own, granted).flatMap((index) => {
    const place = proof.placeIndex.places[index];
    return place === undefined ? [] : judge(index).map((wrong) => mismatchOf(role, place, wrong));
  });
};
