import type { PrincipalKind } from './catalog.ts';

/**
 * Every name that we give to an AWS object, so that ARNs are computed and never looked up. `partition` is always `aws`
 * (China and GovCloud are not supported).
 */

/** Longest names that still fit AWS's limits everywhere; `src/catalog` refuses longer ones. */
export const NAME_LIMITS = {
  /** `<org>-datalake-drop-<instance>-<tier>-<region>` within S3's 63 characters. */
  organization: 17,
  /** `edl-<instance>-service-<name of 40>` within IAM's 64 characters. */
  instance: 11,
  dataset: 60,
  principal: 40,
  pipeline: 40,
  bucket: 63,
} as const;

export const dataBucket = (organization: string, instance: string, tier: string, region: string): string =>
  `${organization}-datalake-${instance}-${tier}-${region}`;

export const dropBucket = (organization: string, instance: string, tier: string, region: string): string =>
  `${organization}-datalake-drop-${instance}-${tier}-${region}`;

export const artifactsBucket = (organization: string, instance: string, region: string): string =>
  `${organization}-datalake-artifacts-${instance}-${region}`;

/** KMS alias of a tier's key, the same in each region. */
export const keyAlias = (instance: string, tier: string): string => `alias/edl-${instance}-${tier}`;

export const keyAliasArn = (account: string, region: string, instance: string, tier: string): string =>
  `arn:aws:kms:${region}:${account}:${keyAlias(instance, tier)}`;

/** IAM path of everything of an instance. */
export const iamPath = (instance: string): string => `/edl/${instance}/`;

/** IAM path of runner roles: the only roles that may write published data. */
export const runnerPath = (instance: string): string => `/edl/${instance}/run/`;

export const principalRole = (instance: string, kind: PrincipalKind, name: string): string =>
  `edl-${instance}-${kind}-${name}`;

export const runnerRole = (instance: string, pipeline: string): string => `edl-${instance}-pipeline-${pipeline}`;

/** The role that everybody may take to read a tier's data. */
export const defaultRole = (instance: string, tier: string): string => `edl-${instance}-default-${tier}`;

/** A role of one dataset and level for third parties: `edl-<instance>-<dataset>-<level>` cut to fit is not allowed; see the catalog's checks. */
export const datasetRole = (instance: string, dataset: string, level: string): string =>
  `edl-${instance}-ds-${dataset}-${level}`;

export const boundaryPolicy = (instance: string): string => `edl-${instance}-boundary`;

export const cloudFormationRole = (instance: string): string => `edl-${instance}-cloudformation`;

export const roleArn = (account: string, path: string, name: string): string =>
  `arn:aws:iam::${account}:role${path}${name}`;

export const policyArn = (account: string, path: string, name: string): string =>
  `arn:aws:iam::${account}:policy${path}${name}`;

export const workGroup = (instance: string, kind: PrincipalKind, name: string): string =>
  `edl-${instance}-${kind}-${name}`;

export const defaultWorkGroup = (instance: string, tier: string): string => `edl-${instance}-default-${tier}`;

/** Glue database of a tier. */
export const glueDatabase = (instance: string, tier: string): string => `edl_${instance}_${tier}`;

/** Prefix of a dataset's tables, `clinical_trials__`. Two underscores cannot come from a dataset's name. */
export const glueTablePrefix = (dataset: string): string => `${dataset.replaceAll('-', '_')}__`;

export const glueTable = (dataset: string, table: string): string => `${glueTablePrefix(dataset)}${table}`;

export const glueJob = (instance: string, pipeline: string): string => `edl-${instance}-${pipeline}`;

export const REGISTRY_KEY = 'edl/datasets.json';

/** The registry's list of jobs: an object of its own, since a job that cannot be made must hold up no dataset. */
export const JOB_LIST_KEY = 'edl/jobs.json';

/** The right to write to the instance, in the artifacts bucket of its home region. */
export const LEASE_KEY = 'edl/lease.json';

/** Prefix of uploaded pipeline files and runtime, in the artifacts bucket; keys end in the content's sha256. */
export const ARTIFACTS_PREFIX = 'edl/artifacts/';

export const bootstrapStack = (instance: string, region: string, homeRegion: string): string =>
  region === homeRegion ? `edl-${instance}-bootstrap` : `edl-${instance}-bootstrap-${region}`;

export const foundationStack = (instance: string, region: string): string => `edl-${instance}-foundation-${region}`;

export const accessStack = (instance: string, kind: PrincipalKind, name: string): string =>
  `edl-${instance}-access-${kind}-${name}`;

/** A principal's workgroup in a region that is not the home region. */
export const athenaStack = (instance: string, kind: PrincipalKind, name: string, region: string): string =>
  `edl-${instance}-athena-${kind}-${name}-${region}`;

/** The opt-in roles of one dataset. */
export const exposeStack = (instance: string, dataset: string): string => `edl-${instance}-expose-${dataset}`;

export const pipelineStack = (instance: string, pipeline: string): string => `edl-${instance}-pipeline-${pipeline}`;

/** Not in AWS: groups Glue databases and tables of a region. */
export const catalogStack = (instance: string, region: string): string => `edl-${instance}-catalog-${region}`;

/** Not in AWS: groups the objects that we put into a region's artifacts bucket before its jobs (datasets of the registry, pipeline files). */
export const objectsStack = (instance: string, region: string): string => `edl-${instance}-objects-${region}`;

/** Not in AWS: the job definition of a pipeline. */
export const jobStack = (instance: string, pipeline: string): string => `edl-${instance}-job-${pipeline}`;

/** Not in AWS: what of the registry is written after a region's jobs, so that it lists what was made (the list of jobs). */
export const registryStack = (instance: string, region: string): string => `edl-${instance}-registry-${region}`;

/** The tags of every stack of ours; CloudFormation copies them to the stack's resources. Constant by design. */
export const stackTags = (organization: string, instance: string): Readonly<Record<string, string>> => ({
  'edl:owner': organization,
  'edl:instance': instance,
});

/** The `owner` of a mark on a Glue or S3 object. */
export const markOwner = (organization: string, instance: string): string => `${organization}/${instance}`;

/** The output of every template that carries the applied digest. */
export const DIGEST_OUTPUT = 'EdlDigest';

/** What the client token of every deletion starts with that EDL asks for: AWS keeps it in the events of the deleted stack. */
export const DELETION_TOKEN_PREFIX = 'edl-';

/** The start of the name of a change set that applies a template: `edl-` and twelve digits of the template's digest. */
export const changeSetPrefix = (digest: string): string => `edl-${digest.replace('sha256:', '').slice(0, 12)}-`;
