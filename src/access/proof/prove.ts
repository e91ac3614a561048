import type { Catalog } from '../../reconciler/model/catalog.ts';
import type { JsonObject } from '../../reconciler/model/json.ts';
import type { AccessHolder } from '../../reconciler/model/resource.ts';
import { type Atlas, makeAtlas } from './atlas.ts';
import { datasetPlaces } from './dataset-places.ts';
import { type Ground, startGrounds } from './ground.ts';
import { type LakeNames, lakeNames } from './lake.ts';
import { proveRole } from './prove-role.ts';
import { declaredRights, type Rights } from './rights.ts';
import { sharedPlaces } from './shared-places.ts';
import type { Asker } from './spoken.ts';
import type { Mismatch, Proof, ProofInput } from './types.ts';

/** What is the same for all roles of an instance at a time. */
interface Standing {
  readonly lake: LakeNames;
  readonly atlas: Atlas;
  readonly rightsOf: (holder: AccessHolder) => Rights;
  readonly grounds: WeakMap<ProofInput['resources'], (boundary: JsonObject | undefined, asker: Asker) => Ground>;
}

const known = new WeakMap<Catalog, Map<string, Standing>>();

const makeStanding = ({ catalog, instance, asOf }: ProofInput): Standing => {
  const lake = lakeNames(catalog, instance);
  return {
    lake,
    atlas: makeAtlas(lake, [...sharedPlaces(lake, catalog), ...datasetPlaces(lake)]),
    rightsOf: declaredRights(catalog, instance, asOf),
    grounds: new WeakMap(),
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

/** Of a role that is wrong all over, so many are told in each direction. */
const TOLD = 1000;

const shorten = (mismatches: readonly Mismatch[]): readonly Mismatch[] => {
  const more = mismatches.filter(({ expected }) => expected === 'denied');
  const less = mismatches.filter(({ expected }) => expected === 'allowed');
  return [...more.slice(0, TOLD), ...less.slice(0, TOLD)];
};

/**
 * Proves that roles give what the catalog grants and nothing else: asks what their documents, boundary and the policies of
 * buckets and keys allow, on every place of the lake and beside it, now and around every end, and holds each answer
 * against the declared rows. The rows are read by an oracle that knows nothing of how documents are written.
 */
export const prove = (input: ProofInput): Proof => {
  const { atlas, rightsOf, grounds } = standingOf(input);
  const groundOf = grounds.get(input.resources) ?? startGrounds(atlas, input.resources);
  grounds.set(input.resources, groundOf);
  let found = 0;
  const mismatches = input.roles.flatMap((role) => {
    const ground = groundOf(role.boundary, { principalArn: role.arn, at: input.asOf });
    const ofRole = proveRole(role, { atlas, ground, rights: rightsOf(role.holder), asOf: input.asOf });
    found += ofRole.length;
    return shorten(ofRole);
  });
  return {
    roles: input.roles.length,
    checks: atlas.size * input.roles.length,
    mismatches,
    leftOut: found - mismatches.length,
  };
};
