import { as, type Example, get, object, refused } from './denied-messages.ts';

/** Who asks, and how to become somebody who may. */
export const CALLERS: readonly Example[] = [
  {
    name: 'a role of ours by its name, in an account of others',
    text: refused(
      as('edl-prod-team-oncology', 'x', '999999999999'),
      's3:GetObject',
      object('sensitive', 'clinical-trials/data/u/a'),
    ),
    cause: 'wrong-account',
    says: ['account 999999999999', 'instance prod is in account 333333333333'],
    hides: ['The catalog grants it'],
  },
  {
    name: 'a token of an OpenID Connect provider',
    text: 'An error occurred (AccessDenied) when calling the AssumeRoleWithWebIdentity operation: Not authorized to perform sts:AssumeRoleWithWebIdentity',
    cause: 'not-trusted',
    says: [
      'planner.acme.example with aud sts.amazonaws.com and sub system:serviceaccount:planner:nightly',
      'catalog/principals/supply-planner.yaml',
    ],
  },
  {
    name: 'an assertion of a SAML provider',
    text: 'An error occurred (AccessDenied) when calling the AssumeRoleWithSAML operation: Not authorized to perform sts:AssumeRoleWithSAML',
    principal: 'team:crm-analytics',
    instance: 'prod',
    cause: 'not-trusted',
    says: ['the provider corporate', 'role/edl/prod/edl-prod-team-crm-analytics'],
  },
  {
    name: 'a token for a role that no provider enters',
    text: 'Not authorized to perform sts:AssumeRoleWithWebIdentity',
    principal: 'team:oncology',
    instance: 'prod',
    cause: 'not-trusted',
    says: ['no role of team:oncology is entered'],
  },
  {
    name: 'no role of the lake, but one that may take one',
    text: refused(as('sso-oncology'), 's3:GetObject', object('sensitive', 'clinical-trials/data/u/a')),
    cause: 'no-lake-role',
    says: ['[profile edl-prod-team-oncology]', 'team:oncology is granted read on clinical-trials'],
  },
  {
    name: 'an administrator with no principal',
    text: refused(
      as('AWSReservedSSO_Administrator_0123456789abcdef', 'somebody'),
      's3:GetObject',
      object('sensitive', 'clinical-trials/data/u/a'),
    ),
    cause: 'no-lake-role',
    says: ['--principal'],
  },
  {
    name: 'somebody who names a principal that does not know him',
    text: refused(as('sso-finance', 'somebody'), 's3:GetObject', object('sensitive', 'clinical-trials/data/u/a')),
    principal: 'team:oncology',
    cause: 'no-lake-role',
    also: ['not-trusted'],
    says: ['arn: arn:aws:iam::{account}:role/sso-finance'],
  },
  {
    name: 'a role of a principal that is gone',
    text: get('edl-prod-team-oncologie', 'sensitive', 'clinical-trials/data/u/a'),
    cause: 'no-such-role',
    says: ['edl-prod-team-oncology'],
  },
  {
    name: 'a caller that nobody declared',
    text: `An error occurred (AccessDenied) when calling the AssumeRole operation: User: ${as('sso-finance')} is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::333333333333:role/edl/prod/edl-prod-team-oncology`,
    cause: 'not-trusted',
    says: ['arn: arn:aws:iam::{account}:role/sso-finance', 'instances: [prod]', 'catalog/principals/oncology.yaml'],
  },
  {
    name: 'a permission set that is declared for prod only',
    text: `User: ${as('AWSReservedSSO_Oncology_0123456789abcdef', 'x', '111111111111')} is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::111111111111:role/edl/dev01/edl-dev01-team-oncology`,
    cause: 'not-trusted',
    says: ['in prod only', 'identityCenter: { permissionSet: Oncology }'],
  },
  {
    name: 'a declared caller without the permission of its own',
    text: `User: ${as('sso-oncology')} is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::333333333333:role/edl/prod/edl-prod-team-oncology because no identity-based policy allows the sts:AssumeRole action`,
    cause: 'caller-policy',
    says: ['"sts:AssumeRole"'],
  },
  {
    name: 'a role without its path',
    text: `User: ${as('sso-oncology')} is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::333333333333:role/edl-prod-team-oncology`,
    cause: 'wrong-role-arn',
    says: ['role/edl/prod/edl-prod-team-oncology'],
  },
  {
    name: 'a role that runs a pipeline',
    text: `User: ${as('sso-oncology')} is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::333333333333:role/edl/prod/run/edl-prod-pipeline-daily-outcomes`,
    cause: 'not-trusted',
    says: ['people never do'],
  },
];

/** Policies other than a role's own. */
export const POLICIES: readonly Example[] = [
  {
    name: 'the boundary, where ours allows it',
    text: refused(
      as('edl-prod-service-lab-robots'),
      's3:PutObject',
      'arn:aws:s3:::acme-datalake-drop-prod-restricted-eu-west-1/lab-results/x.csv',
      ' because no permissions boundary allows the s3:PutObject action',
    ),
    cause: 'boundary',
    says: ['"certainty":"likely"', 'edl verify --live --instance prod'],
    hides: ['not the lake’s'],
  },
  {
    name: 'a pipeline that writes another dataset',
    text: refused(
      as('edl-prod-pipeline-us-claims-monthly'),
      's3:PutObject',
      object('restricted', 'us-claims/data/u/a', 'us-east-1'),
    ),
    cause: 'runs-only',
    says: ['outputs: [us-claims-monthly, us-claims]', 'EDL-1343', 'us-claims-monthly/pipeline_config.yaml'],
    hides: ['declare a pipeline'],
  },
  {
    name: 'a service control policy, with its ARN',
    text: refused(
      as('edl-prod-team-oncology'),
      's3:GetObject',
      object('sensitive', 'clinical-trials/data/u/a'),
      ' with an explicit deny in a service control policy: arn:aws:organizations::987654321098:policy/o-acme12345/service_control_policy/p-2kgnabcd',
    ),
    cause: 'policy-of-others',
    says: ['p-2kgnabcd'],
  },
  {
    name: 'a VPC endpoint',
    text: refused(
      as('edl-prod-team-oncology'),
      's3:GetObject',
      object('sensitive', 'clinical-trials/data/u/a'),
      ' because no VPC endpoint policy allows the s3:GetObject action',
    ),
    cause: 'policy-of-others',
  },
  {
    name: 'a session policy, and no grant either',
    text: refused(
      as('edl-prod-team-oncology'),
      's3:GetObject',
      object('sensitive', 'payroll/data/u/a'),
      ' because no session policy allows the s3:GetObject action',
    ),
    cause: 'policy-of-others',
    also: ['no-grant'],
  },
  {
    name: 'the boundary',
    text: refused(
      as('edl-prod-team-oncology'),
      's3:GetObjectAcl',
      object('sensitive', 'clinical-trials/data/u/a'),
      ' because no permissions boundary allows the s3:GetObjectAcl action',
    ),
    cause: 'boundary',
  },
  {
    name: 'writing published data',
    text: refused(
      as('edl-prod-team-clinical-data'),
      's3:PutObject',
      object('restricted', 'outcomes-daily/data/u/a'),
      ' with an explicit deny in a resource-based policy',
    ),
    cause: 'runs-only',
    says: ['pipeline:daily-outcomes'],
  },
  {
    name: 'an upload with other encryption',
    text: refused(
      as('edl-prod-service-lab-robots'),
      's3:PutObject',
      'arn:aws:s3:::acme-datalake-drop-prod-restricted-eu-west-1/lab-results/x.csv',
      ' with an explicit deny in a resource-based policy',
    ),
    cause: 'bucket-policy',
    says: ['DenyOtherEncryption', 'DenyInsecureTransport'],
  },
  {
    name: 'a caller of another organisation',
    text: refused(
      'arn:aws:sts::999999999999:assumed-role/other/x',
      's3:GetObject',
      object('sensitive', 'clinical-trials/data/u/a'),
      ' with an explicit deny in a resource-based policy',
    ),
    cause: 'no-lake-role',
    also: ['bucket-policy'],
    says: ['DenyOutsideOrganization'],
  },
];
