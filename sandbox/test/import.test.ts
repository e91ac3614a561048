import { CreateWorkGroupCommand, GetWorkGroupCommand, ListTagsForResourceCommand } from '@aws-sdk/client-athena';
import { DescribeStackResourcesCommand } from '@aws-sdk/client-cloudformation';
import {
  CreateBucketCommand,
  GetBucketPolicyCommand,
  GetBucketTaggingCommand,
  PutBucketPolicyCommand,
} from '@aws-sdk/client-s3';
import {
  CreatePolicyCommand,
  CreateRoleCommand,
  DeleteRoleCommand,
  GetRoleCommand,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { CreateAliasCommand, CreateKeyCommand } from '@aws-sdk/client-kms';
import { expect, test } from 'vitest';
import {
  ACCOUNT,
  allow,
  bucket,
  changeSet,
  createStack,
  eventsOf,
  executeChangeSet,
  liveRole,
  role,
  trustOf,
  useSandbox,
} from './support.ts';

const world = useSandbox();

const keep = { DeletionPolicy: 'Retain' };
const kept = (resource: object): object => ({ ...resource, ...keep });
const imports = (...found: [id: string, type: string, identifier: Record<string, string>][]) => ({
  ChangeSetType: 'IMPORT' as const,
  ResourcesToImport: found.map(([LogicalResourceId, ResourceType, ResourceIdentifier]) => ({
    LogicalResourceId,
    ResourceType,
    ResourceIdentifier,
  })),
});
const makeRole = (RoleName: string): Promise<unknown> =>
  world.clients.iam.send(
    new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: JSON.stringify(trustOf()), Description: 'live' }),
  );

test('C15 existing resources are imported by their identifiers, into a new stack and an old one', async () => {
  await makeRole('c15-role');
  await world.clients.s3.send(
    new CreateBucketCommand({ Bucket: 'c15-bucket', CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } }),
  );
  const key = await world.clients.kms.send(new CreateKeyCommand({}));
  const policy = await world.clients.iam.send(
    new CreatePolicyCommand({ PolicyName: 'c15-policy', PolicyDocument: JSON.stringify(allow('s3:Get*')) }),
  );
  const KeyId = key.KeyMetadata?.KeyId ?? '';
  const PolicyArn = policy.Policy?.Arn ?? '';
  const first = { Role: kept(role(undefined)), Key: kept({ Type: 'AWS::KMS::Key', Properties: {} }) };
  const shown = await changeSet(
    world.clients,
    'c15',
    { Resources: first },
    {
      ...imports(['Role', 'AWS::IAM::Role', { RoleName: 'c15-role' }], ['Key', 'AWS::KMS::Key', { KeyId }]),
      Tags: [{ Key: 'edl:owner', Value: 'x' }],
    },
  );
  expect(shown.StatusReason).toBeUndefined();
  expect(
    shown.Changes?.map(({ ResourceChange: change }) => [
      change?.Action,
      change?.LogicalResourceId,
      change?.PhysicalResourceId,
    ]),
  ).toEqual([
    ['Import', 'Key', KeyId],
    ['Import', 'Role', 'c15-role'],
  ]);
  expect((await executeChangeSet(world.clients, shown)).StackStatus).toBe('IMPORT_COMPLETE');
  const live = (await world.clients.iam.send(new GetRoleCommand({ RoleName: 'c15-role' }))).Role;
  expect(live?.Description).toBe('live');
  expect(live?.Tags).toContainEqual({ Key: 'edl:owner', Value: 'x' });
  const second = {
    ...first,
    Bucket: kept(bucket('c15-bucket')),
    Policy: kept({
      Type: 'AWS::IAM::ManagedPolicy',
      Properties: { ManagedPolicyName: 'c15-policy', PolicyDocument: allow('s3:Get*') },
    }),
  };
  const more = await changeSet(
    world.clients,
    'c15',
    { Resources: second },
    {
      ...imports(
        ['Bucket', 'AWS::S3::Bucket', { BucketName: 'c15-bucket' }],
        ['Policy', 'AWS::IAM::ManagedPolicy', { PolicyArn }],
      ),
      ChangeSetName: 'more',
    },
  );
  expect((await executeChangeSet(world.clients, more)).StackStatus).toBe('IMPORT_COMPLETE');
  const tags = await world.clients.s3.send(new GetBucketTaggingCommand({ Bucket: 'c15-bucket' }));
  expect(tags.TagSet).toContainEqual({ Key: 'edl:owner', Value: 'x' });
});

test('C16 an import changes nothing else, and its identifiers are checked', async () => {
  await makeRole('c16-role');
  await createStack(world.clients, 'c16', { Resources: { Old: role('c16-old') } });
  const Old = role('c16-old');
  const Role = kept(role('c16-role'));
  const wanted = imports(['Role', 'AWS::IAM::Role', { RoleName: 'c16-role' }]);
  const attempt = (Resources: object, options: object, rest: object = {}) =>
    changeSet(
      world.clients,
      'c16',
      { Resources, ...rest },
      { ChangeSetName: `a${Math.random()}`.replace('.', ''), ...options },
    );
  await expect(attempt({ Old, Role: role('c16-role') }, wanted)).rejects.toThrow('must have a DeletionPolicy');
  await expect(
    attempt({ Old, Role }, imports(['Role', 'AWS::IAM::Role', { Arn: `arn:aws:iam::${ACCOUNT}:role/c16-role` }])),
  ).rejects.toThrow('is identified by [RoleName]');
  await expect(attempt({ Old, Role }, imports(['Role', 'AWS::S3::Bucket', { BucketName: 'x' }]))).rejects.toThrow(
    'is of type AWS::S3::Bucket but of type AWS::IAM::Role in the template',
  );
  await expect(attempt({ Old }, wanted)).rejects.toThrow('is not in the template');
  await expect(attempt({ Old, Role }, { ChangeSetType: 'IMPORT' })).rejects.toThrow('must be specified');
  await expect(attempt({ Old, Role }, { ...wanted, ChangeSetType: 'UPDATE' })).rejects.toThrow('only for change sets');
  const reason = async (...parameters: Parameters<typeof attempt>): Promise<string | undefined> =>
    (await attempt(...parameters)).StatusReason;
  expect(await reason({ Old, Role, New: role('c16-new') }, wanted)).toBe(
    'Resources [New] is missing from ResourceToImport list',
  );
  expect(await reason({ Old: role('c16-old', { Description: 'x' }), Role }, wanted)).toContain(
    'You have modified resources [Old] in your template that are not being imported.',
  );
  expect(await reason({ Role }, wanted)).toContain('You have modified resources [Old]');
  expect(await reason({ Old, Role }, wanted, { Outputs: { O: { Value: 'x' } } })).toContain('[Outputs]');
  expect(await reason({ Old: kept(Old) }, imports(['Old', 'AWS::IAM::Role', { RoleName: 'c16-old' }]))).toContain(
    'already exist in the stack',
  );
  expect(await reason({ Old, Role }, imports(['Role', 'AWS::IAM::Role', { RoleName: 'c16-other' }]))).toContain(
    'The identifier RoleName of resource [Role] does not match',
  );
  const nobody = kept(role('c16-nobody'));
  expect(
    await reason({ Old, Role: nobody }, imports(['Role', 'AWS::IAM::Role', { RoleName: 'c16-nobody' }])),
  ).toContain('was not found.');
  await createStack(world.clients, 'c16-owner', { Resources: { Mine: role('c16-mine') } });
  expect(
    await reason({ Old, Role: kept(role('c16-mine')) }, imports(['Role', 'AWS::IAM::Role', { RoleName: 'c16-mine' }])),
  ).toContain('already belongs to stack');
});

test('C17 an import that fails leaves the stack as it was', async () => {
  await makeRole('c17-role');
  await makeRole('c17-there');
  const Old = role('c17-old');
  await createStack(world.clients, 'c17', { Resources: { Old } });
  const shown = await changeSet(
    world.clients,
    'c17',
    { Resources: { Old, Role: kept(role('c17-role')), There: kept(role('c17-there')) } },
    imports(
      ['Role', 'AWS::IAM::Role', { RoleName: 'c17-role' }],
      ['There', 'AWS::IAM::Role', { RoleName: 'c17-there' }],
    ),
  );
  await world.clients.iam.send(new DeleteRoleCommand({ RoleName: 'c17-role' }));
  expect((await executeChangeSet(world.clients, shown)).StackStatus).toBe('IMPORT_ROLLBACK_COMPLETE');
  const statuses = (await eventsOf(world.clients, 'c17')).map((event) => event.ResourceStatus);
  expect(statuses).toContain('IMPORT_FAILED');
  const { StackResources = [] } = await world.clients.cfn.send(new DescribeStackResourcesCommand({ StackName: 'c17' }));
  expect(StackResources.map(({ LogicalResourceId }) => LogicalResourceId)).toEqual(['Old']);
  expect(await liveRole(world.clients, 'c17-there')).toBeDefined();
  const changed = { Resources: { Old: role('c17-old', { Description: 'x' }) } };
  const again = await changeSet(world.clients, 'c17', changed, { ChangeSetName: 'again' });
  expect((await executeChangeSet(world.clients, again)).StackStatus).toBe('UPDATE_COMPLETE');
});

test('C24 work groups, role policies, aliases and bucket policies are imported too', async () => {
  const { clients } = world;
  await makeRole('c24-role');
  const PolicyDocument = allow('s3:Get*');
  await clients.iam.send(
    new PutRolePolicyCommand({
      RoleName: 'c24-role',
      PolicyName: 'inline',
      PolicyDocument: JSON.stringify(PolicyDocument),
    }),
  );
  const Tags = [{ Key: 'edl:owner', Value: 'x' }];
  await clients.athena.send(new CreateWorkGroupCommand({ Name: 'c24-group', Description: 'live' }));
  const { KeyMetadata } = await clients.kms.send(new CreateKeyCommand({}));
  const TargetKeyId = KeyMetadata?.KeyId ?? '';
  await clients.kms.send(new CreateAliasCommand({ AliasName: 'alias/c24', TargetKeyId }));
  const CreateBucketConfiguration = { LocationConstraint: 'eu-west-1' as const };
  await clients.s3.send(new CreateBucketCommand({ Bucket: 'c24-bucket', CreateBucketConfiguration }));
  const Statement = [{ Effect: 'Deny', Principal: '*', Action: 's3:PutObject', Resource: 'arn:aws:s3:::c24-bucket/*' }];
  const bucketPolicy = { Version: '2012-10-17', Statement };
  await clients.s3.send(new PutBucketPolicyCommand({ Bucket: 'c24-bucket', Policy: JSON.stringify(bucketPolicy) }));
  const resource = (Type: string, Properties: object): object => kept({ Type, Properties });
  const Resources = {
    Alias: resource('AWS::KMS::Alias', { AliasName: 'alias/c24', TargetKeyId }),
    BucketPolicy: resource('AWS::S3::BucketPolicy', { Bucket: 'c24-bucket', PolicyDocument: bucketPolicy }),
    Group: resource('AWS::Athena::WorkGroup', { Name: 'c24-group', Description: 'template' }),
    Inline: resource('AWS::IAM::RolePolicy', { RoleName: 'c24-role', PolicyName: 'inline', PolicyDocument }),
  };
  const shown = await changeSet(
    clients,
    'c24',
    { Resources },
    {
      ...imports(
        ['Alias', 'AWS::KMS::Alias', { AliasName: 'alias/c24' }],
        ['BucketPolicy', 'AWS::S3::BucketPolicy', { Bucket: 'c24-bucket' }],
        ['Group', 'AWS::Athena::WorkGroup', { Name: 'c24-group' }],
        ['Inline', 'AWS::IAM::RolePolicy', { PolicyName: 'inline', RoleName: 'c24-role' }],
      ),
      Tags,
    },
  );
  expect(shown.Changes?.map((each) => each.ResourceChange?.PhysicalResourceId)).toEqual([
    'alias/c24',
    'c24-bucket',
    'c24-group',
    'inline|c24-role',
  ]);
  expect((await executeChangeSet(clients, shown)).StackStatus).toBe('IMPORT_COMPLETE');
  const group = await clients.athena.send(new GetWorkGroupCommand({ WorkGroup: 'c24-group' }));
  expect(group.WorkGroup?.Description).toBe('live');
  const ResourceARN = `arn:aws:athena:eu-west-1:${ACCOUNT}:workgroup/c24-group`;
  expect((await clients.athena.send(new ListTagsForResourceCommand({ ResourceARN }))).Tags).toContainEqual(Tags[0]);
  const { Policy } = await clients.s3.send(new GetBucketPolicyCommand({ Bucket: 'c24-bucket' }));
  expect(JSON.parse(Policy ?? '')).toEqual(bucketPolicy);
});
