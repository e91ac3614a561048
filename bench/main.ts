import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSandbox, type Sandbox } from '../sandbox/index.ts';
import type { Plan } from '../src/reconciler/model/plan.ts';
import { benchFaults } from './faults.ts';
import { datasetName, generateLake, type LakeSize } from './generate-lake.ts';
import { measureEdl, type Measurement } from './measure.ts';
import { judge, printCalls, printRow, type Budgets, type Figures } from './report.ts';

const HOME = 'eu-west-1';

const LAKES: Readonly<Record<string, LakeSize>> = {
  small: { datasets: 10, principals: 4, grants: 20, pipelines: 2, regions: [HOME] },
  medium: { datasets: 100, principals: 20, grants: 200, pipelines: 10, regions: [HOME] },
  large: { datasets: 1000, principals: 200, grants: 2000, pipelines: 10, regions: [HOME] },
  'two regions': { datasets: 100, principals: 20, grants: 200, pipelines: 10, regions: [HOME, 'us-east-1'] },
};

/** Only proven, never applied: fifty grants a principal are what makes the proof long. */
const VERIFIED: LakeSize = { datasets: 1000, principals: 200, grants: 10_000, pipelines: 10, regions: [HOME] };

/** Dated grants of generated lakes end 60 days from now: within every tier's longest grant. */
const expiryDay = (): string => new Date(Date.now() + 60 * 86_400_000).toISOString().slice(0, 10);

const total = (calls: Readonly<Record<string, number>>): number =>
  Object.values(calls).reduce((sum, count) => sum + count, 0);

interface StepInput {
  readonly lake: string;
  readonly step: string;
  readonly folder: string;
  readonly argv: readonly string[];
  readonly sandbox: Sandbox;
  /** Calls of the no-op plan, to tell what an apply makes beyond its refresh. */
  readonly planCalls?: number;
}

const measureSound = async (
  { lake, step, argv, folder }: Omit<StepInput, 'sandbox'>,
  environment: Readonly<Record<string, string>>,
): Promise<Measurement> => {
  const measurement = await measureEdl(argv, folder, environment);
  const { exitCode, stdout, stderr } = measurement;
  if (exitCode !== 0)
    throw new Error(`${lake}, ${step}: exit ${exitCode}\n${stdout.slice(-2000)}\n${stderr.slice(-4000)}`);
  return measurement;
};

const runStep = async (input: StepInput): Promise<{ figures: Figures; measurement: Measurement }> => {
  input.sandbox.resetCalls();
  const measurement = await measureSound(input, input.sandbox.environment('111111111111', HOME));
  const byOperation = await input.sandbox.calls();
  const calls = total(byOperation);
  const figures: Figures = {
    seconds: measurement.seconds,
    megabytes: measurement.megabytes,
    calls,
    ...(input.planCalls === undefined ? {} : { callsBeyondPlan: calls - input.planCalls }),
  };
  printRow(input.lake, input.step, figures);
  printCalls(byOperation);
  return { figures, measurement };
};

const addGrant = (folder: string): Promise<void> =>
  appendFile(join(folder, 'catalog/grants/group-0001.yaml'), `  - { dataset: ${datasetName(3)}, level: read }\n`);

const expectNoChanges = (lake: string, text: string): void => {
  if (!text.includes('Plan: 0 to create, 0 to update, 0 to prune'))
    throw new Error(`${lake}: the plan after apply is not empty:\n${text.slice(-2000)}`);
};

/** What of a plan's time was the proof. */
const proofSecondsOf = (lake: string, text: string): number => {
  const { stats } = JSON.parse(text) as Plan;
  const seconds = stats?.seconds['proof'];
  if (seconds === undefined) throw new Error(`${lake}: the plan does not tell how long its proof took`);
  console.log(`               the proof took ${seconds.toFixed(2)} s of it`);
  return seconds;
};

/** The steps that need no AWS: every role of a large lake is proven. */
const benchVerify = async (lake: string): Promise<Record<string, Figures>> => {
  const folder = await mkdtemp(join(tmpdir(), 'edl-bench-'));
  try {
    await generateLake(folder, VERIFIED, expiryDay());
    const input = { lake, step: 'verify', folder, argv: ['verify', '--instance', 'dev01'] };
    const { seconds, megabytes, stdout } = await measureSound(input, {});
    printRow(lake, 'verify', { seconds, megabytes });
    console.log(`               ${stdout.trimEnd().split('\n').at(-1) ?? ''}`);
    return { verify: { seconds, megabytes } };
  } finally {
    await rm(folder, { recursive: true });
  }
};

/** All steps of one lake, on a sandbox of its own. */
const benchLake = async (lake: string, size: LakeSize): Promise<Record<string, Figures>> => {
  const folder = await mkdtemp(join(tmpdir(), 'edl-bench-'));
  const sandbox = await startSandbox();
  try {
    await generateLake(folder, size, expiryDay());
    const instance = ['--instance', 'dev01'];
    const step = (name: string, argv: readonly string[], planCalls?: number): ReturnType<typeof runStep> =>
      runStep({ lake, step: name, folder, argv, sandbox, ...(planCalls === undefined ? {} : { planCalls }) });
    const validate = await step('validate', ['validate']);
    const first = await step('first apply', ['apply', '--yes', ...instance]);
    const plan = await step('plan', ['plan', ...instance]);
    expectNoChanges(lake, plan.measurement.stdout);
    const drift = await step('drift', ['drift', '--strict', '--detailed-exitcode', ...instance]);
    await addGrant(folder);
    const grantPlan = await step('one-grant plan', ['plan', '--format', 'json', ...instance]);
    const grant = await step('one-grant apply', ['apply', '--yes', ...instance], plan.figures.calls);
    return {
      validate: validate.figures,
      'first apply': first.figures,
      plan: plan.figures,
      drift: drift.figures,
      'one-grant plan': { ...grantPlan.figures, proofSeconds: proofSecondsOf(lake, grantPlan.measurement.stdout) },
      'one-grant apply': grant.figures,
    };
  } finally {
    await sandbox.stop();
    await rm(folder, { recursive: true });
  }
};

const main = async (): Promise<void> => {
  const wanted = process.argv.slice(2);
  const budgets = JSON.parse(await readFile(new URL('../../bench/budgets.json', import.meta.url), 'utf8')) as Budgets;
  const failures: string[] = [];
  await measureEdl(['--help'], tmpdir(), {});
  const help = await measureEdl(['--help'], tmpdir(), {});
  printRow('command', 'help', help);
  failures.push(...judge('command', { help: { seconds: help.seconds, megabytes: help.megabytes } }, budgets));
  for (const [lake, size] of Object.entries(LAKES)) {
    if (wanted.length > 0 && !wanted.includes(lake)) continue;
    failures.push(...judge(lake, await benchLake(lake, size), budgets));
  }
  if (wanted.length === 0 || wanted.includes('verify'))
    failures.push(...judge('verify', await benchVerify('verify'), budgets));
  if (wanted.length === 0 || wanted.includes('faults'))
    failures.push(...judge('faults', await benchFaults('faults'), budgets));
  console.log(
    failures.length === 0
      ? '\nEvery budget holds.'
      : `\nOver budget:\n${failures.map((failure) => `  ${failure}`).join('\n')}`,
  );
  if (failures.length > 0) process.exitCode = 1;
};

await main();
