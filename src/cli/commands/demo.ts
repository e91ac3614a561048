import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createDemoLake, type DemoLake } from '../../app/demo-lake.ts';
import { loadLake } from '../../app/lake.ts';
import { mayReadNow } from '../../app/live-access.ts';
import { packageRoot } from '../../app/package-root.ts';
import { openSession } from '../../app/session.ts';
import { EdlError } from '../../reconciler/model/errors.ts';
import type { Paint } from '../../report/paint.ts';
import { attachByHand } from '../demo-by-hand.ts';
import { openSandbox } from '../open-sandbox.ts';
import { hasColor, paintFor, print } from '../print.ts';

const INSTANCE = 'dev01';
const ACCOUNT = '111111111111';
const REGION = 'eu-west-1';
const PRINCIPAL = 'team:drug-safety';
const ROLE = 'edl-dev01-team-drug-safety';
const GRANT_FILE = 'catalog/grants/drug-safety-cases.yaml';
const DAY_MS = 86_400_000;

interface Stage {
  readonly lake: DemoLake;
  readonly environment: Readonly<Record<string, string>>;
  readonly paint: Paint;
  readonly color: boolean;
}

const say = (paint: Paint, title: string, text: string): Promise<void> => print(`\n${paint.bold(title)}\n${text}\n`);

/** Runs the real command as a process, shows what it prints, and insists on its exit code. */
const edl = async ({ lake, environment, paint, color }: Stage, argv: readonly string[]): Promise<string> => {
  await print(paint.cyan(`$ edl ${argv.join(' ')}`));
  const isColored = hasColor(process.stdout, color);
  const child = spawn(
    process.execPath,
    [join(packageRoot(), 'bin/edl.js'), ...argv, '--quiet', ...(isColored ? [] : ['--no-color'])],
    {
      cwd: lake.folder,
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  await print(output.replace(/^(?=.)/gm, '  '));
  if (code !== 0) throw new EdlError('EDL-9010', 'bug', `edl ${argv.join(' ')} ended with ${String(code)}.`);
  return output;
};

const expectText = (output: string, expected: string): void => {
  if (!output.includes(expected)) throw new EdlError('EDL-9011', 'bug', `The demo expected "${expected}".`);
};

interface Expectation {
  readonly dataset: string;
  readonly folder: 'data' | 'raw';
  readonly answer: 'allowed' | 'denied';
}

/** Reads the live policies back by the SDK, and judges them. */
const prove = async ({ lake, paint }: Stage, expectations: readonly Expectation[]): Promise<void> => {
  const at = new Date().toISOString();
  const quiet = { emit: (): void => undefined };
  const { catalog } = await loadLake({ cwd: lake.folder, asOf: at }, quiet);
  if (catalog === undefined) throw new EdlError('EDL-9012', 'bug', 'The demo lake is not valid.');
  const aws = openSession(quiet).connect(REGION, quiet);
  for (const { dataset, folder, answer } of expectations) {
    const decision = await mayReadNow(
      { catalog, instance: INSTANCE, principal: PRINCIPAL, dataset, folder, at },
      aws.reads,
    );
    const shown = decision.answer === 'allowed' ? paint.green(decision.answer) : paint.red(decision.answer);
    await print(`  ${PRINCIPAL} reads ${dataset}/${folder}: ${shown} ${paint.dim(`(${decision.reason})`)}`);
    if (decision.answer !== answer) throw new EdlError('EDL-9013', 'bug', `The demo expected ${answer}.`);
  }
  aws.close();
};

const NEIGHBOURS: readonly Expectation[] = [
  { dataset: 'clinical-trials', folder: 'raw', answer: 'denied' },
  { dataset: 'lab-results', folder: 'data', answer: 'denied' },
];

const create = async (stage: Stage): Promise<void> => {
  const { paint } = stage;
  const instance = ['--instance', INSTANCE];
  await say(paint, '1. Plan', 'The sample lake is YAML in a git repository; the account is empty. A plan reads only:');
  await edl(stage, ['plan', ...instance]);
  await say(paint, '2. Apply', 'Apply makes the lake: the bootstrap stack first, then the rest in waves.');
  expectText(await edl(stage, ['apply', ...instance, '--yes']), ' 0 failed');
  await say(paint, '3. Plan again', 'Nothing is left to do. There is no state file: AWS itself was read.');
  expectText(await edl(stage, ['plan', ...instance]), 'Plan: 0 to create, 0 to update, 0 to prune');
};

const change = async (stage: Stage): Promise<void> => {
  const { paint, lake } = stage;
  const instance = ['--instance', INSTANCE];
  await say(
    paint,
    '4. Before the change',
    'What may the drug safety team read now? Judged by the live policies, read back from AWS:',
  );
  await prove(stage, [{ dataset: 'clinical-trials', folder: 'data', answer: 'denied' }, ...NEIGHBOURS]);
  const expires = new Date(Date.now() + 60 * DAY_MS).toISOString().slice(0, 10);
  const line = `  - { dataset: clinical-trials, level: read, expires: ${expires}, instances: [${INSTANCE}] }`;
  await lake.addLine(GRANT_FILE, line, 'Drug safety reads the trials on dev01');
  await say(paint, '5. One line of YAML', `Access is asked for by a change in git, here in ${GRANT_FILE}:`);
  await print(paint.green(`  +${line}`));
  await say(paint, '6. Plan', 'The reviewer reads one sentence, not policy JSON:');
  expectText(await edl(stage, ['plan', ...instance]), 'gains read on sensitive clinical-trials');
  await say(paint, '7. Apply', 'One stack changes.');
  expectText(await edl(stage, ['apply', ...instance, '--yes']), ' 0 failed');
  await say(
    paint,
    '8. After the change',
    'The same questions, by the policies that are live now. The neighbours stay closed:',
  );
  await prove(stage, [{ dataset: 'clinical-trials', folder: 'data', answer: 'allowed' }, ...NEIGHBOURS]);
  await say(paint, '9. Plan again', 'And again there is nothing to do:');
  expectText(await edl(stage, ['plan', ...instance]), 'Plan: 0 to create, 0 to update, 0 to prune');
};

const heal = async (stage: Stage): Promise<void> => {
  const { paint, environment } = stage;
  const instance = ['--instance', INSTANCE];
  const policy = 'arn:aws:iam::aws:policy/AdministratorAccess';
  await say(paint, '10. At night', 'Somebody gives the team every right, past git:');
  await print(paint.cyan(`$ aws iam attach-role-policy --role-name ${ROLE} --policy-arn ${policy}`));
  await attachByHand(environment['AWS_ENDPOINT_URL'] ?? '', ACCOUNT, ROLE, policy);
  await say(paint, '11. Drift', 'CloudFormation calls this role in sync. EDL reads AWS itself:');
  expectText(await edl(stage, ['drift', ...instance]), 'Widens access');
  await say(paint, '12. Heal', 'Only what widens access is undone, and read back:');
  expectText(await edl(stage, ['drift', ...instance, '--heal', 'tighten', '--yes', '--no-authors']), 'Drift: 0 widen');
};

/** `edl demo`: the main job from beginning to end, on a local AWS that is gone afterwards. */
export const runDemo = async (options: { readonly color: boolean }): Promise<void> => {
  const started = performance.now();
  const paint = paintFor(options);
  await print(
    `${paint.bold('EDL demo')}: a data lake from YAML to a live account, on a local AWS. Nothing leaves this machine.`,
  );
  const sandbox = await openSandbox();
  const environment = sandbox.environment(ACCOUNT, REGION);
  Object.assign(process.env, environment);
  const lake = await createDemoLake();
  try {
    const stage: Stage = { lake, environment, paint, color: options.color };
    await create(stage);
    await change(stage);
    await heal(stage);
  } finally {
    await lake.remove();
    await sandbox.stop();
  }
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  await say(
    paint,
    `Done in ${seconds} s.`,
    'The local AWS is stopped and the copy of the lake is removed. Next: edl init my-lake, and edl sandbox to try it on.',
  );
};
