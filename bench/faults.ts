import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSandbox, type Sandbox } from '../sandbox/index.ts';
import { measureEdl, type Measurement } from './measure.ts';
import { printRow, type Figures } from './report.ts';

/** A bad day: what the sample lake's plan and apply must withstand, right and with few calls more. */
const FAULTS = { throttle: 0.3, drop: 0.1, latencyMs: 500 };
const NO_FAULTS = { throttle: 0, drop: 0, latencyMs: 0 };

const PACKAGE = new URL('../../', import.meta.url).pathname;
/** The day that the sample lake's grants are written for. */
const TODAY = '2026-11-22';

interface Step extends Measurement {
  readonly calls: number;
}

const runStep = async (sandbox: Sandbox, folder: string, argv: readonly string[]): Promise<Step> => {
  sandbox.resetCalls();
  const whole = [...argv, '--instance', 'dev01', '--as-of', TODAY];
  const measurement = await measureEdl(whole, folder, sandbox.environment('111111111111', 'eu-west-1'));
  const { exitCode, stdout, stderr } = measurement;
  if (exitCode !== 0) throw new Error(`edl ${whole.join(' ')}: exit ${exitCode}\n${stdout}\n${stderr}`);
  const calls = Object.values(await sandbox.calls()).reduce((sum, count) => sum + count, 0);
  return { ...measurement, calls };
};

const digestOf = ({ stdout }: Step): string => (JSON.parse(stdout) as { digest: string }).digest;

const PLAN = ['plan', '--format', 'json'];
const APPLY = ['apply', '--yes'];
const EMPTY_PLAN = ['plan', '--detailed-exitcode'];

const tell = (lake: string, step: string, clean: Step, faulty: Step): Figures => {
  const { seconds, megabytes, calls } = faulty;
  const figures = { seconds, megabytes, calls, timesClean: calls / clean.calls };
  printRow(lake, step, figures);
  return figures;
};

const compare = async (lake: string, sandbox: Sandbox, folder: string): Promise<Record<string, Figures>> => {
  const step = (argv: readonly string[]): Promise<Step> => runStep(sandbox, folder, argv);
  const clean = { plan: await step(PLAN), apply: await step(APPLY) };
  await sandbox.reset();
  sandbox.setFaults({ ...FAULTS, seed: 1 });
  const faulty = { plan: await step(PLAN), apply: await step(APPLY) };
  sandbox.setFaults(NO_FAULTS);
  if (digestOf(clean.plan) !== digestOf(faulty.plan)) throw new Error(`${lake}: faults changed the plan`);
  // Exit 2 if anything is left.
  await step(EMPTY_PLAN);
  await step(['verify', '--live']);
  return {
    plan: tell(lake, 'plan', clean.plan, faulty.plan),
    apply: tell(lake, 'apply', clean.apply, faulty.apply),
  };
};

/** The sample lake under 30 % throttling, 10 % dropped connections and 500 ms latency, compared with a run without them. */
export const benchFaults = async (lake: string): Promise<Record<string, Figures>> => {
  const folder = await mkdtemp(join(tmpdir(), 'edl-bench-'));
  const sandbox = await startSandbox();
  try {
    for (const part of ['lake.yaml', 'catalog']) await cp(join(PACKAGE, part), join(folder, part), { recursive: true });
    return await compare(lake, sandbox, folder);
  } finally {
    await sandbox.stop();
    await rm(folder, { recursive: true });
  }
};
