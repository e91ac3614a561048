import {
  AttachRolePolicyCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { DeleteBucketPolicyCommand, GetBucketPolicyCommand, PutBucketPolicyCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
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
  process.env['MOTO_IAM_LOAD_MANAGED_POLICIES'] = 'true';
  stage = await startStage();
  dev = { lake: stage.keepFolder(await writeSmallLake()), account: ACCOUNT };
  byHand = clientsOf(stage.sandbox.endpoint, ACCOUNT, 'eu-west-1');
  await stage.apply(dev, 'dev01');
  await stage.takeCalls();
});

afterAll(async () => {
  await stage.stop();
});

const verify = (place: Place = dev, ...more: readonly string[]): Promise<Finished> =>
  stage.edl(place, ['verify', '--instance', 'dev01', '--live', '--as-of', TODAY, ...more]);

const lastLine = ({ stdout }: Finished): string => stdout.trimEnd().split('\n').at(-1) ?? '';

describe('edl verify --live', () => {
  it('proves a lake that is as applied, by a few reads', async () => {
    await stage.takeCalls();
    const finished = await verify();
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
    const finished = await verify();
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
    const [finished, other] = [await verify(), await verify(dev, '--principal', 'team:studies')];
    await stage.byHand(() => byHand.iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn })));
    expect(finished.exitCode).toBe(3);
    expect(unwrapped(finished.stdout)).toContain(`${PolicyArn}, whose content EDL does not know`);
    expect(lastLine(finished)).toContain(' 0 roles give more, 0 give less, 1 not proven.');
    expect(other.exitCode).toBe(0);
  });

  it('tells what is not applied yet, and what cannot be read', async () => {
    const lake = await stage.copyLake(dev.lake);
    await grantTrials(lake);
    await addTeam(lake, 'guests');
    const behind = await verify({ ...dev, lake });
    expect(behind.exitCode).toBe(3);
    expect(behind.stdout).toContain('edl-dev01-team-guests');
    expect(unwrapped(behind.stdout)).toContain('run edl plan');
    expect(lastLine(behind)).toContain(' 0 roles give more, 2 give less, 0 not proven.');
    const proxy = await startDenyingProxy(stage.sandbox.endpoint, 'GetKeyPolicy');
    const denied = await verify({ ...dev, endpoint: proxy.endpoint });
    await proxy.stop();
    expect(denied.exitCode).toBe(3);
    expect(denied.stdout).toContain('kms-key');
    expect(lastLine(denied)).toContain(' 0 roles give more, 0 give less, 1 not proven.');
  });

  it('says of an account where nothing is applied that everything is missing, and nothing is open', async () => {
    const place = { ...dev, account: '222222222222' };
    const finished = await stage.edl(place, ['verify', '--instance', 'uat', '--live', '--as-of', TODAY]);
    expect(finished.exitCode).toBe(3);
    expect(lastLine(finished)).toContain(' 0 roles give more, 2 give less, 0 not proven.');
  });

  it('refuses another account', async () => {
    const finished = await verify({ ...dev, account: '999999999999' });
    expect([finished.exitCode, finished.stdout]).toEqual([3, expect.stringContaining('EDL-5010')]);
  });
});
