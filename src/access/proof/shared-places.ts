import {
  ARTIFACTS_PREFIX,
  artifactsBucket,
  boundaryPolicy,
  cloudFormationRole,
  dataBucket,
  defaultRole,
  defaultWorkGroup,
  dropBucket,
  glueDatabase,
  glueJob,
  iamPath,
  keyAlias,
  policyArn,
  principalRole,
  REGISTRY_KEY,
  roleArn,
  runnerPath,
  runnerRole,
  workGroup,
} from '../../reconciler/model/names.ts';
import type { Catalog } from '../../reconciler/model/catalog.ts';
import type { RequestContext } from '../evaluate/types.ts';
import { proofKeyArn } from './key-arn.ts';
import { type LakeNames, MADE_UP } from './lake.ts';
import { ASKED_ACTIONS } from './action-classes.ts';
import type { Target } from './nobodys-actions.ts';
import { type About, type Place, placeMaker } from './place.ts';

const simple = (resource: string, context: RequestContext, target: Target): Place => ({
  resource,
  context,
  classes: ASKED_ACTIONS[target],
  about: {},
});

/** The tier that a place lies in; one that is made up is none. */
const inTier = (lake: LakeNames, tier: string): About => (lake.tiers.includes(tier) ? { tier } : {});

const bucketPlaces = (lake: LakeNames, region: string): readonly Place[] => {
  const { organization, instance, other } = lake;
  const make = placeMaker(lake, region);
  const away = placeMaker(lake, region, other.account);
  return [
    ...[...lake.tiers, MADE_UP].flatMap((tier) => {
      const about = inTier(lake, tier);
      const buckets = [dataBucket, dropBucket].map((name) => name(organization, instance.name, tier, region));
      return buckets.flatMap((bucket) => [
        make.bucket(bucket, about),
        ...['', '/', 'data/', 'raw/'].map((prefix) => make.list(bucket, prefix, about)),
        ...['file', 'data/file', 'raw/file'].map((key) => make.object(bucket, key, about)),
      ]);
    }),
    ...lake.tiers.map((tier) => away.bucket(dataBucket(organization, other.name, tier, region), {})),
  ];
};

const artifactPlaces = (lake: LakeNames, region: string): readonly Place[] => {
  const make = placeMaker(lake, region);
  const bucket = artifactsBucket(lake.organization, lake.instance.name, region);
  const away = artifactsBucket(lake.organization, lake.other.name, region);
  return [
    make.bucket(bucket, {}),
    ...['', 'edl/', ARTIFACTS_PREFIX, `${ARTIFACTS_PREFIX}x/`].map((prefix) => make.list(bucket, prefix, {})),
    ...[`${ARTIFACTS_PREFIX}main.py`, REGISTRY_KEY, 'edl/file', 'file'].map((key) => make.object(bucket, key, {})),
    placeMaker(lake, region, lake.other.account).object(away, `${ARTIFACTS_PREFIX}main.py`, {}),
  ];
};

const gluePlaces = (lake: LakeNames, region: string): readonly Place[] => {
  const make = placeMaker(lake, region);
  const own = (tier: string): string => glueDatabase(lake.instance.name, tier);
  return [
    ...['catalog', 'database/default', 'database/global_temp', 'userDefinedFunction/default/f'].map((what) =>
      make.glue(what, {}),
    ),
    ...[`database/${MADE_UP}`, `table/${MADE_UP}/t`, `table/default/t`, `userDefinedFunction/${MADE_UP}/f`].map(
      (what) => make.glue(what, {}),
    ),
    ...[...lake.tiers, MADE_UP].flatMap((tier) => [
      make.glue(`database/${own(tier)}`, inTier(lake, tier)),
      make.glue(`userDefinedFunction/${own(tier)}/f`, inTier(lake, tier)),
      make.glue(`database/${glueDatabase(lake.other.name, tier)}`, {}),
      make.glue(`table/${glueDatabase(lake.other.name, tier)}/${MADE_UP}__t`, {}),
    ]),
  ];
};

/** A key as S3 asks for it on behalf of somebody, and as nobody may: directly, through another service, under another alias. */
const keyPlaces = (lake: LakeNames, region: string): readonly Place[] => {
  const { account, name, regions } = lake.instance;
  const ordinary = { ...lake.ordinary(region), 'kms:CallerAccount': account };
  const storage = [`s3.${region}.amazonaws.com`];
  const elsewhere = regions.find((one) => one !== region) ?? lake.foreignRegion;
  const ask = (tier: string, aliases: readonly string[], via: readonly string[], circumstances: string): Place => ({
    resource: proofKeyArn(account, region, tier),
    context: { ...ordinary, 'kms:ResourceAliases': aliases, 'kms:ViaService': via },
    classes: ASKED_ACTIONS.key,
    circumstances,
    about: inTier(lake, tier),
  });
  const ofTier = (tier: string): readonly Place[] => {
    const alias = [keyAlias(name, tier)];
    return [
      ask(tier, alias, storage, 'through S3'),
      ask(tier, alias, [], 'not through S3'),
      ask(tier, alias, [`glue.${region}.amazonaws.com`], 'through Glue'),
      ask(tier, alias, [`s3.${elsewhere}.amazonaws.com`], 'through S3 of another region'),
    ];
  };
  return [
    ...[...lake.tiers, MADE_UP].flatMap(ofTier),
    ...lake.tiers.map((tier) =>
      ask(MADE_UP, [keyAlias(lake.other.name, tier)], storage, "of another instance's alias, through S3"),
    ),
    ask(MADE_UP, [], storage, 'without an alias, through S3'),
  ];
};

const athenaPlaces = (lake: LakeNames, catalog: Catalog, region: string): readonly Place[] => {
  const { name, account } = lake.instance;
  const context = lake.ordinary(region);
  const groups = [
    ...catalog.principals.map((principal) => workGroup(name, principal.kind, principal.name)),
    ...lake.tiers.map((tier) => defaultWorkGroup(name, tier)),
    workGroup(name, 'team', MADE_UP),
    workGroup(lake.other.name, 'team', MADE_UP),
    'primary',
  ];
  const athena = (what: string, target: Target): Place =>
    simple(`arn:aws:athena:${region}:${account}:${what}`, context, target);
  return [
    ...groups.map((group) => athena(`workgroup/${group}`, 'workgroup')),
    athena('datacatalog/AwsDataCatalog', 'dataCatalog'),
    athena(`datacatalog/${MADE_UP}`, 'dataCatalog'),
  ];
};

const LOG_GROUPS = ['/aws-glue/jobs/output', '/aws/emr-serverless/x', '/aws-glue-x', '/aws/lambda/x'];

const operationPlaces = (lake: LakeNames, region: string): readonly Place[] => {
  const { account, name } = lake.instance;
  const context = lake.ordinary(region);
  const metrics = (namespace: string): Place => ({
    ...simple('*', { ...context, 'cloudwatch:namespace': namespace }, 'anything'),
    circumstances: `namespace ${namespace}`,
  });
  return [
    ...LOG_GROUPS.map((group) =>
      simple(`arn:aws:logs:${region}:${account}:log-group:${group}:log-stream:s`, context, 'logGroup'),
    ),
    ...['Glue', 'AWS/EMRServerless', MADE_UP].map(metrics),
    simple(`arn:aws:glue:${region}:${account}:job/${glueJob(name, MADE_UP)}`, context, 'job'),
    simple(`arn:aws:cloudformation:${region}:${account}:stack/edl-${name}-${MADE_UP}/1`, context, 'stack'),
  ];
};

/** Roles and policies: the lake's own and somebody else's. */
const iamPlaces = (lake: LakeNames): readonly Place[] => {
  const { account, name, regions } = lake.instance;
  const context = lake.ordinary(regions[0] ?? 'us-east-1');
  const roles = [
    roleArn(account, iamPath(name), principalRole(name, 'team', MADE_UP)),
    roleArn(account, iamPath(name), defaultRole(name, lake.tiers[0] ?? MADE_UP)),
    roleArn(account, runnerPath(name), runnerRole(name, MADE_UP)),
    roleArn(account, iamPath(name), cloudFormationRole(name)),
    roleArn(account, '/', MADE_UP),
  ];
  return [
    ...roles.map((arn) => simple(arn, context, 'role')),
    simple(policyArn(account, iamPath(name), boundaryPolicy(name)), context, 'policy'),
  ];
};

/** What belongs to no dataset: buckets as a whole, databases, keys, workgroups, code, logs, and what nobody may touch. */
export const sharedPlaces = (lake: LakeNames, catalog: Catalog): readonly Place[] => [
  ...[...lake.instance.regions, lake.foreignRegion].flatMap((region) => [
    ...bucketPlaces(lake, region),
    ...artifactPlaces(lake, region),
    ...gluePlaces(lake, region),
    ...keyPlaces(lake, region),
    ...athenaPlaces(lake, catalog, region),
    ...operationPlaces(lake, region),
  ]),
  ...iamPlaces(lake),
];
