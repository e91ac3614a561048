import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSandbox, type Sandbox } from '../sandbox/index.ts';
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

const runStep = async (input: StepInput): Promise<{ figures: Figures; measurement: Measurement }> => {
  input.sandbox.resetCalls();
  const measurement = await measureEdl(input.argv, input.folder, input.sandbox.environment('111111111111', HOME));
  if (measurement.exitCode !== 0) {
    throw new Error(
      `${input.lake}, ${input.step}: exit ${measurement.exitCode}\n${measurement.stdout.slice(-2000)}\n${measurement.stderr.slice(-4000)}`,
    );
  }
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
    await addGrant(folder);
    const grant = await step('one-grant apply', ['apply', '--yes', ...instance], plan.figures.calls);
    return {
      validate: validate.figures,
      'first apply': first.figures,
      plan: plan.figures,
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
  console.log(
    failures.length === 0
      ? '\nEvery budget holds.'
      : `\nOver budget:\n${failures.map((failure) => `  ${failure}`).join('\n')}`,
  );
  if (failures.length > 0) process.exitCode = 1;
};

await main();
