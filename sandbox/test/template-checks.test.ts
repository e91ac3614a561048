import { CreateStackCommand, DescribeStacksCommand, ValidateTemplateCommand } from '@aws-sdk/client-cloudformation';
import { expect, test } from 'vitest';
import { CAPABILITIES, bucket, createStack, describeStack, reasonsOf, role, useSandbox } from './support.ts';

const world = useSandbox();

const validate = (template: object | string) =>
  world.clients.cfn.send(
    new ValidateTemplateCommand({ TemplateBody: typeof template === 'string' ? template : JSON.stringify(template) }),
  );

const alias = (properties: object = {}, attributes: object = {}): object => ({
  Type: 'AWS::KMS::Alias',
  Properties: { AliasName: 'alias/x', TargetKeyId: 'y', ...properties },
  ...attributes,
});

test('T8 parameters are checked and masked', async () => {
  const template = {
    Parameters: {
      Size: { Type: 'String', AllowedValues: ['s', 'm'], Default: 's' },
      Name: { Type: 'String', AllowedPattern: '[a-z]+' },
      Secret: { Type: 'String', NoEcho: true, Default: 'hush' },
    },
    Resources: { Bucket: bucket('t8-bucket') },
  };
  const create = (...pairs: [string, string][]) =>
    createStack(world.clients, 'parameters', template, {
      Parameters: pairs.map(([ParameterKey, ParameterValue]) => ({ ParameterKey, ParameterValue })),
    });
  await expect(create()).rejects.toThrow('Parameters: [Name] must have values');
  await expect(create(['Name', 'a'], ['Other', 'b'])).rejects.toThrow(
    'Parameters: [Other] do not exist in the template',
  );
  await expect(create(['Name', 'a'], ['Size', 'xl'])).rejects.toThrow("'Size' must be one of AllowedValues");
  await expect(create(['Name', 'a1'])).rejects.toThrow("'Name' must match pattern");
  const stack = await create(['Name', 'a']);
  expect(stack.Parameters).toContainEqual({ ParameterKey: 'Secret', ParameterValue: '****' });
  await expect(world.clients.cfn.send(new DescribeStacksCommand({ StackName: 'nope' }))).rejects.toThrow(
    'Stack with id nope does not exist',
  );
});

test('T9 unknown and missing properties fail their resource', async () => {
  const stack = await createStack(world.clients, 'properties', {
    Resources: {
      A: role('t9-role', { Colour: 'red' }),
      B: { Type: 'AWS::KMS::Alias', Properties: { AliasName: 'alias/t9' } },
    },
  });
  expect(stack.StackStatus).toBe('ROLLBACK_COMPLETE');
  const reasons = await reasonsOf(world.clients, 'properties', 'CREATE_FAILED');
  expect(reasons).toContain('Encountered unsupported property Colour');
  expect(reasons).toContain('Property TargetKeyId cannot be empty.');
});

test('T10 ValidateTemplate tells what a template asks for', async () => {
  const Parameters = {
    Name: { Type: 'String', Default: 'x', Description: 'what' },
    Secret: { Type: 'String', NoEcho: true },
  };
  const named = { Description: 'd', Parameters, Resources: { Role: role('t10'), Alias: alias() } };
  expect(await validate(named)).toMatchObject({
    Description: 'd',
    Parameters: [
      { ParameterKey: 'Name', DefaultValue: 'x', NoEcho: false, Description: 'what' },
      { ParameterKey: 'Secret', NoEcho: true },
    ],
    Capabilities: ['CAPABILITY_NAMED_IAM'],
    CapabilitiesReason: 'The following resource(s) require capabilities: [AWS::IAM::Role]',
  });
  expect((await validate({ Resources: { Role: role(undefined) } })).Capabilities).toEqual(['CAPABILITY_IAM']);
  expect((await validate({ Resources: { Alias: alias() } })).Capabilities).toBeUndefined();
  await expect(validate({ Resources: { X: alias() }, Colour: 'red' })).rejects.toMatchObject({
    name: 'ValidationError',
    message: 'Invalid template property or properties [Colour]',
  });
  await expect(validate({ Resources: { 'a-b': alias() } })).rejects.toThrow('Resource name a-b is non alphanumeric.');
  await expect(validate({ Resources: { X: { Properties: {} } } })).rejects.toThrow('must contain a Type member');
  await expect(world.clients.cfn.send(new ValidateTemplateCommand({}))).rejects.toThrow(
    'Either Template URL or Template Body must be specified.',
  );
});

test.each([
  ['unknown', { 'Fn::Foo': 'x' }, 'Encountered unsupported function: Fn::Foo Supported functions are: [Fn::Base64,'],
  ['for conditions only', { 'Fn::Equals': ['a', 'b'] }, 'Encountered unsupported function: Fn::Equals'],
  ['within another', { 'Fn::Join': ['', ['a', { 'Fn::Foo': 'x' }]] }, 'Encountered unsupported function: Fn::Foo'],
  ['a transform', { 'Fn::Transform': { Name: 'AWS::Include' } }, 'does not model the function Fn::Transform'],
  ['a transform with siblings', { 'Fn::Transform': {}, a: 'b' }, 'does not model the function Fn::Transform'],
  ['three for Join', { 'Fn::Join': ['', ['a'], 'b'] }, 'every Fn::Join object requires two parameters'],
  ['no list for Join', { 'Fn::Join': ['', 'a'] }, 'every Fn::Join object requires two parameters'],
  ['three for Sub', { 'Fn::Sub': ['a', {}, 'b'] }, "intrinsic functions don't specify expected arguments"],
  ['no map for Sub', { 'Fn::Sub': ['a', 'b'] }, "intrinsic functions don't specify expected arguments"],
  ['three for Select', { 'Fn::Select': [0, ['a'], 'b'] }, 'requires a list argument with two elements'],
  ['three for Split', { 'Fn::Split': [',', 'a', 'b'] }, 'every Fn::Split object requires two parameters'],
  ['two for If', { 'Fn::If': ['No', 'a'] }, 'requires a list argument with three elements'],
  ['a condition of nobody', { 'Fn::If': ['Yes', 'a', 'b'] }, 'Unresolved condition dependency Yes'],
])('T12 a function that cannot be is refused when submitted: %s', async (_name, AliasName, message) => {
  const Conditions = { No: { 'Fn::Equals': ['a', 'b'] } };
  // In a resource that is not made, nothing is evaluated.
  const inResource = { Conditions, Resources: { X: alias(), Y: alias({ AliasName }, { Condition: 'No' }) } };
  const inOutput = { Conditions, Resources: { X: alias() }, Outputs: { O: { Value: AliasName, Condition: 'No' } } };
  for (const template of [inResource, inOutput]) {
    await expect(validate(template)).rejects.toThrow(message);
    await expect(createStack(world.clients, 't12', template)).rejects.toThrow(message);
  }
});

test('T12 so it is in a condition', async () => {
  const Conditions = { C: { 'Fn::Equals': [{ 'Fn::Foo': 'a' }, 'b'] } };
  await expect(validate({ Conditions, Resources: { X: alias() } })).rejects.toThrow('unsupported function: Fn::Foo');
});

test('P4 what is not modelled is refused loudly', async () => {
  await expect(validate({ Resources: { X: alias() }, Mappings: {} })).rejects.toThrow(
    'does not model the template section Mappings',
  );
  await expect(validate({ Resources: { X: bucket('a-bucket', { WebsiteConfiguration: {} }) } })).rejects.toThrow(
    'does not model AWS::S3::Bucket WebsiteConfiguration',
  );
  const exported = { Resources: { X: alias() }, Outputs: { O: { Value: 'x', Export: { Name: 'y' } } } };
  await expect(validate(exported)).rejects.toThrow('does not model exports');
  const group = { Type: 'AWS::Athena::WorkGroup', Properties: { Name: 'x' } };
  const attribute = { Resources: { X: group }, Outputs: { O: { Value: { 'Fn::GetAtt': ['X', 'CreationTime'] } } } };
  await expect(validate(attribute)).rejects.toThrow(
    'does not model the attribute CreationTime of AWS::Athena::WorkGroup',
  );
  const encoded = { Resources: { X: alias({ AliasName: { 'Fn::Base64': 'x' } }) } };
  const create = world.clients.cfn.send(
    new CreateStackCommand({ StackName: 'p4', TemplateBody: JSON.stringify(encoded), Capabilities: [...CAPABILITIES] }),
  );
  await expect(create).rejects.toThrow('does not model the function Fn::Base64');
  await expect(describeStack(world.clients, 'p4')).rejects.toThrow('does not exist');
});
