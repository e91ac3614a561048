import {
  AttachRolePolicyCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { DeleteBucketPolicyCommand, GetBucketPolicyCommand, PutBucketPolicyCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openSession } from '../../src/app/session.ts';
import { verifyLake, type VerifyRequest } from '../../src/app/verify.ts';
import { plain } from '../../src/report/paint.ts';
import { renderVerifyText } from '../../src/report/proof.ts';
import { clientsOf, type Clients } from '../support/clients.ts';
import { startDenyingProxy } from '../support/denying-proxy.ts';
import { TODAY, type Finished } from '../support/edl.ts';
import { addTeam, grantTrials, writeSmallLake } from '../support/small-lake.ts';
import { mutationsIn, startStage, unwrapped, type Place, type Stage } from '../support/stage.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const ACCOUNT = '111111111111';
const RoleName = 'edl-dev01-team-analysts';

let stage: Stage;
let dev: Place;
let byHand: Clients;

beforeAll(async () => {
  // Without AWS's own policies nobody could attach one.
  stage = await startStage({ awsPolicies: true });
  dev = { lake: stage.keepFolder(await writeSmallLake()), account: ACCOUNT };
  byHand = clientsOf(stage.sandbox.endpoint, ACCOUNT, 'eu-west-1');
  await stage.apply(dev, 'dev01');
  await stage.takeCalls();
});

afterAll(async () => {
  await stage.stop();
});

const verify = (place: Place): Promise<Finished> =>
  stage.edl(place, ['verify', '--instance', 'dev01', '--live', '--as-of', TODAY]);

/** The same in this process, where another one would prove nothing more. */
const verifyHere = async (
  { lake, account, endpoint }: Place,
  more: Partial<Pick<VerifyRequest, 'instance' | 'principals'>> = {},
): Promise<string> => {
  Object.assign(process.env, stage.sandbox.environment(account, 'eu-west-1'));
  if (endpoint !== undefined) process.env['AWS_ENDPOINT_URL'] = endpoint;
  const request = { cwd: lake, asOf: `${TODAY}T00:00:00Z`, instance: 'dev01', principals: [], live: true, ...more };
  const outcome = await verifyLake(request, openSession({ emit: (): void => undefined }));
  if (outcome.status !== 'verified') throw new Error(JSON.stringify(outcome.diagnostics));
  return unwrapped(renderVerifyText(outcome.verification, plain));
};

const lastLine = ({ stdout }: Finished): string => stdout.trimEnd().split('\n').at(-1) ?? '';

describe('edl verify --live', () => {
  it('proves a lake that is as applied, by a few reads', async () => {
    await stage.takeCalls();
    const finished = await verify(dev);
    expect(finished.stdout).toMatch(/^Proven: 2 live roles of dev01 give what the catalog grants, and nothing else/);
    expect(lastLine(finished)).toMatch(
      /^Verify: 2 roles, \d+ questions, 0 roles give more, 0 give less, 0 not proven\.$/,
    );
    expect(finished.exitCode).toBe(0);
    const calls = await stage.takeCalls();
    expect(mutationsIn(calls)).toEqual([]);
    expect(Object.keys(calls).filter((name) => /^glue:|GetTemplate$/.test(name))).toEqual([]);
  });

  it('finds what somebody gave by hand, and says by which statement', async () => {
    const PolicyName = 'handy';
    const Resource = 'arn:aws:s3:::acme-datalake-dev01-restricted-eu-west-1/trials/data/*';
    const document = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource }] };
    const Bucket = 'acme-datalake-dev01-internal-eu-west-1';
    const { Policy } = await stage.byHand(() => byHand.s3.send(new GetBucketPolicyCommand({ Bucket })));
    await stage.byHand(async () => {
      await byHand.iam.send(
        new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument: JSON.stringify(document) }),
      );
      await byHand.s3.send(new DeleteBucketPolicyCommand({ Bucket }));
    });
    const finished = await verify(dev);
    await stage.byHand(async () => {
      await byHand.iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName }));
      await byHand.s3.send(new PutBucketPolicyCommand({ Bucket, Policy }));
    });
    expect(finished.exitCode).toBe(3);
    expect(finished.stdout).toContain(RoleName);
    expect(unwrapped(finished.stdout)).toMatch(/team:analysts .*restricted trials.*handy/);
    expect(unwrapped(finished.stdout)).toMatch(/Buckets ↑ anybody in the account .* data of the internal tier/);
    expect(lastLine(finished)).toContain(' 2 roles give more, 0 give less, 0 not proven.');
  });

  it("proves nothing of AWS's own policies", async () => {
    const PolicyArn = 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess';
    await stage.byHand(() => byHand.iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn })));
    const [all, other] = [await verifyHere(dev), await verifyHere(dev, { principals: ['team:studies'] })];
    await stage.byHand(() => byHand.iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn })));
    expect(all).toContain(`${PolicyArn}, whose content EDL does not know`);
    expect(all).toContain(' 0 roles give more, 0 give less, 1 not proven.');
    expect(other).toMatch(/^Proven: 1 live role /);
  });

  it('tells what is not applied yet', async () => {
    const lake = await stage.copyLake(dev.lake);
    await grantTrials(lake);
    await addTeam(lake, 'guests');
    const text = await verifyHere({ ...dev, lake });
    expect(text).toMatch(/edl-dev01-team-guests ↓ is not there.* run edl plan/);
    expect(text).toContain(' 0 roles give more, 2 give less, 0 not proven.');
  });

  it('proves nothing of what cannot be read', async () => {
    const proxy = await startDenyingProxy(stage.sandbox.endpoint, 'GetKeyPolicy');
    const text = await verifyHere({ ...dev, endpoint: proxy.endpoint });
    await proxy.stop();
    expect(text).toContain('kms-key in eu-west-1 ? could not be read');
    expect(text).toContain(' 0 roles give more, 0 give less, 1 not proven.');
  });

  it('says of an account where nothing is applied that everything is missing, and nothing is open', async () => {
    const text = await verifyHere({ ...dev, account: '222222222222' }, { instance: 'uat' });
    expect(text).toContain(' 0 roles give more, 2 give less, 0 not proven.');
  });

  it('refuses another account', async () => {
    const finished = await verify({ ...dev, account: '999999999999' });
    expect([finished.exitCode, finished.stdout]).toEqual([3, expect.stringContaining('EDL-5010')]);
  });
});
