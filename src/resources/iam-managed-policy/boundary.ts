import { ACTION_GROUPS, BASE_GROUPS, type ActionGroup } from '../../access/actions.ts';
import { compareText, type JsonObject } from '../../reconciler/model/json.ts';
import { artifactsBucket, dataBucket, dropBucket, glueDatabase, keyAlias } from '../../reconciler/model/names.ts';
import { policyDocument, type Statement } from '../shared/policy.ts';
import type { LakeScope } from '../shared/scope.ts';

/**
 * The most that any role of the lake may ever do, whatever its own policies say: read and write this instance's buckets,
 * query them, decrypt with its keys, write logs. Nothing in IAM, nothing in another account. It grants nothing by itself.
 */

interface Names {
  readonly scope: LakeScope;
  readonly instance: string;
  readonly account: string;
}

const inOwnAccount = ({ account }: Names): JsonObject => ({ StringEquals: { 'aws:ResourceAccount': account } });

/** The lists of actions are those that roles are made of: a boundary with lists of its own would soon forget one. */
const GROUPS = { ...ACTION_GROUPS, ...BASE_GROUPS };

const allow = (
  sid: string,
  groups: readonly ActionGroup[],
  resource: readonly string[],
  condition?: JsonObject,
): Statement => ({
  Sid: sid,
  Effect: 'Allow',
  Action: [...new Set(groups.flatMap((group) => group.actions))].sort(compareText),
  Resource: resource,
  ...(condition === undefined ? {} : { Condition: condition }),
});

/** `*` stands for tier and region: bucket names of one instance start alike. */
const bucketArns = ({ scope, instance }: Names): readonly string[] =>
  [dataBucket, dropBucket].map((name) => `arn:aws:s3:::${name(scope.organization, instance, '*', '*')}`);

const artifactsArn = ({ scope, instance }: Names): string =>
  `arn:aws:s3:::${artifactsBucket(scope.organization, instance, '*')}`;

const storage = (names: Names): readonly Statement[] => [
  allow(
    'LakeBuckets',
    [GROUPS.locateBucket, GROUPS.listObjects, GROUPS.listUploads, GROUPS.findCode],
    [...bucketArns(names), artifactsArn(names)],
    inOwnAccount(names),
  ),
  allow(
    'LakeObjects',
    [GROUPS.readObjects, GROUPS.writeObjects, GROUPS.dropObjects],
    bucketArns(names).map((arn) => `${arn}/*`),
    inOwnAccount(names),
  ),
  allow('JobCode', [GROUPS.readCode], [`${artifactsArn(names)}/*`], inOwnAccount(names)),
];

/** Spark asks for the databases `default` and `global_temp` before it does anything, and makes `default` where it is missing. */
const tables = ({ account, instance }: Names): readonly Statement[] => {
  const glue = `arn:aws:glue:*:${account}`;
  const databases = glueDatabase(instance, '*');
  return [
    allow(
      'LakeTables',
      [GROUPS.seeDatabases, GROUPS.seeTables, GROUPS.writeTables, GROUPS.startCatalog, GROUPS.startSpark],
      [
        `${glue}:catalog`,
        `${glue}:database/default`,
        `${glue}:database/global_temp`,
        `${glue}:database/${databases}`,
        `${glue}:table/${databases}/*`,
        `${glue}:userDefinedFunction/*`,
      ],
    ),
    allow('DefaultDatabase', [GROUPS.createDefault], [`${glue}:catalog`, `${glue}:database/default`]),
  ];
};

const queries = ({ account, instance }: Names): readonly Statement[] => [
  allow('LakeQueries', [GROUPS.runQueries], [`arn:aws:athena:*:${account}:workgroup/edl-${instance}-*`]),
  allow('QueryLists', [GROUPS.listAthena], ['*']),
  allow('DataCatalog', [GROUPS.browseCatalog], [`arn:aws:athena:*:${account}:datacatalog/AwsDataCatalog`]),
];

/** Keys have no names that a policy could hold; their aliases tell which ones are meant (kms/latest/developerguide/alias-authorization). */
const keys = ({ account, instance }: Names): Statement =>
  allow('LakeKeys', [GROUPS.decrypt, GROUPS.encrypt], [`arn:aws:kms:*:${account}:key/*`], {
    'ForAnyValue:StringLike': { 'kms:ResourceAliases': keyAlias(instance, '*') },
  });

const operations = ({ account }: Names): readonly Statement[] => [
  allow(
    'JobLogs',
    [GROUPS.writeLogs],
    ['/aws-glue/*', '/aws/emr-serverless*'].map((group) => `arn:aws:logs:*:${account}:log-group:${group}`),
  ),
  allow('JobMetrics', [GROUPS.writeMetrics], ['*']),
];

/** The document of the boundary policy. */
export const boundaryDocument = (scope: LakeScope): JsonObject => {
  const names: Names = { scope, instance: scope.instance.name, account: scope.account };
  return policyDocument([...storage(names), ...tables(names), ...queries(names), keys(names), ...operations(names)]);
};
