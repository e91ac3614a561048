import type { Dataset, Tier } from '../../reconciler/model/catalog.ts';
import type { JsonObject } from '../../reconciler/model/json.ts';
import { dataBucket, dropBucket, glueDatabase, glueTablePrefix, keyAlias } from '../../reconciler/model/names.ts';
import type { AccessRow } from '../../reconciler/model/resource.ts';
import { ACTION_GROUPS, type GroupName } from '../actions.ts';
import { implied, LEVEL_GROUPS, type RowLevel } from '../levels.ts';
import { seesOpenMetadata } from '../rows.ts';
import { regionsOf } from '../../reconciler/model/instance.ts';
import type { Scope } from '../scope.ts';
import { type End, endOf, NEVER } from '../time.ts';
import type { Permit } from './statement.ts';

/** One row in one region: everything that its permits are named after. */
interface Site {
  readonly scope: Scope;
  readonly tier: Tier;
  readonly region: string;
  /** A dataset's folder, or `*`. */
  readonly folder: string;
  readonly showsAllTables: boolean;
  readonly end: End;
}

const allow = (site: Site, group: GroupName, resource: string, more: Partial<Permit> = {}): Permit => ({
  effect: 'Allow',
  actions: ACTION_GROUPS[group].actions,
  resource,
  end: site.end,
  ...more,
});

const bucketOf = ({ scope, tier, region }: Site): string =>
  `arn:aws:s3:::${dataBucket(scope.catalog.lake.organization, scope.instance.name, tier.name, region)}`;

const dropBucketOf = ({ scope, tier, region }: Site): string =>
  `arn:aws:s3:::${dropBucket(scope.catalog.lake.organization, scope.instance.name, tier.name, region)}`;

/**
 * Metadata of a whole tier is the same in every region (rows have no region), hence one ARN for all of them: other regions
 * have no database of that name.
 */
const glueArn = (site: Site, what: string, isWhole: boolean): string =>
  `arn:aws:glue:${isWhole ? '*' : site.region}:${site.scope.instance.account}:${what}`;

/** Glue asks for the ancestors of what is named. https://docs.aws.amazon.com/athena/latest/ug/fine-grained-access-to-glue-resources.html */
const ancestors = (site: Site, isWhole: boolean): readonly string[] => [
  glueArn(site, 'catalog', isWhole),
  glueArn(site, `database/${glueDatabase(site.scope.instance.name, site.tier.name)}`, isWhole),
];

const tables = (site: Site, isWhole: boolean): string => {
  const names = isWhole ? '*' : `${glueTablePrefix(site.folder)}*`;
  return glueArn(site, `table/${glueDatabase(site.scope.instance.name, site.tier.name)}/${names}`, isWhole);
};

const tablesAndAncestors = (site: Site, isWhole: boolean): readonly string[] => [
  ...ancestors(site, isWhole),
  tables(site, isWhole),
];

/** Key ids cannot be computed, so keys are known by alias. https://docs.aws.amazon.com/kms/latest/developerguide/alias-authorization.html */
const keyCondition = (site: Site): JsonObject => ({
  'ForAnyValue:StringEquals': { 'kms:ResourceAliases': keyAlias(site.scope.instance.name, site.tier.name) },
  StringEquals: { 'kms:ViaService': `s3.${site.region}.amazonaws.com` },
});

const keyPermits = (site: Site, group: 'decrypt' | 'encrypt'): readonly Permit[] =>
  site.tier.encryption === 'kms'
    ? [
        allow(site, group, `arn:aws:kms:${site.region}:${site.scope.instance.account}:key/*`, {
          condition: keyCondition(site),
        }),
      ]
    : [];

const objectPermit = (site: Site, group: GroupName, bucket: string, path: string): Permit =>
  allow(site, group, `${bucket}/${path}`, { scope: bucket });

/** Which folder of a dataset a reading level opens. */
const part = (level: RowLevel): 'raw' | 'data' => (level === 'read-raw' ? 'raw' : 'data');

const groupPermits = (site: Site, group: GroupName, level: RowLevel): readonly Permit[] => {
  const { folder } = site;
  switch (group) {
    case 'seeDatabases':
      return ancestors(site, site.showsAllTables).map((arn) => allow(site, group, arn));
    case 'seeTables':
      return tablesAndAncestors(site, site.showsAllTables).map((arn) => allow(site, group, arn));
    case 'writeTables':
      return tablesAndAncestors(site, false).map((arn) => allow(site, group, arn));
    case 'locateBucket':
    case 'listUploads':
      return [allow(site, group, bucketOf(site))];
    case 'listObjects':
      return [allow(site, group, bucketOf(site), { prefix: `${folder}/${part(level)}/*` })];
    case 'readObjects':
      return [objectPermit(site, group, bucketOf(site), `${folder}/${part(level)}/*`)];
    case 'writeObjects':
      return ['raw', 'data'].map((name) => objectPermit(site, group, bucketOf(site), `${folder}/${name}/*`));
    case 'dropObjects':
      return [objectPermit(site, group, dropBucketOf(site), `${folder}/*`)];
    case 'decrypt':
    case 'encrypt':
      return keyPermits(site, group);
  }
};

/**
 * All of a tier's `data/` also matches `x/raw/y/data/z`; so whoever reads all of a tier is denied raw data, objects and
 * listing. The deny has no end: it takes nothing that the row gives.
 */
const rawDenials = (site: Site): readonly Permit[] => {
  const deny = { effect: 'Deny', end: NEVER } as const;
  return [
    { ...objectPermit(site, 'readObjects', bucketOf(site), '*/raw/*'), ...deny },
    { ...allow(site, 'listObjects', bucketOf(site), { prefix: '*/raw/*' }), ...deny },
  ];
};

const sitePermits = (site: Site, level: RowLevel): readonly Permit[] => {
  const held = implied(level);
  const allowed = held.flatMap((one) => LEVEL_GROUPS[one].flatMap((group) => groupPermits(site, group, one)));
  return site.folder === '*' && held.includes('read') ? [...allowed, ...rawDenials(site)] : allowed;
};

const regionsOfRow = (scope: Scope, row: AccessRow): readonly string[] => {
  const dataset: Dataset | undefined = scope.datasets.get(row.dataset);
  return dataset === undefined ? scope.instance.regions : regionsOf(dataset, scope.instance);
};

/** Everything that one row permits, in each region that holds its data. */
export const rowPermits = (scope: Scope, row: AccessRow): readonly Permit[] => {
  const tier = scope.tiers.get(row.tier);
  if (tier === undefined) return [];
  const isWhole = row.dataset === '*';
  return regionsOfRow(scope, row).flatMap((region) =>
    sitePermits(
      {
        scope,
        tier,
        region,
        folder: row.dataset,
        showsAllTables: isWhole || (tier.metadata === 'open' && seesOpenMetadata(row.principal)),
        end: endOf(row.until),
      },
      row.level,
    ),
  );
};
