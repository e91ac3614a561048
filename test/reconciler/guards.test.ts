import { describe, expect, it } from 'vitest';
import { isRefused } from '../../src/reconciler/guards/guard-plan.ts';
import { newDatasets } from '../../src/reconciler/guards/registry.ts';
import type { JsonObject } from '../../src/reconciler/model/json.ts';
import type { ObservedObject } from '../../src/reconciler/model/live.ts';
import { stackTags } from '../../src/reconciler/model/names.ts';
import type { Resource, ResourceId } from '../../src/reconciler/model/resource.ts';
import {
  ACCESS,
  CATALOG,
  deploy,
  desiredOf,
  FOUNDATION,
  liveOf,
  markOf,
  object,
  OBJECTS,
  ORGANIZATION,
  planOf,
  resource,
} from '../arbitraries/world.ts';
import { found, guarded, type Story } from './guarded.ts';

const role = (name: string, properties: JsonObject = {}): Resource => resource(`iam-role/${name}`, ACCESS, properties);
const DATA = 'arn:aws:s3:::acme-datalake-dev01-internal-eu-west-1';

const bucket = (properties: JsonObject = {}): Resource => resource('s3-bucket/internal', FOUNDATION, properties);

const REGISTRY_ID: ResourceId = 'registry/eu-west-1';

type Entries = Readonly<Record<string, { readonly tier: string }>>;

const registryProperties = (entries: Entries): JsonObject => ({
  Document: {
    datasets: Object.fromEntries(
      Object.entries(entries).map(([name, { tier }]) => [
        name,
        { tier, location: { bucket: `acme-datalake-dev01-${tier}-eu-west-1`, prefix: `${name}/` } },
      ]),
    ),
  },
});

const registry = (entries: Entries): Resource => resource(REGISTRY_ID, OBJECTS, registryProperties(entries));

const liveRegistry = (entries: Entries): ObservedObject =>
  object(REGISTRY_ID, registryProperties(entries), { mark: markOf(REGISTRY_ID, registryProperties(entries)) });

describe('data-loss', () => {
  it('refuses to prune what holds data', () => {
    const plan = guarded({ desired: [], deployed: deploy([bucket()]), objects: [object('s3-bucket/internal', {})] });
    expect(found(plan)).toEqual(['EDL-3001 error data-loss s3-bucket/internal']);
    expect(isRefused(plan)).toBe(true);
    expect(plan.changes).toHaveLength(1);
  });

  it('refuses to replace what holds data', () => {
    const plan = guarded({
      desired: [bucket({ Path: '/b' })],
      deployed: deploy([bucket({ Path: '/a' })]),
      objects: [object('s3-bucket/internal', { Path: '/a' })],
    });
    expect(found(plan)).toContain('EDL-3002 error data-loss s3-bucket/internal');
  });

  it('refuses to forget a dataset and says how to retire it', () => {
    const plan = guarded({ desired: [registry({})], objects: [liveRegistry({ crm: { tier: 'internal' } })] });
    expect(found(plan)).toEqual(['EDL-3003 error data-loss crm']);
    expect(plan.diagnostics[0]?.detail).toContain('retired: { on: DATE, reason: … }');
  });

  it('refuses to change the tier of a registered dataset, and points to its file', () => {
    const declaredIn = { file: 'catalog/datasets/crm.yaml', line: 1 };
    const table = resource('glue-table/eu-west-1/crm__x', CATALOG, {}, { declaredIn });
    const plan = guarded({
      desired: [registry({ crm: { tier: 'sensitive' } }), table],
      objects: [liveRegistry({ crm: { tier: 'internal' } })],
    });
    expect(found(plan)).toEqual(['EDL-3004 error data-loss crm']);
    expect(plan.diagnostics[0]).toMatchObject({ file: 'catalog/datasets/crm.yaml', line: 1 });
  });

  it('refuses to take a region from a registered dataset', () => {
    const elsewhere = {
      ...registry({ crm: { tier: 'internal' } }),
      id: 'registry/us-east-1' as const,
      region: 'us-east-1',
    };
    const plan = guarded({
      desired: [registry({}), elsewhere],
      objects: [liveRegistry({ crm: { tier: 'internal' } })],
    });
    expect(found(plan)).toContain('EDL-3005 error data-loss crm');
  });

  it('refuses a new dataset whose location holds objects', () => {
    const facts = { prefixesWithObjects: ['s3://acme-datalake-dev01-internal-eu-west-1/crm/'], findings: [] };
    const plan = guarded({ desired: [registry({ crm: { tier: 'internal' } })], objects: [liveRegistry({})], facts });
    expect(found(plan)).toEqual(['EDL-3006 error data-loss crm']);
    const known = guarded({
      desired: [registry({ crm: { tier: 'internal' } })],
      objects: [liveRegistry({ crm: { tier: 'internal' } })],
      facts,
    });
    expect(found(known)).toEqual([]);
  });

  it('lets no allowance pass', () => {
    const plan = guarded({
      desired: [],
      deployed: deploy([bucket()]),
      objects: [object('s3-bucket/internal', {})],
      allowances: { lake: [], flags: ['data-loss'] },
    });
    expect(found(plan)).toEqual(['EDL-3052 error  data-loss', 'EDL-3001 error data-loss s3-bucket/internal'].sort());
  });

  it('has nothing against what only changes', () => {
    const entries = { crm: { tier: 'internal' } };
    expect(found(guarded({ desired: [registry(entries)], objects: [liveRegistry(entries)] }))).toEqual([]);
  });
});

describe('the locations to ask S3 about', () => {
  const entries = { crm: { tier: 'internal' }, visits: { tier: 'internal' } };
  const ask = (desired: readonly Resource[], objects: readonly ObservedObject[]) => {
    const state = desiredOf(desired);
    const live = liveOf(state, [], objects);
    return newDatasets(planOf(state, live), state, live).map(({ dataset }) => dataset);
  };

  it('are those of datasets that the registry does not know', () => {
    expect(ask([registry(entries)], [liveRegistry({ crm: { tier: 'internal' } })])).toEqual(['visits']);
  });

  it('are none of a dataset that an earlier apply has granted before it failed', () => {
    const reader = (what: string): Resource => role('reader', { Resource: `${DATA}/${what}/data/*` });
    const askBeside = (applied: Resource, live: Resource): readonly string[] => {
      const state = desiredOf([registry(entries), applied]);
      const objects = [liveRegistry({}), object('iam-role/reader', live.properties)];
      const seen = liveOf(state, deploy([applied]), objects);
      return newDatasets(planOf(state, seen), state, seen).map(({ dataset }) => dataset);
    };
    expect(askBeside(reader('crm'), reader('crm'))).toEqual(['visits']);
    // What somebody gave by hand was never applied.
    expect(askBeside(reader('other'), reader('crm'))).toEqual(['crm', 'visits']);
  });

  it('are none in a bucket that this plan creates', () => {
    const made = bucket({ BucketName: 'acme-datalake-dev01-internal-eu-west-1' });
    expect(ask([registry(entries), made], [])).toEqual([]);
  });
});

describe('ownership', () => {
  it('refuses a foreign object', () => {
    const plan = guarded({
      desired: [role('a')],
      objects: [object('iam-role/a', {}, { tags: { 'edl:owner': 'other' } })],
    });
    expect(found(plan)).toEqual(['EDL-3010 error ownership iam-role/a']);
  });

  it("refuses a stack's name that is taken", () => {
    const plan = guarded({ desired: [role('a')], deployed: deploy([role('b')], { tags: {} }) });
    expect(found(plan)).toEqual([`EDL-3011 error ownership ${ACCESS}`]);
  });

  it('plans a stack that an apply left before it executed its change set: that has no tags yet', () => {
    const left = deploy([role('a')], { status: 'REVIEW_IN_PROGRESS', outputs: {}, tags: {} });
    const plan = guarded({ desired: [role('a')], deployed: left });
    expect(found(plan)).toEqual([]);
    expect(plan.changes).toMatchObject([{ action: 'create', id: 'iam-role/a' }]);
    expect(plan.changes).toEqual(guarded({ desired: [role('a')] }).changes);
  });

  it("refuses such a stack when it carries somebody else's tags", () => {
    const theirs = deploy([role('a')], { status: 'REVIEW_IN_PROGRESS', outputs: {}, tags: { 'edl:owner': 'other' } });
    expect(found(guarded({ desired: [role('a')], deployed: theirs }))).toEqual([`EDL-3011 error ownership ${ACCESS}`]);
  });

  it('says aloud what is adopted', () => {
    const plan = guarded({ desired: [role('a')], objects: [object('iam-role/a', {})] });
    expect(found(plan)).toEqual(['EDL-3012 warning ownership iam-role/a']);
    expect(isRefused(plan)).toBe(false);
  });
});

describe('replacement', () => {
  const story = (path: string): Story => ({
    desired: [role('a', { [path]: 'new' })],
    deployed: deploy([role('a', { [path]: 'old' })]),
    objects: [object('iam-role/a', { [path]: 'old' })],
  });

  it('refuses to replace what has a name of its own, with the steps', () => {
    const plan = guarded(story('Path'));
    expect(found(plan)).toEqual(['EDL-3020 error replacement iam-role/a']);
    expect(plan.diagnostics[0]?.detail).toContain('two steps');
  });

  it('warns where it depends', () => {
    expect(found(guarded(story('Kind')))).toEqual(['EDL-3021 warning replacement iam-role/a']);
  });

  it('has nothing against an update in place', () => {
    expect(found(guarded(story('Description')))).toEqual([]);
  });

  it('refuses an adoption that would have to replace', () => {
    const objects = [object('iam-role/a', { Path: 'old' }, { tags: stackTags(ORGANIZATION, 'dev01') })];
    expect(found(guarded({ desired: [role('a', { Path: 'new' })], objects }))).toContain(
      'EDL-3020 error replacement iam-role/a',
    );
  });
});
