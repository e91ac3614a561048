import { beforeAll, describe, expect, it } from 'vitest';
import { composePlan } from '../../src/app/compose-plan.ts';
import { provePlan } from '../../src/app/prove-plan.ts';
import { guardPlan, isRefused } from '../../src/reconciler/guards/guard-plan.ts';
import type { Catalog } from '../../src/reconciler/model/catalog.ts';
import type { Diagnostic } from '../../src/reconciler/model/diagnostic.ts';
import { type Json, type JsonObject, listOf, objectOf, textOf } from '../../src/reconciler/model/json.ts';
import type { LiveState } from '../../src/reconciler/model/live.ts';
import type { Change, Plan } from '../../src/reconciler/model/plan.ts';
import type { DesiredState, Resource } from '../../src/reconciler/model/resource.ts';
import { resourceKinds } from '../../src/resources/index.ts';
import { AS_OF, compileSound, loadSample, TINY_RUNTIME } from '../compile/sample.ts';

const NOTHING: LiveState = { stacks: [], resources: [], unreadable: [] };
const ROLE = 'iam-role/edl-dev01-team-oncology';

let catalog: Catalog;
let sound: DesiredState;
let firstPlan: Plan;

beforeAll(async () => {
  catalog = await loadSample();
  sound = compileSound({ catalog, instance: 'dev01', asOf: AS_OF, runtime: TINY_RUNTIME });
  const selection = { targets: [], excludes: [] };
  firstPlan = composePlan({ catalog, desired: sound, live: NOTHING, diagnostics: [], meta: {}, selection });
});

/** The desired state as a build with a mistake would make it. */
const broken = (id: string, change: (properties: JsonObject) => JsonObject): DesiredState => {
  const edit = (resource: Resource): Resource =>
    resource.id === id ? { ...resource, properties: change(resource.properties) } : resource;
  return {
    ...sound,
    resources: sound.resources.map(edit),
    stacks: sound.stacks.map((stack) => ({ ...stack, resources: stack.resources.map(edit) })),
  };
};

/** Edits the statements of a role's inline policy `access`. */
const withAccess =
  (change: (statements: readonly Json[]) => readonly Json[]) =>
  (properties: JsonObject): JsonObject => ({
    ...properties,
    Policies: listOf(properties['Policies']).map((entry) => {
      const policy = objectOf(entry);
      const document = objectOf(policy['PolicyDocument']);
      return policy['PolicyName'] === 'access'
        ? { ...policy, PolicyDocument: { ...document, Statement: change(listOf(document['Statement'])) } }
        : policy;
    }),
  });

const onlyChanges = (isWanted: (change: Change) => boolean): Plan => ({
  ...firstPlan,
  changes: firstPlan.changes.filter(isWanted),
});

const findings = (desired: DesiredState, plan: Plan = firstPlan): readonly Diagnostic[] =>
  provePlan({ plan, catalog, desired });

const WIDER = {
  Effect: 'Allow',
  Action: ['s3:GetObject'],
  Resource: ['arn:aws:s3:::acme-datalake-dev01-restricted-eu-west-1/sales-orders/data/*'],
};

describe('the proof inside plan', () => {
  it('finds nothing in a sound build', () => {
    expect(findings(sound)).toEqual([]);
  });

  it('refuses policies that give more, and says to whom, what, and by which statement', () => {
    const desired = broken(
      ROLE,
      withAccess((statements) => [...statements, WIDER]),
    );
    const found = findings(desired);
    for (const one of found)
      expect(one).toMatchObject({ code: 'EDL-3140', severity: 'error', guard: 'access-proof', target: ROLE });
    expect(found[0]?.detail).toMatch(/^team:oncology could read data of restricted sales-orders, which nothing grants/);
    expect(found[0]?.detail).toMatch(/which nothing grants: statement \d+ of policy "access"\. .*Run "edl verify"/);
    const context = { plan: firstPlan, desired, live: NOTHING, kinds: resourceKinds };
    const facts = { prefixesWithObjects: [], findings: found };
    const flags = { lake: [], flags: ['access-proof'] };
    expect(isRefused(guardPlan({ ...context, facts }, flags))).toBe(true);
  });

  it('refuses policies that give less', () => {
    const found = findings(
      broken(
        ROLE,
        withAccess((statements) =>
          statements.filter((statement) => !JSON.stringify(objectOf(statement)['Action']).includes('s3:GetObject"')),
        ),
      ),
    );
    expect(new Set(found.map(({ code, target }) => `${code} ${target ?? ''}`))).toEqual(new Set([`EDL-3141 ${ROLE}`]));
    expect(found[0]?.detail).toMatch(/^team:oncology could not read .*Run "edl verify"/);
  });

  it('refuses a bucket policy that lets others write what runs have published', () => {
    const found = findings(
      broken('s3-bucket-policy/acme-datalake-dev01-internal-eu-west-1', (properties) => ({
        ...properties,
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: listOf(objectOf(properties['PolicyDocument'])['Statement']).filter(
            (statement) => textOf(objectOf(statement)['Sid']) !== 'DenyWritesButOfRuns',
          ),
        },
      })),
    );
    expect(new Set(found.map(({ code, target }) => `${code} ${target ?? ''}`))).toEqual(
      new Set(['EDL-3140 s3-bucket-policy/acme-datalake-dev01-internal-eu-west-1']),
    );
    expect(new Set(found.map(({ detail }) => detail)).size).toBe(found.length);
  });
});

describe('which roles a plan proves', () => {
  const isWrong = (isWanted: (change: Change) => boolean): boolean =>
    findings(
      broken(
        ROLE,
        withAccess((statements) => [...statements, WIDER]),
      ),
      onlyChanges(isWanted),
    ).length > 0;

  it.each([
    ['none, when it changes nothing', false, () => false],
    ['its own', true, ({ id }: Change) => id === ROLE],
    ['not those that it leaves alone', false, ({ id }: Change) => id === 'iam-role/edl-dev01-team-finance'],
    ['those whose stack it changes', true, ({ stack }: Change) => stack === 'edl-dev01-access-team-oncology'],
    ['all, with a bucket policy', true, ({ kind }: Change) => kind === 's3-bucket-policy'],
    ['all, with a key', true, ({ kind }: Change) => kind === 'kms-key'],
    ['all, with the boundary', true, ({ id }: Change) => id === 'iam-managed-policy/edl-dev01-boundary'],
  ])('%s', (_, expected, isWanted) => {
    expect(isWrong(isWanted)).toBe(expected);
  });
});
