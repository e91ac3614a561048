import {
  CreateChangeSetCommand,
  CreateStackCommand,
  DeleteChangeSetCommand,
  DescribeChangeSetCommand,
  DescribeEventsCommand,
  ExecuteChangeSetCommand,
  ListChangeSetsCommand,
} from '@aws-sdk/client-cloudformation';
import { CreateRoleCommand, GetRoleCommand } from '@aws-sdk/client-iam';
import { expect, test } from 'vitest';
import {
  CAPABILITIES,
  allow,
  bucket,
  changeSet,
  createStack,
  deleteStack,
  eventsOf,
  executeChangeSet,
  role,
  settled,
  trustOf,
  updateStack,
  useSandbox,
} from './support.ts';

const world = useSandbox();

test('C9 additions, removals and pages', async () => {
  const aliases = (count: number): object =>
    Object.fromEntries(
      Array.from({ length: count }, (_, index) => [
        `A${index}`,
        { Type: 'AWS::KMS::Alias', Properties: { AliasName: `alias/c9-${index}`, TargetKeyId: 'x' } },
      ]),
    );
  const large = await changeSet(world.clients, 'c9-large', { Resources: aliases(150) }, { ChangeSetType: 'CREATE' });
  const second = await world.clients.cfn.send(
    new DescribeChangeSetCommand({ ChangeSetName: large.ChangeSetId, NextToken: large.NextToken }),
  );
  expect([large.Changes?.length, second.Changes?.length, second.NextToken]).toEqual([100, 50, undefined]);
  await createStack(world.clients, 'c9', {
    Resources: {
      Role: role('c9-role'),
      Bucket: bucket('c9-bucket', {}, { DeletionPolicy: 'Retain' }),
      Stay: role('c9-stay'),
    },
  });
  const shown = await changeSet(world.clients, 'c9', { Resources: { Stay: role('c9-stay'), New: role('c9-new') } });
  expect(
    shown.Changes?.map(({ ResourceChange: change }) => [
      change?.Action,
      change?.LogicalResourceId,
      change?.PolicyAction,
    ]),
  ).toEqual([
    ['Remove', 'Bucket', 'Retain'],
    ['Add', 'New', undefined],
    ['Remove', 'Role', 'Delete'],
  ]);
});

test('C10 C11 change sets belong to their stack and run once', async () => {
  for (const name of ['c10-a', 'c10-b']) {
    await createStack(world.clients, name, { Resources: { Role: role(`${name}-role`) } });
    await changeSet(world.clients, name, { Resources: { Role: role(`${name}-role`, { Description: name }) } });
  }
  const other = await changeSet(
    world.clients,
    'c10-a',
    { Resources: { Role: role('c10-a-role', { Description: 'other' }) } },
    { ChangeSetName: 'other' },
  );
  await expect(world.clients.cfn.send(new DescribeChangeSetCommand({ ChangeSetName: 'change' }))).rejects.toThrow(
    'StackName must be specified',
  );
  await expect(
    world.clients.cfn.send(new DescribeChangeSetCommand({ ChangeSetName: 'nope', StackName: 'c10-a' })),
  ).rejects.toMatchObject({ name: 'ChangeSetNotFoundException' });
  await expect(changeSet(world.clients, 'c10-a', { Resources: { Role: role('c10-a-role') } })).rejects.toMatchObject({
    name: 'AlreadyExistsException',
  });
  const listed = async (): Promise<unknown> =>
    (await world.clients.cfn.send(new ListChangeSetsCommand({ StackName: 'c10-a' }))).Summaries?.map(
      (summary) => summary.ChangeSetName,
    );
  expect(await listed()).toEqual(['change', 'other']);
  await executeChangeSet(world.clients, other);
  expect((await world.clients.iam.send(new GetRoleCommand({ RoleName: 'c10-a-role' }))).Role?.Description).toBe(
    'other',
  );
  expect(
    (await world.clients.iam.send(new GetRoleCommand({ RoleName: 'c10-b-role' }))).Role?.Description,
  ).toBeUndefined();
  expect(await listed()).toEqual(['other']);
  const again = world.clients.cfn.send(new ExecuteChangeSetCommand({ ChangeSetName: other.ChangeSetId }));
  await expect(again).rejects.toThrow('cannot be executed in its current execution status of [EXECUTE_COMPLETE]');
  await world.clients.cfn.send(new DeleteChangeSetCommand({ ChangeSetName: 'change', StackName: 'c10-b' }));
  await expect(
    world.clients.cfn.send(new DeleteChangeSetCommand({ ChangeSetName: 'change', StackName: 'c10-b' })),
  ).resolves.toBeDefined();
});

test('C12 existing named resources are imported', async () => {
  const foreign = { RoleName: 'c12-role', AssumeRolePolicyDocument: JSON.stringify(trustOf()), Description: 'live' };
  await world.clients.iam.send(new CreateRoleCommand(foreign));
  const retained = { ...role('c12-role', { Description: 'template' }), DeletionPolicy: 'Retain' };
  const options = {
    ChangeSetType: 'CREATE' as const,
    ImportExistingResources: true,
    Tags: [{ Key: 'edl:owner', Value: 'x' }],
  };
  const unprotected = await changeSet(world.clients, 'c12-no', { Resources: { Role: role('c12-role') } }, options);
  expect(unprotected).toMatchObject({ Status: 'FAILED' });
  expect(unprotected.StatusReason).toContain(
    "must have the DeletionPolicy attribute set to 'Retain' or 'RetainExceptOnCreate'",
  );
  const shown = await changeSet(
    world.clients,
    'c12',
    { Resources: { Role: retained, New: bucket('c12-new') } },
    options,
  );
  expect(shown.Changes?.map(({ ResourceChange: change }) => [change?.Action, change?.LogicalResourceId])).toEqual([
    ['Add', 'New'],
    ['Import', 'Role'],
  ]);
  expect((await executeChangeSet(world.clients, shown)).StackStatus).toBe('CREATE_COMPLETE');
  const live = (await world.clients.iam.send(new GetRoleCommand({ RoleName: 'c12-role' }))).Role;
  expect(live?.Description).toBe('live');
  expect(live?.Tags).toContainEqual({ Key: 'edl:owner', Value: 'x' });
  expect((await eventsOf(world.clients, 'c12')).map((event) => event.ResourceStatus)).toContain('IMPORT_COMPLETE');
  const owned = await changeSet(world.clients, 'c12-other', { Resources: { Role: retained } }, options);
  expect(owned.StatusReason).toContain('already belongs to stack');
  await updateStack(world.clients, 'c12', {
    Resources: {
      Role: { ...role('c12-role', { Description: 'second' }), DeletionPolicy: 'Retain' },
      New: bucket('c12-new'),
    },
  });
  expect((await world.clients.iam.send(new GetRoleCommand({ RoleName: 'c12-role' }))).Role?.Description).toBe('second');
});

test('C12 every named type can be imported after its stack let it go', async () => {
  const keep = { DeletionPolicy: 'Retain' };
  const Resources = {
    Bucket: bucket('c12-kept', { VersioningConfiguration: { Status: 'Enabled' } }, keep),
    Policy: {
      Type: 'AWS::IAM::ManagedPolicy',
      Properties: { ManagedPolicyName: 'c12-kept', PolicyDocument: allow('s3:Get*') },
      ...keep,
    },
    Group: { Type: 'AWS::Athena::WorkGroup', Properties: { Name: 'c12-kept' }, ...keep },
    Key: { Type: 'AWS::KMS::Key', Properties: {} },
    Alias: {
      Type: 'AWS::KMS::Alias',
      Properties: { AliasName: 'alias/c12-kept', TargetKeyId: { Ref: 'Key' } },
      ...keep,
    },
  };
  await createStack(world.clients, 'c12-first', { Resources });
  await deleteStack(world.clients, 'c12-first');
  const options = { ChangeSetType: 'CREATE' as const, ImportExistingResources: true, Tags: [{ Key: 'a', Value: 'b' }] };
  const shown = await changeSet(world.clients, 'c12-second', { Resources }, options);
  expect(
    shown.Changes?.map(({ ResourceChange: change }) => `${change?.Action ?? ''} ${change?.LogicalResourceId ?? ''}`),
  ).toEqual(['Import Alias', 'Import Bucket', 'Import Group', 'Add Key', 'Import Policy']);
  expect((await executeChangeSet(world.clients, shown)).StackStatus).toBe('CREATE_COMPLETE');
});

test('P4 S20 options that are not modelled are refused, tokens are not', async () => {
  const input = {
    StackName: 'p4',
    ChangeSetName: 'change',
    TemplateBody: JSON.stringify({ Resources: { Role: role('p4-role') } }),
    Capabilities: [...CAPABILITIES],
  };
  await expect(world.clients.cfn.send(new CreateStackCommand({ ...input, StackPolicyBody: '{}' }))).rejects.toThrow(
    'does not model the option StackPolicyBody',
  );
  await expect(world.clients.cfn.send(new CreateStackCommand({ ...input, TimeoutInMinutes: 5 }))).rejects.toThrow(
    'does not model the option TimeoutInMinutes',
  );
  const nested = new CreateChangeSetCommand({ ...input, IncludeNestedStacks: true });
  await expect(world.clients.cfn.send(nested)).rejects.toThrow('does not model the option IncludeNestedStacks');
  const refused = { name: 'InvalidAction' };
  await expect(world.clients.cfn.send(new DescribeEventsCommand({}))).rejects.toMatchObject(refused);
  const same = { ...input, ChangeSetType: 'CREATE', ClientToken: 'one' } as const;
  const first = await world.clients.cfn.send(new CreateChangeSetCommand(same));
  expect((await world.clients.cfn.send(new CreateChangeSetCommand(same))).Id).toBe(first.Id);
  const execute = new ExecuteChangeSetCommand({ ChangeSetName: first.Id, ClientRequestToken: 'two' });
  await world.clients.cfn.send(execute);
  await world.clients.cfn.send(execute);
  expect((await settled(world.clients, first.StackId ?? '')).StackStatus).toBe('CREATE_COMPLETE');
});
