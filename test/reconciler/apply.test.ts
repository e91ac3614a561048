import { describe, expect, it } from 'vitest';
import { applyPlan, isWhole, type ApplyInput } from '../../src/reconciler/apply/apply-plan.ts';
import { sha256Hex } from '../../src/reconciler/model/digest.ts';
import { EdlError } from '../../src/reconciler/model/errors.ts';
import type { Event } from '../../src/reconciler/model/events.ts';
import type { Driver, StackWork } from '../../src/reconciler/model/ports.ts';
import type { Blob, DesiredState, DriverName, Resource } from '../../src/reconciler/model/resource.ts';
import type { ApplyResult, StackResult } from '../../src/reconciler/model/result.ts';
import { KINDS } from '../arbitraries/fake-kinds.ts';
import {
  ACCESS,
  CATALOG,
  deploy,
  desiredOf,
  FOUNDATION,
  liveOf,
  object,
  OBJECTS,
  PIPELINE,
  planOf,
  resource,
  type Deployed,
} from '../arbitraries/world.ts';

const bucket = resource('s3-bucket/internal', FOUNDATION, {});
const role = resource('iam-role/oncology', ACCESS, {});
const runner = resource('iam-role/daily', PIPELINE, {});
const table = resource('glue-table/eu-west-1/trials', CATALOG, {});

type Behaviour = (work: StackWork) => Promise<StackResult> | StackResult;

const applied: Behaviour = (work) => ({
  outcome: 'applied',
  stack: work.name,
  seconds: 1,
  objects: work.changes.map((change) => change.id),
});

/** Drivers that remember their work, in the order in which it began, and how much of it ran at once. */
const fakeDrivers = (behaviour: Behaviour = applied) => {
  const work: StackWork[] = [];
  const drivers: string[] = [];
  let running = 0;
  let most = 0;
  const driver = (name: DriverName): Driver => ({
    name,
    apply: async (one) => {
      work.push(one);
      drivers.push(name);
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setTimeout(resolve, 1));
      running -= 1;
      return behaviour(one);
    },
  });
  return {
    drivers: [driver('cloudformation'), driver('glue'), driver('s3')],
    work,
    names: () => work.map((one) => one.name),
    used: () => drivers,
    mostAtOnce: () => most,
  };
};

const failing =
  (...stacks: readonly string[]): Behaviour =>
  (work) =>
    stacks.includes(work.name)
      ? {
          outcome: 'failed',
          stack: work.name,
          seconds: 2,
          failures: [{ code: 'EDL-4001', message: 'no' }],
          objects: [],
        }
      : applied(work);

interface Story extends Partial<ApplyInput> {
  readonly deployed?: readonly Deployed[];
}

const inputOf = (desired: DesiredState, { deployed = [], ...more }: Story, drivers: readonly Driver[]): ApplyInput => {
  return {
    plan: planOf(desired, liveOf(desired, deployed, [])),
    desired,
    kinds: KINDS,
    roleArn: 'arn:aws:iam::111111111111:role/edl',
    drivers,
    reporter: { emit: () => undefined },
    parallelism: 5,
    clock: { now: () => new Date(0) },
    cancelled: () => false,
    ...more,
  };
};

const run = (
  resources: readonly Resource[],
  fake: ReturnType<typeof fakeDrivers>,
  story: Story = {},
): Promise<ApplyResult> => applyPlan(inputOf(desiredOf(resources), story, fake.drivers));

const outcomes = (result: ApplyResult): Readonly<Record<string, string>> =>
  Object.fromEntries(
    result.results.map((one) => [
      one.stack,
      one.outcome === 'skipped' ? `skipped: ${one.because} ${one.dependency ?? ''}`.trim() : one.outcome,
    ]),
  );

describe('order', () => {
  it('starts a stack when what it depends on is done', async () => {
    const fake = fakeDrivers();
    const result = await run([bucket, role, runner, table], fake);
    expect(fake.names()[0]).toBe(FOUNDATION);
    expect([...fake.names()].sort()).toEqual([ACCESS, CATALOG, FOUNDATION, PIPELINE].sort());
    expect(isWhole(result)).toBe(true);
  });

  it('puts the bootstrap stack before everything', async () => {
    const fake = fakeDrivers();
    const bootstrap = resource('iam-role/boot', 'edl-dev01-zz-bootstrap', {});
    const state = desiredOf([bucket, bootstrap]);
    const desired = {
      ...state,
      stacks: state.stacks.map((stack) => (stack.name.endsWith('bootstrap') ? { ...stack, bootstrap: true } : stack)),
    };
    await applyPlan(inputOf(desired, {}, fake.drivers));
    expect(fake.names()).toEqual(['edl-dev01-zz-bootstrap', FOUNDATION]);
    expect(fake.work.map((one) => [one.roleArn === undefined, one.artifactsBucket === undefined])).toEqual([
      [true, true],
      [false, false],
    ]);
  });

  it('prunes whole stacks after all others are over', async () => {
    const fake = fakeDrivers(failing(FOUNDATION));
    const result = await run([bucket], fake, { deployed: deploy([role]) });
    expect(fake.names()).toEqual([FOUNDATION, ACCESS]);
    expect(fake.mostAtOnce()).toBe(1);
    expect(fake.work[1]).toMatchObject({ name: ACCESS, changes: [{ action: 'prune' }] });
    expect(fake.work[1]?.desired).toBeUndefined();
    expect(outcomes(result)).toEqual({ [FOUNDATION]: 'failed', [ACCESS]: 'applied' });
  });

  it('waits also for a dependency behind a stack without changes', async () => {
    const fake = fakeDrivers(failing(FOUNDATION));
    const middle = resource('artifact/eu-west-1/code', OBJECTS, {});
    const state = desiredOf([bucket, middle, runner]);
    const desired = {
      ...state,
      stacks: state.stacks.map((stack) =>
        stack.name === PIPELINE
          ? { ...stack, dependsOn: [OBJECTS] }
          : stack.name === OBJECTS
            ? { ...stack, dependsOn: [FOUNDATION] }
            : stack,
      ),
    };
    const live = liveOf(desired, [], [object('artifact/eu-west-1/code', {})]);
    const result = await applyPlan({ ...inputOf(desired, {}, fake.drivers), plan: planOf(desired, live) });
    expect(outcomes(result)).toEqual({
      [FOUNDATION]: 'failed',
      [PIPELINE]: `skipped: dependency-failed ${FOUNDATION}`,
    });
  });
});

describe('failure', () => {
  it('fails the dependants of the failed stack and no others', async () => {
    const fake = fakeDrivers(failing(FOUNDATION));
    const artifact = resource('artifact/eu-west-1/code', OBJECTS, {});
    const result = await run([bucket, role, table, artifact], fake);
    expect(outcomes(result)).toEqual({
      [FOUNDATION]: 'failed',
      [OBJECTS]: 'applied',
      [ACCESS]: `skipped: dependency-failed ${FOUNDATION}`,
      [CATALOG]: `skipped: dependency-failed ${FOUNDATION}`,
    });
    expect(isWhole(result)).toBe(false);
  });

  it('of one of two neighbours leaves the other alone', async () => {
    const fake = fakeDrivers(failing(ACCESS));
    expect(outcomes(await run([bucket, role, table], fake))).toEqual({
      [FOUNDATION]: 'applied',
      [ACCESS]: 'failed',
      [CATALOG]: 'applied',
    });
  });

  it('of a driver that throws is a result too', async () => {
    const thrown = async (error: unknown): Promise<StackResult | undefined> => {
      const fake = fakeDrivers(() => Promise.reject(error instanceof Error ? error : new Error('?')));
      return (await run([bucket], fake)).results[0];
    };
    expect(await thrown(new EdlError('EDL-4007', 'retry', 'throttled'))).toMatchObject({
      outcome: 'failed',
      failures: [{ code: 'EDL-4007', message: 'throttled' }],
    });
    expect(await thrown(new Error('oops'))).toMatchObject({ outcome: 'failed', failures: [{ code: 'EDL-9003' }] });
  });
});

describe('concurrency', () => {
  const many = Array.from({ length: 12 }, (_, index) =>
    resource(`iam-role/r${index}`, `edl-dev01-access-team-r${index}`, {}),
  );

  it('is bounded', async () => {
    const fake = fakeDrivers();
    await run(many, fake, { parallelism: 3 });
    expect(fake.mostAtOnce()).toBe(3);
    expect(fake.names()).toHaveLength(12);
  });

  it('is at least one', async () => {
    const fake = fakeDrivers();
    await run(many, fake, { parallelism: 0 });
    expect(fake.mostAtOnce()).toBe(1);
  });

  it('does not change the order of the results', async () => {
    const fake = fakeDrivers();
    const result = await run(many, fake, { parallelism: 5 });
    expect(result.results.map((one) => one.stack)).toEqual(many.map((one) => one.stack).sort());
  });
});

describe('cancelling', () => {
  it('starts nothing more, lets finish what runs, and tells what was not started', async () => {
    const fake = fakeDrivers();
    const result = await run([bucket, role, table], fake, { cancelled: () => fake.names().length > 0 });
    expect(outcomes(result)).toEqual({
      [FOUNDATION]: 'applied',
      [ACCESS]: 'skipped: cancelled',
      [CATALOG]: 'skipped: cancelled',
    });
  });
});

describe('the work that a driver gets', () => {
  it('is for the driver of the stack, also of one that is no longer desired', async () => {
    const fake = fakeDrivers();
    const gone = object(table.id, {}, { mark: { owner: 'acme/dev01', id: table.id, digest: 'sha256:x' } });
    const state = desiredOf([role]);
    await applyPlan({ ...inputOf(state, {}, fake.drivers), plan: planOf(state, liveOf(state, [], [gone])) });
    expect(fake.names()).toEqual([ACCESS, CATALOG]);
    expect(fake.used()).toEqual(['cloudformation', 'glue']);
  });

  it('holds the files that its changes refer to, and no others', async () => {
    const blobOf = (text: string): Blob => {
      const bytes = new TextEncoder().encode(text);
      return { sha256: sha256Hex(bytes), bytes, contentType: 'text/plain' };
    };
    const [used, unused] = [blobOf('used'), blobOf('unused')];
    const artifact = resource('artifact/eu-west-1/code', OBJECTS, { Key: `edl/artifacts/${used.sha256}` });
    const state = desiredOf([artifact, role], [used, unused]);
    const fake = fakeDrivers();
    await applyPlan(inputOf(state, {}, fake.drivers));
    expect(fake.work.map((one) => [one.name, one.blobs.map((blob) => blob.sha256)])).toEqual([
      [ACCESS, []],
      [OBJECTS, [used.sha256]],
    ]);
  });

  it('is nothing when the plan is empty', async () => {
    const fake = fakeDrivers();
    expect(await run([], fake)).toEqual({ instance: 'dev01', results: [] });
  });
});

it('tells what happens, in order', async () => {
  const events: Event[] = [];
  const fake = fakeDrivers();
  await run([bucket, role], fake, { reporter: { emit: (event) => events.push(event) } });
  expect(events.map((event) => event.type)).toEqual([
    'apply-started',
    'wave-started',
    'stack-started',
    'stack-finished',
    'wave-started',
    'stack-started',
    'stack-finished',
  ]);
  expect(events[0]).toEqual({ type: 'apply-started', stacks: 2, waves: 2 });
});
