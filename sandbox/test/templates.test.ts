import { CreateStackCommand, DescribeStacksCommand, ValidateTemplateCommand } from '@aws-sdk/client-cloudformation';
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Sandbox } from '../index.ts';
import { startSandbox } from '../index.ts';
import type { Clients } from './support.ts';
import {
  ACCOUNT,
  CAPABILITIES,
  bucket,
  clientsFor,
  createStack,
  describeStack,
  reasonsOf,
  role,
  settled,
  trustOf,
} from './support.ts';

let sandbox: Sandbox;
let clients: Clients;

beforeAll(async () => {
  sandbox = await startSandbox();
  clients = clientsFor(sandbox);
});
afterAll(() => sandbox.stop());

const validate = (template: object | string) =>
  clients.cfn.send(
    new ValidateTemplateCommand({ TemplateBody: typeof template === 'string' ? template : JSON.stringify(template) }),
  );

const alias = (properties: object = {}, attributes: object = {}): object => ({
  Type: 'AWS::KMS::Alias',
  Properties: { AliasName: 'alias/x', TargetKeyId: 'y', ...properties },
  ...attributes,
});

const many = (count: number): object =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`R${index}`, alias()]));

test('T1 YAML with short forms is read like JSON, and nonsense is refused', async () => {
  const yaml = [
    'Parameters: {Name: {Type: String, Default: yaml-role}}',
    'Resources:',
    '  Role:',
    '    Type: AWS::IAM::Role',
    '    Properties:',
    '      RoleName: !Ref Name',
    '      Description: !Join ["-", [a, !Sub "${AWS::Region}"]]',
    `      AssumeRolePolicyDocument: ${JSON.stringify(trustOf())}`,
    'Outputs: {Arn: {Value: !GetAtt Role.Arn}}',
  ].join('\n');
  const stack = await createStack(clients, 'yaml', yaml);
  expect(stack.StackStatus).toBe('CREATE_COMPLETE');
  expect(stack.Outputs?.[0]?.OutputValue).toBe(`arn:aws:iam::${ACCOUNT}:role/yaml-role`);
  await expect(validate('{"Resources": ')).rejects.toThrow('Template format error: JSON not well-formed.');
  await expect(validate('a: [')).rejects.toThrow('Template format error: YAML not well-formed.');
  await expect(validate('just text')).rejects.toThrow('Template format error');
});

test('T2 counts are limited', async () => {
  await expect(validate({ Resources: {} })).rejects.toThrow('At least one Resources member must be defined.');
  await expect(validate({ Resources: many(500) })).resolves.toBeDefined();
  await expect(validate({ Resources: many(501) })).rejects.toThrow(
    'Number of resources, 501, is greater than maximum allowed, 500',
  );
  const Outputs = Object.fromEntries(Array.from({ length: 201 }, (_, index) => [`O${index}`, { Value: 'x' }]));
  await expect(validate({ Resources: many(1), Outputs })).rejects.toThrow(
    'Number of outputs, 201, is greater than maximum allowed, 200',
  );
});

test('T3 T4 large templates come from S3, in both styles of address', async () => {
  const large = JSON.stringify({
    Resources: { Bucket: bucket('t3-bucket') },
    Metadata: { padding: 'x'.repeat(60_000) },
  });
  const inline = clients.cfn.send(new CreateStackCommand({ StackName: 'large', TemplateBody: large }));
  await expect(inline).rejects.toThrow(
    "at 'templateBody' failed to satisfy constraint: Member must have length less than or equal to 51200",
  );
  await clients.s3.send(
    new CreateBucketCommand({ Bucket: 't3-templates', CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } }),
  );
  await clients.s3.send(new PutObjectCommand({ Bucket: 't3-templates', Key: 'a/b.json', Body: large }));
  const virtual = await clients.cfn.send(
    new CreateStackCommand({
      StackName: 'large',
      TemplateURL: 'https://t3-templates.s3.eu-west-1.amazonaws.com/a/b.json',
    }),
  );
  expect((await settled(clients, virtual.StackId ?? '')).StackStatus).toBe('CREATE_COMPLETE');
  const byUrl = (url: string) => clients.cfn.send(new ValidateTemplateCommand({ TemplateURL: url }));
  await expect(byUrl('https://s3.eu-west-1.amazonaws.com/t3-templates/a/b.json')).resolves.toBeDefined();
  await expect(byUrl('https://t3-templates.s3.eu-west-1.amazonaws.com/none.json')).rejects.toThrow(
    'S3 error: The specified key does not exist.',
  );
  await expect(byUrl('https://example.com/t.json')).rejects.toThrow('TemplateURL must be a supported URL.');
  await clients.s3.send(
    new PutObjectCommand({ Bucket: 't3-templates', Key: 'huge.json', Body: 'x'.repeat(1_000_001) }),
  );
  await expect(byUrl('https://t3-templates.s3.eu-west-1.amazonaws.com/huge.json')).rejects.toThrow(
    'Template may not exceed 1000000 bytes',
  );
});

test('T5 what refers to nothing is refused at once', async () => {
  await expect(validate({ Resources: { X: { Type: 'AWS::Fish::Tank' } } })).rejects.toThrow(
    'Unrecognized resource types: [AWS::Fish::Tank]',
  );
  await expect(validate({ Resources: { X: alias({ TargetKeyId: { Ref: 'Nope' } }) } })).rejects.toThrow(
    'Unresolved resource dependencies [Nope] in the Resources block of the template',
  );
  await expect(validate({ Resources: { X: alias({}, { DependsOn: 'Gone' }) } })).rejects.toThrow(
    'Unresolved resource dependencies [Gone]',
  );
  await expect(
    validate({ Resources: { X: alias() }, Outputs: { O: { Value: { 'Fn::Sub': '${Nope}' } } } }),
  ).rejects.toThrow('Unresolved resource dependencies [Nope] in the Outputs block of the template');
  await expect(
    validate({ Resources: { X: role('a'), Y: alias({ TargetKeyId: { 'Fn::GetAtt': ['X', 'Colour'] } }) } }),
  ).rejects.toThrow('resource X does not support attribute type Colour in Fn::GetAtt');
  const circle = { A: alias({ TargetKeyId: { Ref: 'B' } }), B: alias({ TargetKeyId: { Ref: 'A' } }), C: alias() };
  await expect(validate({ Resources: circle })).rejects.toThrow('Circular dependency between resources: [A, B]');
});

test('T6 T7 functions and conditions are evaluated', async () => {
  const on = { 'Fn::If': ['IsOn', 'on', { Ref: 'AWS::NoValue' }] };
  const template = {
    Parameters: { Mode: { Type: 'String', Default: 'on' }, List: { Type: 'CommaDelimitedList', Default: 'a, b,c' } },
    Conditions: {
      IsOn: { 'Fn::Equals': [{ Ref: 'Mode' }, 'on'] },
      IsOff: { 'Fn::Not': [{ Condition: 'IsOn' }] },
      Both: { 'Fn::And': [{ Condition: 'IsOn' }, { 'Fn::Or': [{ Condition: 'IsOff' }, { Condition: 'IsOn' }] }] },
    },
    Resources: {
      Role: role('t6-role', {
        Description: on,
        MaxSessionDuration: { 'Fn::If': ['IsOff', 7200, { Ref: 'AWS::NoValue' }] },
      }),
      Off: { ...role('t6-off'), Condition: 'IsOff' },
    },
    Outputs: {
      Ref: { Value: { Ref: 'Role' } },
      Sub: { Value: { 'Fn::Sub': ['${Role.Arn}/${Own}/${!Literal}/${AWS::Region}', { Own: { Ref: 'Mode' } }] } },
      Join: { Value: { 'Fn::Join': ['+', { Ref: 'List' }] } },
      Select: { Value: { 'Fn::Select': [1, { 'Fn::Split': ['.', 'x.y.z'] }] } },
      Pseudo: {
        Value: {
          'Fn::Join': [
            '|',
            [
              { Ref: 'AWS::AccountId' },
              { Ref: 'AWS::Partition' },
              { Ref: 'AWS::StackName' },
              { Ref: 'AWS::URLSuffix' },
            ],
          ],
        },
      },
      Both: { Value: 'yes', Condition: 'Both' },
      Off: { Value: 'no', Condition: 'IsOff' },
    },
  };
  const stack = await createStack(clients, 'functions', template);
  expect(Object.fromEntries((stack.Outputs ?? []).map((output) => [output.OutputKey, output.OutputValue]))).toEqual({
    Ref: 't6-role',
    Sub: `arn:aws:iam::${ACCOUNT}:role/t6-role/on/\${Literal}/eu-west-1`,
    Join: 'a+b+c',
    Select: 'y',
    Pseudo: `${ACCOUNT}|aws|functions|amazonaws.com`,
    Both: 'yes',
  });
});

test('T5 T7 what a condition leaves out, or does not know, cannot be referred to', async () => {
  const Parameters = { Mode: { Type: 'String', Default: 'on' } };
  const Conditions = { IsOff: { 'Fn::Equals': [{ Ref: 'Mode' }, 'off'] } };
  const off = { ...role('t7-off'), Condition: 'IsOff' };
  const dangling = { Parameters, Conditions, Resources: { Off: off, Alias: alias({ TargetKeyId: { Ref: 'Off' } }) } };
  await expect(createStack(clients, 't7', dangling)).rejects.toThrow(
    'Unresolved resource dependencies [Off] in the Resources block',
  );
  await expect(validate({ Resources: { Off: off } })).rejects.toThrow(
    'Unresolved condition dependency IsOff in the Resources block',
  );
  await expect(validate({ Conditions, Resources: { A: alias() } })).rejects.toThrow(
    'Unresolved dependencies [Mode]. Cannot reference resources',
  );
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
    createStack(clients, 'parameters', template, {
      Parameters: pairs.map(([ParameterKey, ParameterValue]) => ({ ParameterKey, ParameterValue })),
    });
  await expect(create()).rejects.toThrow('Parameters: [Name] must have values');
  await expect(create(['Name', 'a'], ['Other', 'b'])).rejects.toThrow(
    'Parameters: [Other] do not exist in the template',
  );
  await expect(create(['Name', 'a'], ['Size', 'xl'])).rejects.toThrow("'Size' must be one of AllowedValues");
  await expect(create(['Name', '1'])).rejects.toThrow("'Name' must match pattern");
  const stack = await create(['Name', 'a']);
  expect(stack.Parameters).toContainEqual({ ParameterKey: 'Secret', ParameterValue: '****' });
  await expect(clients.cfn.send(new DescribeStacksCommand({ StackName: 'nope' }))).rejects.toThrow(
    'Stack with id nope does not exist',
  );
});

test('T9 unknown and missing properties fail their resource', async () => {
  const stack = await createStack(clients, 'properties', {
    Resources: {
      A: role('t9-role', { Colour: 'red' }),
      B: { Type: 'AWS::KMS::Alias', Properties: { AliasName: 'alias/t9' } },
    },
  });
  expect(stack.StackStatus).toBe('ROLLBACK_COMPLETE');
  const reasons = await reasonsOf(clients, 'properties', 'CREATE_FAILED');
  expect(reasons).toContain('Encountered unsupported property Colour');
  expect(reasons).toContain('Property TargetKeyId cannot be empty.');
});

test('P4 what is not modelled is refused loudly', async () => {
  await expect(validate({ Resources: { X: alias() }, Mappings: {} })).rejects.toThrow(
    'does not model the template section Mappings',
  );
  await expect(validate({ Resources: { X: bucket('a-bucket', { CorsConfiguration: {} }) } })).rejects.toThrow(
    'does not model AWS::S3::Bucket CorsConfiguration',
  );
  const exported = { Resources: { X: alias() }, Outputs: { O: { Value: 'x', Export: { Name: 'y' } } } };
  await expect(validate(exported)).rejects.toThrow('does not model exports');
  const group = { Type: 'AWS::Athena::WorkGroup', Properties: { Name: 'x' } };
  const attribute = { Resources: { X: group }, Outputs: { O: { Value: { 'Fn::GetAtt': ['X', 'CreationTime'] } } } };
  await expect(validate(attribute)).rejects.toThrow(
    'does not model the attribute CreationTime of AWS::Athena::WorkGroup',
  );
  const encoded = { Resources: { X: alias({ AliasName: { 'Fn::Base64': 'x' } }) } };
  const create = clients.cfn.send(
    new CreateStackCommand({ StackName: 'p4', TemplateBody: JSON.stringify(encoded), Capabilities: [...CAPABILITIES] }),
  );
  await expect(create).rejects.toThrow('does not model the function Fn::Base64');
  await expect(describeStack(clients, 'p4')).rejects.toThrow('does not exist');
});
