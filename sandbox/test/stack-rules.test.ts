import {
  CreateStackCommand,
  DeleteStackCommand,
  ListStacksCommand,
  UpdateStackCommand,
  UpdateTerminationProtectionCommand,
} from '@aws-sdk/client-cloudformation';
import { CreateRoleCommand, ListRoleTagsCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { DeleteObjectCommand, GetBucketTaggingCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import {
  ACCOUNT,
  CAPABILITIES,
  allow,
  bucket,
  changeSet,
  createStack,
  deleteStack,
  describeStack,
  eventsOf,
  hasBucket,
  reasonsOf,
  role,
  settled,
  trustOf,
  updateStack,
  useSandbox,
} from './support.ts';

// Slow enough for requests to meet a stack in progress.
const world = useSandbox({ stackDelayMs: 40 });

test('S11 S19 S20 one change at a time, and only a change', async () => {
  const template = { Resources: { Role: role('s11-role') } };
  const input = {
    StackName: 's11',
    TemplateBody: JSON.stringify(template),
    Capabilities: [...CAPABILITIES],
    ClientRequestToken: 'token-1',
  };
  const first = await world.clients.cfn.send(new CreateStackCommand(input));
  expect((await world.clients.cfn.send(new CreateStackCommand(input))).StackId).toBe(first.StackId);
  await expect(
    world.clients.cfn.send(new CreateStackCommand({ ...input, ClientRequestToken: 'token-2' })),
  ).rejects.toMatchObject({ name: 'AlreadyExistsException' });
  await settled(world.clients, first.StackId ?? '');
  await expect(updateStack(world.clients, 's11', template)).rejects.toThrow('No updates are to be performed.');
  const changed = {
    StackName: 's11',
    TemplateBody: JSON.stringify({ Resources: { Role: role('s11-role', { Description: 'x' }) } }),
    Capabilities: [...CAPABILITIES],
  };
  const update = new UpdateStackCommand({ ...changed, ClientRequestToken: 'token-3' });
  const [once, twice] = [await world.clients.cfn.send(update), await world.clients.cfn.send(update)];
  expect(twice.StackId).toBe(once.StackId);
  await Promise.all([
    expect(world.clients.cfn.send(new UpdateStackCommand(changed))).rejects.toThrow(
      'is in UPDATE_IN_PROGRESS state and can not be updated.',
    ),
    expect(world.clients.cfn.send(new DeleteStackCommand({ StackName: 's11' }))).rejects.toThrow(
      'cannot be deleted while in status UPDATE_IN_PROGRESS',
    ),
  ]);
  await settled(world.clients, first.StackId ?? '');
});

test('S12 S15 deletion keeps what is retained, and deleted stacks are found by id', async () => {
  const Resources = {
    Kept: bucket('s12-kept', {}, { DeletionPolicy: 'RetainExceptOnCreate' }),
    Policy: {
      Type: 'AWS::S3::BucketPolicy',
      Properties: {
        Bucket: { Ref: 'Kept' },
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [{ Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: '*' }],
        },
      },
    },
  };
  const { StackId } = await createStack(world.clients, 's12', { Resources });
  const stack = await deleteStack(world.clients, 's12');
  expect(stack).toMatchObject({ StackStatus: 'DELETE_COMPLETE', DeletionTime: expect.any(Date) as Date });
  expect(await hasBucket(world.clients, 's12-kept')).toBe(true);
  await expect(describeStack(world.clients, 's12')).rejects.toThrow('Stack with id s12 does not exist');
  expect(await reasonsOf(world.clients, StackId ?? '', 'DELETE_FAILED')).toBe('');
  expect((await eventsOf(world.clients, StackId ?? '')).map((event) => event.ResourceStatus)).toContain(
    'DELETE_SKIPPED',
  );
  const listed = await world.clients.cfn.send(new ListStacksCommand({ StackStatusFilter: ['DELETE_COMPLETE'] }));
  expect(listed.StackSummaries?.map((summary) => summary.StackId)).toContain(StackId);
  await expect(world.clients.cfn.send(new DeleteStackCommand({ StackName: 'never-was' }))).resolves.toBeDefined();
});

test('S13 a bucket with objects does not go', async () => {
  await createStack(world.clients, 's13', { Resources: { Bucket: bucket('s13-bucket'), Role: role('s13-role') } });
  await world.clients.s3.send(new PutObjectCommand({ Bucket: 's13-bucket', Key: 'x', Body: 'x' }));
  await expect(
    world.clients.cfn.send(new DeleteStackCommand({ StackName: 's13', RetainResources: ['Bucket'] })),
  ).rejects.toThrow('only when the stack is in the DELETE_FAILED state');
  const failed = await deleteStack(world.clients, 's13');
  expect(failed).toMatchObject({
    StackStatus: 'DELETE_FAILED',
    StackStatusReason: 'The following resource(s) failed to delete: [Bucket]. ',
  });
  expect(await reasonsOf(world.clients, 's13', 'DELETE_FAILED')).toContain(
    'The bucket you tried to delete is not empty',
  );
  expect((await deleteStack(world.clients, 's13', ['Bucket'])).StackStatus).toBe('DELETE_COMPLETE');
  expect(await hasBucket(world.clients, 's13-bucket')).toBe(true);
  await world.clients.s3.send(new DeleteObjectCommand({ Bucket: 's13-bucket', Key: 'x' }));
});

test('S14 termination protection holds until it is lifted', async () => {
  const stack = await createStack(
    world.clients,
    's14',
    { Resources: { Role: role('s14-role') } },
    { EnableTerminationProtection: true },
  );
  expect(stack.EnableTerminationProtection).toBe(true);
  await expect(deleteStack(world.clients, 's14')).rejects.toThrow(
    'Stack [s14] cannot be deleted while TerminationProtection is enabled',
  );
  await world.clients.cfn.send(
    new UpdateTerminationProtectionCommand({ StackName: 's14', EnableTerminationProtection: false }),
  );
  const protect = (StackName: string): Promise<unknown> =>
    world.clients.cfn.send(new UpdateTerminationProtectionCommand({ StackName, EnableTerminationProtection: true }));
  await world.clients.cfn.send(new DeleteStackCommand({ StackName: 's14' }));
  await expect(protect('s14')).rejects.toThrow('cannot be changed in DELETE_IN_PROGRESS state');
  expect((await settled(world.clients, stack.StackId ?? '')).StackStatus).toBe('DELETE_COMPLETE');
  await expect(protect(stack.StackId ?? '')).rejects.toThrow('cannot be changed in DELETE_COMPLETE state');
  await expect(protect('s14')).rejects.toMatchObject({
    name: 'ValidationError',
    message: 'Stack [s14] does not exist',
  });
});

test('S16 IAM needs its capabilities', async () => {
  const create = (name: string | undefined, Capabilities: ('CAPABILITY_IAM' | 'CAPABILITY_NAMED_IAM')[]) =>
    world.clients.cfn.send(
      new CreateStackCommand({
        StackName: `s16-${Capabilities.length}${name ?? ''}`,
        TemplateBody: JSON.stringify({ Resources: { Role: role(name) } }),
        Capabilities,
      }),
    );
  await expect(create('named', [])).rejects.toMatchObject({
    name: 'InsufficientCapabilitiesException',
    message: 'Requires capabilities : [CAPABILITY_NAMED_IAM]',
  });
  await expect(create('named', ['CAPABILITY_IAM'])).rejects.toThrow('Requires capabilities : [CAPABILITY_NAMED_IAM]');
  await expect(create(undefined, [])).rejects.toThrow('Requires capabilities : [CAPABILITY_IAM]');
  const { StackId } = await create(undefined, ['CAPABILITY_IAM']);
  expect((await settled(world.clients, StackId ?? '')).StackStatus).toBe('CREATE_COMPLETE');
});

test('S17 the service role must exist, trust CloudFormation and be allowed what it does', async () => {
  const make = (RoleName: string, Service: string) =>
    world.clients.iam.send(
      new CreateRoleCommand({
        RoleName,
        Path: '/edl/',
        AssumeRolePolicyDocument: JSON.stringify(trustOf({ Service })),
      }),
    );
  await make('s17-cfn', 'cloudformation.amazonaws.com');
  await make('s17-other', 'lambda.amazonaws.com');
  const may = (PolicyName: string, Action: string, Resource: string): Promise<unknown> =>
    world.clients.iam.send(
      new PutRolePolicyCommand({
        RoleName: 's17-cfn',
        PolicyName,
        PolicyDocument: JSON.stringify(allow(Action, Resource)),
      }),
    );
  await may('roles', 'iam:*', `arn:aws:iam::${ACCOUNT}:role/s17-*`);
  const arn = (name: string): string => `arn:aws:iam::${ACCOUNT}:role/edl/${name}`;
  const template = { Resources: { Role: role('s17-role') } };
  await expect(createStack(world.clients, 's17', template, { RoleARN: arn('none') })).rejects.toThrow(
    `Role ${arn('none')} is invalid or cannot be assumed`,
  );
  await expect(createStack(world.clients, 's17', template, { RoleARN: arn('s17-other') })).rejects.toThrow(
    'cannot be assumed',
  );
  expect((await createStack(world.clients, 's17', template, { RoleARN: arn('s17-cfn') })).RoleARN).toBe(arn('s17-cfn'));
  expect(
    (await updateStack(world.clients, 's17', { Resources: { Role: role('s17-role', { Description: 'x' }) } })).RoleARN,
  ).toBe(arn('s17-cfn'));
  const more = { Resources: { ...template.Resources, Bucket: bucket('s17-bucket') } };
  expect((await updateStack(world.clients, 's17', more)).StackStatus).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(await reasonsOf(world.clients, 's17', 'CREATE_FAILED')).toContain(
    `User: arn:aws:sts::${ACCOUNT}:assumed-role/s17-cfn/AWSCloudFormation is not authorized to perform: s3:CreateBucket ` +
      'on resource: arn:aws:s3:::s17-bucket because no identity-based policy allows the s3:CreateBucket action',
  );
  await may('buckets', 's3:*', 'arn:aws:s3:::s17-*');
  expect((await updateStack(world.clients, 's17', more)).StackStatus).toBe('UPDATE_COMPLETE');
});

test('S18 stack tags reach the resources', async () => {
  const own = { Tags: [{ Key: 'team', Value: 'own' }] };
  const template = { Resources: { Role: role('s18-role', own), Bucket: bucket('s18-bucket') } };
  const stack = await createStack(world.clients, 's18', template, {
    Tags: [
      { Key: 'edl:owner', Value: 'x' },
      { Key: 'team', Value: 'stack' },
    ],
  });
  const tags = (await world.clients.iam.send(new ListRoleTagsCommand({ RoleName: 's18-role' }))).Tags ?? [];
  expect(Object.fromEntries(tags.map((tag) => [tag.Key, tag.Value]))).toEqual({
    'edl:owner': 'x',
    team: 'own',
    'aws:cloudformation:stack-name': 's18',
    'aws:cloudformation:stack-id': stack.StackId,
    'aws:cloudformation:logical-id': 'Role',
  });
  await updateStack(world.clients, 's18', template, { Tags: [{ Key: 'edl:owner', Value: 'y' }] });
  const onBucket = (await world.clients.s3.send(new GetBucketTaggingCommand({ Bucket: 's18-bucket' }))).TagSet ?? [];
  expect(Object.fromEntries(onBucket.map((tag) => [tag.Key, tag.Value]))).toMatchObject({
    'edl:owner': 'y',
    'aws:cloudformation:logical-id': 'Bucket',
  });
  expect(onBucket.map((tag) => tag.Key)).not.toContain('team');
});

test('S33 names that AWS does not allow are refused', async () => {
  const { clients } = world;
  const Resources = { Role: role('s33-role') };
  await expect(createStack(clients, '1-digit', { Resources })).rejects.toMatchObject({
    name: 'ValidationError',
    message: expect.stringContaining("Value '1-digit' at 'stackName' failed to satisfy constraint") as string,
  });
  const set = changeSet(clients, 's33', { Resources }, { ChangeSetType: 'CREATE', ChangeSetName: 'a_b' });
  await expect(set).rejects.toThrow("Value 'a_b' at 'changeSetName' failed to satisfy constraint");
  const stack = await createStack(clients, 's33', { Resources: { Bucket: bucket('Not_A_Bucket') } });
  expect(stack.StackStatus).toBe('ROLLBACK_COMPLETE');
  expect(await reasonsOf(clients, 's33', 'CREATE_FAILED')).toContain('The specified bucket is not valid');
});
