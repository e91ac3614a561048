import type { Json, JsonObject } from '../json.ts';
import { isObject, isSame, listAt, objectAt, textAt } from '../json.ts';
import { bodyText } from '../protocol/call.ts';
import { elements, fromXml } from '../protocol/xml.ts';
import { found, generatedName, unless } from './common.ts';
import type { Context, Desired, Kind, ResourceType, Tag } from './resource-type.ts';
import type { Configuration } from './s3-configurations.ts';
import { CONFIGURATIONS } from './s3-configurations.ts';
import { configureTiering, readTiering, TIERING } from './s3-tiering.ts';
import { checkShape, fromTree, toTree, xmlOf } from './s3-xml.ts';

const NAMESPACE = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"';
const GONE = ['NoSuchBucket'];
const NOT_SET = [
  'NoSuchCORSConfiguration',
  'NoSuchPublicAccessBlockConfiguration',
  'ObjectLockConfigurationNotFoundError',
  'OwnershipControlsNotFoundError',
  'NoSuchLifecycleConfiguration',
  'NoSuchTagSet',
];

const put = async (context: Context, bucket: string, configuration: Configuration, tree: JsonObject): Promise<void> => {
  const { query, root } = configuration;
  await context.services.s3('PUT', `/${bucket}?${query}`, `<${root} ${NAMESPACE}>${xmlOf(tree)}</${root}>`);
};

const configure = async (context: Context, bucket: string, before: JsonObject, after: JsonObject): Promise<void> => {
  for (const [name, configuration] of Object.entries(CONFIGURATIONS)) {
    const value = after[name];
    if (isSame(before[name], value)) continue;
    if (value !== undefined) {
      const tree = configuration.write?.(value, bucket) ?? toTree(configuration.shape, value);
      await put(context, bucket, configuration, tree);
    } else if (configuration.off !== undefined) await put(context, bucket, configuration, configuration.off);
    else await context.services.s3('DELETE', `/${bucket}?${configuration.query}`);
  }
  await configureTiering(context, bucket, before, after);
};

/** A bucket that is born locked is versioned from then on, also where its template does not say so. */
const lock = async (context: Context, bucket: string): Promise<void> => {
  const { VersioningConfiguration: versioning, ObjectLockConfiguration: locking } = CONFIGURATIONS;
  if (versioning !== undefined) await put(context, bucket, versioning, { Status: 'Enabled' });
  if (locking !== undefined) await put(context, bucket, locking, { ObjectLockEnabled: 'Enabled' });
};

const putTags = async (
  context: Context,
  bucket: string,
  before: readonly Tag[],
  after: readonly Tag[],
): Promise<void> => {
  if (JSON.stringify(before) === JSON.stringify(after)) return;
  const tree = { TagSet: { Tag: after.map((tag) => ({ Key: tag.Key, Value: tag.Value })) } };
  await context.services.s3('PUT', `/${bucket}?tagging`, `<Tagging ${NAMESPACE}>${xmlOf(tree)}</Tagging>`);
};

const attributesOf = (context: Context, bucket: string): Record<string, string> => ({
  Arn: `arn:aws:s3:::${bucket}`,
  DomainName: `${bucket}.s3.amazonaws.com`,
  DualStackDomainName: `${bucket}.s3.dualstack.${context.region}.amazonaws.com`,
  RegionalDomainName: `${bucket}.s3.${context.region}.amazonaws.com`,
  WebsiteURL: `http://${bucket}.s3-website-${context.region}.amazonaws.com`,
});

const readProperties = async (
  bucket: string,
  live: (query: string) => Promise<JsonObject | undefined>,
): Promise<Record<string, Json>> => {
  const properties: Record<string, Json> = { BucketName: bucket };
  for (const [name, configuration] of Object.entries(CONFIGURATIONS)) {
    const tree = await live(configuration.query);
    const value = tree && (configuration.read?.(tree, bucket) ?? fromTree(configuration.shape, tree));
    if (value !== undefined && Object.keys(value).length > 0) properties[name] = value;
  }
  if (properties['ObjectLockConfiguration'] !== undefined) properties['ObjectLockEnabled'] = true;
  return properties;
};

const read = async (context: Context, bucket: string): Promise<Desired | undefined> => {
  if ((await found(GONE, () => context.services.s3('GET', `/${bucket}?location`))) === undefined) return undefined;
  const live = async (query: string): Promise<JsonObject | undefined> => {
    const reply = await found(NOT_SET, () => context.services.s3('GET', `/${bucket}?${query}`));
    if (reply === undefined) return undefined;
    const document = fromXml(bodyText(reply));
    const [root] = isObject(document) ? Object.values(document) : [];
    return isObject(root) ? root : {};
  };
  const properties = await readProperties(bucket, live);
  const tiering = await readTiering(context, bucket);
  const tags = elements(objectAt(await live('tagging'), 'TagSet'), 'Tag');
  return {
    properties: tiering.length === 0 ? properties : { ...properties, IntelligentTieringConfigurations: tiering },
    tags: tags.map((tag) => ({ Key: textAt(tag, 'Key') ?? '', Value: textAt(tag, 'Value') ?? '' })),
  };
};

const KINDS: Readonly<Record<string, Kind>> = {
  ...Object.fromEntries(Object.keys(CONFIGURATIONS).map((name) => [name, 'object' as const])),
  IntelligentTieringConfigurations: 'list',
};

export const s3Bucket: ResourceType = {
  type: 'AWS::S3::Bucket',
  modelled: [
    'BucketName',
    'IntelligentTieringConfigurations',
    'ObjectLockEnabled',
    'Tags',
    ...Object.keys(CONFIGURATIONS),
  ],
  kinds: KINDS,
  attributes: ['Arn', 'DomainName', 'DualStackDomainName', 'RegionalDomainName', 'WebsiteURL'],
  nameProperty: 'BucketName',
  identifiers: ['BucketName'],
  check(properties) {
    for (const [name, { shape }] of Object.entries(CONFIGURATIONS)) checkShape(name, shape, properties[name]);
    for (const item of listAt(properties, 'IntelligentTieringConfigurations'))
      checkShape('IntelligentTieringConfigurations', TIERING, item);
  },
  async create(context, { properties, tags }, born) {
    const bucket = textAt(properties, 'BucketName') ?? generatedName(context, 63).toLowerCase();
    const tree = { LocationConstraint: context.region };
    const place =
      context.region === 'us-east-1'
        ? ''
        : `<CreateBucketConfiguration ${NAMESPACE}>${xmlOf(tree)}</CreateBucketConfiguration>`;
    await context.services.s3('PUT', `/${bucket}`, place);
    born(bucket);
    if (textAt(properties, 'ObjectLockEnabled') === 'true') await lock(context, bucket);
    await configure(context, bucket, {}, properties);
    await putTags(context, bucket, [], tags);
    return { physicalId: bucket, attributes: attributesOf(context, bucket) };
  },
  async update(context, bucket, before, after) {
    await configure(context, bucket, before.properties, after.properties);
    await putTags(context, bucket, before.tags, after.tags);
  },
  async remove(context, bucket) {
    await unless(GONE, () => context.services.s3('DELETE', `/${bucket}`));
  },
  async find(context, properties) {
    const bucket = textAt(properties, 'BucketName') ?? '';
    const head = await found(GONE, () => context.services.s3('GET', `/${bucket}?location`));
    return head && { physicalId: bucket, attributes: attributesOf(context, bucket) };
  },
  read,
};
