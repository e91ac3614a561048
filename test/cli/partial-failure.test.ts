import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import {
  DeleteRolePolicyCommand,
  GetRoleCommand,
  IAMClient,
  ListRolePoliciesCommand,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startDenyingProxy } from '../support/denying-proxy.ts';
import { addTeam, grantTrials, writeSmallLake } from '../support/small-lake.ts';
import { startStage, unwrapped, type Place, type Stage } from '../support/stage.ts';

vi.setConfig({ testTimeout: 90_000, hookTimeout: 90_000 });

const ROLE = 'edl-dev01-team-analysts';
const DENY = { RoleName: 'edl-dev01-cloudformation', PolicyName: 'stop' };

let stage: Stage;
let dev: Place;
beforeAll(async () => {
  stage = await startStage();
  dev = { lake: stage.keepFolder(await writeSmallLake()), account: '111111111111' };
  await stage.apply(dev, 'dev01');
});
afterAll(() => stage.stop());

const iam = () => new IAMClient({ region: 'eu-west-1' });

const stackOf = async (name: string) => {
  const answer = await new CloudFormationClient({ region: 'eu-west-1' }).send(
    new DescribeStacksCommand({ StackName: name }),
  );
  return answer.Stacks?.[0];
};

/** Who may take the analysts' role, and how many policies it has. */
const liveRole = async (): Promise<string> => {
  const [{ Role }, { PolicyNames }] = await Promise.all([
    iam().send(new GetRoleCommand({ RoleName: ROLE })),
    iam().send(new ListRolePoliciesCommand({ RoleName: ROLE })),
  ]);
  return JSON.stringify([Role?.AssumeRolePolicyDocument, Role?.Description, PolicyNames]);
};

const editPrincipal = async (): Promise<void> => {
  const path = join(dev.lake, 'catalog/principals/analysts.yaml');
  const text = await readFile(path, 'utf8');
  await writeFile(path, text.replace('role/analysts', 'role/analysts-two'));
};

/** Takes a right from the role that CloudFormation works under, as a new service control policy might. */
const deny = (Action: string, Resource: string) =>
  iam().send(
    new PutRolePolicyCommand({
      ...DENY,
      PolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Deny', Action, Resource }],
      }),
    }),
  );
const allowAgain = () => iam().send(new DeleteRolePolicyCommand(DENY));

describe('an apply of which a part fails', () => {
  it('leaves the failed stack as it was, applies its siblings, names the cause, and the next one does the rest', async () => {
    await deny('athena:CreateWorkGroup', `arn:aws:athena:eu-west-1:${dev.account}:workgroup/edl-dev01-team-halfway`);
    await addTeam(dev.lake, 'halfway');
    await addTeam(dev.lake, 'others');
    const { exitCode, stdout } = await stage.edl(dev, ['apply', '--instance', 'dev01', '--yes']);
    const text = unwrapped(stdout);
    expect(exitCode).toBe(1);
    expect(text).toMatch(/✓ edl-dev01-access-team-others/);
    expect(text).toMatch(/✗ edl-dev01-access-team-halfway failed after/);
    expect(text).toMatch(
      /EDL-4020 athena-workgroup\/\S*edl-dev01-team-halfway \(AWS::Athena::WorkGroup\): CREATE_FAILED: .*athena:CreateWorkGroup/,
    );
    expect(text.match(/EDL-\d{4}/g)).toEqual(['EDL-4020']);
    expect(text).toContain('CloudFormation has taken everything back to what it was.');
    expect(stdout).toMatch(
      /\n +aws cloudformation describe-stack-events --stack-name edl-dev01-access-team-halfway --region eu-west-1\n/,
    );
    expect(text).not.toMatch(/cancell?ed|failed to create/i);
    expect(text).toContain('Next: remove what stopped the failed stacks, then run: edl apply --instance dev01');
    expect((await stackOf('edl-dev01-access-team-halfway'))?.StackStatus).toBe('ROLLBACK_COMPLETE');
    await expect(iam().send(new GetRoleCommand({ RoleName: 'edl-dev01-team-halfway' }))).rejects.toThrow();

    await allowAgain();
    await stage.takeCalls();
    const next = await stage.edl(dev, ['apply', '--instance', 'dev01', '--yes']);
    expect(next.exitCode).toBe(0);
    expect((await stage.takeCalls())['cloudformation:CreateChangeSet']).toBe(1);
    expect(next.stdout).toMatch(/✓ edl-dev01-access-team-halfway/);
    expect(next.stdout).not.toContain('edl-dev01-access-team-others');
  });

  it('tells the cause before what failed on the way back, and the next apply gets over both', async () => {
    const before = await liveRole();
    await deny('iam:UpdateAssumeRolePolicy', `arn:aws:iam::${dev.account}:role/edl/dev01/${ROLE}`);
    await grantTrials(dev.lake);
    await editPrincipal();
    const { exitCode, stdout } = await stage.edl(dev, ['apply', '--instance', 'dev01', '--yes']);
    const text = unwrapped(stdout);
    expect(exitCode).toBe(1);
    expect(text).toMatch(/UPDATE_FAILED: .*UPDATE_FAILED, while it was taken back: /);
    expect(text).toContain('The stack is now in UPDATE_ROLLBACK_FAILED.');
    expect(await liveRole()).toBe(before);
    const refused = await stage.edl(dev, ['apply', '--instance', 'dev01', '--yes']);
    expect([refused.exitCode, unwrapped(refused.stdout)]).toEqual([1, expect.stringContaining('EDL-4240') as string]);
    expect(refused.stdout).toMatch(
      /\n +aws cloudformation continue-update-rollback --resources-to-skip \w+ --stack-name \S+ --region eu-west-1\n/,
    );
    expect(refused.stderr).toMatch(/failed after [^\n]*Remove that cause and apply again\.\n/);

    await allowAgain();
    const next = await stage.edl(dev, ['apply', '--instance', 'dev01', '--yes']);
    expect([next.exitCode, next.stdout]).toEqual([0, expect.stringMatching(/✓ edl-dev01-access-team-analysts/)]);
    expect((await stackOf('edl-dev01-access-team-analysts'))?.StackStatus).toBe('UPDATE_COMPLETE');
    expect(await liveRole()).not.toBe(before);
  });
});

describe('a session that expires in the middle of an apply', () => {
  it('is told, once and soon, with what was done; the next apply does the rest', async () => {
    for (const team of ['early', 'waiting']) await addTeam(dev.lake, team);
    const proxy = await startDenyingProxy(stage.sandbox.endpoint, 'ExecuteChangeSet', 'expired');
    const began = Date.now();
    const place = { ...dev, endpoint: proxy.endpoint };
    const argv = ['apply', '--instance', 'dev01', '--yes', '--parallelism', '1', '--format', 'json'];
    const { exitCode, stdout, stderr } = await stage.edl(place, argv).finally(() => proxy.stop());
    const result = JSON.parse(stdout) as { readonly results: readonly object[]; readonly next: string };
    expect([exitCode, Date.now() - began < 15_000]).toEqual([1, true]);
    expect(result.results).toMatchObject([
      { stack: 'edl-dev01-access-team-early', failures: [{ code: 'EDL-4002' }] },
      { stack: 'edl-dev01-access-team-waiting', outcome: 'skipped', because: 'cancelled' },
    ]);
    expect(result.next).toContain('sign in again, then run: edl apply --instance dev01');
    expect(stderr).toContain('the AWS session has expired');

    await stage.takeCalls();
    const next = await stage.edl(dev, ['apply', '--instance', 'dev01', '--yes']);
    expect([next.exitCode, next.stdout]).toEqual([0, expect.stringContaining('2 applied, 0 failed') as string]);
    expect((await stage.takeCalls())['cloudformation:CreateChangeSet']).toBe(2);
  });
});
