import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { checkDrift, type CheckedDrift } from '../../../src/app/drift/check-drift.ts';
import { openSession } from '../../../src/app/session.ts';
import type { HealMode } from '../../../src/reconciler/model/drift-rules.ts';
import type { DriftEntry, DriftReport } from '../../../src/reconciler/model/drift.ts';
import { clientsOf } from '../../support/clients.ts';
import { copySampleLake, TODAY } from '../../support/edl.ts';
import { startDenyingProxy, type Refusal } from '../../support/denying-proxy.ts';
import { startStage, type Place, type Stage } from '../../support/stage.ts';
import type { Deed } from './deed.ts';
import { IAM_DEEDS } from './deeds-iam.ts';
import { STORE_DEEDS } from './deeds-store.ts';
import { WORK_DEEDS } from './deeds-work.ts';

/** Everything that people do past git, done at once in one lake: each deed is found, nothing else is, and healing ends it. */

vi.setConfig({ testTimeout: 90_000, hookTimeout: 120_000 });

const DEEDS: readonly Deed[] = [...IAM_DEEDS, ...STORE_DEEDS, ...WORK_DEEDS];

let stage: Stage;
let dev: Place;

const check = async (mode?: HealMode, endpoint?: string): Promise<CheckedDrift> => {
  Object.assign(process.env, stage.sandbox.environment(dev.account, 'eu-west-1'));
  if (endpoint !== undefined) process.env['AWS_ENDPOINT_URL'] = endpoint;
  const outcome = await checkDrift(
    {
      cwd: dev.lake,
      asOf: `${TODAY}T00:00:00Z`,
      instance: 'dev01',
      targets: [],
      excludes: [],
      authors: false,
      ...(mode === undefined ? {} : { heal: { mode, confirm: () => Promise.resolve(true) } }),
    },
    openSession({ emit: (): void => undefined }),
  );
  if (!('report' in outcome)) throw new Error(JSON.stringify(outcome));
  return outcome;
};

/** An artifact's name ends with the digest of what it holds. */
const shortId = (id: string): string => id.replace(/-[0-9a-f]{64}\.\w+$/, '');

interface Finding {
  readonly id: string;
  readonly state: string;
  readonly effect: string;
  readonly path: string;
}

const inOrder = (findings: readonly Finding[]): readonly string[] =>
  findings.map(({ id, state, effect, path }) => `${id} ${state} ${effect} ${path}`).sort();

/** The registry is one document: which of its places differ is not asked here. */
const pathOf = (id: string, path: string): string => (id.startsWith('registry/') ? '' : path);

const findingsOf = ({ id, state, effect, parts }: DriftEntry): readonly Finding[] =>
  parts.length === 0 || id.startsWith('registry/')
    ? [{ id: shortId(id), state, effect, path: '' }]
    : // A file's size is no place of its own: it differs with the file.
      parts
        .filter(({ path }) => path !== '/Size')
        .map((part) => ({ id: shortId(id), state, effect: part.effect, path: part.path }));

const found = (report: DriftReport): readonly string[] => inOrder(report.entries.flatMap(findingsOf));

const expected = (deeds: readonly Deed[]): readonly string[] =>
  inOrder(deeds.map(({ id, state, effect, path = '' }) => ({ id, state, effect, path: pathOf(id, path) })));

beforeAll(async () => {
  stage = await startStage({ awsPolicies: true });
  dev = { lake: stage.keepFolder(await copySampleLake()), account: '111111111111' };
  await stage.apply(dev, 'dev01');
});

afterAll(async () => {
  await stage.stop();
});

it('a lake that nobody touched shows no drift', async () => {
  const { report } = await check();
  expect(report.entries).toEqual([]);
  expect(report.unknown).toEqual([]);
  expect(report.summary).toMatchObject({ drifted: 0, missing: 0, unknown: 0 });
  expect(report.summary.inSync).toBeGreaterThan(60);
});

it(`finds ${String(DEEDS.length)} deeds, each with its state, effect and path, and nothing else`, async () => {
  const byHand = clientsOf(stage.sandbox.endpoint, dev.account, 'eu-west-1');
  for (const deed of DEEDS) await stage.byHand(() => deed.commit(byHand));
  const { report } = await check();
  expect(found(report)).toEqual(expected(DEEDS));
  const changers = report.immutability.exceptions.map(({ who, bucket }) => `${who.split('/').at(-1) ?? ''} ${bucket}`);
  expect(changers.sort()).toEqual([
    'every run acme-datalake-dev01-restricted-eu-west-1',
    ...['internal', 'restricted', 'sensitive'].map((tier) => `night-shift acme-datalake-dev01-${tier}-eu-west-1`),
    'the lifecycle rule save-money acme-datalake-dev01-internal-eu-west-1',
  ]);
});

it('tightening undoes exactly what widens', async () => {
  const { after } = await check('tighten');
  expect(after && found(after)).toEqual(expected(DEEDS.filter(({ effect }) => effect !== 'widens')));
});

it('healing all leaves no drift', async () => {
  const { report: before, after } = await check('all');
  expect(before.healed?.results.filter(({ outcome }) => outcome !== 'healed')).toEqual([]);
  expect(after && found(after)).toEqual([]);
  const { report } = await check();
  expect(found(report)).toEqual([]);
  expect(report.immutability).toEqual({ status: 'proven', exceptions: [] });
});

/** Calls that only a plan makes: what the account may have. */
const QUOTAS = new Set(['iam:GetAccountSummary', 'servicequotas:GetServiceQuota']);

it('a check makes the calls of a plan', async () => {
  const { plan } = await stage.plan(dev, 'dev01');
  const { report } = await check();
  const planned = Object.entries(plan.stats?.apiCalls.byOperation ?? {}).filter(([name]) => !QUOTAS.has(name));
  expect(report.stats?.apiCalls.byOperation).toEqual(Object.fromEntries(planned));
});

const JOB = 'glue-job/eu-west-1/edl-dev01-sales-daily';
const ROLE = `iam-role/edl-dev01-team-oncology`;

/** What nobody could read is as it was made by hand; everything else was healed. */
const expectLeftBehind = async (id: string): Promise<void> => {
  const { report, after } = await check('all');
  expect(report.entries.map((entry) => entry.id)).toEqual([id]);
  expect(after?.entries).toEqual([]);
};

it.each<readonly [string, Refusal, string, string]>([
  ['GetJobs', 'denied', 'glue-job', JOB],
  ['GetJobs', 'throttled', 'glue-job', JOB],
  ['GetAccountAuthorizationDetails', 'denied', 'iam-role', ROLE],
])('%s %s: unknown, with the reason, and nothing healed of it', async (operation, refusal, kind, id) => {
  const byHand = clientsOf(stage.sandbox.endpoint, dev.account, 'eu-west-1');
  const deeds = DEEDS.filter((deed) => deed.id === JOB || deed.id === ROLE);
  for (const deed of deeds) await stage.byHand(() => deed.commit(byHand));
  const proxy = await startDenyingProxy(stage.sandbox.endpoint, operation, refusal);
  process.env['AWS_MAX_ATTEMPTS'] = '2';
  try {
    const { report, after } = await check('all', proxy.endpoint);
    expect(report.unknown.map((unknown) => unknown.kind)).toContain(kind);
    expect(report.unknown[0]?.reason).toMatch(refusal === 'denied' ? /not authorized/ : /throttl|too many/i);
    expect(report.entries.filter((entry) => entry.kind === kind)).toEqual([]);
    expect(after?.unknown).toEqual(report.unknown);
    const strict = ['drift', '--instance', 'dev01', '--quiet', '--no-authors', '--strict'];
    // One run of the command is enough; throttled, it would wait for a minute.
    if (id === JOB && refusal === 'denied')
      expect((await stage.edl({ ...dev, endpoint: proxy.endpoint }, strict)).exitCode).toBe(3);
  } finally {
    delete process.env['AWS_MAX_ATTEMPTS'];
    await proxy.stop();
  }
  await expectLeftBehind(id);
});
