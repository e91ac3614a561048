import { CreatePolicyCommand, CreateRoleCommand, PutRolePolicyCommand, UpdateRoleCommand } from '@aws-sdk/client-iam';
import { CreateBucketCommand, GetBucketOwnershipControlsCommand } from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import { REGION, allow, bucket, createStack, reasonsOf, role, trustOf, useSandbox } from './support.ts';

const world = useSandbox();

const AssumeRolePolicyDocument = JSON.stringify(trustOf());
const PolicyDocument = JSON.stringify(allow('s3:GetObject'));

const createRole = (input: object) => new CreateRoleCommand({ RoleName: 'g17', AssumeRolePolicyDocument, ...input });
const createPolicy = (input: object) => new CreatePolicyCommand({ PolicyName: 'g17', PolicyDocument, ...input });

test.each([
  [
    'name',
    createRole({ RoleName: 'a b' }),
    "Value 'a b' at 'roleName' failed to satisfy constraint: Member must satisfy",
  ],
  ['long name', createRole({ RoleName: 'a'.repeat(65) }), 'Member must have length less than or equal to 64'],
  ['empty name', createRole({ RoleName: '' }), '2 validation errors detected'],
  ['path', createRole({ Path: 'edl' }), "Value 'edl' at 'path' failed to satisfy constraint"],
  ['description', createRole({ Description: 'x'.repeat(1_001) }), 'length less than or equal to 1000'],
  ['Greek description', createRole({ Description: 'Ω' }), "at 'description' failed to satisfy constraint"],
  ['short session', createRole({ MaxSessionDuration: 3_599 }), 'Member must have value greater than or equal to 3600'],
  ['long session', createRole({ MaxSessionDuration: 43_201 }), 'Member must have value less than or equal to 43200'],
  ['later session', new UpdateRoleCommand({ RoleName: 'g17', MaxSessionDuration: 1 }), "at 'maxSessionDuration'"],
  ['policy', createPolicy({ PolicyName: 'a/b' }), "Value 'a/b' at 'policyName' failed to satisfy constraint"],
  ['long policy', createPolicy({ PolicyName: 'a'.repeat(129) }), 'length less than or equal to 128'],
  ['policy path', createPolicy({ Path: '/a*b/' }), "Value '/a*b/' at 'path' failed to satisfy constraint"],
  ['policy description', createPolicy({ Description: 'x'.repeat(1_001) }), 'length less than or equal to 1000'],
  [
    'inline policy',
    new PutRolePolicyCommand({ RoleName: 'g17', PolicyName: 'a:b', PolicyDocument }),
    "at 'policyName' failed",
  ],
])('G17 what IAM does not allow is refused: %s', async (_name, command, message) => {
  // @ts-expect-error -- a union of commands, each of which the client takes
  const sent: Promise<unknown> = world.clients.iam.send(command);
  await expect(sent).rejects.toMatchObject({ name: 'ValidationError' });
  await expect(sent).rejects.toThrow(message);
});

test('G17 the bounds themselves are allowed', async () => {
  const { iam } = world.clients;
  await iam.send(createRole({ RoleName: 'a'.repeat(64), Path: '/a/b/', MaxSessionDuration: 43_200 }));
  await iam.send(createRole({ RoleName: 'w+=,.@-_', Description: 'x'.repeat(1_000), MaxSessionDuration: 3_600 }));
  await expect(iam.send(createPolicy({ PolicyName: 'a'.repeat(128), Path: '/a/b.c/' }))).resolves.toBeDefined();
});

const put = async (query: string, body: string): Promise<string> => {
  const answer = await fetch(`${world.sandbox.endpoint}/g18-bucket?${query}`, {
    method: 'PUT',
    headers: { authorization: `AWS4-HMAC-SHA256 Credential=111111111111/20250101/${REGION}/s3/aws4_request` },
    body,
  });
  return answer.ok ? 'accepted' : (/<Code>(\w+)<\/Code>/.exec(await answer.text())?.[1] ?? '');
};

const make = (Bucket: string, extra: object = {}) =>
  world.clients.s3.send(
    new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: REGION }, ...extra }),
  );

const VERSIONING = (status: string) => `<VersioningConfiguration><Status>${status}</Status></VersioningConfiguration>`;
const OWNER = (inner: string) => `<OwnershipControls><Rule>${inner}</Rule></OwnershipControls>`;
const BLOCK = (flag: string) =>
  `<PublicAccessBlockConfiguration><BlockPublicAcls>${flag}</BlockPublicAcls></PublicAccessBlockConfiguration>`;
const ENCRYPTION = (rule: string) =>
  `<ServerSideEncryptionConfiguration><Rule>${rule}</Rule></ServerSideEncryptionConfiguration>`;
const BY_DEFAULT = (algorithm: string) =>
  `<ApplyServerSideEncryptionByDefault><SSEAlgorithm>${algorithm}</SSEAlgorithm></ApplyServerSideEncryptionByDefault>`;
const ON = '<Rule><Status>Enabled</Status></Rule>';
const LIFECYCLE = (rules: string) => `<LifecycleConfiguration>${rules}</LifecycleConfiguration>`;
const MOVE = (name: string) =>
  `<Rule><Status>Enabled</Status><Transition><Days>1</Days><StorageClass>${name}</StorageClass></Transition></Rule>`;
const TIERING = (status: string) =>
  `<IntelligentTieringConfiguration><Id>a</Id><Status>${status}</Status></IntelligentTieringConfiguration>`;

test('G18 S3 refuses texts that it does not know', async () => {
  await make('g18-bucket');
  const refused: readonly (readonly [string, string])[] = [
    ['versioning', VERSIONING('On')],
    ['encryption', ENCRYPTION(BY_DEFAULT('rot13'))],
    ['encryption', ENCRYPTION(`${BY_DEFAULT('AES256')}<BucketKeyEnabled>yes</BucketKeyEnabled>`)],
    ['ownershipControls', OWNER('<ObjectOwnership>Me</ObjectOwnership>')],
    ['ownershipControls', OWNER('<Other>x</Other>')],
    ['publicAccessBlock', BLOCK('maybe')],
    ['lifecycle', LIFECYCLE(`${ON}<Rule><Status>On</Status></Rule>`)],
    ['lifecycle', LIFECYCLE('<Rule><ID>a</ID></Rule>')],
    ['lifecycle', LIFECYCLE(MOVE('ATTIC'))],
    ['intelligent-tiering&id=a', TIERING('On')],
  ];
  for (const [query, body] of refused) expect([body, await put(query, body)]).toEqual([body, 'MalformedXML']);
  const allowed: readonly (readonly [string, string])[] = [
    ['versioning', VERSIONING('Enabled')],
    ['encryption', ENCRYPTION(BY_DEFAULT('aws:kms'))],
    ['ownershipControls', OWNER('<ObjectOwnership>ObjectWriter</ObjectOwnership>')],
    ['publicAccessBlock', BLOCK('false')],
    ['lifecycle', LIFECYCLE(ON + MOVE('GLACIER'))],
    ['intelligent-tiering&id=a', TIERING('Disabled')],
  ];
  for (const [query, body] of allowed) expect([body, await put(query, body)]).toEqual([body, 'accepted']);
});

test('G18 a new bucket has the owner that its request names, if there is one of that name', async () => {
  await expect(make('g18-mine', { ObjectOwnership: 'Me' })).rejects.toMatchObject({ name: 'InvalidArgument' });
  await make('g18-writer', { ObjectOwnership: 'ObjectWriter' });
  const { OwnershipControls } = await world.clients.s3.send(
    new GetBucketOwnershipControlsCommand({ Bucket: 'g18-writer' }),
  );
  expect(OwnershipControls?.Rules).toEqual([{ ObjectOwnership: 'ObjectWriter' }]);
});

test('G17 G18 such values fail a resource, with what the service says as the reason', async () => {
  const A = role('a b');
  const B = bucket('g18-stack', { VersioningConfiguration: { Status: 'On' } });
  for (const [name, Resource, reason] of [
    ['g17-stack', A, "at 'roleName' failed to satisfy constraint"],
    ['g18-stack', B, 'did not validate against our published schema'],
  ] as const) {
    expect((await createStack(world.clients, name, { Resources: { Resource } })).StackStatus).toBe('ROLLBACK_COMPLETE');
    expect(await reasonsOf(world.clients, name, 'CREATE_FAILED')).toContain(reason);
  }
});
