import { keyAlias, workGroup } from '../../reconciler/model/names.ts';
import type { AccessHolder } from '../../reconciler/model/resource.ts';
import { accessSources } from '../sources.ts';
import { type Case, cause, type Cause, listed, type Rule, type Snippet } from './cause.ts';
import { roleOf } from './names.ts';
import { actionOf, isOffered, isQueryAction, isTableWrite } from './need.ts';

const groupOf = ({ catalog, who, instance }: Case, holder: AccessHolder | undefined = who.holder): string => {
  const role = instance === undefined || holder === undefined ? undefined : roleOf(catalog, holder, instance.name);
  return role?.workGroup ?? workGroup(instance?.name ?? 'INSTANCE', 'team', 'NAME');
};

const queryWith = (group: string, { catalog, place, tier, instance }: Case): Snippet => {
  const database = `edl_${instance?.name ?? 'INSTANCE'}_${tier?.name ?? 'TIER'}`;
  return {
    title: 'Run queries in the workgroup of your role; it keeps the results itself, so name no output location',
    language: 'sh',
    text: `aws athena start-query-execution --work-group ${group} --region ${place.region ?? catalog.lake.homeRegion} --query-execution-context Database=${database} --query-string "SELECT …"`,
  };
};

/** Athena writes results itself where our workgroups are used (athena/latest/ug/managed-results), so no bucket is involved. */
export const resultsRule: Rule = (one) => {
  if (!one.denial.signs.includes('query-results')) return [];
  const group = groupOf(one);
  return [
    cause(
      'query-results',
      'certain',
      `Athena could not write the query’s results, so the query ran outside your role’s workgroup: ${group} keeps results in Athena and needs no bucket.`,
      {
        steps: [
          `Choose the workgroup ${group} in your client, and remove its output location (s3_staging_dir, OutputLocation, S3OutputLocation).`,
        ],
        snippets: [queryWith(group, one)],
      },
    ),
  ];
};

const WORKGROUP = /:workgroup\/([\w.-]+)$/;

/** Queries run in the workgroup of one's own role, and in no other, `primary` least of all. */
export const workGroupRule: Rule = (one) => {
  const { denial, who, instance } = one;
  const { action, resource } = denial;
  if (action === undefined || denial.service !== 'athena' || !isQueryAction(action)) return [];
  const [, asked] = WORKGROUP.exec(resource ?? '') ?? [];
  const own = groupOf(one);
  if (asked === own) return [];
  if (who.role !== undefined && who.role.workGroup === undefined)
    return [
      cause(
        'wrong-workgroup',
        'certain',
        `${who.role.name} runs no queries in Athena: ${who.role.holder} works on S3 and Glue alone.`,
        {
          steps: ['Take the role of a team, user or service for queries.'],
        },
      ),
    ];
  const where =
    asked === undefined
      ? 'another workgroup, most likely primary, which clients take by default'
      : `workgroup ${asked}`;
  return [
    cause(
      'wrong-workgroup',
      asked !== undefined && who.role !== undefined ? 'certain' : 'likely',
      `The query was sent to ${where}; ${who.holder ?? 'your role'} may use ${own} only.`,
      {
        steps: [
          ...(who.holder === undefined && instance === undefined
            ? ['Say who you work as with --principal, and where with --instance, for the exact name.']
            : []),
          `Choose the workgroup ${own} in your client.`,
        ],
        snippets: [queryWith(own, one)],
      },
    ),
  ];
};

/** Tables are made by the reconciler and filled by runs. */
export const tableWriteRule: Rule = (one) => {
  const action = actionOf(one.denial, one.place);
  if (action === undefined || !isTableWrite(action) || one.who.role?.holder.startsWith('pipeline:') === true) return [];
  return [
    cause(
      'runs-only',
      'certain',
      'Tables come from the catalog: EDL makes them and runs fill them, so no role of people may change them.',
      {
        steps: [
          'CREATE TABLE AS, CREATE VIEW, INSERT and MSCK REPAIR do not work in the lake’s databases.',
          'To keep a result, declare a dataset and a pipeline that writes it; to look at one, use a plain SELECT.',
        ],
      },
    ),
  ];
};

/** An action that no level is made of. */
export const offeredRule: Rule = ({ denial, place }) => {
  const { action } = denial;
  if (action === undefined || denial.isActionStated !== true || isOffered(action) || action.startsWith('sts:'))
    return [];
  const isBuckets = /^s3:ListAllMyBuckets$/i.test(action);
  return [
    cause(
      'action-not-offered',
      'certain',
      `No level of the lake gives ${action}${place.bucket === undefined ? '' : ' on its buckets'}, so nobody can be granted it.`,
      {
        steps: [
          isBuckets
            ? 'Name the bucket instead of listing all: aws s3 ls s3://BUCKET/DATASET/data/'
            : 'Switch it off in the client if it is not needed to read data (ACLs, tags, versions and bucket settings never are); docs/access-levels.md lists what each level gives.',
        ],
      },
    ),
  ];
};

/** Where metadata is exact, only granted tables are seen, so a list of all of them is refused. */
export const metadataRule: Rule = (one) => {
  const { denial, tier, dataset, place, who } = one;
  const isList = /^glue:(GetTables|SearchTables|GetDatabases)$/.test(denial.action ?? '');
  if (!isList || dataset !== undefined || tier?.metadata !== 'exact' || place.database === undefined) return [];
  return [
    cause(
      'exact-metadata',
      'likely',
      `The tables of tier ${tier.name} cannot be listed: its metadata is exact, so ${who.holder ?? 'a role'} sees granted tables by name only.`,
      {
        steps: [
          `Name the table in full: SELECT … FROM ${place.database}.<dataset>__<table>; do not browse the database.`,
          'If you need a dataset of it, say which with --on, and this tells what to ask for.',
        ],
      },
    ),
  ];
};

const keyParts = (resource: string | undefined): { readonly region?: string; readonly account?: string } => {
  const [, , service, region, account] = (resource ?? '').split(':');
  return service === 'kms' && region !== undefined && account !== undefined ? { region, account } : {};
};

const isForeignKey = ({ denial, instance, catalog }: Case): boolean => {
  const { account } = keyParts(denial.resource);
  const accounts = instance === undefined ? catalog.lake.instances.map((one) => one.account) : [instance.account];
  return account !== undefined && !accounts.includes(account);
};

/** Keys that no grant of this lake can open. */
export const foreignKeyRule: Rule = (one) => {
  const { denial, instance, tier } = one;
  const { region, account } = keyParts(denial.resource);
  if (denial.service !== 'kms') return [];
  if (isForeignKey(one))
    return [
      cause(
        'key',
        'certain',
        `The key belongs to account ${account ?? ''}, which is not the lake’s: the object was encrypted with somebody else’s key.`,
        {
          steps: [
            'Whoever wrote the object has to write it again without encryption headers, so that the bucket’s own key is used.',
          ],
        },
      ),
    ];
  if (region !== undefined && instance !== undefined && !instance.regions.includes(region))
    return [
      cause(
        'key',
        'certain',
        `The key is in ${region}, and instance ${instance.name} has no data there; its regions are ${listed(instance.regions)}.`,
        {
          steps: ['Set the region of your client to the bucket’s own.'],
        },
      ),
    ];
  return tier?.encryption === 's3'
    ? [
        cause(
          'key',
          'certain',
          `Tier ${tier.name} is encrypted with keys that S3 manages, so an object that asks for a KMS key was written with other headers than the bucket’s.`,
          {
            steps: ['Whoever wrote the object has to write it again without encryption headers.'],
          },
        ),
      ]
    : [];
};

/** Messages tell a key by its id, which git does not know, so the tier is open where no object is told. */
export const anyKeyRule: Rule = (one) => {
  const { denial, instance, dataset, tier, who, catalog, asOf } = one;
  const { region } = keyParts(denial.resource);
  if (denial.service !== 'kms' || dataset !== undefined || tier !== undefined || instance === undefined) return [];
  if (who.role === undefined || region === undefined) return [];
  const { sources } = accessSources(catalog, instance.name, asOf);
  const isHeld = (name: string): boolean =>
    sources.some(
      ({ principal, tier: held, level }) => principal === who.holder && held === name && level !== 'discover',
    );
  const withKey = catalog.lake.tiers.filter(({ encryption }) => encryption === 'kms').map(({ name }) => name);
  const held = withKey.filter(isHeld).map((name) => keyAlias(instance.name, name));
  const opens = held.length === 0 ? 'no key of a tier' : listed(held);
  return [
    cause(
      'key',
      'likely',
      `A key in ${instance.name} refused it, and the message does not tell of which tier it is; with what it holds, ${who.role.holder} opens ${opens}, through S3 only.`,
      {
        steps: [
          `See whose key it is; the alias ends in the tier: aws kms list-aliases --region ${region} --key-id ${denial.resource ?? ''}`,
          'Say which dataset or object it was with --on; this then tells whether the grant is missing.',
          'Calling KMS itself is not part of any level: read through S3, with the client’s region set to the bucket’s.',
        ],
      },
    ),
  ];
};

/** Why a granted reader may still be refused by the key. */
export const keyCauses = ({ denial, instance, tier, place }: Case): readonly Cause[] => {
  const isOfKey = denial.service === 'kms' || denial.signs.includes('unknown-key');
  if (!isOfKey) return [];
  const alias = instance === undefined || tier === undefined ? 'its alias' : keyAlias(instance.name, tier.name);
  return [
    cause(
      'key',
      'likely',
      `The grant gives the key of the tier too, through S3 in ${place.region ?? 'the key’s region'}, so the object or the request is not as it should be.`,
      {
        steps: [
          `After the very first apply, wait five minutes: roles know the key by ${alias}, and KMS says that aliases take that long to count.`,
          'Read through S3 with the client’s region set to the bucket’s; calling KMS itself is not part of any level.',
          'If it is one object only, it was written with another key: whoever wrote it has to write it again without encryption headers.',
        ],
      },
    ),
  ];
};
