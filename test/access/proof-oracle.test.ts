import { describe, expect, it } from 'vitest';
import { everyAction } from '../../src/access/actions.ts';
import type { RequestContext } from '../../src/access/evaluate/types.ts';
import { proofKeyArn } from '../../src/access/proof/key-arn.ts';
import { lakeNames } from '../../src/access/proof/lake.ts';
import { ASKED_ACTIONS } from '../../src/access/proof/action-classes.ts';
import { NOBODYS_ACTIONS } from '../../src/access/proof/nobodys-actions.ts';
import { declaredIn } from '../../src/access/proof/rights.ts';
import { rulesOf } from '../../src/access/proof/rules.ts';
import { endOf, laterEnd } from '../../src/access/time.ts';
import type { AccessHolder } from '../../src/reconciler/model/resource.ts';
import { NOW, RICH } from './proof-support.ts';

const ACCOUNT = '333333333333';
const lake = lakeNames(RICH, 'prod');
const { rightsOf } = declaredIn(RICH, 'prod', NOW);

/** Until when the oracle says yes: a day, `~` without end, undefined for no. */
const until = (holder: AccessHolder, action: string, resource: string, context: RequestContext = {}) => {
  const { anyOf, unless } = rulesOf(lake, resource, context)(action);
  const rights = rightsOf(holder);
  if (unless !== undefined && rights.has(unless)) return undefined;
  const ends = anyOf.flatMap((right) => rights.get(right) ?? []);
  return ends.length === 0 ? undefined : ends.reduce(laterEnd);
};

const NO = undefined;
const FOREVER = endOf(undefined);

const data = (tier: string, key = '', region = 'eu-west-1'): string =>
  `arn:aws:s3:::acme-datalake-prod-${tier}-${region}${key === '' ? '' : `/${key}`}`;
const drop = (tier: string, key: string): string => `arn:aws:s3:::acme-datalake-drop-prod-${tier}-eu-west-1/${key}`;
const glue = (what: string, region = 'eu-west-1'): string => `arn:aws:glue:${region}:${ACCOUNT}:${what}`;
const key = (tier: string): string => proofKeyArn(ACCOUNT, 'eu-west-1', tier);
const aliased = (tier: string, via: readonly string[] = ['s3.eu-west-1.amazonaws.com']): RequestContext => ({
  'kms:ResourceAliases': [`alias/edl-prod-${tier}`],
  'kms:ViaService': via,
});
const under = (prefix: string): RequestContext => ({ 's3:prefix': prefix });

type Row = readonly [
  about: string,
  holder: AccessHolder,
  action: string,
  resource: string,
  end: string | undefined,
  context?: RequestContext,
];

const ONCOLOGY = 'team:oncology';
const DROPZONE = 'team:dropzone';
const ANALYSTS = 'team:analysts';
const READERS = 'team:readers';
const MAKER = 'pipeline:make-outcomes';
const EVERYONE = 'everyone:internal';
const PARTNER = 'exposed:outcomes/read';
const SALES = 'table/edl_prod_sensitive/sales__t';

const ROWS: readonly Row[] = [
  // discover
  ['discover shows the tables', ANALYSTS, 'glue:GetTable', glue(SALES), FOREVER],
  ['discover shows the database', ANALYSTS, 'glue:GetDatabase', glue('database/edl_prod_sensitive'), FOREVER],
  ['discover shows the catalog', ANALYSTS, 'glue:GetPartitions', glue('catalog'), FOREVER],
  [
    'discover shows no sibling’s tables',
    ANALYSTS,
    'glue:GetTable',
    glue('table/edl_prod_sensitive/sales_secret__t'),
    NO,
  ],
  ['discover changes no tables', ANALYSTS, 'glue:UpdateTable', glue(SALES), NO],
  ['discover reads nothing', ANALYSTS, 's3:GetObject', data('sensitive', 'sales/data/u/x'), NO],
  ['discover needs no key', ANALYSTS, 'kms:Decrypt', key('sensitive'), NO, aliased('sensitive')],
  // read
  ['read reads data', ONCOLOGY, 's3:GetObject', data('sensitive', 'sales/data/u/x'), '2026-12-31'],
  ['read reads old versions', ONCOLOGY, 's3:GetObjectVersion', data('sensitive', 'sales/data/u/x'), '2026-12-31'],
  ['read lists data', ONCOLOGY, 's3:ListBucket', data('sensitive'), '2026-12-31', under('sales/data/')],
  ['read does not list raw', ONCOLOGY, 's3:ListBucket', data('sensitive'), NO, under('sales/raw/')],
  ['read does not list the folder', ONCOLOGY, 's3:ListBucket', data('sensitive'), NO, under('sales/')],
  ['read does not list without a slash', ONCOLOGY, 's3:ListBucket', data('sensitive'), NO, under('sales/data')],
  ['read does not list everything', ONCOLOGY, 's3:ListBucket', data('sensitive'), NO],
  ['read reads no raw data', ONCOLOGY, 's3:GetObject', data('sensitive', 'sales/raw/u/x'), NO],
  [
    'read reads a folder raw within data',
    ONCOLOGY,
    's3:GetObject',
    data('sensitive', 'sales/data/y/raw/z'),
    '2026-12-31',
  ],
  ['read reads no folder data within raw', ONCOLOGY, 's3:GetObject', data('sensitive', 'sales/raw/y/data/z'), NO],
  ['read reads no sibling', ONCOLOGY, 's3:GetObject', data('sensitive', 'sales-secret/data/u/x'), NO],
  ['read reads in no other tier', ONCOLOGY, 's3:GetObject', data('restricted', 'sales/data/u/x'), NO],
  ['read writes nothing', ONCOLOGY, 's3:PutObject', data('sensitive', 'sales/data/u/x'), NO],
  ['read is where the dataset is', ONCOLOGY, 's3:GetObject', data('sensitive', 'sites/data/u/x'), NO],
  ['… and there alone', ONCOLOGY, 's3:GetObject', data('sensitive', 'sites/data/u/x', 'us-east-1'), '2026-12-31'],
  [
    'the bucket is located as long as anything in it',
    ONCOLOGY,
    's3:GetBucketLocation',
    data('sensitive'),
    '2027-01-15',
  ],
  [
    'the key decrypts as long as anything in it',
    ONCOLOGY,
    'kms:Decrypt',
    key('sensitive'),
    '2027-01-15',
    aliased('sensitive'),
  ],
  ['the key decrypts through S3 only', ONCOLOGY, 'kms:Decrypt', key('sensitive'), NO, aliased('sensitive', [])],
  [
    '… of its own region',
    ONCOLOGY,
    'kms:Decrypt',
    key('sensitive'),
    NO,
    aliased('sensitive', ['s3.us-east-1.amazonaws.com']),
  ],
  ['another tier’s key does not', ONCOLOGY, 'kms:Decrypt', key('restricted'), NO, aliased('restricted')],
  ['a tier without a key has none', ONCOLOGY, 'kms:Decrypt', key('internal'), NO, aliased('internal')],
  ['reading encrypts nothing', ONCOLOGY, 'kms:GenerateDataKey', key('sensitive'), NO, aliased('sensitive')],
  // read-raw
  ['read-raw reads raw data', ONCOLOGY, 's3:GetObject', data('sensitive', 'outcomes/raw/u/x'), '2027-01-15'],
  ['read-raw reads data', ONCOLOGY, 's3:GetObject', data('sensitive', 'outcomes/data/u/x'), '2027-01-15'],
  ['read-raw lists both', ONCOLOGY, 's3:ListBucket', data('sensitive'), '2027-01-15', under('outcomes/raw/u/')],
  // write
  ['write drops files', DROPZONE, 's3:PutObject', drop('sensitive', 'sales/x'), '2026-12-31'],
  ['write drops for nobody else', DROPZONE, 's3:PutObject', drop('sensitive', 'sales-secret/x'), NO],
  ['write drops nothing beside folders', DROPZONE, 's3:PutObject', drop('sensitive', 'x'), NO],
  ['write reads nothing back', DROPZONE, 's3:GetObject', drop('sensitive', 'sales/x'), NO],
  ['write reads no data', DROPZONE, 's3:GetObject', data('sensitive', 'sales/data/u/x'), NO],
  ['write writes no data', DROPZONE, 's3:PutObject', data('sensitive', 'sales/data/u/x'), NO],
  ['write locates nothing', DROPZONE, 's3:GetBucketLocation', data('sensitive'), NO],
  ['write encrypts', DROPZONE, 'kms:GenerateDataKey', key('sensitive'), '2026-12-31', aliased('sensitive')],
  ['write decrypts parts', DROPZONE, 'kms:Decrypt', key('sensitive'), '2026-12-31', aliased('sensitive')],
  // admin
  ['admin reads raw data', ONCOLOGY, 's3:GetObject', data('sensitive', 'sites/raw/u/x', 'us-east-1'), '2026-12-31'],
  ['admin deletes nothing', ONCOLOGY, 's3:DeleteObject', data('sensitive', 'sites/raw/u/x', 'us-east-1'), NO],
  // run-write
  ['a run writes its output', MAKER, 's3:PutObject', data('sensitive', 'outcomes/data/u/x'), FOREVER],
  ['a run moves its files', MAKER, 's3:DeleteObject', data('sensitive', 'outcomes/raw/u/x'), FOREVER],
  ['a run deletes no versions', MAKER, 's3:DeleteObjectVersion', data('sensitive', 'outcomes/raw/u/x'), NO],
  ['a run writes beside data and raw nothing', MAKER, 's3:PutObject', data('sensitive', 'outcomes/x'), NO],
  ['a run writes no input', MAKER, 's3:PutObject', data('sensitive', 'sales/data/u/x'), NO],
  ['a run reads its input', MAKER, 's3:GetObject', data('sensitive', 'sales/data/u/x'), FOREVER],
  ['a run reads no raw input', MAKER, 's3:GetObject', data('sensitive', 'sales/raw/u/x'), NO],
  ['a run changes its table', MAKER, 'glue:UpdateTable', glue('table/edl_prod_sensitive/outcomes__t'), FOREVER],
  ['a run drops no table', MAKER, 'glue:DeleteTable', glue('table/edl_prod_sensitive/outcomes__t'), NO],
  ['a run changes no input’s table', MAKER, 'glue:UpdateTable', glue(SALES), NO],
  ['a run lists uploads', MAKER, 's3:ListBucketMultipartUploads', data('sensitive'), FOREVER],
  ['nobody else lists uploads', ONCOLOGY, 's3:ListBucketMultipartUploads', data('sensitive'), NO],
  // whole tiers
  ['everyone reads a tier', EVERYONE, 's3:GetObject', data('internal', 'codes/data/u/x'), FOREVER],
  ['… also what no catalog has', EVERYONE, 's3:GetObject', data('internal', 'new/data/u/x'), FOREVER],
  ['… but nothing raw', EVERYONE, 's3:GetObject', data('internal', 'codes/raw/u/x'), NO],
  ['… nor raw with data in it', EVERYONE, 's3:GetObject', data('internal', 'codes/raw/y/data/z'), NO],
  ['… nor data with raw in it', EVERYONE, 's3:GetObject', data('internal', 'codes/data/y/raw/z'), NO],
  ['… nor lists it', EVERYONE, 's3:ListBucket', data('internal'), NO, under('codes/data/y/raw/')],
  ['… and no other tier', EVERYONE, 's3:GetObject', data('restricted', 'leads/data/u/x'), NO],
  ['a selector ends with its date', ANALYSTS, 's3:GetObject', data('restricted', 'new/data/u/x'), '2027-01-31'],
  ['a selector is exact for who reads raw there', READERS, 's3:GetObject', data('restricted', 'new/data/u/x'), NO],
  ['… and reads what is there today', READERS, 's3:GetObject', data('restricted', 'leads/data/u/x'), FOREVER],
  // open metadata
  [
    'open metadata shows all tables',
    ONCOLOGY,
    'glue:GetTable',
    glue('table/edl_prod_restricted/visits__t'),
    '2026-11-30',
  ],
  [
    '… in every region',
    ONCOLOGY,
    'glue:GetTable',
    glue('table/edl_prod_restricted/visits__t', 'us-east-1'),
    '2026-11-30',
  ],
  ['third parties see their own', PARTNER, 'glue:GetTable', glue('table/edl_prod_sensitive/outcomes__t'), FOREVER],
  ['… and no other', 'exposed:visits/admin', 'glue:GetTable', glue('table/edl_prod_restricted/leads__t'), NO],
  // what roles hold beside rows
  [
    'a team queries in its workgroup',
    ONCOLOGY,
    'athena:StartQueryExecution',
    `arn:aws:athena:eu-west-1:${ACCOUNT}:workgroup/edl-prod-team-oncology`,
    FOREVER,
  ],
  [
    '… not in another one’s',
    ONCOLOGY,
    'athena:GetQueryResults',
    `arn:aws:athena:eu-west-1:${ACCOUNT}:workgroup/edl-prod-team-readers`,
    NO,
  ],
  [
    '… not in another region',
    ONCOLOGY,
    'athena:StartQueryExecution',
    `arn:aws:athena:ap-south-1:${ACCOUNT}:workgroup/edl-prod-team-oncology`,
    NO,
  ],
  ['third parties do not query', PARTNER, 'athena:ListWorkGroups', '*', NO],
  [
    'a run reads its code',
    MAKER,
    's3:GetObject',
    'arn:aws:s3:::acme-datalake-artifacts-prod-eu-west-1/edl/artifacts/x',
    FOREVER,
  ],
  [
    '… and not the registry',
    MAKER,
    's3:GetObject',
    'arn:aws:s3:::acme-datalake-artifacts-prod-eu-west-1/edl/datasets.json',
    NO,
  ],
  [
    '… and changes none',
    MAKER,
    's3:PutObject',
    'arn:aws:s3:::acme-datalake-artifacts-prod-eu-west-1/edl/artifacts/x',
    NO,
  ],
  [
    'a run of Glue logs there',
    MAKER,
    'logs:PutLogEvents',
    `arn:aws:logs:eu-west-1:${ACCOUNT}:log-group:/aws-glue/jobs`,
    FOREVER,
  ],
  [
    '… not to the other engine’s',
    MAKER,
    'logs:PutLogEvents',
    `arn:aws:logs:eu-west-1:${ACCOUNT}:log-group:/aws/emr-serverless`,
    NO,
  ],
  [
    'a run of EMR logs to its own',
    'pipeline:make-leads',
    'logs:PutLogEvents',
    `arn:aws:logs:us-east-1:${ACCOUNT}:log-group:/aws/emr-serverless`,
    FOREVER,
  ],
  [
    'teams read no code',
    ONCOLOGY,
    's3:GetObject',
    'arn:aws:s3:::acme-datalake-artifacts-prod-eu-west-1/edl/artifacts/x',
    NO,
  ],
  ['another account is nobody’s', ONCOLOGY, 'glue:GetTable', `arn:aws:glue:eu-west-1:111111111111:${SALES}`, NO],
  ['who is not declared holds nothing', 'team:gone', 'athena:ListWorkGroups', '*', NO],
];

describe('the oracle', () => {
  for (const [about, holder, action, resource, end, context] of ROWS)
    it(about, () => {
      expect(until(holder, action, resource, context)).toBe(end);
    });
});

describe('the questions', () => {
  it('ask for every action of the table, and for many that nobody may do', () => {
    const classes = new Set(
      Object.values(ASKED_ACTIONS).flatMap((classes) => classes.flatMap(({ actions }) => actions)),
    );
    expect(everyAction().filter((action) => !classes.has(action))).toEqual([]);
    const nobodys = NOBODYS_ACTIONS.flatMap(({ actions }) => actions);
    expect(nobodys.filter((action) => everyAction().includes(action))).toEqual([]);
    expect(new Set(nobodys).size).toBe(nobodys.length);
  });
});
