import {
  isJsonArray,
  isJsonObject,
  type Json,
  type JsonObject,
  listOf,
  objectOf,
  textOf,
} from '../../src/reconciler/model/json.ts';
import { refOutputOf } from '../../src/reconciler/model/logical-id.ts';
import { withObjectMark } from '../../src/reconciler/model/mark.ts';
import { stackTags } from '../../src/reconciler/model/names.ts';
import { DEFAULT_QUOTAS } from '../../src/reconciler/model/quotas.ts';
import type { AwsReads } from '../../src/reconciler/model/reads.ts';
import type { DesiredState, Resource, ResourceId } from '../../src/reconciler/model/resource.ts';
import { omit } from '../../src/resources/shared/properties.ts';

import { glueReads, markFor, type Created } from './created-glue.ts';

/**
 * What AWS answers after a desired state was created, in the words of its own APIs and with everything that it adds, turns
 * around or takes apart. Written from the APIs' reference, not from our readers.
 */

const KEY_IDS = '1234abcd-12ab-34cd-56ef-';

/** The id that AWS chose for a key, made of its place in the list. */
const keyIdOf = (desired: DesiredState, id: ResourceId): string =>
  `${KEY_IDS}${String(desired.resources.findIndex((resource) => resource.id === id)).padStart(12, '0')}`;

/** A policy as another writer would have put it: everything in reverse, one value instead of a list of one. */
export const disguise = (value: Json): Json => {
  if (isJsonArray(value)) {
    const [only] = value;
    return value.length === 1 && typeof only === 'string' ? only : [...value].reverse().map(disguise);
  }
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, child]) => [key, disguise(child)]),
  );
};

const policy = (value: Json | undefined): JsonObject => objectOf(disguise(objectOf(value)));

const text = (resource: Resource, key: string): string => textOf(resource.properties[key]);

const lifecycleRule = (rule: Json): JsonObject => {
  const { Id: id, ...rest } = objectOf(rule);
  return { ID: id ?? '', Filter: { Prefix: '' }, Transitions: [], ...rest };
};

const encryptionRule = (rule: Json): JsonObject => {
  const { ServerSideEncryptionByDefault: byDefault, ...rest } = objectOf(rule);
  return {
    BucketKeyEnabled: false,
    ...rest,
    ApplyServerSideEncryptionByDefault: objectOf(byDefault),
    BlockedEncryptionTypes: { EncryptionType: ['SSE-C'] },
  };
};

const bucketReads = ({ desired, of }: Created): Pick<AwsReads, 'bucketNames' | 'bucket'> => ({
  bucketNames: (prefix) =>
    Promise.resolve(
      of('s3-bucket')
        .map((resource) => text(resource, 'BucketName'))
        .filter((name) => name.startsWith(prefix)),
    ),
  bucket: (region, name) => {
    const resource = of('s3-bucket', region).find((candidate) => text(candidate, 'BucketName') === name);
    if (resource === undefined) return Promise.resolve(undefined);
    const { properties } = resource;
    const bucketPolicy = of('s3-bucket-policy', region).find((candidate) => text(candidate, 'Bucket') === name);
    const encryption = objectOf(properties['BucketEncryption'])['ServerSideEncryptionConfiguration'];
    return Promise.resolve({
      name,
      region,
      tags: stackTags(desired.organization, desired.instance),
      encryption: { Rules: listOf(encryption).map(encryptionRule) },
      versioning: objectOf(properties['VersioningConfiguration']),
      publicAccessBlock: objectOf(properties['PublicAccessBlockConfiguration']),
      ownershipControls: objectOf(properties['OwnershipControls']),
      lifecycle: {
        Rules: listOf(objectOf(properties['LifecycleConfiguration'])['Rules']).map(lifecycleRule).reverse(),
      },
      ...(bucketPolicy === undefined ? {} : { policy: policy(bucketPolicy.properties['PolicyDocument']) }),
    });
  },
});

const keyReads = ({
  desired,
  of,
}: Created): Pick<AwsReads, 'aliases' | 'key' | 'stacks' | 'deletedStacks' | 'template'> => ({
  aliases: (region) =>
    Promise.resolve(
      of('kms-alias', region).map((resource) => {
        const [keyResource] = resource.dependsOn;
        return {
          name: text(resource, 'AliasName'),
          ...(keyResource === undefined ? {} : { targetKeyId: keyIdOf(desired, keyResource) }),
        };
      }),
    ),
  key: (region, keyId) => {
    const resource = of('kms-key', region).find((candidate) => keyIdOf(desired, candidate.id) === keyId);
    return Promise.resolve(
      resource && {
        keyId,
        arn: `arn:aws:kms:${region}:${desired.account}:key/${keyId}`,
        description: text(resource, 'Description'),
        enabled: true,
        rotationEnabled: resource.properties['EnableKeyRotation'] === true,
        policy: policy(resource.properties['KeyPolicy']),
        tags: stackTags(desired.organization, desired.instance),
        state: 'Enabled',
      },
    );
  },
  stacks: (region) =>
    Promise.resolve(
      desired.stacks
        .filter((stack) => stack.driver === 'cloudformation' && stack.region === region)
        .map((stack) => ({
          name: stack.name,
          region,
          stackId: `arn:aws:cloudformation:${region}:${desired.account}:stack/${stack.name}/1`,
          status: 'CREATE_COMPLETE',
          tags: stackTags(desired.organization, desired.instance),
          outputs: Object.fromEntries(
            stack.resources
              .filter((resource) => resource.kind === 'kms-key')
              .map((resource) => [refOutputOf(resource.id), keyIdOf(desired, resource.id)]),
          ),
          terminationProtection: false,
        })),
    ),
  deletedStacks: () => Promise.resolve([]),
  template: () => Promise.reject(new Error('no kind reads templates')),
});

const iamReads = ({ desired, of }: Created): Pick<AwsReads, 'accountAuthorization'> => ({
  accountAuthorization: () =>
    Promise.resolve({
      roles: of('iam-role').map((resource) => {
        const boundary = text(resource, 'PermissionsBoundary');
        return {
          name: text(resource, 'RoleName'),
          path: text(resource, 'Path'),
          arn: `arn:aws:iam::${desired.account}:role${text(resource, 'Path')}${text(resource, 'RoleName')}`,
          trust: policy(resource.properties['AssumeRolePolicyDocument']),
          inlinePolicies: listOf(resource.properties['Policies'])
            .map((inline) => ({
              name: textOf(objectOf(inline)['PolicyName']),
              document: policy(objectOf(inline)['PolicyDocument']),
            }))
            .reverse(),
          attachedPolicyArns: listOf(resource.properties['ManagedPolicyArns']).map(textOf).reverse(),
          ...(boundary === '' ? {} : { permissionsBoundary: boundary }),
          description: text(resource, 'Description'),
          maxSessionSeconds: Number(resource.properties['MaxSessionDuration']),
          tags: stackTags(desired.organization, desired.instance),
        };
      }),
      policies: of('iam-managed-policy').map((resource) => ({
        name: text(resource, 'ManagedPolicyName'),
        path: text(resource, 'Path'),
        arn: `arn:aws:iam::${desired.account}:policy${text(resource, 'Path')}${text(resource, 'ManagedPolicyName')}`,
        document: policy(resource.properties['PolicyDocument']),
      })),
    }),
});

const athenaReads = ({ of }: Created): Pick<AwsReads, 'workGroupNames' | 'workGroup'> => ({
  workGroupNames: (region) =>
    Promise.resolve(['primary', ...of('athena-workgroup', region).map((resource) => text(resource, 'Name'))]),
  workGroup: (region, name) => {
    const resource = of('athena-workgroup', region).find((candidate) => text(candidate, 'Name') === name);
    return Promise.resolve(
      resource && {
        name,
        description: text(resource, 'Description'),
        state: text(resource, 'State'),
        configuration: {
          ...objectOf(resource.properties['WorkGroupConfiguration']),
          EngineVersion: {
            SelectedEngineVersion: 'Athena engine version 3',
            EffectiveEngineVersion: 'Athena engine version 3',
          },
          EnableMinimumEncryptionConfiguration: false,
          RequesterPaysEnabled: false,
          ResultConfiguration: {},
        },
      },
    );
  },
});

const objectReads = ({ desired, of }: Created): Pick<AwsReads, 'object' | 'objects' | 'hasObjects'> => ({
  object: (region, bucket, key) => {
    const resource = of('registry', region).find(
      (candidate) => text(candidate, 'Bucket') === bucket && text(candidate, 'Key') === key,
    );
    return Promise.resolve(
      resource && {
        body: JSON.stringify(resource.properties['Document'], undefined, 2),
        metadata: Object.fromEntries(
          Object.entries(withObjectMark({}, markFor(desired, resource))).map(([name, value]) => [name, textOf(value)]),
        ),
      },
    );
  },
  objects: (region, bucket, prefix) =>
    Promise.resolve(
      of('artifact', region)
        .filter((resource) => text(resource, 'Bucket') === bucket && text(resource, 'Key').startsWith(prefix))
        .map((resource) => ({
          key: text(resource, 'Key'),
          size: Number(resource.properties['Size']),
          etag: text(resource, 'Md5'),
        })),
    ),
  hasObjects: () => Promise.resolve(false),
});

/** AWS after everything desired was created. */
export const createdAws = (desired: DesiredState): AwsReads => {
  const of = (kind: string, region?: string): readonly Resource[] =>
    desired.resources.filter(
      (resource) => resource.kind === kind && (region === undefined || resource.region === region),
    );
  const created: Created = { desired, of };
  return {
    callerAccount: () => Promise.resolve(desired.account),
    accountQuotas: () => Promise.resolve(DEFAULT_QUOTAS),
    ...bucketReads(created),
    ...keyReads(created),
    ...iamReads(created),
    ...athenaReads(created),
    ...glueReads(created),
    ...objectReads(created),
  };
};

/** The desired properties with the ids that AWS chose in the place of references. */
export const withKeyIds = (desired: DesiredState, resource: Resource): JsonObject => {
  const [target] = resource.dependsOn;
  return resource.kind === 'kms-alias' && target !== undefined
    ? { ...omit(resource.properties, ['TargetKeyId']), TargetKeyId: keyIdOf(desired, target) }
    : resource.properties;
};
