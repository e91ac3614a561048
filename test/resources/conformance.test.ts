import { beforeAll, describe, expect, test } from 'vitest';
import { CFN_TYPES } from '../../spec/cloudformation.gen.ts';
import {
  childPointer,
  isJsonArray,
  isJsonObject,
  type Json,
  type JsonObject,
  objectOf,
  textOf,
} from '../../src/reconciler/model/json.ts';
import type { ObserveScope, ResourceKind } from '../../src/reconciler/model/kind.ts';
import type { ObservedObject } from '../../src/reconciler/model/live.ts';
import { digestOfProperties } from '../../src/reconciler/model/mark.ts';
import type { DesiredState, Resource } from '../../src/reconciler/model/resource.ts';
import { resourceKinds } from '../../src/resources/index.ts';

import { compileSound, sampleInput } from '../compile/sample.ts';
import { createdAws, withKeyIds } from './created.ts';

/** One table over all kinds: a kind that is added to the registry is tested here without another line. */

const states = new Map<string, DesiredState>();

beforeAll(async () => {
  for (const instance of ['dev01', 'prod']) states.set(instance, compileSound(await sampleInput(instance)));
});

const state = (instance: string): DesiredState => {
  const desired = states.get(instance);
  if (desired === undefined) throw new Error(`no state of ${instance}`);
  return desired;
};

const scopeIn = (desired: DesiredState, region: string): ObserveScope => ({
  organization: desired.organization,
  instance: desired.instance,
  account: desired.account,
  region,
  homeRegion: desired.homeRegion,
  tiers: ['internal', 'restricted', 'sensitive'],
});

const observeAll = async (kind: ResourceKind, desired: DesiredState): Promise<readonly ObservedObject[]> => {
  const reads = createdAws(desired);
  const regions = kind.isGlobal ? [desired.homeRegion] : desired.regions;
  const found = await Promise.all(regions.map((region) => kind.observe(reads, scopeIn(desired, region))));
  return found.flat();
};

const declaredBy = (kind: ResourceKind, desired: DesiredState): readonly Resource[] =>
  desired.resources.filter((resource) => resource.kind === kind.name);

const other = (value: Json): Json =>
  typeof value === 'number' ? value + 1 : typeof value === 'boolean' ? !value : `${textOf(value)}x`;

/** Every way to change one value of some properties, with the pointer to it. */
const withOneValueChanged = (value: JsonObject): readonly (readonly [string, JsonObject])[] => {
  const changes = (inner: Json, pointer: string): readonly (readonly [string, Json])[] => {
    if (isJsonArray(inner))
      return inner.flatMap((item, index) =>
        changes(item, childPointer(pointer, index)).map(([path, changed]): readonly [string, Json] => [
          path,
          inner.with(index, changed),
        ]),
      );
    if (!isJsonObject(inner)) return [[pointer, other(inner)]];
    return Object.entries(inner).flatMap(([key, child]) =>
      changes(child, childPointer(pointer, key)).map(([path, changed]): readonly [string, Json] => [
        path,
        { ...inner, [key]: changed },
      ]),
    );
  };
  return changes(value, '').map(([path, changed]) => [path, objectOf(changed)]);
};

describe.each(resourceKinds.map((kind) => [kind.name, kind] as const))('%s', (name, kind) => {
  test('the sample lake has some in both instances', () => {
    for (const instance of states.keys()) expect(declaredBy(kind, state(instance)).length).toBeGreaterThan(0);
  });

  test('resources carry the kind, its type, and an id that starts with its name', () => {
    for (const resource of declaredBy(kind, state('prod'))) {
      expect(resource).toMatchObject({ kind: name, type: kind.type });
      expect(resource.id.startsWith(`${name}/`)).toBe(true);
    }
  });

  test('normalize is idempotent', () => {
    for (const { properties } of declaredBy(kind, state('prod'))) {
      const once = kind.normalize(properties);
      expect(kind.normalize(once)).toEqual(once);
    }
  });

  test('what was created reads back as what was declared', async () => {
    for (const desired of states.values()) {
      const declared = new Map(
        declaredBy(kind, desired).map((resource) => [resource.id, kind.normalize(withKeyIds(desired, resource))]),
      );
      const observed = new Map((await observeAll(kind, desired)).map(({ id, properties }) => [id, properties]));
      expect(Object.fromEntries(observed)).toEqual(Object.fromEntries(declared));
    }
  });

  test('observed properties are in normal form already', async () => {
    for (const { properties } of await observeAll(kind, state('prod')))
      expect(kind.normalize(properties)).toEqual(properties);
  });

  test('each property that is declared shows when it is gone from AWS', () => {
    const [resource] = declaredBy(kind, state('prod'));
    const declared = kind.normalize(resource?.properties ?? {});
    for (const key of Object.keys(declared)) {
      const without = Object.fromEntries(Object.entries(declared).filter(([other]) => other !== key));
      expect(kind.normalize(without), key).not.toEqual(declared);
    }
  });

  test('each value that is declared shows when it is another in AWS', () => {
    for (const resource of declaredBy(kind, state('dev01'))) {
      const declared = kind.normalize(resource.properties);
      for (const [pointer, changed] of withOneValueChanged(declared))
        expect(kind.normalize(changed), pointer).not.toEqual(declared);
    }
  });

  test('another instance sees none of it', async () => {
    const desired = state('prod');
    const scope = { ...scopeIn(desired, desired.homeRegion), instance: 'dev01' };
    expect(await kind.observe(createdAws(desired), scope)).toEqual([]);
  });
});

const cfnKinds = resourceKinds.filter((kind) => kind.type.startsWith('AWS::'));

describe.each(cfnKinds.map((kind) => [kind.type, kind] as const))('CloudFormation knows %s', (type, kind) => {
  test('and all properties that are declared, and none that it requires is missing', () => {
    const schema = CFN_TYPES[type];
    expect(schema).toBeDefined();
    const required = Object.entries(schema?.properties ?? {}).filter(([, property]) => property.required);
    for (const { properties } of declaredBy(kind, state('prod'))) {
      expect(Object.keys(schema?.properties ?? {})).toEqual(expect.arrayContaining(Object.keys(properties)));
      expect(Object.keys(properties)).toEqual(expect.arrayContaining(required.map(([key]) => key)));
    }
  });

  test('and what a change does is what its schema says', () => {
    for (const [key, { update }] of Object.entries(CFN_TYPES[type]?.properties ?? {})) {
      expect(kind.impactOf(`/${key}`)).toBe(update);
      expect(kind.impactOf(`/${key}/0/Inner`)).toBe(update);
    }
  });
});

/** The properties that say which object it is; changing one means another object. */
const CREATE_ONLY: Readonly<Record<string, readonly string[]>> = {
  artifact: ['Bucket', 'Key'],
  'athena-workgroup': ['Name'],
  'glue-database': ['CatalogId'],
  'glue-job': ['Name'],
  'glue-table': ['CatalogId', 'DatabaseName', 'Name'],
  'iam-managed-policy': ['Description', 'ManagedPolicyName', 'Path'],
  'iam-role': ['Path', 'RoleName'],
  'kms-alias': ['AliasName'],
  'kms-key': [],
  registry: ['Bucket', 'Key'],
  's3-bucket': ['BucketName'],
  's3-bucket-policy': ['Bucket'],
};

test.each(resourceKinds.map((kind) => [kind.name, kind] as const))(
  '%s: create-only properties replace',
  (name, kind) => {
    const paths = CREATE_ONLY[name];
    expect(paths).toBeDefined();
    for (const path of paths ?? []) expect(kind.impactOf(`/${path}`)).toBe('replaces');
  },
);

describe('marks', () => {
  test.each(['glue-database', 'glue-table', 'glue-job', 'registry'])(
    '%s: the mark is read, is not a property, and proves what was applied',
    async (name) => {
      const kind = resourceKinds.find((candidate) => candidate.name === name)!;
      for (const { id, properties, mark } of await observeAll(kind, state('prod'))) {
        expect(mark).toEqual({ owner: 'acme/prod', id, digest: digestOfProperties(kind.normalize(properties)) });
        expect(JSON.stringify(properties)).not.toContain('edl:owner');
        expect(JSON.stringify(properties)).not.toContain('edl-owner');
      }
    },
  );

  test('what CloudFormation does not apply is declared in normal form, so that its digest is that of the mark', () => {
    for (const kind of resourceKinds.filter(({ driver }) => driver !== 'cloudformation'))
      for (const { properties } of declaredBy(kind, state('prod')))
        expect(kind.normalize(properties)).toEqual(properties);
  });
});
