import { CreateRoleCommand } from '@aws-sdk/client-iam';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { listHistory, verifyHistory } from '../../../src/app/history/history.ts';
import { openSession } from '../../../src/app/session.ts';
import { speedOf } from '../../../sandbox/faults.ts';
import { clientsOf, type Clients } from '../../support/clients.ts';
import { runEdl, startEdl, TODAY, type Finished } from '../../support/edl.ts';
import { startKillingProxy, type Asked } from '../../support/killing-proxy.ts';
import type { Place, Stage } from '../../support/stage.ts';
import { readAccount, remainsIn } from './account.ts';
import { checkOut, newLakeFolder, type Commit } from './lake.ts';
import type { Point } from './points.ts';

const ACCOUNT = '111111111111';
const INSTANCE = 'dev01';
const REGION = 'eu-west-1';
const APPLY = ['apply', '--yes', '--instance', INSTANCE] as const;
/** What a plan says of a stack in progress. */
export const BUSY = /Waiting until AWS has finished what runs already: /;
const DATA = { Bucket: 'acme-datalake-dev01-internal-eu-west-1', Key: 'sites/main/part-0.parquet' };

/** Where the trials take place. */
export interface Scene extends Place {
  readonly clients: Clients;
}

/** What is in an account after both runs, and what they said. */
export interface Trial {
  readonly hit: Asked | undefined;
  /** How each entry of the journal had ended when it was dead, the newest first. */
  readonly before: readonly string[];
  readonly next: Finished;
  readonly account: unknown;
  readonly remains: readonly string[];
  /** Changes and drift that a plan still finds. */
  readonly planned: readonly string[];
  /** Codes of what verification of the journal finds, and how each entry ended, the newest first. */
  readonly problems: readonly string[];
  readonly outcomes: readonly string[];
  /** Data that was put between the runs, as it is afterwards; absent where there was no bucket yet. */
  readonly data: string | undefined;
}

/** People make a role under the very name that a team of the second commit gets. */
const makeRole = ({ iam }: Clients): Promise<unknown> =>
  iam.send(
    new CreateRoleCommand({
      RoleName: 'edl-dev01-team-reporters',
      Path: '/edl/dev01/',
      Description: 'By hand',
      AssumeRolePolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: 'sts:AssumeRole' }],
      }),
    }),
  );

/** The one account of all trials, and the folder of its lake. */
export const openScene = async (stage: Stage): Promise<Scene> => ({
  lake: stage.keepFolder(await newLakeFolder()),
  account: ACCOUNT,
  clients: clientsOf(stage.sandbox.endpoint, ACCOUNT, REGION),
});

/** Makes the account what it is before a commit is applied: empty, or with the commit before it and somebody's role. */
export const setScene = async (stage: Stage, scene: Scene, commit: Commit): Promise<void> => {
  stage.sandbox.setFaults({ speed: 0 });
  await stage.sandbox.reset();
  if (commit === 'second') {
    await checkOut(scene.lake, 'first');
    await stage.apply(scene, INSTANCE);
    await makeRole(scene.clients);
  }
  await checkOut(scene.lake, commit);
};

/** What an apply that nobody kills leaves. */
export const applyWhole = async (stage: Stage, scene: Scene, commit: Commit): Promise<unknown> => {
  await setScene(stage, scene, commit);
  await stage.apply(scene, INSTANCE);
  return readAccount(scene.clients);
};

/** Applies as a process that is killed. */
const applyKilled = async (stage: Stage, { lake, account }: Scene, point: Point): Promise<Asked | undefined> => {
  const proxy = await startKillingProxy(stage.sandbox.endpoint, point, () => {
    if (point.busyMs !== undefined) stage.sandbox.setFaults({ speed: speedOf(point.busyMs) });
  });
  const environment = { ...stage.sandbox.environment(account, REGION), AWS_ENDPOINT_URL: proxy.endpoint };
  const { child, finished } = startEdl([...APPLY, '--as-of', TODAY], { cwd: lake, environment });
  proxy.aim(child);
  try {
    await finished;
    return proxy.hit();
  } finally {
    await proxy.stop();
  }
};

/** Applies again, with nothing done by hand. What it waits for need not take long any more. */
const applyNext = (stage: Stage, { lake, account }: Scene): Promise<Finished> =>
  runEdl([...APPLY, '--as-of', TODAY], {
    cwd: lake,
    environment: stage.sandbox.environment(account, REGION),
    onStderr: (text) => {
      if (text.includes('Applying')) stage.sandbox.setFaults({ speed: 0 });
    },
  });

const putData = ({ s3 }: Clients): Promise<boolean> =>
  s3.send(new PutObjectCommand({ ...DATA, Body: 'rows' })).then(
    () => true,
    () => false,
  );

const dataIn = async ({ s3 }: Clients): Promise<string | undefined> =>
  (await s3.send(new GetObjectCommand(DATA))).Body?.transformToString();

const journalOf = async ({ lake }: Scene): Promise<Pick<Trial, 'problems' | 'outcomes'>> => {
  const session = openSession({ emit: (): void => undefined });
  const request = { cwd: lake, instance: INSTANCE, asOf: TODAY, today: TODAY, limit: 10 };
  const verified = await verifyHistory(request, session);
  const listed = await listHistory(request, session);
  if ('diagnostics' in verified || 'diagnostics' in listed) throw new Error(JSON.stringify([verified, listed]));
  return {
    problems: verified.problems.map(({ code }) => code),
    outcomes: listed.entries.map(({ outcome }) => outcome),
  };
};

/** Kills an apply at a point, and lets the next one end its work. */
export const tryPoint = async (stage: Stage, scene: Scene, point: Point): Promise<Trial> => {
  await setScene(stage, scene, point.commit);
  stage.sandbox.setFaults({ speed: speedOf(point.stepMs ?? 0) });
  const hit = await applyKilled(stage, scene, point);
  const { outcomes: before } = await journalOf(scene);
  const hasData = await putData(scene.clients);
  const next = await applyNext(stage, scene);
  const data = hasData ? await dataIn(scene.clients) : undefined;
  const { plan } = await stage.plan(scene, INSTANCE);
  return {
    hit,
    before,
    next,
    account: await readAccount(scene.clients),
    remains: await remainsIn(scene.clients),
    planned: [...plan.changes, ...plan.drift].map(({ id }) => id),
    ...(await journalOf(scene)),
    data,
  };
};
