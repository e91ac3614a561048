import { beforeAll, describe, expect, it } from 'vitest';
import { answerCan } from '../../src/app/access/can.ts';
import { liveAnswer } from '../../src/app/access/live.ts';
import { placeOf } from '../../src/app/access/place.ts';
import type { CanQuestion } from '../../src/app/access/can-question.ts';
import type { Catalog } from '../../src/reconciler/model/catalog.ts';
import type { AwsReads, LiveRole } from '../../src/reconciler/model/reads.ts';
import type { AccessHolder } from '../../src/reconciler/model/resource.ts';
import type { RowLevel } from '../../src/access/levels.ts';
import { AS_OF, compileSound, loadSample, TINY_RUNTIME } from '../compile/sample.ts';
import { createdAws } from '../resources/created.ts';

let catalog: Catalog;
let aws: AwsReads;

beforeAll(async () => {
  catalog = await loadSample();
  aws = createdAws(compileSound({ catalog, instance: 'prod', asOf: AS_OF, runtime: TINY_RUNTIME }));
});

const ask = (holder: AccessHolder, level: RowLevel, name: string): CanQuestion => {
  const placed = placeOf(catalog, name);
  if ('problem' in placed) throw new Error(placed.problem.detail);
  return { catalog, instance: 'prod', holder, level, placed: placed.found, asOf: AS_OF };
};

const answer = async (reads: AwsReads, ...question: Parameters<typeof ask>) => {
  const found = await liveAnswer(ask(...question), reads);
  if ('diagnostics' in found) throw new Error(JSON.stringify(found.diagnostics));
  return found;
};

/** AWS as it was created, and what somebody did to one role. */
const meddled = (name: string, change: (role: LiveRole) => LiveRole | undefined): AwsReads => ({
  ...aws,
  accountAuthorization: async () => {
    const found = await aws.accountAuthorization();
    return { ...found, roles: found.roles.flatMap((role) => (role.name === name ? (change(role) ?? []) : role)) };
  },
});

const ONCOLOGY = 'edl-prod-team-oncology';

const denying =
  (action: string) =>
  (role: LiveRole): LiveRole => ({
    ...role,
    inlinePolicies: [
      ...role.inlinePolicies,
      {
        name: 'handy',
        document: { Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action: action, Resource: '*' }] },
      },
    ],
  });

describe('what AWS says now', () => {
  it.each([
    ['team:oncology', 'read', 'clinical-trials'],
    ['team:oncology', 'read-raw', 'clinical-trials'],
    ['team:finance', 'admin', 'sales-orders'],
    ['team:clinical-data', 'write', 'clinical-trials'],
    ['team:security', 'discover', 'payroll'],
    ['team:security', 'read', 'payroll'],
    ['pipeline:daily-outcomes', 'run-write', 'outcomes-daily'],
    ['pipeline:daily-outcomes', 'run-write', 'clinical-trials'],
    ['everyone:internal', 'read', 'site-codes'],
    ['everyone:internal', 'read-raw', 'site-codes'],
    ['service:lab-robots', 'write', 'lab-results'],
  ] as const)('is what git says, where all is applied: %s %s %s', async (holder, level, name) => {
    const { answer: live } = await answer(aws, holder, level, name);
    expect(live).toBe(answerCan(ask(holder, level, name)).git);
  });

  it('is no where somebody denies what git gives', async () => {
    const found = await answer(meddled(ONCOLOGY, denying('kms:Decrypt')), 'team:oncology', 'read', 'clinical-trials');
    expect(found).toMatchObject({ answer: 'no' });
    expect(found.reason).toMatch(/^kms:Decrypt on .*denied by statement/);
  });

  it('is yes where somebody gives what git does not', async () => {
    const generous = meddled(ONCOLOGY, (role) => ({
      ...role,
      inlinePolicies: [
        ...role.inlinePolicies,
        {
          name: 'handy',
          document: {
            Version: '2012-10-17',
            Statement: [{ Effect: 'Allow', Action: ['s3:*', 'glue:*', 'kms:*'], Resource: '*' }],
          },
        },
      ],
    }));
    expect(await answer(generous, 'team:oncology', 'read-raw', 'clinical-trials')).toMatchObject({ answer: 'yes' });
  });

  it('is no without a role', async () => {
    const gone = meddled(ONCOLOGY, () => undefined);
    const found = await answer(gone, 'team:oncology', 'read', 'clinical-trials');
    expect(found).toMatchObject({ answer: 'no', judged: [] });
    expect(found.reason).toContain('no role of team:oncology');
  });

  it('is unknown where a policy cannot be read, unless something denies anyway', async () => {
    const policy = 'arn:aws:iam::aws:policy/Somebody';
    const attached = (role: LiveRole): LiveRole => ({
      ...role,
      attachedPolicyArns: [...role.attachedPolicyArns, policy],
    });
    const unread = await answer(meddled(ONCOLOGY, attached), 'team:oncology', 'read', 'clinical-trials');
    expect(unread).toMatchObject({ answer: 'unknown' });
    expect(unread.reason).toContain(policy);
    const maybe = await answer(meddled(ONCOLOGY, attached), 'team:oncology', 'read', 'payroll');
    expect(maybe).toMatchObject({ answer: 'unknown' });
    const denied = meddled(ONCOLOGY, (role) => denying('s3:GetObject')(attached(role)));
    expect(await answer(denied, 'team:oncology', 'read', 'clinical-trials')).toMatchObject({ answer: 'no' });
  });

  it('is no where the key is not there or cannot be used', async () => {
    const gone: AwsReads = { ...aws, aliases: () => Promise.resolve([]) };
    expect((await answer(gone, 'team:oncology', 'read', 'clinical-trials')).reason).toMatch(
      /no key alias\/edl-prod-sensitive/,
    );
    const dying: AwsReads = {
      ...aws,
      key: async (region, id) => {
        const key = await aws.key(region, id);
        return key === undefined ? undefined : { ...key, enabled: false, state: 'PendingDeletion' };
      },
    };
    expect(await answer(dying, 'team:oncology', 'read', 'clinical-trials')).toMatchObject({
      answer: 'no',
      reason: 'the key alias/edl-prod-sensitive in eu-west-1 cannot be used: its state is PendingDeletion',
    });
    expect(await answer(dying, 'team:oncology', 'discover', 'clinical-trials')).toMatchObject({ answer: 'yes' });
  });

  it('counts the policies of buckets', async () => {
    const closed: AwsReads = {
      ...aws,
      bucket: async (region, name) => {
        const bucket = await aws.bucket(region, name);
        const policy = {
          Version: '2012-10-17',
          Statement: [{ Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: '*' }],
        };
        return bucket === undefined ? undefined : { ...bucket, policy };
      },
    };
    expect(await answer(closed, 'team:oncology', 'read', 'clinical-trials')).toMatchObject({ answer: 'no' });
  });

  it('is refused in another account', async () => {
    const elsewhere: AwsReads = { ...aws, callerAccount: () => Promise.resolve('999999999999') };
    expect(await liveAnswer(ask('team:oncology', 'read', 'clinical-trials'), elsewhere)).toMatchObject({
      diagnostics: [{ code: 'EDL-5010' }],
    });
  });
});
