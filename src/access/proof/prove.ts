import { compileDocuments } from '../evaluate/policy-set.ts';
import type { CompiledStatement } from '../evaluate/statements.ts';
import { namedPlaces } from './named-places.ts';
import { proveRole } from './prove-role.ts';
import { sampleOf } from './sample.ts';
import { makeSide, standingOf } from './standing.ts';
import type { Mismatch, Proof, ProofInput } from './types.ts';

/** Of a role that is wrong all over, so many are told in each direction. */
const TOLD = 1000;

const shorten = (mismatches: readonly Mismatch[]): readonly Mismatch[] =>
  mismatches.length <= TOLD
    ? mismatches
    : (['denied', 'allowed'] as const).flatMap((expected) =>
        sampleOf(
          mismatches.filter((mismatch) => mismatch.expected === expected),
          TOLD,
        ),
      );

/** A role with its statements read once. */
interface Reading {
  readonly role: ProofInput['roles'][number];
  readonly statements: readonly CompiledStatement[];
}

const read = ({ roles }: ProofInput): readonly Reading[] =>
  roles.map((role) => ({ role, statements: compileDocuments(role.documents, 'identity').statements }));

/**
 * Proves that roles give what the catalog grants and nothing else: asks what their documents, boundary and the policies of
 * buckets and keys allow, on every place of the lake, beside it and on whatever the documents name, now and around every
 * end, and holds each answer against the declared rows. The rows are read by an oracle that knows nothing of how documents
 * are written. README.md tells it step by step.
 */
export const prove = (input: ProofInput): Proof => {
  const { lake, declared, own, beside, buckets } = standingOf(input);
  const readings = read(input);
  const statements = readings.flatMap((reading) => reading.statements);
  const datasets = new Set(input.roles.flatMap(({ holder }) => declared.datasetsOf(holder)));
  const sides = [own, beside(datasets), makeSide(lake, namedPlaces(lake, statements), input.resources)];
  let found = buckets.mismatches.length;
  const ofRoles = readings.flatMap(({ role, statements: ofRole }) => {
    const rights = declared.rightsOf(role.holder);
    const asker = { principalArn: role.arn, at: input.asOf };
    const mismatches = sides.flatMap(({ placeIndex, surroundingsOf }) =>
      proveRole(role, ofRole, {
        placeIndex,
        surroundings: surroundingsOf(role.boundary, asker),
        rights,
        asOf: input.asOf,
      }),
    );
    found += mismatches.length;
    return shorten(mismatches);
  });
  const mismatches = [...buckets.mismatches, ...ofRoles];
  return {
    roles: input.roles.length,
    checks: buckets.checks + sides.reduce((sum, { placeIndex }) => sum + placeIndex.size, 0) * input.roles.length,
    mismatches,
    leftOut: found - mismatches.length,
  };
};
