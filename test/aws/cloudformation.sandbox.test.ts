import {
  CloudFormationClient,
  DescribeStacksCommand,
  GetTemplateCommand,
  ListChangeSetsCommand,
} from '@aws-sdk/client-cloudformation';
import { CreateRoleCommand, GetRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { CreateBucketCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DIGEST_OUTPUT, stackTags } from '../../src/reconciler/model/names.ts';
import type { StackWork } from '../../src/reconciler/model/ports.ts';
import type { Resource } from '../../src/reconciler/model/resource.ts';
import type { StackResult } from '../../src/reconciler/model/result.ts';
import { STACK, adoptOf, createOf, pruneOf, recorder, roleResource, stackOf, updateOf, workOf } from './fakes.ts';
import { ACCOUNT, REGION, startTestAws, type TestAws } from './sandbox.ts';

let test: TestAws;
beforeAll(async () => {
  test = await startTestAws();
});
afterAll(async () => {
  await test.stop();
});

const apply = (work: StackWork, reporter = recorder()): Promise<StackResult> =>
  test.driver('cloudformation').apply(work, reporter);

const cloudFormation = () => new CloudFormationClient({ region: REGION });
const describeStack = async (name: string) =>
  (await cloudFormation().send(new DescribeStacksCommand({ StackName: name }))).Stacks?.[0];

describe('the CloudFormation driver', () => {
  const name = 'edl-dev01-team-oncology';
  const first = roleResource(name, { Description: 'one' });
  const second = roleResource(name, { Description: 'two' });

  it('creates a stack with our tags, and says what happened', async () => {
    const reporter = recorder();
    const desired = stackOf([first]);
    const result = await apply(workOf([createOf(first)], desired), reporter);
    expect(result).toMatchObject({ outcome: 'applied', stack: STACK, objects: [first.id] });
    const stack = await describeStack(STACK);
    expect(stack?.StackStatus).toBe('CREATE_COMPLETE');
    expect(Object.fromEntries((stack?.Tags ?? []).map(({ Key, Value }) => [Key, Value]))).toEqual(
      stackTags('acme', 'dev01'),
    );
    expect(stack?.Outputs).toMatchObject([{ OutputKey: DIGEST_OUTPUT, OutputValue: desired.digest }]);
    expect(reporter.events.map((event) => (event.type === 'stack-progress' ? event.message : ''))).toContain(
      `${STACK} CREATE_COMPLETE`,
    );
  });

  it('finds nothing to do the second time, and leaves no change set', async () => {
    expect(await apply(workOf([createOf(first)], stackOf([first])))).toEqual({
      outcome: 'unchanged',
      stack: STACK,
    });
    const { Summaries } = await cloudFormation().send(new ListChangeSetsCommand({ StackName: STACK }));
    expect(Summaries ?? []).toEqual([]);
  });

  it('updates what the plan updates, in few calls', async () => {
    const aws = test.connect();
    const driver = aws.drivers[0];
    const result = await driver?.apply(workOf([updateOf(second)], stackOf([second])), recorder());
    expect(result).toMatchObject({ outcome: 'applied' });
    const { Role } = await new IAMClient({ region: REGION }).send(new GetRoleCommand({ RoleName: name }));
    expect(Role?.Description).toBe('two');
    expect(aws.calls().total).toBeLessThanOrEqual(14);
  });

  it('refuses what the plan does not hold, and changes nothing', async () => {
    const other = roleResource('edl-dev01-team-crm');
    const third = roleResource(name, { Description: 'three' });
    const result = await apply(workOf([updateOf(third)], stackOf([third, other])));
    expect(result).toMatchObject({ outcome: 'failed', failures: [{ code: 'EDL-4021' }], objects: [] });
    expect(JSON.stringify(result)).toContain('Add of IamRoleEdlDev01TeamCrm');
    const { Role } = await new IAMClient({ region: REGION }).send(new GetRoleCommand({ RoleName: name }));
    expect(Role?.Description).toBe('two');
  });

  it('leaves no stack behind when the change set of a new one is refused', async () => {
    const role = roleResource('edl-dev01-team-none');
    const desired = stackOf([role], { name: 'edl-dev01-access-team-none' });
    expect(await apply(workOf([], desired))).toMatchObject({
      outcome: 'failed',
      failures: [{ code: 'EDL-4021' }],
    });
    await expect(describeStack(desired.name)).rejects.toThrow(/does not exist/);
  });

  it('names the root cause of a failed creation, and gets over its shell next time', async () => {
    const broken = roleResource('edl-dev01-team-broken', {
      ManagedPolicyArns: [`arn:aws:iam::${ACCOUNT}:policy/none`],
    });
    const mended = roleResource('edl-dev01-team-broken');
    const stack = { name: 'edl-dev01-access-team-broken' };
    const result = await apply(workOf([createOf(broken)], stackOf([broken], stack)));
    expect(result).toMatchObject({ outcome: 'failed', failures: [{ code: 'EDL-4020', id: broken.id }] });
    expect((await describeStack(stack.name))?.StackStatus).toBe('ROLLBACK_COMPLETE');
    expect(await apply(workOf([createOf(mended)], stackOf([mended], stack)))).toMatchObject({
      outcome: 'applied',
    });
  });

  it('adopts what exists as it is, then brings it to what is declared, and leaves nothing retained', async () => {
    const role = roleResource('edl-dev01-team-old', { Description: 'declared', MaxSessionDuration: 7200 });
    const before = roleResource('edl-dev01-team-old', { Description: 'made by hand' }).properties;
    await new IAMClient({ region: REGION }).send(
      new CreateRoleCommand({
        RoleName: 'edl-dev01-team-old',
        Path: '/edl/dev01/',
        Description: 'made by hand',
        AssumeRolePolicyDocument: JSON.stringify(before['AssumeRolePolicyDocument']),
      }),
    );
    const desired = stackOf([role], { name: 'edl-dev01-access-team-old' });
    expect(await apply(workOf([adoptOf(role, before)], desired))).toMatchObject({ outcome: 'applied' });
    const live = await new IAMClient({ region: REGION }).send(new GetRoleCommand({ RoleName: 'edl-dev01-team-old' }));
    expect(live.Role).toMatchObject({ Description: 'declared', MaxSessionDuration: 7200 });
    const stack = await describeStack(desired.name);
    expect(stack?.Outputs?.find(({ OutputKey }) => OutputKey === DIGEST_OUTPUT)?.OutputValue).toBe(desired.digest);
    const { TemplateBody } = await cloudFormation().send(new GetTemplateCommand({ StackName: desired.name }));
    expect(TemplateBody).not.toContain('Retain');
  });

  it('protects a bootstrap stack', async () => {
    const role = roleResource('edl-dev01-boot');
    const desired = stackOf([role], { name: 'edl-dev01-bootstrap', bootstrap: true });
    expect(await apply(workOf([createOf(role)], desired))).toMatchObject({ outcome: 'applied' });
    expect((await describeStack(desired.name))?.EnableTerminationProtection).toBe(true);
  });

  it('sends a large template through the artifacts bucket', async () => {
    const bucket = 'acme-datalake-artifacts-dev01-eu-west-1';
    const s3 = new S3Client({ region: REGION });
    await s3.send(
      new CreateBucketCommand({ Bucket: bucket, CreateBucketConfiguration: { LocationConstraint: REGION } }),
    );
    const roles = Array.from({ length: 20 }, (_, index) => ({
      ...roleResource(`edl-dev01-large-${index}`, {
        Policies: [
          {
            PolicyName: 'p',
            PolicyDocument: {
              Version: '2012-10-17',
              Statement: [
                {
                  Effect: 'Allow',
                  Action: 's3:GetObject',
                  Resource: Array.from({ length: 60 }, (_none, at) => `arn:aws:s3:::bucket-${at}/${'x'.repeat(30)}/*`),
                },
              ],
            },
          },
        ],
      }),
    }));
    const desired = stackOf(roles, { name: 'edl-dev01-access-team-large' });
    expect(JSON.stringify(desired.template).length).toBeGreaterThan(51_200);
    const work = workOf(roles.map(createOf), desired);
    expect(await apply(work)).toMatchObject({ outcome: 'failed', failures: [{ code: 'EDL-4026' }] });
    const withBucket = { ...work, artifactsBucket: bucket };
    expect(await apply(withBucket)).toMatchObject({ outcome: 'applied' });
    expect(await apply(withBucket)).toMatchObject({ outcome: 'unchanged' });
    const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: 'edl/templates/' }));
    expect(Contents).toHaveLength(1);
  });

  it('prunes a stack, and finds it gone the second time', async () => {
    const work = workOf([pruneOf(second)], undefined);
    expect(await apply(work)).toMatchObject({ outcome: 'applied', objects: [second.id] });
    await expect(describeStack(STACK)).rejects.toThrow(/does not exist/);
    expect(await apply(work)).toEqual({ outcome: 'unchanged', stack: STACK });
  });

  it('never prunes a stack that holds a bucket', async () => {
    const bucket: Resource = {
      ...roleResource('x'),
      id: 's3-bucket/acme-datalake-dev01-internal-eu-west-1',
      kind: 's3-bucket',
      type: 'AWS::S3::Bucket',
      properties: { BucketName: 'acme-datalake-dev01-internal-eu-west-1' },
    };
    const stack = { name: 'edl-dev01-foundation-eu-west-1' };
    expect(await apply(workOf([createOf(bucket)], stackOf([bucket], stack)))).toMatchObject({
      outcome: 'applied',
    });
    expect((await describeStack(stack.name))?.EnableTerminationProtection).toBe(true);
    for (const holdsData of [true, false]) {
      const result = await apply(workOf([pruneOf(bucket, holdsData)], undefined, stack));
      expect(result).toMatchObject({ outcome: 'failed', failures: [{ code: 'EDL-4025' }] });
    }
    expect((await describeStack(stack.name))?.StackStatus).toBe('CREATE_COMPLETE');
  });

  it('reports a stack that cannot be reached as failed and not as an exception', async () => {
    const work = workOf([createOf(first)], stackOf([first], { name: 'not a stack name!' }));
    expect(await apply(work)).toMatchObject({ outcome: 'failed', failures: [{ code: 'EDL-4007' }] });
  });
});
