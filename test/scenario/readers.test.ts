import { CreatePolicyCommand } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { compileLake } from '../../src/app/compile.ts';
import type { Plan } from '../../src/reconciler/model/plan.ts';
import type { Resource } from '../../src/reconciler/model/resource.ts';
import { clientsOf, type Clients } from '../support/clients.ts';
import { REPOSITORY, TODAY } from '../support/edl.ts';
import { startStage, type Stage } from '../support/stage.ts';
import { deedsOf } from './readers/deeds.ts';
import { DOORS } from './readers/doors.ts';
import { leavesOf } from './readers/emitted.ts';
import {
  driftCount,
  edited,
  expectedDrift,
  inRounds,
  nameOf,
  partOf,
  propertiesOf,
  rowsOf,
  type Edit,
} from './readers/rows.ts';
import { FIXED } from './readers/values.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const ACCOUNT = '333333333333';
const PLACE = { lake: REPOSITORY, account: ACCOUNT };
const AS_OF = `${TODAY}T00:00:00Z`;
const SILENT = { emit: (): void => undefined };

const compiled = async (instance: string): Promise<readonly Resource[]> => {
  const outcome = await compileLake({ cwd: REPOSITORY, asOf: AS_OF, instance }, SILENT);
  if (outcome.status !== 'compiled') throw new Error(JSON.stringify(outcome.diagnostics));
  return outcome.desired.resources;
};

const PROD = await compiled('prod');
const DEV = await compiled('dev01');
const ROWS = rowsOf(PROD).filter(
  ({ kind, shape }) => DOORS[kind] !== undefined && FIXED[nameOf(kind, shape)] === undefined,
);
const DEEDS = deedsOf(
  PROD.filter(({ kind, region }) => kind === 'artifact' && region === 'eu-west-1').map(
    ({ id }) => id.split('/')[2] ?? '',
  ),
);

let stage: Stage;

const clientsIn = (region: string): Clients => clientsOf(stage.sandbox.endpoint, ACCOUNT, region);

const planNow = async (): Promise<Plan> => (await stage.plan(PLACE, 'prod')).plan;

beforeAll(async () => {
  stage = await startStage();
  await stage.apply(PLACE, 'prod');
  const document = { Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action: 's3:*', Resource: '*' }] };
  const policy = { PolicyName: 'another-boundary', PolicyDocument: JSON.stringify(document) };
  await clientsIn('eu-west-1').iam.send(new CreatePolicyCommand(policy));
});

afterAll(async () => {
  const calls = await stage.stop();
  expect(Object.keys(calls).filter((name) => name.startsWith('s3:DeleteObject'))).toEqual([]);
});

/** Brings one object to other properties, through the door of each part that an edit is in. */
const bring = async (resource: Resource, edits: readonly Edit[], isRestoring: boolean): Promise<void> => {
  const properties = isRestoring ? propertiesOf(resource) : edited(resource, edits);
  const target = { clients: clientsIn(resource.region), account: ACCOUNT, id: resource.id };
  for (const door of new Set(edits.map((edit) => DOORS[resource.kind]?.[partOf(edit)]))) {
    const what = `${resource.id}: ${edits.map(({ leaf }) => leaf.pointer).join(', ')}`;
    if (door === undefined) throw new Error(`There is no door to ${what}`);
    await door(target, properties).catch((error: unknown) => {
      throw new Error(`AWS does not take the change of ${what}`, { cause: error });
    });
  }
};

const bringAll = (edits: readonly Edit[], isRestoring: boolean): Promise<void> =>
  stage.byHand(async () => {
    for (const resource of new Set(edits.map((edit) => edit.resource)))
      await bring(
        resource,
        edits.filter((edit) => edit.resource === resource),
        isRestoring,
      );
  });

it('changes every property that a kind emits, or says why nobody can', () => {
  const emitted = new Set(
    [...PROD, ...DEV].flatMap(({ kind, properties }) => leavesOf(properties).map(({ shape }) => nameOf(kind, shape))),
  );
  const changed = new Set([
    ...ROWS.map(({ kind, shape }) => nameOf(kind, shape)),
    ...DEEDS.flatMap(({ covers = [] }) => covers),
  ]);
  expect([...emitted].filter((name) => !changed.has(name) && FIXED[name] === undefined)).toEqual([]);
  expect(Object.keys(FIXED).filter((name) => !emitted.has(name))).toEqual([]);
});

describe.each(inRounds(ROWS).map((edits, index) => ({ number: index + 1, edits })))('round $number', ({ edits }) => {
  let plan: Plan;

  beforeAll(async () => {
    await bringAll(edits, false);
    plan = await planNow();
  });

  afterAll(async () => {
    await bringAll(edits, true);
  });

  it.each(edits.map((edit) => [edit.resource.id, edit.leaf.pointer, edit] as const))(
    'reads %s %s',
    (id, _pointer, edit) => {
      const properties = plan.drift.find((drift) => drift.id === id)?.properties ?? [];
      expect(properties).toContainEqual(expectedDrift(edit));
    },
  );

  it('shows no other drift, and proposes no change', () => {
    const counts = new Map<string, number>();
    for (const edit of edits) counts.set(edit.resource.id, (counts.get(edit.resource.id) ?? 0) + driftCount(edit));
    expect(new Map(plan.drift.map(({ id, properties }) => [id, properties.length]))).toEqual(counts);
    expect({ changes: plan.changes, access: plan.access }).toEqual({ changes: [], access: [] });
  });
});

describe('other deeds', () => {
  let plan: Plan;

  beforeAll(async () => {
    const before = await planNow();
    expect({ changes: before.changes, drift: before.drift }).toEqual({ changes: [], drift: [] });
    await stage.byHand(async () => {
      for (const { act, region = 'eu-west-1' } of DEEDS) await act(clientsIn(region));
    });
    plan = await planNow();
  });

  it.each(DEEDS)('are seen when $name', ({ drift = {}, creates = [] }) => {
    for (const [id, paths] of Object.entries(drift)) {
      const found = plan.drift.find((one) => one.id === id);
      expect(found?.status).toBe(paths === 'missing' ? 'missing' : 'drifted');
      expect(found?.properties.map(({ path }) => path)).toEqual(paths === 'missing' ? [] : paths);
    }
    for (const id of creates) expect(plan.changes).toContainEqual(expect.objectContaining({ action: 'create', id }));
  });

  it('and nothing else is', () => {
    expect(plan.drift.map(({ id }) => id)).toEqual(DEEDS.flatMap(({ drift = {} }) => Object.keys(drift)).sort());
    expect(plan.changes.map(({ id }) => id)).toEqual(DEEDS.flatMap(({ creates = [] }) => creates).sort());
    expect(plan.access).toEqual([]);
  });
});
