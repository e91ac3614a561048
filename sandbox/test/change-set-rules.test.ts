import {
  CreateChangeSetCommand,
  CreateStackCommand,
  DeleteChangeSetCommand,
  DescribeChangeSetCommand,
  ExecuteChangeSetCommand,
  ListChangeSetsCommand,
} from '@aws-sdk/client-cloudformation';
import { CreateRoleCommand, GetRoleCommand } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Sandbox } from '../index.ts';
import { startSandbox } from '../index.ts';
import type { Clients } from './support.ts';
import {
  CAPABILITIES,
  allow,
  bucket,
  changeSet,
  clientsFor,
  createStack,
  deleteStack,
  eventsOf,
  executeChangeSet,
  role,
  settled,
  trustOf,
  updateStack,
} from './support.ts';

let sandbox: Sandbox;
let clients: Clients;

beforeAll(async () => {
  sandbox = await startSandbox();
  clients = clientsFor(sandbox);
});
afterAll(() => sandbox.stop());

test('C9 additions, removals and pages', async () => {
  const aliases = (count: number): object =>
    Object.fromEntries(
      Array.from({ length: count }, (_, index) => [
        `A${index}`,
        { Type: 'AWS::KMS::Alias', Properties: { AliasName: `alias/c9-${index}`, TargetKeyId: 'x' } },
      ]),
    );
  const large = await changeSet(clients, 'c9-large', { Resources: aliases(150) }, { ChangeSetType: 'CREATE' });
  const second = await clients.cfn.send(
    new DescribeChangeSetCommand({ ChangeSetName: large.ChangeSetId, NextToken: large.NextToken }),
  );
  expect([large.Changes?.length, second.Changes?.length, second.NextToken]).toEqual([100, 50, undefined]);
  await createStack(clients, 'c9', {
    Resources: {
      Role: role('c9-role'),
      Bucket: bucket('c9-bucket', {}, { DeletionPolicy: 'Retain' }),
      Stay: role('c9-stay'),
    },
  });
  const shown = await changeSet(clients, 'c9', { Resources: { Stay: role('c9-stay'), New: role('c9-new') } });
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
    await createStack(clients, name, { Resources: { Role: role(`${name}-role`) } });
    await changeSet(clients, name, { Resources: { Role: role(`${name}-role`, { Description: name }) } });
  }
  const other = await changeSet(
    clients,
    'c10-a',
    { Resources: { Role: role('c10-a-role', { Description: 'other' }) } },
    { ChangeSetName: 'other' },
  );
  await expect(clients.cfn.send(new DescribeChangeSetCommand({ ChangeSetName: 'change' }))).rejects.toThrow(
    'StackName must be specified',
  );
  await expect(
    clients.cfn.send(new DescribeChangeSetCommand({ ChangeSetName: 'nope', StackName: 'c10-a' })),
  ).rejects.toMatchObject({ name: 'ChangeSetNotFoundException' });
  await expect(changeSet(clients, 'c10-a', { Resources: { Role: role('c10-a-role') } })).rejects.toMatchObject({
    name: 'AlreadyExistsException',
  });
  const listed = async (): Promise<unknown> =>
    (await clients.cfn.send(new ListChangeSetsCommand({ StackName: 'c10-a' }))).Summaries?.map(
      (summary) => summary.ChangeSetName,
    );
  expect(await listed()).toEqual(['change', 'other']);
  await executeChangeSet(clients, other);
  expect((await clients.iam.send(new GetRoleCommand({ RoleName: 'c10-a-role' }))).Role?.Description).toBe('other');
  expect((await clients.iam.send(new GetRoleCommand({ RoleName: 'c10-b-role' }))).Role?.Description).toBeUndefined();
  expect(await listed()).toEqual(['other']);
  const again = clients.cfn.send(new ExecuteChangeSetCommand({ ChangeSetName: other.ChangeSetId }));
  await expect(again).rejects.toThrow('cannot be executed in its current execution status of [EXECUTE_COMPLETE]');
  await clients.cfn.send(new DeleteChangeSetCommand({ ChangeSetName: 'change', StackName: 'c10-b' }));
  await expect(
    clients.cfn.send(new DeleteChangeSetCommand({ ChangeSetName: 'change', StackName: 'c10-b' })),
  ).resolves.toBeDefined();
});

test('C12 existing named resources are imported', async () => {
  const foreign = { RoleName: 'c12-role', AssumeRolePolicyDocument: JSON.stringify(trustOf()), Description: 'live' };
  await clients.iam.send(new CreateRoleCommand(foreign));
  const retained = { ...role('c12-role', { Description: 'template' }), DeletionPolicy: 'Retain' };
  const options = {
    ChangeSetType: 'CREATE' as const,
    ImportExistingResources: true,
    Tags: [{ Key: 'edl:owner', Value: 'x' }],
  };
  const unprotected = await changeSet(clients, 'c12-no', { Resources: { Role: role('c12-role') } }, options);
  expect(unprotected).toMatchObject({ Status: 'FAILED' });
  expect(unprotected.StatusReason).toContain(
    "must have the DeletionPolicy attribute set to 'Retain' or 'RetainExceptOnCreate'",
  );
  const shown = await changeSet(clients, 'c12', { Resources: { Role: retained, New: bucket('c12-new') } }, options);
  expect(shown.Changes?.map(({ ResourceChange: change }) => [change?.Action, change?.LogicalResourceId])).toEqual([
    ['Add', 'New'],
    ['Import', 'Role'],
  ]);
  expect((await executeChangeSet(clients, shown)).StackStatus).toBe('CREATE_COMPLETE');
  const live = (await clients.iam.send(new GetRoleCommand({ RoleName: 'c12-role' }))).Role;
  expect(live?.Description).toBe('live');
  expect(live?.Tags).toContainEqual({ Key: 'edl:owner', Value: 'x' });
  expect((await eventsOf(clients, 'c12')).map((event) => event.ResourceStatus)).toContain('IMPORT_COMPLETE');
  const owned = await changeSet(clients, 'c12-other', { Resources: { Role: retained } }, options);
  expect(owned.StatusReason).toContain('already belongs to stack');
  await updateStack(clients, 'c12', {
    Resources: {
      Role: { ...role('c12-role', { Description: 'second' }), DeletionPolicy: 'Retain' },
      New: bucket('c12-new'),
    },
  });
  expect((await clients.iam.send(new GetRoleCommand({ RoleName: 'c12-role' }))).Role?.Description).toBe('second');
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
  await createStack(clients, 'c12-first', { Resources });
  await deleteStack(clients, 'c12-first');
  const options = { ChangeSetType: 'CREATE' as const, ImportExistingResources: true, Tags: [{ Key: 'a', Value: 'b' }] };
  const shown = await changeSet(clients, 'c12-second', { Resources }, options);
  expect(
    shown.Changes?.map(({ ResourceChange: change }) => `${change?.Action ?? ''} ${change?.LogicalResourceId ?? ''}`),
  ).toEqual(['Import Alias', 'Import Bucket', 'Import Group', 'Add Key', 'Import Policy']);
  expect((await executeChangeSet(clients, shown)).StackStatus).toBe('CREATE_COMPLETE');
});

test('P4 S20 options that are not modelled are refused, tokens are not', async () => {
  const input = {
    StackName: 'p4',
    ChangeSetName: 'change',
    TemplateBody: JSON.stringify({ Resources: { Role: role('p4-role') } }),
    Capabilities: [...CAPABILITIES],
  };
  await expect(clients.cfn.send(new CreateStackCommand({ ...input, StackPolicyBody: '{}' }))).rejects.toThrow(
    'does not model the option StackPolicyBody',
  );
  const same = { ...input, ChangeSetType: 'CREATE', ClientToken: 'one' } as const;
  const first = await clients.cfn.send(new CreateChangeSetCommand(same));
  expect((await clients.cfn.send(new CreateChangeSetCommand(same))).Id).toBe(first.Id);
  const execute = new ExecuteChangeSetCommand({ ChangeSetName: first.Id, ClientRequestToken: 'two' });
  await clients.cfn.send(execute);
  await clients.cfn.send(execute);
  expect((await settled(clients, first.StackId ?? '')).StackStatus).toBe('CREATE_COMPLETE');
});
