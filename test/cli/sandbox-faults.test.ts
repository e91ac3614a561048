import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { runEdl, startEdl, TODAY, type Finished } from '../support/edl.ts';
import { writeSmallLake } from '../support/small-lake.ts';
import { startStage, type Calls, type Stage } from '../support/stage.ts';

/** What faults of the sandbox do to `edl`. */

vi.setConfig({ testTimeout: 90_000, hookTimeout: 90_000 });

const NO_FAULTS = { throttle: 0, drop: 0, latencyMs: 0, crashAfter: null };

let stage: Stage;
let lake: string;

beforeAll(async () => {
  stage = await startStage();
  lake = stage.keepFolder(await writeSmallLake());
});
afterAll(() => stage.stop());

const total = (calls: Calls): number => Object.values(calls).reduce((sum, count) => sum + count, 0);

const edl = (command: 'plan' | 'apply', ...argv: readonly string[]): Promise<Finished> =>
  runEdl([command, '--instance', 'dev01', '--as-of', TODAY, ...argv], {
    cwd: lake,
    environment: stage.sandbox.environment('111111111111', 'eu-west-1'),
  });

const SIGNED = {
  authorization: 'AWS4-HMAC-SHA256 Credential=111111111111/20260101/us-east-1/iam/aws4_request',
  'content-type': 'application/x-www-form-urlencoded',
};

/** What a plan found, and the calls that it took. */
const planned = async (): Promise<{ readonly digest: string; readonly calls: Calls }> => {
  const { stdout } = await edl('plan', '--format', 'json');
  const { digest } = JSON.parse(stdout) as { digest: string };
  return { digest, calls: await stage.takeCalls() };
};

const expectSound = async (): Promise<void> => {
  const { exitCode, stdout } = await edl('plan', '--detailed-exitcode');
  expect([exitCode, stdout]).toEqual([0, expect.stringContaining('No changes: the lake is as declared.')]);
};

describe('edl apply', () => {
  it('is right like plan under 30 % throttling, 10 % drops and 500 ms latency, with at most 2.5 times the calls', async () => {
    const cleanPlan = await planned();
    expect((await edl('apply', '--yes')).exitCode).toBe(0);
    const cleanApply = await stage.takeCalls();
    await stage.sandbox.reset();
    stage.sandbox.setFaults({ throttle: 0.3, drop: 0.1, latencyMs: 500, seed: 1 });
    const faultyPlan = await planned();
    const applied = await edl('apply', '--yes');
    const faultyApply = await stage.takeCalls();
    stage.sandbox.setFaults(NO_FAULTS);
    expect(faultyPlan.digest).toBe(cleanPlan.digest);
    expect([applied.exitCode, applied.stdout]).toEqual([0, expect.stringContaining('7 applied, 0 failed')]);
    expect(applied.stderr).toContain('AWS is throttling');
    for (const [clean, faulty] of [
      [cleanPlan.calls, faultyPlan.calls],
      [cleanApply, faultyApply],
    ] as const) {
      expect(total(faulty)).toBeGreaterThan(1.1 * total(clean));
      expect(total(faulty)).toBeLessThanOrEqual(2.5 * total(clean));
    }
    await expectSound();
  });

  it('that lost AWS half-way is completed by the next one', async () => {
    await stage.sandbox.reset();
    stage.sandbox.setFaults({ crashAfter: 35 });
    const lost = await edl('apply', '--yes');
    expect(lost.exitCode).toBe(1);
    expect(lost.stdout).toMatch(/Apply: \d applied, [1-9]\d* failed/);
    expect(lost.stdout).toContain('EDL-4006');
    stage.sandbox.setFaults(NO_FAULTS);
    const again = await edl('apply', '--yes');
    expect([again.exitCode, again.stdout]).toEqual([0, expect.stringContaining('0 failed')]);
    await expectSound();
  });
});

describe('edl sandbox', () => {
  it('tells how to steer it, hits calls as its flags say, and ends abruptly after --crash-after', async () => {
    const flags = ['--latency', '20', '--throttle', '100%', '--seed', '5', '--crash-after', '1', '--speed', '10'];
    let answers: Promise<readonly unknown[]> | undefined;
    const call = async (endpoint: string): Promise<readonly unknown[]> => {
      const request = { method: 'POST', body: 'Action=ListRoles', headers: SIGNED };
      const first = await fetch(endpoint, request);
      const second = await fetch(endpoint, request).then(
        () => 'answered',
        () => 'no answer',
      );
      return [first.status, await first.text(), second];
    };
    const { child, finished } = startEdl(['sandbox', ...flags], { cwd: lake });
    let shown = '';
    child.stdout?.on('data', (text: string) => {
      shown += text;
      const endpoint = /-X POST (\S+)\/_edl\/reset$/m.exec(shown)?.[1];
      if (endpoint !== undefined) answers ??= call(endpoint);
    });
    const { exitCode, stdout, stderr } = await finished;
    expect(stdout).toContain('Faults: {"latencyMs":20,"throttle":1,"drop":0,"crashAfter":1,"seed":5,"speed":10}');
    expect(await answers).toEqual([400, expect.stringContaining('<Code>Throttling</Code>'), 'no answer']);
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining('crash-after')]);
  });

  it('refuses shares that are more than all calls', async () => {
    const { exitCode, stderr } = await runEdl(['sandbox', '--throttle', '0.6', '--drop', '60%'], { cwd: lake });
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining('EDL-5024')]);
    expect(stderr).toContain('together are more than 1');
  });
});
