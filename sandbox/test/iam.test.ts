import {
  AttachRolePolicyCommand,
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  CreateRoleCommand,
  GetAccountAuthorizationDetailsCommand,
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import type { EntityType, GetAccountAuthorizationDetailsCommandOutput } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Sandbox } from '../index.ts';
import { borrowSandbox } from './borrow.ts';
import type { Clients } from './support.ts';
import { ACCOUNT, allow, clientsFor, trustOf } from './support.ts';

let sandbox: Sandbox;
let clients: Clients;

beforeAll(async () => {
  sandbox = await borrowSandbox();
  clients = clientsFor(sandbox);
});
afterAll(() => sandbox.stop());

const TRUST = JSON.stringify(trustOf());
const sized = (characters: number): string =>
  JSON.stringify(allow(`s3:${'x'.repeat(characters - JSON.stringify(allow('s3:')).length)}`), undefined, 1);
const limit = (message: string): object => ({
  name: 'LimitExceededException',
  message,
  $metadata: { httpStatusCode: 409 },
});
const makeRole = (RoleName: string, AssumeRolePolicyDocument = TRUST, on: Clients = clients) =>
  on.iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
const makePolicy = (PolicyName: string, PolicyDocument = sized(200), on: Clients = clients) =>
  on.iam.send(new CreatePolicyCommand({ PolicyName, PolicyDocument }));

test('G1 IAM quotas count all characters but white space', async () => {
  const trust = (count: number): string =>
    JSON.stringify(trustOf({ AWS: Array.from({ length: count }, () => `arn:aws:iam::${ACCOUNT}:root`) }));
  await expect(makeRole('g1-large', trust(60))).rejects.toMatchObject(
    limit('Cannot exceed quota for ACLSizePerRole: 2048'),
  );
  await makeRole('g1-role');
  await expect(
    clients.iam.send(new UpdateAssumeRolePolicyCommand({ RoleName: 'g1-role', PolicyDocument: trust(60) })),
  ).rejects.toMatchObject(limit('Cannot exceed quota for ACLSizePerRole: 2048'));
  const put = (PolicyName: string, size: number) =>
    clients.iam.send(new PutRolePolicyCommand({ RoleName: 'g1-role', PolicyName, PolicyDocument: sized(size) }));
  await put('a', 5_120);
  await put('b', 5_120);
  await put('b', 5_119);
  await expect(put('b', 5_121)).rejects.toMatchObject(
    limit('Maximum policy size of 10240 bytes exceeded for role g1-role'),
  );
  await makePolicy('g1-full', sized(6_144));
  await expect(makePolicy('g1-more', sized(6_145))).rejects.toMatchObject(
    limit('Cannot exceed quota for PolicySize: 6144'),
  );
  const version = new CreatePolicyVersionCommand({
    PolicyArn: `arn:aws:iam::${ACCOUNT}:policy/g1-full`,
    PolicyDocument: sized(6_145),
  });
  await expect(clients.iam.send(version)).rejects.toMatchObject(limit('Cannot exceed quota for PolicySize: 6144'));
  const attach = async (index: number): Promise<unknown> => {
    const { Policy } = await makePolicy(`g1-attached-${index}`);
    return clients.iam.send(new AttachRolePolicyCommand({ RoleName: 'g1-role', PolicyArn: Policy?.Arn }));
  };
  for (let index = 0; index < 10; index += 1) await attach(index);
  await expect(attach(10)).rejects.toMatchObject(limit('Cannot exceed quota for PoliciesPerRole: 10'));
});

test('G2 principals and boundaries exist', async () => {
  const named = (name: string): string => JSON.stringify(trustOf({ AWS: `arn:aws:iam::${ACCOUNT}:role/${name}` }));
  await expect(makeRole('g2-role', named('g2-other'))).rejects.toMatchObject({
    name: 'MalformedPolicyDocumentException',
    message: `Invalid principal in policy: "AWS":"arn:aws:iam::${ACCOUNT}:role/g2-other"`,
  });
  await makeRole('g2-other');
  await expect(makeRole('g2-role', named('g2-other'))).resolves.toBeDefined();
  await expect(
    makeRole('g2-foreign', JSON.stringify(trustOf({ AWS: 'arn:aws:iam::999999999999:role/any' }))),
  ).resolves.toBeDefined();
  await expect(
    makeRole('g2-star', JSON.stringify(trustOf({ AWS: 'arn:aws:iam::999999999999:role/*' }))),
  ).rejects.toThrow('Invalid principal');
  const PermissionsBoundary = `arn:aws:iam::${ACCOUNT}:policy/none`;
  await expect(
    clients.iam.send(new PutRolePermissionsBoundaryCommand({ RoleName: 'g2-role', PermissionsBoundary })),
  ).rejects.toMatchObject({ name: 'NoSuchEntityException' });
});

test('G3 the whole account comes in pages, complete', async () => {
  const whole = clientsFor(sandbox, '333333333333');
  const root = JSON.stringify(trustOf({ AWS: 'arn:aws:iam::333333333333:root' }));
  const boundary = (await makePolicy('g3-boundary', JSON.stringify(allow('*')), whole)).Policy?.Arn;
  await whole.iam.send(
    new CreateRoleCommand({
      RoleName: 'g3-first',
      Path: '/edl/',
      AssumeRolePolicyDocument: root,
      PermissionsBoundary: boundary,
      Tags: [{ Key: 'edl:owner', Value: 'é <&>' }],
    }),
  );
  await whole.iam.send(
    new PutRolePolicyCommand({
      RoleName: 'g3-first',
      PolicyName: 'inline',
      PolicyDocument: JSON.stringify(allow('s3:*', 'arn:aws:s3:::é')),
    }),
  );
  await whole.iam.send(new AttachRolePolicyCommand({ RoleName: 'g3-first', PolicyArn: boundary }));
  for (let index = 0; index < 120; index += 1) await makeRole(`g3-${index}`, root, whole);
  const all = async (
    Filter?: EntityType[],
    MaxItems?: number,
  ): Promise<GetAccountAuthorizationDetailsCommandOutput[]> => {
    const pages: GetAccountAuthorizationDetailsCommandOutput[] = [];
    for (let Marker: string | undefined = ''; Marker !== undefined; Marker = pages.at(-1)?.Marker) {
      pages.push(
        await whole.iam.send(
          new GetAccountAuthorizationDetailsCommand({ Filter, MaxItems, ...(Marker === '' ? {} : { Marker }) }),
        ),
      );
    }
    return pages;
  };
  const pages = await all(['Role', 'LocalManagedPolicy']);
  expect(pages.map((page) => (page.RoleDetailList?.length ?? 0) + (page.Policies?.length ?? 0))).toEqual([100, 22]);
  expect((await all(['Role'], 1000)).map((page) => [page.RoleDetailList?.length, page.Policies?.length])).toEqual([
    [121, 0],
  ]);
  await expect(all(['Role'], 1001)).rejects.toThrow('maxItems');
  const decoded = (text: string | undefined): unknown => JSON.parse(decodeURIComponent(text ?? ''));
  const first = pages[0]?.RoleDetailList?.find((role) => role.RoleName === 'g3-first');
  expect(first).toMatchObject({
    Path: '/edl/',
    Arn: 'arn:aws:iam::333333333333:role/edl/g3-first',
    Tags: [{ Key: 'edl:owner', Value: 'é <&>' }],
    PermissionsBoundary: { PermissionsBoundaryArn: boundary },
    AttachedManagedPolicies: [{ PolicyName: 'g3-boundary', PolicyArn: boundary }],
  });
  expect(decoded(first?.AssumeRolePolicyDocument)).toEqual(JSON.parse(root));
  expect(first?.AssumeRolePolicyDocument).toContain('%22');
  expect(decoded(first?.RolePolicyList?.[0]?.PolicyDocument)).toEqual(allow('s3:*', 'arn:aws:s3:::é'));
  await whole.iam.send(
    new CreatePolicyVersionCommand({
      PolicyArn: boundary,
      PolicyDocument: JSON.stringify(allow('s3:New')),
      SetAsDefault: true,
    }),
  );
  const [policy] = (await all(['LocalManagedPolicy']))[0]?.Policies ?? [];
  expect(policy).toMatchObject({
    PolicyName: 'g3-boundary',
    Arn: boundary,
    DefaultVersionId: 'v2',
    PolicyId: expect.stringMatching(/^A/) as string,
  });
  expect(policy?.PolicyVersionList?.map((version) => [version.VersionId, version.IsDefaultVersion])).toEqual(
    expect.arrayContaining([
      ['v1', false],
      ['v2', true],
    ]),
  );
  expect(decoded(policy?.PolicyVersionList?.find((version) => version.IsDefaultVersion)?.Document)).toEqual(
    allow('s3:New'),
  );
});
