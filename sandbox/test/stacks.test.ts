import {
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStackResourceCommand,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
  GetTemplateCommand,
  ListStackResourcesCommand,
  ListStacksCommand,
  UpdateStackCommand,
  UpdateTerminationProtectionCommand,
} from '@aws-sdk/client-cloudformation';
import { CreateRoleCommand, GetRoleCommand, ListRoleTagsCommand } from '@aws-sdk/client-iam';
import { DeleteObjectCommand, GetBucketTaggingCommand, HeadBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Sandbox } from '../index.ts';
import { startSandbox } from '../index.ts';
import type { Clients } from './support.ts';
import {
  ACCOUNT,
  CAPABILITIES,
  allow,
  bucket,
  clientsFor,
  createStack,
  deleteStack,
  describeStack,
  eventsOf,
  reasonsOf,
  role,
  settled,
  trustOf,
  updateStack,
} from './support.ts';

let sandbox: Sandbox;
let clients: Clients;

beforeAll(async () => {
  // Slow enough for requests to meet a stack in progress.
  sandbox = await startSandbox({ stackDelayMs: 15 });
  clients = clientsFor(sandbox);
});
afterAll(() => sandbox.stop());

const broken = role('broken', { AssumeRolePolicyDocument: trustOf({ AWS: `arn:aws:iam::${ACCOUNT}:role/nobody` }) });
const hasBucket = (name: string): Promise<boolean> => clients.s3.send(new HeadBucketCommand({ Bucket: name })).then(() => true, () => false);
const roleOf = async (name: string) => (await clients.iam.send(new GetRoleCommand({ RoleName: name }))).Role;

test('S1 creation is asynchronous and told in events', async () => {
  const template = JSON.stringify({ Description: 'first', Resources: { Role: role('s1-role') }, Outputs: { Arn: { Value: { 'Fn::GetAtt': ['Role', 'Arn'] }, Description: 'd' } } });
  const { StackId } = await clients.cfn.send(new CreateStackCommand({ StackName: 's1', TemplateBody: template, Capabilities: [...CAPABILITIES] }));
  expect((await describeStack(clients, 's1')).StackStatus).toBe('CREATE_IN_PROGRESS');
  const stack = await settled(clients, StackId ?? '');
  expect(stack).toMatchObject({ StackStatus: 'CREATE_COMPLETE', Description: 'first', Outputs: [{ OutputKey: 'Arn', OutputValue: `arn:aws:iam::${ACCOUNT}:role/s1-role`, Description: 'd' }] });
  const told = (await eventsOf(clients, 's1')).map((event) => `${event.LogicalResourceId} ${event.ResourceStatus} ${event.ResourceStatusReason ?? ''}`.trim());
  expect(told).toEqual([
    's1 CREATE_COMPLETE',
    'Role CREATE_COMPLETE',
    'Role CREATE_IN_PROGRESS Resource creation Initiated',
    'Role CREATE_IN_PROGRESS',
    's1 CREATE_IN_PROGRESS User Initiated',
  ]);
});

test('S2 dependencies order the resources', async () => {
  const policy = (name: string): object => ({ Type: 'AWS::IAM::ManagedPolicy', Properties: { ManagedPolicyName: name, PolicyDocument: allow('s3:GetObject') } });
  const Resources = {
    A: role('s2-a', { ManagedPolicyArns: [{ Ref: 'P' }] }),
    P: policy('s2-p'),
    Z: { ...policy('s2-z'), DependsOn: ['A'] },
  };
  await createStack(clients, 's2', { Resources });
  const done = (await eventsOf(clients, 's2')).filter((event) => event.ResourceStatus === 'CREATE_COMPLETE').map((event) => event.LogicalResourceId);
  expect(done.reverse()).toEqual(['P', 'A', 'Z', 's2']);
});

test('S3 S5 a failed creation is rolled back', async () => {
  const Resources = {
    Kept: bucket('s5-kept', {}, { DeletionPolicy: 'Retain' }),
    Gone: bucket('s5-gone', {}, { DeletionPolicy: 'RetainExceptOnCreate' }),
    Broken: { ...broken, DependsOn: ['Kept', 'Gone'] },
  };
  const stack = await createStack(clients, 's3', { Resources });
  expect(stack.StackStatus).toBe('ROLLBACK_COMPLETE');
  expect(await reasonsOf(clients, 's3', 'ROLLBACK_IN_PROGRESS')).toContain('The following resource(s) failed to create: [Broken].');
  expect(await reasonsOf(clients, 's3', 'CREATE_FAILED')).toContain('Invalid principal in policy');
  expect([await hasBucket('s5-kept'), await hasBucket('s5-gone')]).toEqual([true, false]);
  await expect(updateStack(clients, 's3', { Resources })).rejects.toThrow('is in ROLLBACK_COMPLETE state and can not be updated.');
  expect((await deleteStack(clients, 's3')).StackStatus).toBe('DELETE_COMPLETE');
});

test('S4 OnFailure decides what becomes of a failed creation', async () => {
  const Resources = { Bucket: bucket('s4-bucket'), Broken: { ...broken, DependsOn: 'Bucket' } };
  expect((await createStack(clients, 's4', { Resources }, { OnFailure: 'DELETE' })).StackStatus).toBe('DELETE_COMPLETE');
  expect(await hasBucket('s4-bucket')).toBe(false);
  expect((await createStack(clients, 's4', { Resources }, { OnFailure: 'DO_NOTHING' })).StackStatus).toBe('CREATE_FAILED');
  expect(await hasBucket('s4-bucket')).toBe(true);
});

test('S6 an update creates, changes and deletes', async () => {
  await createStack(clients, 's6', { Resources: { Same: role('s6-same'), Changed: role('s6-changed'), Old: role('s6-old') } });
  const stack = await updateStack(clients, 's6', {
    Resources: { Same: role('s6-same'), Changed: role('s6-changed', { Description: 'new' }), New: role('s6-new') },
  });
  expect(stack.StackStatus).toBe('UPDATE_COMPLETE');
  expect(stack.LastUpdatedTime).toBeInstanceOf(Date);
  expect((await roleOf('s6-changed'))?.Description).toBe('new');
  await expect(roleOf('s6-old')).rejects.toThrow();
  await expect(roleOf('s6-new')).resolves.toBeDefined();
  const touched = (await eventsOf(clients, 's6')).filter((event) => event.ResourceStatus?.startsWith('UPDATE_')).map((event) => event.LogicalResourceId);
  expect(touched).not.toContain('Same');
  const listed = await clients.cfn.send(new ListStackResourcesCommand({ StackName: 's6' }));
  expect(listed.StackResourceSummaries?.map((resource) => resource.LogicalResourceId).sort()).toEqual(['Changed', 'New', 'Same']);
});

test('S7 a failed update comes back whole', async () => {
  const first = { Resources: { Role: role('s7-role', { Description: 'old', Policies: [{ PolicyName: 'p', PolicyDocument: allow('s3:GetObject') }] }), Old: role('s7-old') }, Outputs: { O: { Value: 'old' } } };
  await createStack(clients, 's7', first);
  const stack = await updateStack(clients, 's7', {
    Resources: { Role: role('s7-role', { Description: 'new', Policies: [] }), New: role('s7-new'), Broken: { ...broken, DependsOn: ['Role', 'New'] } },
    Outputs: { O: { Value: 'new' } },
  });
  expect(stack).toMatchObject({ StackStatus: 'UPDATE_ROLLBACK_COMPLETE', Outputs: [{ OutputValue: 'old' }] });
  expect((await roleOf('s7-role'))?.Description).toBe('old');
  await expect(roleOf('s7-old')).resolves.toBeDefined();
  await expect(roleOf('s7-new')).rejects.toThrow();
  const template = await clients.cfn.send(new GetTemplateCommand({ StackName: 's7' }));
  expect(JSON.parse(template.TemplateBody ?? '')).toEqual(first);
  const again = await updateStack(clients, 's7', { Resources: { Role: role('s7-role') } });
  expect(again.StackStatus).toBe('UPDATE_COMPLETE');
});

test('S8 replacement creates before it deletes', async () => {
  const at = (path: string): object => ({ Resources: { Role: role(undefined, { Path: path }), Bucket: bucket(`s8${path.replaceAll('/', '-')}x`, {}, { UpdateReplacePolicy: 'Retain' }) } });
  await createStack(clients, 's8', at('/a/'));
  const before = await clients.cfn.send(new DescribeStackResourceCommand({ StackName: 's8', LogicalResourceId: 'Role' }));
  expect((await updateStack(clients, 's8', at('/b/'))).StackStatus).toBe('UPDATE_COMPLETE');
  const after = await clients.cfn.send(new DescribeStackResourceCommand({ StackName: 's8', LogicalResourceId: 'Role' }));
  expect(after.StackResourceDetail?.PhysicalResourceId).not.toBe(before.StackResourceDetail?.PhysicalResourceId);
  await expect(roleOf(before.StackResourceDetail?.PhysicalResourceId ?? '')).rejects.toThrow();
  expect([await hasBucket('s8-a-x'), await hasBucket('s8-b-x')]).toEqual([true, true]);
  const story = (await eventsOf(clients, 's8')).map((event) => `${event.LogicalResourceId} ${event.ResourceStatus}`);
  expect(story.indexOf('Role DELETE_IN_PROGRESS')).toBeLessThan(story.indexOf('Role UPDATE_COMPLETE'));
});

test('S9 a custom-named resource cannot be replaced', async () => {
  await createStack(clients, 's9', { Resources: { Role: role('s9-role', { Path: '/a/' }) } });
  const stack = await updateStack(clients, 's9', { Resources: { Role: role('s9-role', { Path: '/b/' }) } });
  expect(stack.StackStatus).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(await reasonsOf(clients, 's9', 'UPDATE_FAILED')).toBe(
    'CloudFormation cannot update a stack when a custom-named resource requires replacing. Rename s9-role and update the stack again.',
  );
  expect((await roleOf('s9-role'))?.Path).toBe('/a/');
});

test('S10 a taken name fails, and the foreign resource survives', async () => {
  await clients.iam.send(new CreateRoleCommand({ RoleName: 's10-role', AssumeRolePolicyDocument: JSON.stringify(trustOf()), Description: 'foreign' }));
  const stack = await createStack(clients, 's10', { Resources: { Role: role('s10-role') } });
  expect(stack.StackStatus).toBe('ROLLBACK_COMPLETE');
  expect(await reasonsOf(clients, 's10', 'CREATE_FAILED')).toMatch(/s10-role already exists.*HandlerErrorCode: AlreadyExists/);
  expect((await roleOf('s10-role'))?.Description).toBe('foreign');
});

test('S11 S19 S20 one change at a time, and only a change', async () => {
  const template = { Resources: { Role: role('s11-role') } };
  const input = { StackName: 's11', TemplateBody: JSON.stringify(template), Capabilities: [...CAPABILITIES], ClientRequestToken: 'token-1' };
  const first = await clients.cfn.send(new CreateStackCommand(input));
  expect((await clients.cfn.send(new CreateStackCommand(input))).StackId).toBe(first.StackId);
  await expect(clients.cfn.send(new CreateStackCommand({ ...input, ClientRequestToken: 'token-2' }))).rejects.toMatchObject({ name: 'AlreadyExistsException' });
  await settled(clients, first.StackId ?? '');
  await expect(updateStack(clients, 's11', template)).rejects.toThrow('No updates are to be performed.');
  const changed = { StackName: 's11', TemplateBody: JSON.stringify({ Resources: { Role: role('s11-role', { Description: 'x' }) } }), Capabilities: [...CAPABILITIES] };
  await clients.cfn.send(new UpdateStackCommand(changed));
  await expect(clients.cfn.send(new UpdateStackCommand(changed))).rejects.toThrow('is in UPDATE_IN_PROGRESS state and can not be updated.');
  await expect(clients.cfn.send(new DeleteStackCommand({ StackName: 's11' }))).rejects.toThrow('cannot be deleted while in status UPDATE_IN_PROGRESS');
  await settled(clients, first.StackId ?? '');
});

test('S12 S15 deletion keeps what is retained, and deleted stacks are found by id', async () => {
  const Resources = {
    Kept: bucket('s12-kept', {}, { DeletionPolicy: 'RetainExceptOnCreate' }),
    Policy: { Type: 'AWS::S3::BucketPolicy', Properties: { Bucket: { Ref: 'Kept' }, PolicyDocument: { Version: '2012-10-17', Statement: [{ Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: '*' }] } } },
  };
  const { StackId } = await createStack(clients, 's12', { Resources });
  const stack = await deleteStack(clients, 's12');
  expect(stack).toMatchObject({ StackStatus: 'DELETE_COMPLETE', DeletionTime: expect.any(Date) as Date });
  expect(await hasBucket('s12-kept')).toBe(true);
  await expect(describeStack(clients, 's12')).rejects.toThrow('Stack with id s12 does not exist');
  expect(await reasonsOf(clients, StackId ?? '', 'DELETE_FAILED')).toBe('');
  expect((await eventsOf(clients, StackId ?? '')).map((event) => event.ResourceStatus)).toContain('DELETE_SKIPPED');
  const listed = await clients.cfn.send(new ListStacksCommand({ StackStatusFilter: ['DELETE_COMPLETE'] }));
  expect(listed.StackSummaries?.map((summary) => summary.StackId)).toContain(StackId);
  await expect(clients.cfn.send(new DeleteStackCommand({ StackName: 'never-was' }))).resolves.toBeDefined();
});

test('S13 a bucket with objects does not go', async () => {
  await createStack(clients, 's13', { Resources: { Bucket: bucket('s13-bucket'), Role: role('s13-role') } });
  await clients.s3.send(new PutObjectCommand({ Bucket: 's13-bucket', Key: 'x', Body: 'x' }));
  await expect(clients.cfn.send(new DeleteStackCommand({ StackName: 's13', RetainResources: ['Bucket'] }))).rejects.toThrow(
    'only when the stack is in the DELETE_FAILED state',
  );
  const failed = await deleteStack(clients, 's13');
  expect(failed).toMatchObject({ StackStatus: 'DELETE_FAILED', StackStatusReason: 'The following resource(s) failed to delete: [Bucket]. ' });
  expect(await reasonsOf(clients, 's13', 'DELETE_FAILED')).toContain('The bucket you tried to delete is not empty');
  expect((await deleteStack(clients, 's13', ['Bucket'])).StackStatus).toBe('DELETE_COMPLETE');
  expect(await hasBucket('s13-bucket')).toBe(true);
  await clients.s3.send(new DeleteObjectCommand({ Bucket: 's13-bucket', Key: 'x' }));
});

test('S14 termination protection holds until it is lifted', async () => {
  const stack = await createStack(clients, 's14', { Resources: { Role: role('s14-role') } }, { EnableTerminationProtection: true });
  expect(stack.EnableTerminationProtection).toBe(true);
  await expect(deleteStack(clients, 's14')).rejects.toThrow('Stack [s14] cannot be deleted while TerminationProtection is enabled');
  await clients.cfn.send(new UpdateTerminationProtectionCommand({ StackName: 's14', EnableTerminationProtection: false }));
  expect((await deleteStack(clients, 's14')).StackStatus).toBe('DELETE_COMPLETE');
});

test('S16 IAM needs its capabilities', async () => {
  const create = (name: string | undefined, Capabilities: ('CAPABILITY_IAM' | 'CAPABILITY_NAMED_IAM')[]) =>
    clients.cfn.send(new CreateStackCommand({ StackName: `s16-${Capabilities.length}${name ?? ''}`, TemplateBody: JSON.stringify({ Resources: { Role: role(name) } }), Capabilities }));
  await expect(create('named', [])).rejects.toMatchObject({ name: 'InsufficientCapabilitiesException', message: 'Requires capabilities : [CAPABILITY_NAMED_IAM]' });
  await expect(create('named', ['CAPABILITY_IAM'])).rejects.toThrow('Requires capabilities : [CAPABILITY_NAMED_IAM]');
  await expect(create(undefined, [])).rejects.toThrow('Requires capabilities : [CAPABILITY_IAM]');
  const { StackId } = await create(undefined, ['CAPABILITY_IAM']);
  expect((await settled(clients, StackId ?? '')).StackStatus).toBe('CREATE_COMPLETE');
});

test('S17 the service role must exist and trust CloudFormation', async () => {
  const make = (RoleName: string, Service: string) =>
    clients.iam.send(new CreateRoleCommand({ RoleName, Path: '/edl/', AssumeRolePolicyDocument: JSON.stringify(trustOf({ Service })) }));
  await make('s17-cfn', 'cloudformation.amazonaws.com');
  await make('s17-other', 'lambda.amazonaws.com');
  const arn = (name: string): string => `arn:aws:iam::${ACCOUNT}:role/edl/${name}`;
  const template = { Resources: { Role: role('s17-role') } };
  await expect(createStack(clients, 's17', template, { RoleARN: arn('none') })).rejects.toThrow(`Role ${arn('none')} is invalid or cannot be assumed`);
  await expect(createStack(clients, 's17', template, { RoleARN: arn('s17-other') })).rejects.toThrow('cannot be assumed');
  expect((await createStack(clients, 's17', template, { RoleARN: arn('s17-cfn') })).RoleARN).toBe(arn('s17-cfn'));
  expect((await updateStack(clients, 's17', { Resources: { Role: role('s17-role', { Description: 'x' }) } })).RoleARN).toBe(arn('s17-cfn'));
});

test('S18 stack tags reach the resources', async () => {
  const own = { Tags: [{ Key: 'team', Value: 'own' }] };
  const template = { Resources: { Role: role('s18-role', own), Bucket: bucket('s18-bucket') } };
  const stack = await createStack(clients, 's18', template, { Tags: [{ Key: 'edl:owner', Value: 'x' }, { Key: 'team', Value: 'stack' }] });
  const tags = (await clients.iam.send(new ListRoleTagsCommand({ RoleName: 's18-role' }))).Tags ?? [];
  expect(Object.fromEntries(tags.map((tag) => [tag.Key, tag.Value]))).toEqual({
    'edl:owner': 'x',
    team: 'own',
    'aws:cloudformation:stack-name': 's18',
    'aws:cloudformation:stack-id': stack.StackId,
    'aws:cloudformation:logical-id': 'Role',
  });
  await updateStack(clients, 's18', template, { Tags: [{ Key: 'edl:owner', Value: 'y' }] });
  const onBucket = (await clients.s3.send(new GetBucketTaggingCommand({ Bucket: 's18-bucket' }))).TagSet ?? [];
  expect(Object.fromEntries(onBucket.map((tag) => [tag.Key, tag.Value]))).toMatchObject({ 'edl:owner': 'y', 'aws:cloudformation:logical-id': 'Bucket' });
  expect(onBucket.map((tag) => tag.Key)).not.toContain('team');
});

test('S21 lists have pages', async () => {
  const paged = clientsFor(sandbox, '222222222222');
  const alias = (index: number): string => JSON.stringify({ Resources: { A: { Type: 'AWS::KMS::Alias', Properties: { AliasName: `alias/s21-${index}`, TargetKeyId: 'none' } } } });
  for (let index = 0; index < 101; index += 1) await paged.cfn.send(new CreateStackCommand({ StackName: `s21-${index}`, TemplateBody: alias(index) }));
  const first = await paged.cfn.send(new DescribeStacksCommand({}));
  const second = await paged.cfn.send(new DescribeStacksCommand({ NextToken: first.NextToken }));
  expect([first.Stacks?.length, second.Stacks?.length, second.NextToken]).toEqual([100, 1, undefined]);
});

test('S22 S23 templates and resources are described', async () => {
  const body = `{ "Resources" :\n  {"Role": ${JSON.stringify({ ...role('s22-role'), Metadata: { note: 'é <&>' } })} } }\n`;
  await createStack(clients, 's22', body);
  expect((await clients.cfn.send(new GetTemplateCommand({ StackName: 's22' }))).TemplateBody).toBe(body);
  const byPhysical = await clients.cfn.send(new DescribeStackResourcesCommand({ PhysicalResourceId: 's22-role' }));
  expect(byPhysical.StackResources?.[0]).toMatchObject({ StackName: 's22', LogicalResourceId: 'Role', ResourceStatus: 'CREATE_COMPLETE' });
  const one = await clients.cfn.send(new DescribeStackResourceCommand({ StackName: 's22', LogicalResourceId: 'Role' }));
  expect(JSON.parse(one.StackResourceDetail?.Metadata ?? '')).toEqual({ note: 'é <&>' });
  await expect(clients.cfn.send(new DescribeStackResourceCommand({ StackName: 's22', LogicalResourceId: 'No' }))).rejects.toThrow('Resource No does not exist for stack s22');
});
