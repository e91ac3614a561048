import type { ResourceKind } from '../../src/reconciler/model/kind.ts';
import {
  canonicalJson,
  compareText,
  isJsonArray,
  isJsonObject,
  type Json,
  type JsonObject,
} from '../../src/reconciler/model/json.ts';

const NOT_USED = {
  declare: () => ({ resources: [] }),
  observe: () => Promise.resolve([]),
};

const SETS: readonly string[] = ['Actions', 'Arns', 'Policies'];

const nameOf = (item: Json): string => canonicalJson(isJsonObject(item) ? (item['PolicyName'] ?? null) : item);

const sorted = (list: readonly Json[]): readonly Json[] =>
  [...list].sort((left, right) => compareText(nameOf(left), nameOf(right)));

/** AWS returns these in any order and leaves empty lists out. */
const normalize = (properties: JsonObject): JsonObject =>
  Object.fromEntries(
    Object.entries(properties)
      .filter(([, value]) => !isJsonArray(value) || value.length > 0)
      .map(([key, value]) => [key, SETS.includes(key) && isJsonArray(value) ? sorted(value) : value]),
  );

/** Small kinds that behave like ours, for tests of the core: one for each way that a kind can be. */
const fakeKind = (kind: Pick<ResourceKind, 'name' | 'type' | 'driver'> & Partial<ResourceKind>): ResourceKind => ({
  holdsData: false,
  isGlobal: false,
  normalize,
  impactOf: (path) => (path === '/Path' ? 'replaces' : path === '/Kind' ? 'may-replace' : 'in-place'),
  ...NOT_USED,
  ...kind,
});

export const ROLE = fakeKind({
  name: 'iam-role',
  type: 'AWS::IAM::Role',
  driver: 'cloudformation',
  isGlobal: true,
  separateItems: ['Arns', 'Policies'],
});
export const BUCKET = fakeKind({
  name: 's3-bucket',
  type: 'AWS::S3::Bucket',
  driver: 'cloudformation',
  holdsData: true,
});
export const TABLE = fakeKind({ name: 'glue-table', type: 'AWS::Glue::Table', driver: 'glue' });
export const ARTIFACT = fakeKind({
  name: 'artifact',
  type: 'EDL::Lake::Artifact',
  driver: 's3',
  contentAddressed: true,
});
export const REGISTRY = fakeKind({ name: 'registry', type: 'EDL::Lake::Registry', driver: 's3' });
export const ALIAS = fakeKind({ name: 'kms-alias', type: 'AWS::KMS::Alias', driver: 'cloudformation' });

export const KINDS: readonly ResourceKind[] = [ROLE, BUCKET, TABLE, ARTIFACT, REGISTRY, ALIAS];
