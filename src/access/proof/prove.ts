import type { Catalog } from '../../reconciler/model/catalog.ts';
import type { JsonObject } from '../../reconciler/model/json.ts';
import type { AccessHolder } from '../../reconciler/model/resource.ts';
import { compileDocuments } from '../evaluate/policy-set.ts';
import type { CompiledStatement } from '../evaluate/statements.ts';
import { proveBuckets } from './anybody.ts';
import { type Atlas, makeAtlas } from './atlas.ts';
import { datasetPlaces } from './dataset-places.ts';
import { type Ground, startGrounds } from './ground.ts';
import { type LakeNames, lakeNames } from './lake.ts';
import { namedPlaces } from './named-places.ts';
import { proveRole } from './prove-role.ts';
import { declaredRights, type Rights } from './rights.ts';
import { sharedPlaces } from './shared-places.ts';
import type { Asker } from './spoken.ts';
import type { Mismatch, Proof, ProofInput } from './types.ts';

type GroundOf = (boundary: JsonObject | undefined, asker: Asker) => Ground;

/** What is the same for all roles of an instance at a time. */
interface Standing {
  readonly lake: LakeNames;
  readonly atlas: Atlas;
  readonly rightsOf: (holder: AccessHolder) => Rights;
  /** By the policies of buckets and keys: they too are the same for all roles. */
  readonly judges: WeakMap<ProofInput['resources'], Judges>;
}

interface Judges {
  readonly groundOf: GroundOf;
  readonly buckets: ReturnType<typeof proveBuckets>;
}

const known = new WeakMap<Catalog, Map<string, Standing>>();

const makeStanding = ({ catalog, instance, asOf }: ProofInput): Standing => {
  const lake = lakeNames(catalog, instance);
  return {
    lake,
    atlas: makeAtlas(lake, [...sharedPlaces(lake, catalog), ...datasetPlaces(lake)]),
    rightsOf: declaredRights(catalog, instance, asOf),
    judges: new WeakMap(),
  };
};

/** Remembered, because callers prove a lake in portions. */
const standingOf = (input: ProofInput): Standing => {
  const ofCatalog = known.get(input.catalog) ?? new Map<string, Standing>();
  known.set(input.catalog, ofCatalog);
  const key = `${input.instance} ${input.asOf}`;
  const standing = ofCatalog.get(key) ?? makeStanding(input);
  ofCatalog.set(key, standing);
  return standing;
};

const judgesOf = ({ lake, atlas, judges }: Standing, input: ProofInput): Judges => {
  const made = judges.get(input.resources) ?? {
    groundOf: startGrounds(atlas, input.resources),
    buckets: proveBuckets(input, lake),
  };
  judges.set(input.resources, made);
  return made;
};

/** Of a role that is wrong all over, so many are told in each direction. */
const TOLD = 1000;

const shorten = (mismatches: readonly Mismatch[]): readonly Mismatch[] => {
  if (mismatches.length <= TOLD) return mismatches;
  const more = mismatches.filter(({ expected }) => expected === 'denied');
  const less = mismatches.filter(({ expected }) => expected === 'allowed');
  return [...more.slice(0, TOLD), ...less.slice(0, TOLD)];
};

/** A role with its statements read once. */
interface Reading {
  readonly role: ProofInput['roles'][number];
  readonly statements: readonly CompiledStatement[];
}

/**
 * Proves that roles give what the catalog grants and nothing else: asks what their documents, boundary and the policies of
 * buckets and keys allow, on every place of the lake and beside it and on whatever the documents name, now and around
 * every end, and holds each answer against the declared rows. The rows are read by an oracle that knows nothing of how
 * documents are written.
 */
export const prove = (input: ProofInput): Proof => {
  const standing = standingOf(input);
  const { lake, rightsOf } = standing;
  const readings = input.roles.map((role): Reading => {
    return { role, statements: compileDocuments(role.documents, 'identity').statements };
  });
  const named = makeAtlas(
    lake,
    namedPlaces(
      lake,
      readings.flatMap(({ statements }) => statements),
    ),
  );
  const { groundOf: standingGround, buckets } = judgesOf(standing, input);
  const sides = [
    { atlas: standing.atlas, groundOf: standingGround },
    { atlas: named, groundOf: startGrounds(named, input.resources) },
  ];
  let found = buckets.mismatches.length;
  const ofRoles = readings.flatMap(({ role, statements }) => {
    const rights = rightsOf(role.holder);
    const asker = { principalArn: role.arn, at: input.asOf };
    const ofRole = sides.flatMap(({ atlas, groundOf }) =>
      proveRole(role, statements, { atlas, ground: groundOf(role.boundary, asker), rights, asOf: input.asOf }),
    );
    found += ofRole.length;
    return shorten(ofRole);
  });
  const mismatches = [...buckets.mismatches, ...ofRoles];
  return {
    roles: input.roles.length,
    checks: buckets.checks + sides.reduce((sum, { atlas }) => sum + atlas.size, 0) * input.roles.length,
    mismatches,
    leftOut: found - mismatches.length,
  };
};
