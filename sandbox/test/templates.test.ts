import { CreateStackCommand, ValidateTemplateCommand } from '@aws-sdk/client-cloudformation';
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import { ACCOUNT, bucket, createStack, role, settled, trustOf, useSandbox } from './support.ts';

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
  const stack = await createStack(world.clients, 'yaml', yaml);
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
  const Parameters = Object.fromEntries(Array.from({ length: 201 }, (_, index) => [`P${index}`, { Type: 'String' }]));
  await expect(validate({ Resources: many(1), Parameters })).rejects.toThrow(
    'Number of parameters, 201, is greater than maximum allowed, 200',
  );
});

test('T3 T4 large templates come from S3, in both styles of address', async () => {
  const large = JSON.stringify({
    Resources: { Bucket: bucket('t3-bucket') },
    Metadata: { padding: 'x'.repeat(60_000) },
  });
  const inline = world.clients.cfn.send(new CreateStackCommand({ StackName: 'large', TemplateBody: large }));
  await expect(inline).rejects.toThrow(
    "at 'templateBody' failed to satisfy constraint: Member must have length less than or equal to 51200",
  );
  await world.clients.s3.send(
    new CreateBucketCommand({ Bucket: 't3-templates', CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } }),
  );
  await world.clients.s3.send(new PutObjectCommand({ Bucket: 't3-templates', Key: 'a/b.json', Body: large }));
  const virtual = await world.clients.cfn.send(
    new CreateStackCommand({
      StackName: 'large',
      TemplateURL: 'https://t3-templates.s3.eu-west-1.amazonaws.com/a/b.json',
    }),
  );
  expect((await settled(world.clients, virtual.StackId ?? '')).StackStatus).toBe('CREATE_COMPLETE');
  const byUrl = (url: string) => world.clients.cfn.send(new ValidateTemplateCommand({ TemplateURL: url }));
  await expect(byUrl('https://s3.eu-west-1.amazonaws.com/t3-templates/a/b.json')).resolves.toBeDefined();
  await expect(byUrl('https://t3-templates.s3.eu-west-1.amazonaws.com/none.json')).rejects.toThrow(
    'S3 error: The specified key does not exist.',
  );
  await expect(byUrl('https://example.com/t.json')).rejects.toThrow('TemplateURL must be a supported URL.');
  await world.clients.s3.send(
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
              { 'Fn::Join': [',', { Ref: 'AWS::NotificationARNs' }] },
            ],
          ],
        },
      },
      StackId: { Value: { Ref: 'AWS::StackId' } },
      Both: { Value: 'yes', Condition: 'Both' },
      Off: { Value: 'no', Condition: 'IsOff' },
    },
  };
  const stack = await createStack(world.clients, 'functions', template);
  expect(Object.fromEntries((stack.Outputs ?? []).map((output) => [output.OutputKey, output.OutputValue]))).toEqual({
    Ref: 't6-role',
    Sub: `arn:aws:iam::${ACCOUNT}:role/t6-role/on/\${Literal}/eu-west-1`,
    Join: 'a+b+c',
    Select: 'y',
    Pseudo: `${ACCOUNT}|aws|functions|amazonaws.com|`,
    StackId: stack.StackId,
    Both: 'yes',
  });
});

test('T5 T7 what a condition leaves out, or does not know, cannot be referred to', async () => {
  const Parameters = { Mode: { Type: 'String', Default: 'on' } };
  const Conditions = { IsOff: { 'Fn::Equals': [{ Ref: 'Mode' }, 'off'] } };
  const off = { ...role('t7-off'), Condition: 'IsOff' };
  const dangling = { Parameters, Conditions, Resources: { Off: off, Alias: alias({ TargetKeyId: { Ref: 'Off' } }) } };
  await expect(createStack(world.clients, 't7', dangling)).rejects.toThrow(
    'Unresolved resource dependencies [Off] in the Resources block',
  );
  await expect(validate({ Resources: { Off: off } })).rejects.toThrow(
    'Unresolved condition dependency IsOff in the Resources block',
  );
  await expect(validate({ Conditions, Resources: { A: alias() } })).rejects.toThrow(
    'Unresolved dependencies [Mode]. Cannot reference resources',
  );
});
