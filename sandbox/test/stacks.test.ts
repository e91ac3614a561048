import {
  CreateStackCommand,
  DescribeStackResourceCommand,
  GetTemplateCommand,
  ListStackResourcesCommand,
} from '@aws-sdk/client-cloudformation';
import { CreateRoleCommand } from '@aws-sdk/client-iam';
import { expect, test } from 'vitest';
import {
  ACCOUNT,
  CAPABILITIES,
  allow,
  brokenRole,
  bucket,
  createStack,
  deleteStack,
  describeStack,
  eventsOf,
  hasBucket,
  liveRole,
  reasonsOf,
  role,
  settled,
  trustOf,
  updateStack,
  useSandbox,
} from './support.ts';

// Slow enough for requests to meet a stack in progress.
const world = useSandbox({ stackDelayMs: 15 });

const broken = brokenRole([], 'broken');

test('S1 creation is asynchronous and told in events', async () => {
  const template = JSON.stringify({
    Description: 'first',
    Resources: { Role: role('s1-role') },
    Outputs: { Arn: { Value: { 'Fn::GetAtt': ['Role', 'Arn'] }, Description: 'd' } },
  });
  const { StackId } = await world.clients.cfn.send(
    new CreateStackCommand({ StackName: 's1', TemplateBody: template, Capabilities: [...CAPABILITIES] }),
  );
  expect((await describeStack(world.clients, 's1')).StackStatus).toBe('CREATE_IN_PROGRESS');
  const stack = await settled(world.clients, StackId ?? '');
  expect(stack).toMatchObject({
    StackStatus: 'CREATE_COMPLETE',
    Description: 'first',
    Outputs: [{ OutputKey: 'Arn', OutputValue: `arn:aws:iam::${ACCOUNT}:role/s1-role`, Description: 'd' }],
  });
  const told = (await eventsOf(world.clients, 's1')).map((event) =>
    `${event.LogicalResourceId} ${event.ResourceStatus} ${event.ResourceStatusReason ?? ''}`.trim(),
  );
  expect(told).toEqual([
    's1 CREATE_COMPLETE',
    'Role CREATE_COMPLETE',
    'Role CREATE_IN_PROGRESS Resource creation Initiated',
    'Role CREATE_IN_PROGRESS',
    's1 CREATE_IN_PROGRESS User Initiated',
  ]);
});

test('S2 dependencies order the resources', async () => {
  const policy = (name: string): object => ({
    Type: 'AWS::IAM::ManagedPolicy',
    Properties: { ManagedPolicyName: name, PolicyDocument: allow('s3:GetObject') },
  });
  const Resources = {
    A: role('s2-a', { ManagedPolicyArns: [{ Ref: 'P' }] }),
    P: policy('s2-p'),
    Z: { ...policy('s2-z'), DependsOn: ['A'] },
  };
  await createStack(world.clients, 's2', { Resources });
  const done = (await eventsOf(world.clients, 's2'))
    .filter((event) => event.ResourceStatus === 'CREATE_COMPLETE')
    .map((event) => event.LogicalResourceId);
  expect(done.reverse()).toEqual(['P', 'A', 'Z', 's2']);
  world.sandbox.setFaults({ speed: 20 });
  await createStack(world.clients, 's2-both', { Resources: { A: role('s2-one'), B: role('s2-two') } });
  world.sandbox.setFaults({ speed: 0 });
  const told = (await eventsOf(world.clients, 's2-both')).map(
    (event) => event.ResourceStatusReason ?? event.ResourceStatus,
  );
  // Both are begun before one is done; the newest event comes first.
  expect(told.lastIndexOf('CREATE_COMPLETE')).toBeLessThan(told.indexOf('Resource creation Initiated'));
});

test('S3 S5 a failed creation is rolled back', async () => {
  const Resources = {
    Kept: bucket('s5-kept', {}, { DeletionPolicy: 'Retain' }),
    Gone: bucket('s5-gone', {}, { DeletionPolicy: 'RetainExceptOnCreate' }),
    Broken: { ...broken, DependsOn: ['Kept', 'Gone'] },
  };
  const stack = await createStack(world.clients, 's3', { Resources });
  expect(stack.StackStatus).toBe('ROLLBACK_COMPLETE');
  expect(await reasonsOf(world.clients, 's3', 'ROLLBACK_IN_PROGRESS')).toContain(
    'The following resource(s) failed to create: [Broken].',
  );
  expect(await reasonsOf(world.clients, 's3', 'CREATE_FAILED')).toContain('Invalid principal in policy');
  expect([await hasBucket(world.clients, 's5-kept'), await hasBucket(world.clients, 's5-gone')]).toEqual([true, false]);
  await expect(updateStack(world.clients, 's3', { Resources })).rejects.toThrow(
    'is in ROLLBACK_COMPLETE state and can not be updated.',
  );
  expect((await deleteStack(world.clients, 's3')).StackStatus).toBe('DELETE_COMPLETE');
});

test('S4 OnFailure decides what becomes of a failed creation', async () => {
  const Resources = { Bucket: bucket('s4-bucket'), Broken: { ...broken, DependsOn: 'Bucket' } };
  expect((await createStack(world.clients, 's4', { Resources }, { OnFailure: 'DELETE' })).StackStatus).toBe(
    'DELETE_COMPLETE',
  );
  expect(await hasBucket(world.clients, 's4-bucket')).toBe(false);
  expect((await createStack(world.clients, 's4', { Resources }, { OnFailure: 'DO_NOTHING' })).StackStatus).toBe(
    'CREATE_FAILED',
  );
  expect(await hasBucket(world.clients, 's4-bucket')).toBe(true);
});

test('S6 an update creates, changes and deletes', async () => {
  await createStack(world.clients, 's6', {
    Resources: { Same: role('s6-same'), Changed: role('s6-changed'), Old: role('s6-old') },
  });
  const stack = await updateStack(world.clients, 's6', {
    Resources: { Same: role('s6-same'), Changed: role('s6-changed', { Description: 'new' }), New: role('s6-new') },
  });
  expect(stack.StackStatus).toBe('UPDATE_COMPLETE');
  expect(stack.LastUpdatedTime).toBeInstanceOf(Date);
  expect((await liveRole(world.clients, 's6-changed'))?.Description).toBe('new');
  await expect(liveRole(world.clients, 's6-old')).rejects.toThrow();
  await expect(liveRole(world.clients, 's6-new')).resolves.toBeDefined();
  const touched = (await eventsOf(world.clients, 's6'))
    .filter((event) => event.ResourceStatus?.startsWith('UPDATE_'))
    .map((event) => event.LogicalResourceId);
  expect(touched).not.toContain('Same');
  const listed = await world.clients.cfn.send(new ListStackResourcesCommand({ StackName: 's6' }));
  expect(listed.StackResourceSummaries?.map((resource) => resource.LogicalResourceId).sort()).toEqual([
    'Changed',
    'New',
    'Same',
  ]);
});

test('S7 a failed update comes back whole', async () => {
  const first = {
    Resources: {
      Role: role('s7-role', {
        Description: 'old',
        Policies: [{ PolicyName: 'p', PolicyDocument: allow('s3:GetObject') }],
      }),
      Old: role('s7-old'),
    },
    Outputs: { O: { Value: 'old' } },
  };
  await createStack(world.clients, 's7', first);
  const stack = await updateStack(world.clients, 's7', {
    Resources: {
      Role: role('s7-role', { Description: 'new', Policies: [] }),
      New: role('s7-new'),
      Broken: { ...broken, DependsOn: ['Role', 'New'] },
    },
    Outputs: { O: { Value: 'new' } },
  });
  expect(stack).toMatchObject({ StackStatus: 'UPDATE_ROLLBACK_COMPLETE', Outputs: [{ OutputValue: 'old' }] });
  expect((await liveRole(world.clients, 's7-role'))?.Description).toBe('old');
  await expect(liveRole(world.clients, 's7-old')).resolves.toBeDefined();
  await expect(liveRole(world.clients, 's7-new')).rejects.toThrow();
  const template = await world.clients.cfn.send(new GetTemplateCommand({ StackName: 's7' }));
  expect(JSON.parse(template.TemplateBody ?? '')).toEqual(first);
  const again = await updateStack(world.clients, 's7', { Resources: { Role: role('s7-role') } });
  expect(again.StackStatus).toBe('UPDATE_COMPLETE');
});

test('S8 replacement creates before it deletes', async () => {
  const at = (path: string): object => ({
    Resources: {
      Role: role(undefined, { Path: path }),
      Bucket: bucket(`s8${path.replaceAll('/', '-')}x`, {}, { UpdateReplacePolicy: 'Retain' }),
    },
  });
  await createStack(world.clients, 's8', at('/a/'));
  const before = await world.clients.cfn.send(
    new DescribeStackResourceCommand({ StackName: 's8', LogicalResourceId: 'Role' }),
  );
  expect((await updateStack(world.clients, 's8', at('/b/'))).StackStatus).toBe('UPDATE_COMPLETE');
  const after = await world.clients.cfn.send(
    new DescribeStackResourceCommand({ StackName: 's8', LogicalResourceId: 'Role' }),
  );
  expect(after.StackResourceDetail?.PhysicalResourceId).not.toBe(before.StackResourceDetail?.PhysicalResourceId);
  await expect(liveRole(world.clients, before.StackResourceDetail?.PhysicalResourceId ?? '')).rejects.toThrow();
  expect([await hasBucket(world.clients, 's8-a-x'), await hasBucket(world.clients, 's8-b-x')]).toEqual([true, true]);
  const story = (await eventsOf(world.clients, 's8')).map(
    (event) => `${event.LogicalResourceId} ${event.ResourceStatus}`,
  );
  expect(story.indexOf('Role DELETE_IN_PROGRESS')).toBeLessThan(story.indexOf('Role UPDATE_COMPLETE'));
});

test('S9 a custom-named resource cannot be replaced', async () => {
  await createStack(world.clients, 's9', { Resources: { Role: role('s9-role', { Path: '/a/' }) } });
  const stack = await updateStack(world.clients, 's9', { Resources: { Role: role('s9-role', { Path: '/b/' }) } });
  expect(stack.StackStatus).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(await reasonsOf(world.clients, 's9', 'UPDATE_FAILED')).toBe(
    'CloudFormation cannot update a stack when a custom-named resource requires replacing. Rename s9-role and update the stack again.',
  );
  expect((await liveRole(world.clients, 's9-role'))?.Path).toBe('/a/');
});

test('S10 a taken name fails, and the foreign resource survives', async () => {
  await world.clients.iam.send(
    new CreateRoleCommand({
      RoleName: 's10-role',
      AssumeRolePolicyDocument: JSON.stringify(trustOf()),
      Description: 'foreign',
    }),
  );
  const stack = await createStack(world.clients, 's10', { Resources: { Role: role('s10-role') } });
  expect(stack.StackStatus).toBe('ROLLBACK_COMPLETE');
  expect(await reasonsOf(world.clients, 's10', 'CREATE_FAILED')).toMatch(
    /s10-role already exists.*HandlerErrorCode: AlreadyExists/,
  );
  expect((await liveRole(world.clients, 's10-role'))?.Description).toBe('foreign');
});
