import { DescribeChangeSetCommand, ExecuteChangeSetCommand, GetTemplateCommand } from '@aws-sdk/client-cloudformation';
import { GetRoleCommand, ListRoleTagsCommand } from '@aws-sdk/client-iam';
import { expect, test } from 'vitest';
import { allow, bucket, changeSet, createStack, describeStack, executeChangeSet, role, useSandbox } from './support.ts';

const world = useSandbox();

const EMPTY = "The submitted information didn't contain changes. Submit different information to create a change set.";

test('C1 S22 a CREATE change set leaves a stack under review until it is executed', async () => {
  const template = JSON.stringify({ Resources: { Role: role('c1-role') } });
  const shown = await changeSet(world.clients, 'c1', template, {
    ChangeSetType: 'CREATE',
    Tags: [{ Key: 'a', Value: 'b' }],
    Description: 'why',
  });
  expect(shown).toMatchObject({
    Status: 'CREATE_COMPLETE',
    ExecutionStatus: 'AVAILABLE',
    Description: 'why',
    Tags: [{ Key: 'a', Value: 'b' }],
  });
  expect(shown.Changes?.[0]?.ResourceChange).toMatchObject({
    Action: 'Add',
    LogicalResourceId: 'Role',
    ResourceType: 'AWS::IAM::Role',
  });
  expect((await describeStack(world.clients, 'c1')).StackStatus).toBe('REVIEW_IN_PROGRESS');
  await expect(world.clients.iam.send(new GetRoleCommand({ RoleName: 'c1-role' }))).rejects.toThrow();
  const proposed = await world.clients.cfn.send(new GetTemplateCommand({ ChangeSetName: shown.ChangeSetId }));
  expect(proposed.TemplateBody).toBe(template);
  await expect(changeSet(world.clients, 'c1', template, { ChangeSetName: 'other' })).rejects.toThrow(
    'is in REVIEW_IN_PROGRESS state and can not be updated.',
  );
  const stack = await executeChangeSet(world.clients, shown);
  expect(stack).toMatchObject({
    StackStatus: 'CREATE_COMPLETE',
    ChangeSetId: shown.ChangeSetId,
    Tags: [{ Key: 'a', Value: 'b' }],
  });
  await expect(
    changeSet(world.clients, 'c1', template, { ChangeSetType: 'CREATE', ChangeSetName: 'again' }),
  ).rejects.toThrow('already exists and cannot be created again');
  await expect(changeSet(world.clients, 'none', template)).rejects.toThrow('Stack [none] does not exist');
});

test('C2 C14 details name each place and its values', async () => {
  const policies = (action: string): object => [{ PolicyName: 'p', PolicyDocument: allow(action) }];
  await createStack(world.clients, 'c2', {
    Resources: {
      Role: role('c2-role', { Description: 'old', MaxSessionDuration: 3600, Policies: policies('s3:GetObject') }),
    },
  });
  const shown = await changeSet(world.clients, 'c2', {
    Resources: { Role: role('c2-role', { Description: 'new', Policies: policies('s3:*') }) },
  });
  const change = shown.Changes?.[0]?.ResourceChange;
  expect(change).toMatchObject({
    Action: 'Modify',
    PhysicalResourceId: 'c2-role',
    Replacement: 'False',
    Scope: ['Properties'],
  });
  const target = (Name: string, rest: object): object => ({
    Target: { Attribute: 'Properties', Name, RequiresRecreation: 'Never', ...rest },
    Evaluation: 'Static',
    ChangeSource: 'DirectModification',
  });
  expect(change?.Details).toEqual(
    expect.arrayContaining([
      target('Description', {
        Path: '/Properties/Description',
        BeforeValue: 'old',
        AfterValue: 'new',
        AttributeChangeType: 'Modify',
      }),
      target('MaxSessionDuration', {
        Path: '/Properties/MaxSessionDuration',
        BeforeValue: '3600',
        AttributeChangeType: 'Remove',
      }),
      target('Policies', {
        Path: '/Properties/Policies/0/PolicyDocument/Statement/0/Action',
        BeforeValue: 's3:GetObject',
        AfterValue: 's3:*',
        AttributeChangeType: 'Modify',
      }),
    ]),
  );
  expect(change?.Details).toHaveLength(3);
  expect(JSON.parse(change?.BeforeContext ?? '')).toMatchObject({
    Properties: { Description: 'old', MaxSessionDuration: '3600' },
  });
  expect(JSON.parse(change?.AfterContext ?? '')).toMatchObject({
    Properties: { Description: 'new', Policies: policies('s3:*') },
  });
  const plain = await world.clients.cfn.send(
    new DescribeChangeSetCommand({ ChangeSetName: 'change', StackName: 'c2' }),
  );
  const [detail] = plain.Changes?.[0]?.ResourceChange?.Details ?? [];
  expect(detail?.Target).toEqual({ Attribute: 'Properties', Name: 'Description', RequiresRecreation: 'Never' });
  expect(plain.Changes?.[0]?.ResourceChange?.BeforeContext).toBeUndefined();
});

test('C3 C4 replacement, and what depends on it', async () => {
  const template = (path: string): object => ({
    Resources: {
      Role: role(undefined, { Path: path, Description: path }),
      Policy: {
        Type: 'AWS::IAM::RolePolicy',
        Properties: { RoleName: { Ref: 'Role' }, PolicyName: 'p', PolicyDocument: allow('s3:Get*') },
      },
    },
  });
  await createStack(world.clients, 'c3', template('/a/'));
  const shown = await changeSet(world.clients, 'c3', template('/b/'));
  const [policy, changed] = (shown.Changes ?? []).map((change) => change.ResourceChange);
  expect(changed).toMatchObject({ LogicalResourceId: 'Role', Replacement: 'True', PolicyAction: 'ReplaceAndDelete' });
  expect(policy).toMatchObject({ LogicalResourceId: 'Policy', Replacement: 'Conditional' });
  expect(policy?.Details?.[0]).toMatchObject({
    Target: { Name: 'RoleName', RequiresRecreation: 'Conditionally', AfterValue: '{{changeSet:KNOWN_AFTER_APPLY}}' },
    Evaluation: 'Dynamic',
    ChangeSource: 'ResourceReference',
    CausingEntity: 'Role',
  });
  expect((await executeChangeSet(world.clients, shown)).StackStatus).toBe('UPDATE_COMPLETE');
});

test('C5 C13 parameters: previous values, and two details for one change', async () => {
  const template = {
    Parameters: { Text: { Type: 'String' }, Other: { Type: 'String' } },
    Resources: { Role: role('c5-role', { Description: { Ref: 'Text' } }) },
  };
  const parameter = (ParameterKey: string, ParameterValue: string) => ({ ParameterKey, ParameterValue });
  await createStack(world.clients, 'c5', template, {
    Parameters: [parameter('Text', 'old'), parameter('Other', 'same')],
  });
  const previous = { TemplateBody: undefined, UsePreviousTemplate: true };
  const shown = await changeSet(world.clients, 'c5', '', {
    ...previous,
    Parameters: [parameter('Text', 'new'), { ParameterKey: 'Other', UsePreviousValue: true }],
  });
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
  await createStack(world.clients, 'c6', template);
  const reordered = `{ "Resources": {"Role": {"Properties": ${JSON.stringify(Object.fromEntries(Object.entries((template.Resources.Role as { Properties: object }).Properties).reverse()))}, "Type": "AWS::IAM::Role"}}}`;
  const shown = await changeSet(world.clients, 'c6', reordered);
  expect(shown).toMatchObject({ Status: 'FAILED', ExecutionStatus: 'UNAVAILABLE', StatusReason: EMPTY });
  const executed = world.clients.cfn.send(new ExecuteChangeSetCommand({ ChangeSetName: shown.ChangeSetId }));
  await expect(executed).rejects.toMatchObject({ name: 'InvalidChangeSetStatusException' });
});

test('C7 changed stack tags touch every taggable resource', async () => {
  const template = {
    Resources: {
      Role: role('c7-role'),
      Policy: {
        Type: 'AWS::IAM::ManagedPolicy',
        Properties: { ManagedPolicyName: 'c7', PolicyDocument: allow('s3:Get*') },
      },
    },
  };
  await createStack(world.clients, 'c7', template, { Tags: [{ Key: 'a', Value: '1' }] });
  const shown = await changeSet(world.clients, 'c7', template, { Tags: [{ Key: 'a', Value: '2' }] });
  expect(shown.Changes).toHaveLength(1);
  expect(shown.Changes?.[0]?.ResourceChange).toMatchObject({
    LogicalResourceId: 'Role',
    Scope: ['Tags'],
    Replacement: 'False',
  });
  expect(shown.Changes?.[0]?.ResourceChange?.Details?.[0]?.Target).toEqual({
    Attribute: 'Tags',
    RequiresRecreation: 'Never',
    Path: '/Properties/Tags/0/Value',
    BeforeValue: '1',
    AfterValue: '2',
    AttributeChangeType: 'Modify',
  });
  await executeChangeSet(world.clients, shown);
  const tags = await world.clients.iam.send(new ListRoleTagsCommand({ RoleName: 'c7-role' }));
  expect(tags.Tags).toContainEqual({ Key: 'a', Value: '2' });
});

test('C8 policies and outputs are changes too', async () => {
  await createStack(world.clients, 'c8', {
    Resources: { Bucket: bucket('c8-bucket') },
    Outputs: { O: { Value: '1' } },
  });
  const kept = bucket('c8-bucket', {}, { DeletionPolicy: 'Retain' });
  const policy = await changeSet(world.clients, 'c8', { Resources: { Bucket: kept }, Outputs: { O: { Value: '1' } } });
  expect(policy.Changes?.[0]?.ResourceChange).toMatchObject({ Scope: ['DeletionPolicy'], Replacement: 'False' });
  await executeChangeSet(world.clients, policy);
  const outputs = await changeSet(
    world.clients,
    'c8',
    { Resources: { Bucket: kept }, Outputs: { O: { Value: '2' } } },
    { ChangeSetName: 'second' },
  );
  expect(outputs).toMatchObject({ Status: 'CREATE_COMPLETE' });
  expect(outputs.Changes ?? []).toEqual([]);
  expect((await executeChangeSet(world.clients, outputs)).Outputs).toMatchObject([
    { OutputKey: 'O', OutputValue: '2' },
  ]);
});
