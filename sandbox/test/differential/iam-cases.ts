import type {
  GetAccountAuthorizationDetailsCommandInput,
  GetAccountAuthorizationDetailsCommandOutput,
} from '@aws-sdk/client-iam';
import {
  AddClientIDToOpenIDConnectProviderCommand,
  AttachRolePolicyCommand,
  CreateOpenIDConnectProviderCommand,
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  CreateRoleCommand,
  GetAccountAuthorizationDetailsCommand,
  GetAccountSummaryCommand,
  GetRoleCommand,
  ListRolesCommand,
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import type { Aws } from './case.ts';
import { MOTO_ACCOUNT, accepted, casesOf, policy, trust } from './case.ts';

const NOBODY = `arn:aws:iam::${MOTO_ACCOUNT}:role/nobody`;
const NO_POLICY = `arn:aws:iam::${MOTO_ACCOUNT}:policy/none`;
const LONG_TRUST = trust(Array.from({ length: 60 }, () => `arn:aws:iam::${MOTO_ACCOUNT}:root`));
const long = (characters: number): string => policy({ Resource: `arn:aws:s3:::${'x'.repeat(characters)}` });

const makeRole = (aws: Aws, RoleName: string, extra: object = {}) =>
  aws.iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust(), ...extra }));

const makePolicy = async (aws: Aws, PolicyName: string, PolicyDocument = policy({ Resource: '*' })) =>
  (await aws.iam.send(new CreatePolicyCommand({ PolicyName, PolicyDocument }))).Policy?.Arn;

const makeWholeRole = async (aws: Aws, RoleName: string): Promise<void> => {
  const PermissionsBoundary = await makePolicy(aws, `${RoleName}-policy`);
  await makeRole(aws, RoleName, {
    Path: '/edl/dev01/',
    Description: 'd',
    MaxSessionDuration: 7_200,
    PermissionsBoundary,
    Tags: [{ Key: 'edl:owner', Value: 'é <&>' }],
  });
  await aws.iam.send(
    new PutRolePolicyCommand({
      RoleName,
      PolicyName: 'inline',
      PolicyDocument: policy({ Resource: 'arn:aws:s3:::é/*' }),
    }),
  );
  await aws.iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn: PermissionsBoundary }));
};

const details = (aws: Aws, input: GetAccountAuthorizationDetailsCommandInput) =>
  aws.iam.send(new GetAccountAuthorizationDetailsCommand(input));

/** Which names a page has: its details have a case of their own. */
const namesOf = async (page: Promise<GetAccountAuthorizationDetailsCommandOutput>): Promise<unknown> => {
  const { RoleDetailList = [], Policies = [], IsTruncated, Marker } = await page;
  const names = { roles: RoleDetailList.map(({ RoleName }) => RoleName), policies: Policies.map(({ Arn }) => Arn) };
  return { ...names, IsTruncated, Marker };
};

/** The first cases see an account that holds nothing but what they make. */
const READS = casesOf({
  'iam:GetAccountAuthorizationDetails of an empty account': (aws) => details(aws, {}),
  'iam:GetAccountAuthorizationDetails of a role and a policy': async (aws) => {
    await makeWholeRole(aws, 'whole');
    return details(aws, { Filter: ['Role', 'LocalManagedPolicy'] });
  },
  'iam:GetAccountAuthorizationDetails of roles only': (aws) => namesOf(details(aws, { Filter: ['Role'] })),
  'iam:GetAccountAuthorizationDetails in a page of 1': (aws) =>
    namesOf(details(aws, { Filter: ['Role', 'LocalManagedPolicy'], MaxItems: 1 })),
  'iam:GetAccountAuthorizationDetails in a page of 1,001': (aws) => namesOf(details(aws, { MaxItems: 1_001 })),
  'iam:GetAccountSummary': async (aws) => (await aws.iam.send(new GetAccountSummaryCommand({}))).SummaryMap,
  'iam:GetAccountSummary with a raised quota': async (aws) => {
    aws.raiseQuota('L-0DA4ABF3', 20);
    const { SummaryMap } = await aws.iam.send(new GetAccountSummaryCommand({}));
    aws.raiseQuota('L-0DA4ABF3', 10);
    return SummaryMap?.AttachedPoliciesPerRoleQuota;
  },
  'iam:GetRole': (aws) => aws.iam.send(new GetRoleCommand({ RoleName: 'whole' })),
  'iam:GetRole that does not exist': (aws) => aws.iam.send(new GetRoleCommand({ RoleName: 'nobody' })),
  'iam:ListRoles under a path': async (aws) => {
    await makeRole(aws, 'elsewhere');
    return aws.iam.send(new ListRolesCommand({ PathPrefix: '/edl/' }));
  },
  // moto lists roles in the order of their random ids.
  'iam:ListRoles in a page of 1': async (aws) => {
    const page = await aws.iam.send(new ListRolesCommand({ MaxItems: 1 }));
    return { count: page.Roles?.length, IsTruncated: page.IsTruncated, Marker: page.Marker };
  },
});

const newRole = (aws: Aws, RoleName: string, extra: object) => accepted(makeRole(aws, RoleName, extra));
const newTrust = (aws: Aws, RoleName: string, PolicyDocument: string) =>
  accepted(aws.iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument })));
const attach = (aws: Aws, PolicyArn: string | undefined) =>
  accepted(aws.iam.send(new AttachRolePolicyCommand({ RoleName: 'elsewhere', PolicyArn })));

const REFUSALS = casesOf({
  'iam:CreateRole with a trust policy over 2,048 characters': (aws) =>
    newRole(aws, 'long', { AssumeRolePolicyDocument: LONG_TRUST }),
  'iam:CreateRole with a name that IAM does not allow': (aws) => newRole(aws, 'a b', {}),
  'iam:CreateRole with a session of a minute': (aws) => newRole(aws, 'brief', { MaxSessionDuration: 60 }),
  'iam:CreateRole that trusts a role that does not exist': (aws) =>
    newRole(aws, 'trusting', { AssumeRolePolicyDocument: trust(NOBODY) }),
  'iam:CreateRole with a boundary that does not exist': (aws) =>
    newRole(aws, 'bound', { PermissionsBoundary: NO_POLICY }),
  'iam:UpdateAssumeRolePolicy over 2,048 characters': (aws) => newTrust(aws, 'elsewhere', LONG_TRUST),
  'iam:UpdateAssumeRolePolicy to a role that does not exist': (aws) => newTrust(aws, 'elsewhere', trust(NOBODY)),
  'iam:PutRolePermissionsBoundary that does not exist': (aws) =>
    accepted(
      aws.iam.send(new PutRolePermissionsBoundaryCommand({ RoleName: 'elsewhere', PermissionsBoundary: NO_POLICY })),
    ),
  'iam:PutRolePolicy over 10,240 characters': (aws) =>
    accepted(
      aws.iam.send(
        new PutRolePolicyCommand({ RoleName: 'elsewhere', PolicyName: 'long', PolicyDocument: long(10_240) }),
      ),
    ),
  'iam:CreatePolicy over 6,144 characters': (aws) => accepted(makePolicy(aws, 'long', long(6_144))),
  'iam:CreatePolicyVersion over 6,144 characters': async (aws) => {
    const PolicyArn = await makePolicy(aws, 'versions');
    return accepted(aws.iam.send(new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument: long(6_144) })));
  },
  'iam:AddClientIDToOpenIDConnectProvider': async (aws) => {
    const { OpenIDConnectProviderArn } = await aws.iam.send(
      new CreateOpenIDConnectProviderCommand({ Url: 'https://ci.acme.example', ClientIDList: ['a'] }),
    );
    const command = new AddClientIDToOpenIDConnectProviderCommand({ OpenIDConnectProviderArn, ClientID: 'b' });
    return accepted(aws.iam.send(command));
  },
  'iam:AttachRolePolicy the eleventh': async (aws) => {
    for (let index = 0; index < 10; index += 1) await attach(aws, await makePolicy(aws, `attached-${index}`));
    return attach(aws, await makePolicy(aws, 'eleventh'));
  },
});

export const IAM_CASES = [...READS, ...REFUSALS];
