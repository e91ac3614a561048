import { DeleteStackCommand, ExecuteChangeSetCommand, ValidateTemplateCommand } from '@aws-sdk/client-cloudformation';
import { expect, test } from 'vitest';
import {
  bucket,
  changeSet,
  createStack,
  deleteStack,
  describeStack,
  liveRole,
  readyChangeSet,
  reasonsOf,
  role,
  settled,
  updateStack,
  useSandbox,
} from './support.ts';

const world = useSandbox();

const validate = (template: object) =>
  world.clients.cfn.send(new ValidateTemplateCommand({ TemplateBody: JSON.stringify(template) }));

const alias = (properties: object = {}, attributes: object = {}): object => ({
  Type: 'AWS::KMS::Alias',
  Properties: { AliasName: 'alias/x', TargetKeyId: 'y', ...properties },
  ...attributes,
});

const one = (sections: object, attributes: object = {}): object => ({
  Resources: { A: alias({}, attributes) },
  ...sections,
});

test('T1 dates in YAML are text, as in the version of a policy', async () => {
  const yaml = [
    'AWSTemplateFormatVersion: 2010-09-09',
    'Resources:',
    '  Role:',
    '    Type: AWS::IAM::Role',
    '    Properties:',
    '      RoleName: t1-date',
    '      AssumeRolePolicyDocument:',
    '        Version: 2012-10-17',
    '        Statement: [{Effect: Allow, Principal: {Service: glue.amazonaws.com}, Action: "sts:AssumeRole"}]',
  ].join('\n');
  expect((await createStack(world.clients, 't1-date', yaml)).StackStatus).toBe('CREATE_COMPLETE');
  const document = (await liveRole(world.clients, 't1-date'))?.AssumeRolePolicyDocument ?? '';
  expect(decodeURIComponent(document)).toContain('"Version":"2012-10-17"');
});

test.each([
  ['version', one({ AWSTemplateFormatVersion: '2020-01-01' }), 'version 2020-01-01 is not supported'],
  ['description', one({ Description: ['a'] }), "'Description' must be a string"],
  ['long description', one({ Description: 'x'.repeat(1025) }), "'Description' length is greater than 1024"],
  ['outputs', one({ Outputs: [1] }), "'Outputs' must be an object"],
  ['parameters', one({ Parameters: [1] }), "'Parameters' must be an object"],
  ['conditions', one({ Conditions: [1] }), "'Conditions' must be an object"],
  [
    'properties',
    { Resources: { A: { Type: 'AWS::KMS::Alias', Properties: ['x'] } } },
    "'Properties' must be an object",
  ],
  ['metadata', one({}, { Metadata: 'x' }), "'Metadata' must be an object"],
  ['dependency', one({}, { DependsOn: [{ Ref: 'A' }] }), "'DependsOn' must be a string or a list of strings"],
  ['condition of a resource', one({}, { Condition: {} }), "'Condition' must be a string"],
  ['output', one({ Outputs: { O: { Value: 'x', Valeu: 'y' } } }), 'unsupported key: Valeu'],
  ['output name', one({ Outputs: { 'O-1': { Value: 'x' } } }), 'Output name O-1 is non alphanumeric'],
  ['parameter', one({ Parameters: { P: { Type: 'String', MinLenght: 3 } } }), 'unsupported key: MinLenght'],
  ['parameter name', one({ Parameters: { 'P-1': { Type: 'String' } } }), 'Parameter name P-1 is non alphanumeric'],
  ['bound', one({ Parameters: { P: { Type: 'String', MinLength: 'x' } } }), "'P' MinLength must be a number"],
])('T11 a template with a malformed part is refused: %s', async (_name, template, message) => {
  await expect(validate(template)).rejects.toThrow(message);
});

test.each([
  ['circle', { A: { Condition: 'B' }, B: { 'Fn::Not': [{ Condition: 'A' }] } }, 'between conditions: [A, B]'],
  ['itself', { A: { Condition: 'A' } }, 'between conditions: [A]'],
  ['nobody', { A: { Condition: 'B' } }, 'Unresolved condition dependency B'],
  ['no function', { A: 'true' }, 'Conditions can only be boolean operations'],
  ['two functions', { A: { 'Fn::Equals': ['a', 'a'], 'Fn::Not': [] } }, 'Conditions can only be boolean operations'],
  ['one side', { A: { 'Fn::Equals': ['a'] } }, 'every Fn::Equals object requires a list of 2 parameters'],
  ['one of many', { A: { 'Fn::And': [{ 'Fn::Equals': ['a', 'a'] }] } }, 'requires a list of 2 to 10 parameters'],
])('T7 conditions that mean nothing are refused: %s', async (_name, Conditions, message) => {
  await expect(validate(one({ Conditions }))).rejects.toThrow(message);
});

test.each([
  ['short', { Type: 'String', MinLength: 3 }, 'ab', 'must contain at least 3 characters'],
  ['long', { Type: 'String', MaxLength: 1 }, 'ab', 'must contain at most 1 characters'],
  ['small', { Type: 'Number', MinValue: 3 }, '2', 'must be a number not less than 3'],
  ['large', { Type: 'List<Number>', MaxValue: 3 }, '2,4', 'must be a number not greater than 3'],
  ['word', { Type: 'Number' }, 'two', 'must be a number'],
])('T8 a parameter keeps its bounds: %s', async (_name, definition, ParameterValue, message) => {
  const created = createStack(world.clients, 't8-bounds', one({ Parameters: { P: definition } }), {
    Parameters: [{ ParameterKey: 'P', ParameterValue }],
  });
  await expect(created).rejects.toThrow(`Parameter 'P' ${message}`);
});

test('T8 a list has allowed values for its items, and no parameter is given twice', async () => {
  const template = one({ Parameters: { P: { Type: 'CommaDelimitedList', AllowedValues: ['a', 'b'] } } });
  const given = (...values: string[]) => ({
    Parameters: values.map((ParameterValue) => ({ ParameterKey: 'P', ParameterValue })),
  });
  await expect(createStack(world.clients, 't8-list', template, given('a,c'))).rejects.toThrow('one of AllowedValues');
  await expect(createStack(world.clients, 't8-list', template, given('a', 'b'))).rejects.toThrow('more than once');
  const shown = await changeSet(world.clients, 't8-list', template, { ...given('a, b'), ChangeSetType: 'CREATE' });
  expect(shown.Status).toBe('CREATE_COMPLETE');
});

test('T8 C13 a previous value is that of a parameter of the previous template', async () => {
  const template = one({ Parameters: { P: { Type: 'String', Default: 'x' } } });
  const previous = { Parameters: [{ ParameterKey: 'P', UsePreviousValue: true }], ChangeSetType: 'CREATE' } as const;
  const made = changeSet(world.clients, 'c13-none', template, { ...previous, Parameters: [...previous.Parameters] });
  await expect(made).rejects.toThrow('not in the previous template');
});

test('S34 what is malformed in a request is refused', async () => {
  const create = (extra: Parameters<typeof createStack>[3]) => createStack(world.clients, 's34', one({}), extra);
  const tag = (Key: string, Value = 'v') => ({ Key, Value });
  await expect(create({ Tags: [tag('a'), tag('a', 'w')] })).rejects.toThrow('Duplicate tag keys');
  await expect(create({ Tags: [tag('')] })).rejects.toThrow('Member must have length between 1 and 128');
  await expect(create({ Tags: [tag('a', 'v'.repeat(257))] })).rejects.toThrow('Member must have length between');
  const made = (extra: Parameters<typeof changeSet>[3]) =>
    changeSet(world.clients, 's34', one({}), { ChangeSetType: 'CREATE', ...extra });
  await expect(made({ Description: 'x'.repeat(1025) })).rejects.toThrow("at 'description' failed");
  await expect(made({ ClientToken: 'a b' })).rejects.toThrow("at 'ClientToken' failed");
  // @ts-expect-error -- a capability that AWS does not have
  await expect(made({ Capabilities: ['CAPABILITY_ALL'] })).rejects.toThrow("at 'capabilities' failed");
  // @ts-expect-error -- a mode that AWS does not have
  const deletion = new DeleteStackCommand({ StackName: 's34', DeletionMode: 'GENTLE' });
  await expect(world.clients.cfn.send(deletion)).rejects.toThrow('does not model DeletionMode GENTLE');
});

test('C6 S11 a parameter that only an output uses is a change', async () => {
  const template = {
    Parameters: { P: { Type: 'String' } },
    Resources: { Role: role('c6-output') },
    Outputs: { O: { Value: { Ref: 'P' } } },
  };
  const given = (ParameterValue: string) => ({ Parameters: [{ ParameterKey: 'P', ParameterValue }] });
  await createStack(world.clients, 'c6-output', template, given('1'));
  await expect(updateStack(world.clients, 'c6-output', template, given('1'))).rejects.toThrow('No updates');
  const stack = await updateStack(world.clients, 'c6-output', template, given('2'));
  expect(stack.Outputs?.[0]?.OutputValue).toBe('2');
});

test('C26 a change set is obsolete once its stack was updated or deleted by other means', async () => {
  const template = (Description: string): object => ({ Resources: { Role: role('c26', { Description }) } });
  const execute = (ChangeSetName: string | undefined) =>
    world.clients.cfn.send(new ExecuteChangeSetCommand({ ChangeSetName }));
  await createStack(world.clients, 'c26', template('one'));
  const stale = await changeSet(world.clients, 'c26', template('two'));
  await updateStack(world.clients, 'c26', template('three'));
  expect((await readyChangeSet(world.clients, stale.ChangeSetId)).ExecutionStatus).toBe('OBSOLETE');
  await expect(execute(stale.ChangeSetId)).rejects.toMatchObject({ name: 'InvalidChangeSetStatusException' });
  expect((await liveRole(world.clients, 'c26'))?.Description).toBe('three');
  const late = await changeSet(world.clients, 'c26', template('four'), { ChangeSetName: 'late' });
  expect((await deleteStack(world.clients, 'c26')).StackStatus).toBe('DELETE_COMPLETE');
  await expect(execute(late.ChangeSetId)).rejects.toThrow('execution status of [OBSOLETE]');
  expect((await settled(world.clients, late.StackId ?? '')).StackStatus).toBe('DELETE_COMPLETE');
  await expect(describeStack(world.clients, 'c26')).rejects.toThrow('does not exist');
});

test.each([
  [
    'text for an object',
    bucket('r14', { BucketEncryption: 'AES256' }),
    '#/BucketEncryption: expected type: JSONObject',
  ],
  [
    'text for a nested object',
    bucket('r14', { OwnershipControls: { Rules: ['x'] } }),
    'Rules: expected type: JSONObject',
  ],
  ['object for a list', bucket('r14', { CorsConfiguration: { CorsRules: {} } }), 'CorsRules: expected type: JSONArray'],
  [
    'text for a list',
    role('r14', { ManagedPolicyArns: 'x' }),
    '#/ManagedPolicyArns: expected type: JSONArray, found: String',
  ],
  ['text for a policy', role('r14', { Policies: ['x'] }), '#/Policies: expected type: JSONObject, found: String'],
  [
    'text for a nested part',
    {
      Type: 'AWS::Athena::WorkGroup',
      Properties: { Name: 'r14', WorkGroupConfiguration: { ResultConfiguration: 'x' } },
    },
    '#/WorkGroupConfiguration/ResultConfiguration: expected type: JSONObject, found: String',
  ],
  ['list for a text', role('r14', { Description: ['x'] }), '#/Description: expected type: String, found: JSONArray'],
])('R14 a value of the wrong kind fails its resource: %s', async (_name, resource, message) => {
  const stack = await createStack(world.clients, 'r14', { Resources: { A: resource } });
  expect(stack.StackStatus).toBe('ROLLBACK_COMPLETE');
  expect(await reasonsOf(world.clients, 'r14', 'CREATE_FAILED')).toContain(message);
  await deleteStack(world.clients, 'r14');
});

test.each([
  ['no list', 'x'],
  ['no value', [{ Key: 'a' }]],
  ['more than a value', [{ Key: 'a', Value: 'b', Colour: 'c' }]],
  [
    'the same key twice',
    [
      { Key: 'a', Value: 'b' },
      { Key: 'a', Value: 'c' },
    ],
  ],
])('R14 tags that cannot be read are refused: %s', async (_name, Tags) => {
  const created = createStack(world.clients, 'r14-tags', { Resources: { A: role('r14-tags', { Tags }) } });
  await expect(created).rejects.toThrow('#/Tags must be a list of Key and Value, each key once');
});
