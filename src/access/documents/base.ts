import type { Pipeline } from '../../reconciler/model/catalog.ts';
import type { JsonObject } from '../../reconciler/model/json.ts';
import { ARTIFACTS_PREFIX, artifactsBucket } from '../../reconciler/model/names.ts';
import { BASE_GROUPS } from '../actions.ts';
import type { Scope } from '../scope.ts';
import { policyDocument } from './statement.ts';

const statement = (
  name: keyof typeof BASE_GROUPS,
  resources: readonly string[],
  condition?: JsonObject,
): JsonObject => ({
  Sid: `${name.slice(0, 1).toUpperCase()}${name.slice(1)}`,
  Effect: 'Allow',
  Action: BASE_GROUPS[name].actions,
  Resource: resources,
  ...(condition === undefined ? {} : { Condition: condition }),
});

const inRegions = (scope: Scope, service: string, what: readonly string[]): readonly string[] =>
  scope.instance.regions.flatMap((region) =>
    what.map((one) => `arn:aws:${service}:${region}:${scope.instance.account}:${one}`),
  );

/**
 * What every role of people and services holds beside its rows: queries in its own workgroup, and the list calls that
 * drivers make when they connect. Constant, so that no grant changes it.
 */
export const queryBase = (scope: Scope, workGroup: string): JsonObject =>
  policyDocument([
    statement('runQueries', inRegions(scope, 'athena', [`workgroup/${workGroup}`])),
    statement('listAthena', ['*']),
    statement('browseCatalog', inRegions(scope, 'athena', ['datacatalog/AwsDataCatalog'])),
    statement('startCatalog', inRegions(scope, 'glue', ['catalog', 'database/default'])),
  ]);

const LOG_GROUPS: Readonly<Record<Pipeline['engine'], string>> = {
  glue: '/aws-glue/*',
  'emr-serverless': '/aws/emr-serverless*',
};

const METRICS: Readonly<Record<Pipeline['engine'], string>> = { glue: 'Glue', 'emr-serverless': 'AWS/EMRServerless' };

/**
 * What a runner role holds beside its rows: logs and metrics, the code that was uploaded for it, and the catalog calls that
 * a Spark session makes when it starts (it looks for the databases default and global_temp, and makes default in an account
 * that has none).
 */
export const runnerBase = (scope: Scope, pipeline: Pipeline): JsonObject => {
  const { account, name } = scope.instance;
  const { region, engine } = pipeline;
  const artifacts = `arn:aws:s3:::${artifactsBucket(scope.catalog.lake.organization, name, region)}`;
  const glue = (what: string): string => `arn:aws:glue:${region}:${account}:${what}`;
  const databases = ['catalog', 'database/default', 'database/global_temp', 'userDefinedFunction/default/*'];
  return policyDocument([
    statement('writeLogs', [`arn:aws:logs:${region}:${account}:log-group:${LOG_GROUPS[engine]}`]),
    statement('writeMetrics', ['*'], { StringEquals: { 'cloudwatch:namespace': METRICS[engine] } }),
    statement('startSpark', databases.map(glue)),
    statement('createDefault', ['catalog', 'database/default'].map(glue)),
    statement('readCode', [`${artifacts}/${ARTIFACTS_PREFIX}*`]),
    {
      ...statement('findCode', [artifacts]),
      Action: ['s3:GetBucketLocation'],
    },
    {
      ...statement('findCode', [artifacts], { StringLike: { 's3:prefix': `${ARTIFACTS_PREFIX}*` } }),
      Sid: 'ListCode',
      Action: ['s3:ListBucket'],
    },
  ]);
};
