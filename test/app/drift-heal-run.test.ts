import { describe, expect, it } from 'vitest';
import { explainTask, runTasks, stackHealing, type HealTask } from '../../src/app/drift/heal-run.ts';
import type { Covered, Healer, HealPart, HealWork } from '../../src/reconciler/model/heal.ts';
import type { ResourceId } from '../../src/reconciler/model/resource.ts';

const workOn = (kind: string, name: string, parts: readonly HealPart[] = []): HealWork => ({
  scope: { organization: 'acme', instance: 'dev01', account: '111111111111' },
  id: `${kind}/${name}`,
  kind,
  type: 'AWS::Test',
  stack: 's',
  region: 'eu-west-1',
  live: {},
  wanted: {},
  parts,
});

/** A healer that notes what it is asked for. */
const recording = (): Healer & { readonly asked: HealWork[] } => {
  const asked: HealWork[] = [];
  const note = (work: HealWork) => {
    asked.push(work);
    return Promise.resolve([]);
  };
  return {
    asked,
    explain: note,
    heal: note,
    coverable: () => Promise.resolve([]),
    revert: () => Promise.reject(new Error('No stack here.')),
  };
};

const quiet = { emit: (): void => undefined };

it('what widens is done first; of these, what others need before what needs it', async () => {
  const task = (kind: string, widens: boolean): HealTask => ({
    works: [workOn(kind, widens ? 'wide' : 'narrow')],
    coverable: [],
    widens,
  });
  const healer = recording();
  await runTasks(
    [task('glue-job', false), task('iam-role', false), task('glue-job', true), task('iam-role', true)],
    healer,
    quiet,
    () => false,
  );
  expect(healer.asked.map(({ id }) => id)).toEqual([
    'iam-role/wide',
    'glue-job/wide',
    'iam-role/narrow',
    'glue-job/narrow',
  ]);
});

it('once it is stopped, what runs is finished, and what was not begun is left', async () => {
  const task: HealTask = { works: [workOn('iam-role', 'one')], coverable: [], widens: false };
  const healed: string[] = [];
  const healer: Healer = {
    ...recording(),
    explain: ({ id }) => Promise.resolve([{ id, outcome: 'planned', how: 'service', detail: 'puts it back' }]),
    heal: ({ id }) => {
      healed.push(id);
      return Promise.resolve([{ id, outcome: 'healed', detail: 'put it back' }]);
    },
  };
  const late: HealTask = { ...task, works: [workOn('glue-job', 'two')] };
  expect(await runTasks([late, task], healer, quiet, () => healed.length > 0)).toEqual([
    { id: 'iam-role/one', outcome: 'healed', detail: 'put it back' },
    { id: 'glue-job/two', outcome: 'left', detail: 'not begun: the run was stopped' },
  ]);
});

describe('after a change set', () => {
  const left = async (work: HealWork, covered: readonly Covered[]): Promise<readonly HealPart[]> => {
    const stack = stackHealing([work]);
    if (stack === undefined) throw new Error('no stack');
    const healer = recording();
    await explainTask({ works: [work], stack, coverable: covered, widens: true }, healer);
    return healer.asked.flatMap(({ parts }) => parts);
  };
  const missing: HealPart = { path: '/Policies/1', wanted: { PolicyName: 'ours' } };
  const added: HealPart = { path: '/Policies/1', live: { PolicyName: 'theirs' } };
  const at = (id: ResourceId, path: string): readonly Covered[] => [{ id, path }];

  it('a policy that somebody added is left to do, though a declared one has its place in the list', async () => {
    expect(await left(workOn('iam-role', 'x', [missing, added]), at('iam-role/x', '/Policies/1'))).toEqual([added]);
  });

  it('what somebody added to a template is done: the template was written as a whole', async () => {
    const extra: HealPart = { path: '/Resources/Extra', live: {} };
    expect(await left(workOn('stack', 's', [extra]), at('stack/s', '/Resources/Extra'))).toEqual([]);
  });
});
