/** Refusals as people paste them, with what they must be read as. The sample lake is judged as of 2026-11-22. */

export const ACCOUNT = '333333333333';

export const as = (role: string, session = 'jane.doe@acme.example', account = ACCOUNT): string =>
  `arn:aws:sts::${account}:assumed-role/${role}/${session}`;

export const bucket = (tier: string, region = 'eu-west-1', instance = 'prod'): string =>
  `acme-datalake-${instance}-${tier}-${region}`;

/** IAM's general form. */
export const refused = (caller: string, action: string, resource: string, why = ''): string =>
  `User: ${caller} is not authorized to perform: ${action} on resource: "${resource}"${why}`;

export const noIdentity = (action: string): string => ` because no identity-based policy allows the ${action} action`;

export const object = (tier: string, key: string, region?: string, instance?: string): string =>
  `arn:aws:s3:::${bucket(tier, region, instance)}/${key}`;

export const get = (role: string, tier: string, key: string): string =>
  refused(as(role), 's3:GetObject', object(tier, key), noIdentity('s3:GetObject'));

export interface Example {
  readonly name: string;
  readonly text: string;
  /** The first cause. */
  readonly cause: string;
  /** What else must be found. */
  readonly also?: readonly string[];
  readonly principal?: `${'team' | 'user' | 'service' | 'pipeline'}:${string}`;
  readonly on?: string;
  readonly instance?: string;
  readonly asOf?: string;
  /** In the answer's sentences, steps, snippets or YAML. */
  readonly says?: readonly string[];
  /** Nowhere in it. */
  readonly hides?: readonly string[];
}

/** Grants: none, expired, elsewhere, too low. */
export const GRANTS: readonly Example[] = [
  {
    name: 'no grant at all',
    text: get('edl-prod-team-oncology', 'sensitive', 'payroll/data/u1/a.parquet'),
    cause: 'no-grant',
    says: ['{ dataset: payroll, level: read, expires: 2027-02-20 }', 'team:finance', 'team:security'],
  },
  {
    name: 'expired',
    text: get('edl-prod-team-oncology', 'sensitive', 'clinical-trials/data/u1/a.parquet'),
    asOf: '2028-03-01T09:00:00Z',
    cause: 'expired',
    says: ['2027-01-31', 'expires: 2028-05-30'],
  },
  {
    name: 'granted for another instance',
    text: refused(
      as('edl-dev01-team-drug-safety', 'x', '111111111111'),
      's3:GetObject',
      object('sensitive', 'clinical-trials/data/u/a', 'eu-west-1', 'dev01'),
    ),
    cause: 'not-this-instance',
    says: ['for prod only', 'catalog/grants/drug-safety-trials.yaml'],
  },
  {
    name: 'read where raw is asked for',
    text: get('edl-prod-team-oncology', 'sensitive', 'clinical-trials/raw/u1/a.csv'),
    cause: 'level-too-low',
    says: ['level: read-raw'],
  },
  {
    name: 'discover where reading is asked for',
    text: get('edl-prod-team-security', 'sensitive', 'payroll/data/u1/a.parquet'),
    cause: 'level-too-low',
    says: ['level: read, expires'],
  },
  {
    name: 'write reads nothing',
    text: get('edl-prod-service-lab-robots', 'restricted', 'lab-results/data/u1/a.parquet'),
    cause: 'level-too-low',
    says: ['holds write on lab-results'],
  },
  {
    name: 'read does not hand in',
    text: refused(
      as('edl-prod-team-oncology'),
      's3:PutObject',
      `arn:aws:s3:::acme-datalake-drop-prod-restricted-eu-west-1/lab-results/x.csv`,
    ),
    cause: 'level-too-low',
    says: ['level: write'],
  },
  {
    name: 'a whole tier never covers raw',
    text: get('edl-prod-default-internal', 'internal', 'crm-visits/raw/u1/a.json'),
    cause: 'no-grant',
    says: ['team or user'],
  },
  {
    name: 'a pipeline without the input',
    text: get('edl-prod-pipeline-daily-outcomes', 'restricted', 'sales-orders/data/u/a'),
    cause: 'no-grant',
    says: ['inputs: [clinical-trials, sales-orders]'],
  },
  {
    name: 'a pipeline that wants raw data',
    text: get('edl-prod-pipeline-daily-outcomes', 'sensitive', 'clinical-trials/raw/u/a'),
    cause: 'level-too-low',
  },
  {
    name: 'a third party on another dataset',
    text: get('edl-prod-ds-lab-results-read', 'restricted', 'sales-orders/data/u/a'),
    cause: 'no-grant',
    says: ['expose'],
  },
  {
    name: 'an owner without a grant',
    text: get('edl-prod-team-crm-analytics', 'internal', 'crm-visits/raw/u/a'),
    cause: 'level-too-low',
  },
  {
    name: 'internal data, which the default role reads',
    text: get('edl-prod-team-oncology', 'internal', 'product-catalog/data/u/a'),
    cause: 'no-grant',
    says: ['edl-prod-default-internal', 'permission set Employee', 'without any grant'],
  },
  {
    name: 'raw internal data, which the default role does not read',
    text: get('edl-prod-team-oncology', 'internal', 'product-catalog/raw/u/a'),
    cause: 'no-grant',
    hides: ['default role'],
  },
  {
    name: 'a grant that a rule refuses',
    text: get('edl-prod-team-oncology', 'sensitive', 'genome-samples/data/u/a'),
    cause: 'no-grant',
    says: ['"rule":"genomes-apart-from-trials"', 'it is refused by genomes-apart-from-trials (EDL-3060)'],
  },
  {
    name: 'all that is known are the flags',
    text: 'Access Denied',
    principal: 'team:oncology',
    on: 'payroll',
    instance: 'prod',
    cause: 'no-grant',
  },
  {
    name: 'boto3 with the flags',
    text: 'botocore.exceptions.ClientError: An error occurred (AccessDenied) when calling the GetObject operation: Access Denied',
    principal: 'team:oncology',
    on: `s3://${bucket('sensitive')}/payroll/data/u1/a.parquet`,
    cause: 'no-grant',
  },
];

/** Places: wrong, unknown, gone. */
export const PLACES: readonly Example[] = [
  {
    name: 'a bucket of others',
    text: refused(as('edl-prod-team-oncology'), 's3:GetObject', 'arn:aws:s3:::my-own-bucket/a'),
    cause: 'not-of-this-lake',
  },
  {
    name: 'a service of others',
    text: refused(as('edl-prod-team-oncology'), 'dynamodb:GetItem', `arn:aws:dynamodb:eu-west-1:${ACCOUNT}:table/x`),
    cause: 'not-of-this-lake',
  },
  {
    name: 'a mistyped bucket',
    text: `fatal error: An error occurred (AccessDenied) when calling the ListObjectsV2 operation: s3://acme-datalake-prod-sensitiv-eu-west-1/payroll/ Access Denied`,
    on: 's3://acme-datalake-prod-sensitiv-eu-west-1/payroll/',
    cause: 'no-such-bucket',
    says: ['acme-datalake-prod-sensitive-eu-west-1'],
  },
  {
    name: 'a role of dev01 on data of prod',
    text: refused(
      as('edl-dev01-team-oncology', 'x', '111111111111'),
      's3:GetObject',
      object('sensitive', 'clinical-trials/data/u/a'),
    ),
    cause: 'wrong-instance',
    says: ['role_arn = arn:aws:iam::333333333333:role/edl/prod/edl-prod-team-oncology'],
  },
  {
    name: 'a misspelt dataset',
    text: get('edl-prod-team-oncology', 'sensitive', 'clinical-trails/data/u/a'),
    cause: 'unknown-dataset',
    says: ['did you mean clinical-trials?'],
  },
  {
    name: 'a dataset in the bucket of another tier',
    text: get('edl-prod-team-oncology', 'restricted', 'clinical-trials/data/u/a'),
    cause: 'wrong-tier',
    says: [bucket('sensitive')],
  },
  {
    name: 'a retired dataset',
    text: get('edl-prod-team-crm-analytics', 'internal', 'web-events-2024/data/u/a'),
    cause: 'dataset-retired',
    says: ['2026-09-01'],
  },
  {
    name: 'a dataset that the instance does not have',
    text: refused(
      as('edl-dev01-team-finance', 'x', '111111111111'),
      's3:GetObject',
      object('sensitive', 'payroll/data/u/a', 'eu-west-1', 'dev01'),
    ),
    cause: 'not-in-instance',
    says: ['it is in prod'],
  },
  {
    name: 'a dataset that the region does not have',
    text: refused(
      as('edl-prod-team-oncology'),
      's3:GetObject',
      object('sensitive', 'clinical-trials/data/u/a', 'us-east-1'),
    ),
    cause: 'not-in-region',
    says: ['eu-west-1'],
  },
  {
    name: 'outside data and raw',
    text: get('edl-prod-team-oncology', 'sensitive', 'clinical-trials/tmp/a'),
    cause: 'outside-folders',
  },
  {
    name: 'reading a drop bucket',
    text: refused(
      as('edl-prod-team-research'),
      's3:GetObject',
      'arn:aws:s3:::acme-datalake-drop-prod-restricted-eu-west-1/lab-results/x.csv',
    ),
    cause: 'outside-folders',
    says: ['read-raw'],
  },
  {
    name: 'listing the root of a bucket',
    text: refused(
      as('edl-prod-team-oncology'),
      's3:ListBucket',
      `arn:aws:s3:::${bucket('sensitive')}`,
      noIdentity('s3:ListBucket'),
    ),
    cause: 'listing-without-prefix',
    says: [`aws s3 ls s3://${bucket('sensitive')}/`],
  },
  {
    name: 'listing, where the flag tells which dataset it was',
    text: refused(as('edl-prod-team-oncology'), 's3:ListBucket', `arn:aws:s3:::${bucket('sensitive')}`),
    on: 'payroll',
    cause: 'no-grant',
    says: ['level: read'],
  },
  {
    name: 'listing a dataset without its folder',
    text: 'An error occurred (AccessDenied) when calling the ListObjectsV2 operation: Access Denied',
    on: `s3://${bucket('sensitive')}/clinical-trials/`,
    principal: 'team:oncology',
    cause: 'listing-without-prefix',
    says: ['clinical-trials/data/'],
  },
  {
    name: 'an action of no level',
    text: refused(as('edl-prod-team-oncology'), 's3:GetObjectTagging', object('sensitive', 'clinical-trials/data/u/a')),
    cause: 'action-not-offered',
  },
  {
    name: 'listing all buckets',
    text: refused(as('edl-prod-team-oncology'), 's3:ListAllMyBuckets', '*', noIdentity('s3:ListAllMyBuckets')),
    cause: 'action-not-offered',
    says: ['Name the bucket'],
  },
];
