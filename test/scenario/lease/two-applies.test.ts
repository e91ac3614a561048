import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { speedOf } from '../../../sandbox/faults.ts';
import { clientsOf } from '../../support/clients.ts';
import { addTeam, writeSmallLake } from '../../support/small-lake.ts';
import { editFile, startStage, unwrapped, type Place, type Stage } from '../../support/stage.ts';
import { remainsIn } from '../crash/account.ts';
import { startApply } from './running.ts';

/** Two applies of one instance at once, each a process of its own. */

vi.setConfig({ testTimeout: 120_000, hookTimeout: 90_000 });

let stage: Stage;
let lake: string;
beforeAll(async () => {
  stage = await startStage();
  lake = stage.keepFolder(await writeSmallLake());
});
afterAll(async () => {
  stage.sandbox.setFaults({ speed: 0 });
  await stage.stop();
});

const at = (account: string, own = lake): Place => ({ lake: own, account });

/** How slow stacks are, so that one run is at work for as long as another one needs to come. */
const setDelay = (milliseconds: number): void => {
  stage.sandbox.setFaults({ speed: speedOf(milliseconds) });
};

/** What a plan would still change. */
const leftIn = async (place: Place, instance: string): Promise<readonly string[]> =>
  (await stage.plan(place, instance)).plan.changes.map(({ id }) => id);

/** How many entries the journal has; it verifies, or the test fails. */
const entriesOf = async (place: Place, instance: string): Promise<number> => {
  const told = await stage.edl(place, ['history', '--instance', instance, '--verify', '--format', 'json', '--quiet']);
  expect(told).toMatchObject({ exitCode: 0 });
  return (JSON.parse(told.stdout) as { entries: number }).entries;
};

it('lets one of two very first applies go on, and doubles nothing', async () => {
  const place = at('444444444444');
  const runs = await Promise.all([1, 2].map(() => startApply(stage, place, 'qa').finished));
  const codes = runs.map(({ exitCode }) => exitCode).sort();
  expect([
    [0, 0],
    [0, 1],
    [0, 3],
  ]).toContainEqual(codes);
  for (const { exitCode, stdout } of runs) if (exitCode !== 0) expect(stdout).toMatch(/EDL-\d{4}/);
  expect(await leftIn(place, 'qa')).toEqual([]);
  // Where a stack of the first one failed beside the second one's creation of it, the second one did the rest.
  expect([1, 2], JSON.stringify(runs, null, 2)).toContain(await entriesOf(place, 'qa'));
  expect(await stage.byHand(() => remainsIn(clientsOf(stage.sandbox.endpoint, '444444444444', 'eu-west-1')))).toEqual(
    [],
  );
});

it('lets the second apply of the same commit wait, or refuses it at once when told to', async () => {
  const place = at('111111111111', await stage.copyLake(lake));
  await stage.apply(place, 'dev01');
  await addTeam(place.lake, 'newcomers');
  setDelay(700);
  const first = startApply(stage, place, 'dev01');
  await first.told(/Wave 1/);
  const hasty = startApply(stage, place, 'dev01', '--lease-timeout', '0');
  const second = startApply(stage, place, 'dev01');
  const leaver = startApply(stage, place, 'dev01');
  await leaver.told(/Waiting: /);
  const asked = Date.now();
  leaver.child.kill('SIGINT');
  expect(await leaver.finished).toMatchObject({ exitCode: 130 });
  expect(Date.now() - asked).toBeLessThan(3_000);
  expect(await hasty.finished).toMatchObject({ exitCode: 3, stdout: expect.stringContaining('EDL-4200') as string });
  expect(await first.finished).toMatchObject({ exitCode: 0 });
  setDelay(0);
  const { exitCode, stdout, stderr } = await second.finished;
  expect(unwrapped(stderr)).toMatch(/Waiting: .*edl apply.* has been changing dev01 since .* waited for until /);
  expect(stdout).toContain('No changes');
  expect(exitCode).toBe(0);
  expect(await leftIn(place, 'dev01')).toEqual([]);
  expect(await entriesOf(place, 'dev01')).toBe(2);
});

it('ends as one of the orders when two commits are applied at once, and takes an outgrown saved plan for stale', async () => {
  const lakes = [lake, lake].map((one) => stage.copyLake(one));
  const places = (await Promise.all(lakes)).map((one) => at('222222222222', one));
  const [one, other] = places;
  if (one === undefined || other === undefined) throw new Error('no lakes');
  await stage.apply(one, 'uat');
  await addTeam(one.lake, 'newcomers');
  await editFile(one.lake, 'catalog/datasets/sites.yaml', 'Study sites', 'Sites, as the first commit has it');
  await editFile(other.lake, 'catalog/datasets/sites.yaml', 'Study sites', 'Sites, as the second commit has it');
  const saved = await stage.edl(other, ['plan', '--instance', 'uat', '--out', 'second.edlplan', '--quiet']);
  expect(saved.exitCode).toBe(0);
  setDelay(700);
  const runs = places.map((place) => ({ place, run: startApply(stage, place, 'uat') }));
  const ends = await Promise.all(runs.map(async ({ place, run }) => ({ place, ...(await run.finished) })));
  setDelay(0);
  expect(ends.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
  // The one that came late waited, or found that the lake had moved since it had read it.
  const late = ends.filter(({ stderr }) => /Waiting: |planning again/.test(stderr));
  expect(late, JSON.stringify(ends, null, 2)).toHaveLength(1);
  for (const { place } of ends) expect((await leftIn(place, 'uat')).length === 0).toBe(place === late[0]?.place);
  expect(await entriesOf(one, 'uat')).toBe(3);
  if ((await leftIn(one, 'uat')).length > 0) await stage.apply(one, 'uat');
  const stale = await stage.edl(other, ['apply', 'second.edlplan', '--yes', '--quiet']);
  expect(stale).toMatchObject({ exitCode: 4 });
});
