import {
  CreateChangeSetCommand,
  CreateStackCommand,
  DeleteChangeSetCommand,
  DescribeChangeSetCommand,
  ExecuteChangeSetCommand,
  GetTemplateCommand,
  ListChangeSetsCommand,
} from '@aws-sdk/client-cloudformation';
import { CreateRoleCommand, GetRoleCommand, ListRoleTagsCommand } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Sandbox } from '../index.ts';
import { startSandbox } from '../index.ts';
import type { Clients } from './support.ts';
import { CAPABILITIES, allow, bucket, changeSet, clientsFor, createStack, describeStack, eventsOf, executeChangeSet, role, settled, trustOf, updateStack } from './support.ts';

let sandbox: Sandbox;
let clients: Clients;

beforeAll(async () => {
  sandbox = await startSandbox();
  clients = clientsFor(sandbox);
});
afterAll(() => sandbox.stop());

const EMPTY = "The submitted information didn't contain changes. Submit different information to create a change set.";

test('C1 S22 a CREATE change set leaves a stack under review until it is executed', async () => {
  const template = JSON.stringify({ Resources: { Role: role('c1-role') } });
  const shown = await changeSet(clients, 'c1', template, { ChangeSetType: 'CREATE', Tags: [{ Key: 'a', Value: 'b' }], Description: 'why' });
  expect(shown).toMatchObject({ Status: 'CREATE_COMPLETE', ExecutionStatus: 'AVAILABLE', Description: 'why', Tags: [{ Key: 'a', Value: 'b' }] });
  expect(shown.Changes?.[0]?.ResourceChange).toMatchObject({ Action: 'Add', LogicalResourceId: 'Role', ResourceType: 'AWS::IAM::Role' });
  expect((await describeStack(clients, 'c1')).StackStatus).toBe('REVIEW_IN_PROGRESS');
  await expect(clients.iam.send(new GetRoleCommand({ RoleName: 'c1-role' }))).rejects.toThrow();
  const proposed = await clients.cfn.send(new GetTemplateCommand({ ChangeSetName: shown.ChangeSetId }));
  expect(proposed.TemplateBody).toBe(template);
  await expect(changeSet(clients, 'c1', template, { ChangeSetName: 'other' })).rejects.toThrow('is in REVIEW_IN_PROGRESS state and can not be updated.');
  const stack = await executeChangeSet(clients, shown);
  expect(stack).toMatchObject({ StackStatus: 'CREATE_COMPLETE', ChangeSetId: shown.ChangeSetId, Tags: [{ Key: 'a', Value: 'b' }] });
  await expect(changeSet(clients, 'c1', template, { ChangeSetType: 'CREATE', ChangeSetName: 'again' })).rejects.toThrow('already exists and cannot be created again');
  await expect(changeSet(clients, 'none', template)).rejects.toThrow('Stack [none] does not exist');
});

test('C2 C14 details name each place and its values', async () => {
  const policies = (action: string): object => [{ PolicyName: 'p', PolicyDocument: allow(action) }];
  await createStack(clients, 'c2', { Resources: { Role: role('c2-role', { Description: 'old', MaxSessionDuration: 3600, Policies: policies('s3:GetObject') }) } });
  const shown = await changeSet(clients, 'c2', { Resources: { Role: role('c2-role', { Description: 'new', Policies: policies('s3:*') }) } });
  const change = shown.Changes?.[0]?.ResourceChange;
  expect(change).toMatchObject({ Action: 'Modify', PhysicalResourceId: 'c2-role', Replacement: 'False', Scope: ['Properties'] });
  const target = (Name: string, rest: object): object => ({
    Target: { Attribute: 'Properties', Name, RequiresRecreation: 'Never', ...rest },
    Evaluation: 'Static',
    ChangeSource: 'DirectModification',
  });
  expect(change?.Details).toEqual(
    expect.arrayContaining([
      target('Description', { Path: '/Properties/Description', BeforeValue: 'old', AfterValue: 'new', AttributeChangeType: 'Modify' }),
      target('MaxSessionDuration', { Path: '/Properties/MaxSessionDuration', BeforeValue: '3600', AttributeChangeType: 'Remove' }),
      target('Policies', { Path: '/Properties/Policies/0/PolicyDocument/Statement/0/Action', BeforeValue: 's3:GetObject', AfterValue: 's3:*', AttributeChangeType: 'Modify' }),
    ]),
  );
  expect(change?.Details).toHaveLength(3);
  expect(JSON.parse(change?.BeforeContext ?? '')).toMatchObject({ Properties: { Description: 'old', MaxSessionDuration: '3600' } });
  expect(JSON.parse(change?.AfterContext ?? '')).toMatchObject({ Properties: { Description: 'new', Policies: policies('s3:*') } });
  const plain = await clients.cfn.send(new DescribeChangeSetCommand({ ChangeSetName: 'change', StackName: 'c2' }));
  const [detail] = plain.Changes?.[0]?.ResourceChange?.Details ?? [];
  expect(detail?.Target).toEqual({ Attribute: 'Properties', Name: 'Description', RequiresRecreation: 'Never' });
  expect(plain.Changes?.[0]?.ResourceChange?.BeforeContext).toBeUndefined();
});

test('C3 C4 replacement, and what depends on it', async () => {
  const template = (path: string): object => ({
    Resources: {
      Role: role(undefined, { Path: path, Description: path }),
      Policy: { Type: 'AWS::IAM::RolePolicy', Properties: { RoleName: { Ref: 'Role' }, PolicyName: 'p', PolicyDocument: allow('s3:Get*') } },
    },
  });
  await createStack(clients, 'c3', template('/a/'));
  const shown = await changeSet(clients, 'c3', template('/b/'));
  const [policy, changed] = (shown.Changes ?? []).map((change) => change.ResourceChange);
  expect(changed).toMatchObject({ LogicalResourceId: 'Role', Replacement: 'True', PolicyAction: 'ReplaceAndDelete' });
  expect(policy).toMatchObject({ LogicalResourceId: 'Policy', Replacement: 'Conditional' });
  expect(policy?.Details?.[0]).toMatchObject({
    Target: { Name: 'RoleName', RequiresRecreation: 'Conditionally', AfterValue: '{{changeSet:KNOWN_AFTER_APPLY}}' },
    Evaluation: 'Dynamic',
    ChangeSource: 'ResourceReference',
    CausingEntity: 'Role',
  });
  expect((await executeChangeSet(clients, shown)).StackStatus).toBe('UPDATE_COMPLETE');
});

test('C5 C13 parameters: previous values, and two details for one change', async () => {
  const template = { Parameters: { Text: { Type: 'String' }, Other: { Type: 'String' } }, Resources: { Role: role('c5-role', { Description: { Ref: 'Text' } }) } };
  const parameter = (ParameterKey: string, ParameterValue: string) => ({ ParameterKey, ParameterValue });
  await createStack(clients, 'c5', template, { Parameters: [parameter('Text', 'old'), parameter('Other', 'same')] });
  const previous = { TemplateBody: undefined, UsePreviousTemplate: true };
  const shown = await changeSet(clients, 'c5', '', { ...previous, Parameters: [parameter('Text', 'new'), { ParameterKey: 'Other', UsePreviousValue: true }] });
  expect(shown.Parameters).toContainEqual({ ParameterKey: 'Other', ParameterValue: 'same' });
  const details = shown.Changes?.[0]?.ResourceChange?.Details;
  expect(details?.map((detail) => [detail.Evaluation, detail.ChangeSource, detail.CausingEntity])).toEqual([
    ['Dynamic', 'DirectModification', undefined],
    ['Static', 'ParameterReference', 'Text'],
  ]);
  expect(details?.[0]?.Target).toMatchObject({ BeforeValue: 'old', AfterValue: 'new' });
});

test('C6 an empty change set fails', async () => {
  const template = { Resources: { Role: role('c6-role', { Description: 'x', Path: '/' }) } };
  await createStack(clients, 'c6', template);
  const reordered = `{ "Resources": {"Role": {"Properties": ${JSON.stringify(Object.fromEntries(Object.entries((template.Resources.Role as { Properties: object }).Properties).reverse()))}, "Type": "AWS::IAM::Role"}}}`;
  const shown = await changeSet(clients, 'c6', reordered);
  expect(shown).toMatchObject({ Status: 'FAILED', ExecutionStatus: 'UNAVAILABLE', StatusReason: EMPTY });
  const executed = clients.cfn.send(new ExecuteChangeSetCommand({ ChangeSetName: shown.ChangeSetId }));
  await expect(executed).rejects.toMatchObject({ name: 'InvalidChangeSetStatusException' });
});

test('C7 changed stack tags touch every taggable resource', async () => {
  const template = { Resources: { Role: role('c7-role'), Policy: { Type: 'AWS::IAM::ManagedPolicy', Properties: { ManagedPolicyName: 'c7', PolicyDocument: allow('s3:Get*') } } } };
  await createStack(clients, 'c7', template, { Tags: [{ Key: 'a', Value: '1' }] });
  const shown = await changeSet(clients, 'c7', template, { Tags: [{ Key: 'a', Value: '2' }] });
  expect(shown.Changes).toHaveLength(1);
  expect(shown.Changes?.[0]?.ResourceChange).toMatchObject({ LogicalResourceId: 'Role', Scope: ['Tags'], Replacement: 'False' });
  expect(shown.Changes?.[0]?.ResourceChange?.Details?.[0]?.Target).toEqual({
    Attribute: 'Tags', RequiresRecreation: 'Never', Path: '/Properties/Tags/0/Value', BeforeValue: '1', AfterValue: '2', AttributeChangeType: 'Modify',
  });
  await executeChangeSet(clients, shown);
  const tags = await clients.iam.send(new ListRoleTagsCommand({ RoleName: 'c7-role' }));
  expect(tags.Tags).toContainEqual({ Key: 'a', Value: '2' });
});

test('C8 policies and outputs are changes too', async () => {
  await createStack(clients, 'c8', { Resources: { Bucket: bucket('c8-bucket') }, Outputs: { O: { Value: '1' } } });
  const kept = bucket('c8-bucket', {}, { DeletionPolicy: 'Retain' });
  const policy = await changeSet(clients, 'c8', { Resources: { Bucket: kept }, Outputs: { O: { Value: '1' } } });
  expect(policy.Changes?.[0]?.ResourceChange).toMatchObject({ Scope: ['DeletionPolicy'], Replacement: 'False' });
  await executeChangeSet(clients, policy);
  const outputs = await changeSet(clients, 'c8', { Resources: { Bucket: kept }, Outputs: { O: { Value: '2' } } }, { ChangeSetName: 'second' });
  expect(outputs).toMatchObject({ Status: 'CREATE_COMPLETE' });
  expect(outputs.Changes ?? []).toEqual([]);
  expect((await executeChangeSet(clients, outputs)).Outputs).toMatchObject([{ OutputKey: 'O', OutputValue: '2' }]);
});

test('C9 additions, removals and pages', async () => {
  const aliases = (count: number): object => Object.fromEntries(Array.from({ length: count }, (_, index) => [`A${index}`, { Type: 'AWS::KMS::Alias', Properties: { AliasName: `alias/c9-${index}`, TargetKeyId: 'x' } }]));
  const large = await changeSet(clients, 'c9-large', { Resources: aliases(150) }, { ChangeSetType: 'CREATE' });
  const second = await clients.cfn.send(new DescribeChangeSetCommand({ ChangeSetName: large.ChangeSetId, NextToken: large.NextToken }));
  expect([large.Changes?.length, second.Changes?.length, second.NextToken]).toEqual([100, 50, undefined]);
  await createStack(clients, 'c9', { Resources: { Role: role('c9-role'), Bucket: bucket('c9-bucket', {}, { DeletionPolicy: 'Retain' }), Stay: role('c9-stay') } });
  const shown = await changeSet(clients, 'c9', { Resources: { Stay: role('c9-stay'), New: role('c9-new') } });
  expect(shown.Changes?.map(({ ResourceChange: change }) => [change?.Action, change?.LogicalResourceId, change?.PolicyAction])).toEqual([
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
  const other = await changeSet(clients, 'c10-a', { Resources: { Role: role('c10-a-role', { Description: 'other' }) } }, { ChangeSetName: 'other' });
  await expect(clients.cfn.send(new DescribeChangeSetCommand({ ChangeSetName: 'change' }))).rejects.toThrow('StackName must be specified');
  await expect(clients.cfn.send(new DescribeChangeSetCommand({ ChangeSetName: 'nope', StackName: 'c10-a' }))).rejects.toMatchObject({ name: 'ChangeSetNotFoundException' });
  await expect(changeSet(clients, 'c10-a', { Resources: { Role: role('c10-a-role') } })).rejects.toMatchObject({ name: 'AlreadyExistsException' });
  const listed = async (): Promise<unknown> => (await clients.cfn.send(new ListChangeSetsCommand({ StackName: 'c10-a' }))).Summaries?.map((summary) => summary.ChangeSetName);
  expect(await listed()).toEqual(['change', 'other']);
  await executeChangeSet(clients, other);
  expect((await clients.iam.send(new GetRoleCommand({ RoleName: 'c10-a-role' }))).Role?.Description).toBe('other');
  expect((await clients.iam.send(new GetRoleCommand({ RoleName: 'c10-b-role' }))).Role?.Description).toBeUndefined();
  expect(await listed()).toEqual(['other']);
  const again = clients.cfn.send(new ExecuteChangeSetCommand({ ChangeSetName: other.ChangeSetId }));
  await expect(again).rejects.toThrow('cannot be executed in its current execution status of [EXECUTE_COMPLETE]');
  await clients.cfn.send(new DeleteChangeSetCommand({ ChangeSetName: 'change', StackName: 'c10-b' }));
  await expect(clients.cfn.send(new DeleteChangeSetCommand({ ChangeSetName: 'change', StackName: 'c10-b' }))).resolves.toBeDefined();
});

test('C12 existing named resources are imported', async () => {
  const foreign = { RoleName: 'c12-role', AssumeRolePolicyDocument: JSON.stringify(trustOf()), Description: 'live' };
  await clients.iam.send(new CreateRoleCommand(foreign));
  const retained = { ...role('c12-role', { Description: 'template' }), DeletionPolicy: 'Retain' };
  const options = { ChangeSetType: 'CREATE', ImportExistingResources: true, Tags: [{ Key: 'edl:owner', Value: 'x' }] } as const;
  const unprotected = await changeSet(clients, 'c12-no', { Resources: { Role: role('c12-role') } }, options);
  expect(unprotected).toMatchObject({ Status: 'FAILED' });
  expect(unprotected.StatusReason).toContain("must have the DeletionPolicy attribute set to 'Retain' or 'RetainExceptOnCreate'");
  const shown = await changeSet(clients, 'c12', { Resources: { Role: retained, New: bucket('c12-new') } }, options);
  expect(shown.Changes?.map(({ ResourceChange: change }) => [change?.Action, change?.LogicalResourceId])).toEqual([['Add', 'New'], ['Import', 'Role']]);
  expect((await executeChangeSet(clients, shown)).StackStatus).toBe('CREATE_COMPLETE');
  const live = (await clients.iam.send(new GetRoleCommand({ RoleName: 'c12-role' }))).Role;
  expect(live?.Description).toBe('live');
  expect(live?.Tags).toContainEqual({ Key: 'edl:owner', Value: 'x' });
  expect((await eventsOf(clients, 'c12')).map((event) => event.ResourceStatus)).toContain('IMPORT_COMPLETE');
  const owned = await changeSet(clients, 'c12-other', { Resources: { Role: retained } }, options);
  expect(owned.StatusReason).toContain('already belongs to stack');
  await updateStack(clients, 'c12', { Resources: { Role: { ...role('c12-role', { Description: 'second' }), DeletionPolicy: 'Retain' }, New: bucket('c12-new') } });
  expect((await clients.iam.send(new GetRoleCommand({ RoleName: 'c12-role' }))).Role?.Description).toBe('second');
});

test('P4 S20 options that are not modelled are refused, tokens are not', async () => {
  const input = { StackName: 'p4', ChangeSetName: 'change', TemplateBody: JSON.stringify({ Resources: { Role: role('p4-role') } }), Capabilities: [...CAPABILITIES] };
  await expect(clients.cfn.send(new CreateChangeSetCommand({ ...input, ChangeSetType: 'IMPORT' }))).rejects.toThrow('does not model change sets of type IMPORT');
  const drift = { ...input, ChangeSetType: 'CREATE', DeploymentMode: 'REVERT_DRIFT' } as const;
  await expect(clients.cfn.send(new CreateChangeSetCommand(drift))).rejects.toThrow('does not model the option DeploymentMode');
  await expect(clients.cfn.send(new CreateStackCommand({ ...input, StackPolicyBody: '{}' }))).rejects.toThrow('does not model the option StackPolicyBody');
  const same = { ...input, ChangeSetType: 'CREATE', ClientToken: 'one' } as const;
  const first = await clients.cfn.send(new CreateChangeSetCommand(same));
  expect((await clients.cfn.send(new CreateChangeSetCommand(same))).Id).toBe(first.Id);
  const execute = new ExecuteChangeSetCommand({ ChangeSetName: first.Id, ClientRequestToken: 'two' });
  await clients.cfn.send(execute);
  await clients.cfn.send(execute);
  expect((await settled(clients, first.StackId ?? '')).StackStatus).toBe('CREATE_COMPLETE');
});
