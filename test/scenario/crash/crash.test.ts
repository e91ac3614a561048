import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { startStage, type Stage } from '../../support/stage.ts';
import type { Commit } from './lake.ts';
import { EVERY_POINT } from './points.ts';
import { applyWhole, openScene, tryPoint, type Scene, BUSY } from './trial.ts';

/** An apply that is killed at any point: the next one ends its work, and nothing tells that there were two. */

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

/** Every point takes minutes: `npm run crash`. Else a few, each of its own sort. */
const points = EVERY_POINT.filter(({ isUsual }) => isUsual === true || process.env['EVERY_POINT'] === '1');

let stage: Stage;
let scene: Scene;
const whole = new Map<Commit, unknown>();

beforeAll(async () => {
  stage = await startStage();
  scene = await openScene(stage);
  for (const commit of new Set(points.map((point) => point.commit)))
    whole.set(commit, await applyWhole(stage, scene, commit));
});
afterAll(() => stage.stop());

it.each(points)('killed when $name ($commit, $when $call)', async (point) => {
  const trial = await tryPoint(stage, scene, point);
  expect(trial.hit?.call).toBe(point.call);
  expect(trial.next, trial.next.stdout + trial.next.stderr).toMatchObject({ exitCode: 0 });
  expect(trial.account).toEqual(whole.get(point.commit));
  expect(trial).toMatchObject({ remains: [], planned: [], problems: [] });
  if (point.busyMs !== undefined) expect(trial.next.stderr).toMatch(BUSY);
  const told = trial.before.map((outcome) => (outcome === 'open' ? 'abandoned' : outcome));
  expect(told.length === 0 ? [] : trial.outcomes.slice(-told.length)).toEqual(told);
  expect(trial.data ?? 'rows').toBe('rows');
});
