import { CreatePolicyCommand } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { applyLake } from '../../src/app/apply.ts';
import { compileLake } from '../../src/app/compile.ts';
import { openSession } from '../../src/app/session.ts';
import type { Json, JsonObject } from '../../src/reconciler/model/json.ts';
import type { Plan } from '../../src/reconciler/model/plan.ts';
import type { Resource } from '../../src/reconciler/model/resource.ts';
import { resourceKinds } from '../../src/resources/index.ts';
import { clientsOf, type Clients } from '../support/clients.ts';
import { REPOSITORY, TODAY } from '../support/edl.ts';
import { startStage, type Place, type Stage } from '../support/stage.ts';
import { DOORS } from './readers/doors.ts';
import { leavesOf, valueAt, withValueAt, type Leaf } from './readers/emitted.ts';
import { FIXED, IDENTITIES, otherValue } from './readers/values.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const ACCOUNT = '333333333333';
const AS_OF = `${TODAY}T00:00:00Z`;
const SILENT = { emit: (): void => undefined };

const compiled = async (instance: string): Promise<readonly Resource[]> => {
  const outcome = await compileLake({ cwd: REPOSITORY, asOf: AS_OF, instance }, SILENT);
  if (outcome.status !== 'compiled') throw new Error(JSON.stringify(outcome.diagnostics));
  return outcome.desired.resources;
};

const normalised = ({ kind, properties }: Resource): JsonObject =>
  resourceKinds.find(({ name }) => name === kind)?.normalize(properties) ?? properties;

const PROD = await compiled('prod');
const DEV = await compiled('dev01');

/** One kind of value, everywhere that the sample lake has it: it is enough to see that one of them is read. */
interface Row {
  readonly kind: string;
  readonly shape: string;
  readonly places: readonly { readonly resource: Resource; readonly leaf: Leaf }[];
}

const nameOf = (kind: string, shape: string): string => `${kind} ${shape}`;

const rowsOf = (resources: readonly Resource[]): readonly Row[] => {
  const rows = new Map<string, { kind: string; shape: string; places: { resource: Resource; leaf: Leaf }[] }>();
  for (const resource of resources) {
    for (const leaf of leavesOf(normalised(resource))) {
      const name = nameOf(resource.kind, leaf.shape);
      const row = rows.get(name) ?? { kind: resource.kind, shape: leaf.shape, places: [] };
      row.places.push({ resource, leaf });
      rows.set(name, row);
    }
  }
  return [...rows.values()].filter((row) => FIXED[nameOf(row.kind, row.shape)] === undefined);
};

/** One value to be changed, in one object. */
interface Edit {
  readonly row: Row;
  readonly resource: Resource;
  readonly leaf: Leaf;
  readonly other: Json;
}

const topOf = (leaf: Leaf): string => leaf.pointer.split('/')[1] ?? '';

/** Objects in which a round changes one value only; each dataset in the registry counts as one. */
const unitOf = ({ id, kind }: Resource, { pointer }: Leaf): string =>
  kind === 'registry' ? `${id} ${pointer.split('/').slice(0, 4).join('/')}` : id;

/** As few rounds as possible, in each of which no object is changed twice. */
const inRounds = (rows: readonly Row[]): readonly (readonly Edit[])[] => {
  const rounds: { readonly used: Set<string>; readonly edits: Edit[] }[] = [];
  for (const row of rows) {
    for (let number = 0; ; number += 1) {
      const round = (rounds[number] ??= { used: new Set(), edits: [] });
      const place = row.places.find(({ resource, leaf }) => !round.used.has(unitOf(resource, leaf)));
      if (place === undefined) continue;
      round.used.add(unitOf(place.resource, place.leaf));
      round.edits.push({ row, ...place, other: otherValue(row.shape, place.leaf.value) });
      break;
    }
  }
  return rounds.map(({ edits }) => edits);
};

const WITH_DOORS = rowsOf(PROD).filter(({ kind }) => DOORS[kind] !== undefined);
const ROUNDS = inRounds(WITH_DOORS);

let stage: Stage;
let prod: Place;

const clientsIn = (region: string): Clients => clientsOf(stage.sandbox.endpoint, ACCOUNT, region);

beforeAll(async () => {
  stage = await startStage();
  prod = { lake: REPOSITORY, account: ACCOUNT };
  Object.assign(process.env, stage.sandbox.environment(ACCOUNT, 'eu-west-1'));
  const outcome = await applyLake(
    {
      cwd: REPOSITORY,
      asOf: AS_OF,
      instance: 'prod',
      targets: [],
      excludes: [],
      allow: [],
      parallelism: 5,
      confirm: () => Promise.resolve(true),
      cancelled: () => false,
    },
    openSession(SILENT),
  );
  expect(outcome.status).toBe('applied');
  const document = { Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action: 's3:*', Resource: '*' }] };
  await clientsIn('eu-west-1').iam.send(
    new CreatePolicyCommand({
      PolicyName: 'reader-test',
      Path: '/edl-test/',
      PolicyDocument: JSON.stringify(document),
    }),
  );
});

afterAll(async () => {
  await stage.stop();
});

const planNow = async (): Promise<Plan> => (await stage.plan(prod, 'prod')).plan;

/** Brings objects to other properties through the doors of the parts that differ, each object whole. */
const bring = async (edits: readonly Edit[], isRestoring: boolean): Promise<void> => {
  for (const resource of new Set(edits.map((edit) => edit.resource))) {
    const ofObject = edits.filter((edit) => edit.resource === resource);
    const original = normalised(resource);
    const properties = isRestoring
      ? original
      : ofObject.reduce<JsonObject>((changed, { leaf, other }) => withValueAt(changed, leaf.pointer, other), original);
    const doors = new Set(ofObject.map(({ leaf }) => DOORS[resource.kind]?.[topOf(leaf)]));
    for (const door of doors) {
      if (door === undefined)
        throw new Error(`No door to ${ofObject.map(({ leaf }) => leaf.pointer).join(', ')} of ${resource.kind}.`);
      await door({ clients: clientsIn(resource.region), account: ACCOUNT, id: resource.id }, properties).catch(
        (error: unknown) => {
          throw new Error(`${resource.id} takes no ${ofObject.map(({ leaf }) => leaf.shape).join(', ')}`, {
            cause: error,
          });
        },
      );
    }
  }
};

it('changes every property that a kind emits, or says why it cannot be', () => {
  const emitted = new Set(
    [...PROD, ...DEV].flatMap(({ kind, properties }) => leavesOf(properties).map(({ shape }) => nameOf(kind, shape))),
  );
  const tested = new Set([...WITH_DOORS.map(({ kind, shape }) => nameOf(kind, shape))]);
  expect([...emitted].filter((name) => !tested.has(name) && FIXED[name] === undefined)).toEqual([]);
  expect(Object.keys(FIXED).filter((name) => !emitted.has(name))).toEqual([]);
});

describe.each(ROUNDS.map((edits, index) => ({ number: index + 1, edits })))('round $number', ({ edits }) => {
  let plan: Plan;

  beforeAll(async () => {
    await bring(edits, false);
    plan = await planNow();
  });

  afterAll(async () => {
    await bring(edits, true);
  });

  it.each(edits.map((edit) => [edit.resource.id, edit.leaf.pointer, edit] as const))(
    'reads %s %s',
    (id, pointer, { row, leaf, other }) => {
      const properties = plan.drift.find((drift) => drift.id === id)?.properties ?? [];
      const isIdentity = IDENTITIES.some((pattern) => pattern.test(row.shape));
      const path = isIdentity ? pointer.slice(0, pointer.lastIndexOf('/')) : pointer;
      const found = properties.filter((property) => property.path === path);
      if (isIdentity) {
        expect(found).toContainEqual(expect.objectContaining({ path, cause: 'drifted' }));
        return;
      }
      expect(found).toEqual([{ path, before: other, after: leaf.value, cause: 'drifted' }]);
    },
  );

  it('shows no other drift, and proposes no change', () => {
    expect(plan.drift.map(({ id }) => id)).toEqual([...new Set(edits.map(({ resource }) => resource.id))].sort());
    expect({ changes: plan.changes, access: plan.access }).toEqual({ changes: [], access: [] });
  });
});

it('finds everything as it was', async () => {
  const plan = await planNow();
  expect({ changes: plan.changes, drift: plan.drift }).toEqual({ changes: [], drift: [] });
  expect(valueAt({ a: 1 }, '/a')).toBe(1);
});
