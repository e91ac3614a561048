import type { Json, JsonObject } from '../json.ts';
import { compact, isObject, isSame, listAt, objectAt, textAt } from '../json.ts';
import { bodyText } from '../protocol/call.ts';
import { elements, escapeXml, fromXml } from '../protocol/xml.ts';
import { found, generatedName, onlyKnown, unless } from './common.ts';
import type { Context, Desired, ResourceType, Tag } from './resource-type.ts';
import { checkLifecycle, lifecycleProperties, lifecycleXml } from './s3-lifecycle.ts';

const NAMESPACE = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"';
const GONE = ['NoSuchBucket'];
const NOT_SET = [
  'NoSuchPublicAccessBlockConfiguration',
  'OwnershipControlsNotFoundError',
  'NoSuchLifecycleConfiguration',
  'NoSuchTagSet',
];
const FLAGS = ['BlockPublicAcls', 'BlockPublicPolicy', 'IgnorePublicAcls', 'RestrictPublicBuckets'];

/** One bucket property: the sub-resource of the S3 API that holds it, and how to get there and back. */
interface Configuration {
  readonly query: string;
  readonly root: string;
  readonly toXml: (value: Json) => string;
  readonly fromXml: (document: JsonObject) => JsonObject;
  /** What means "not set" where the API has no DELETE. */
  readonly off?: string;
}

const element = (name: string, value: string | undefined): string =>
  value === undefined ? '' : `<${name}>${escapeXml(value)}</${name}>`;

const encryptionXml = (value: Json): string =>
  listAt(value, 'ServerSideEncryptionConfiguration')
    .map((rule) => {
      const byDefault = objectAt(rule, 'ServerSideEncryptionByDefault');
      const key = element('KMSMasterKeyID', textAt(byDefault, 'KMSMasterKeyID'));
      return `<Rule><ApplyServerSideEncryptionByDefault>${element('SSEAlgorithm', textAt(byDefault, 'SSEAlgorithm'))}${key}</ApplyServerSideEncryptionByDefault>${element('BucketKeyEnabled', textAt(rule, 'BucketKeyEnabled') ?? 'false')}</Rule>`;
    })
    .join('');

const CONFIGURATIONS: Readonly<Record<string, Configuration>> = {
  BucketEncryption: {
    query: 'encryption',
    root: 'ServerSideEncryptionConfiguration',
    toXml: encryptionXml,
    fromXml: (document) => ({
      ServerSideEncryptionConfiguration: elements(document, 'Rule').map((rule) =>
        compact({
          BucketKeyEnabled: textAt(rule, 'BucketKeyEnabled'),
          ServerSideEncryptionByDefault: objectAt(rule, 'ApplyServerSideEncryptionByDefault'),
        }),
      ),
    }),
  },
  VersioningConfiguration: {
    query: 'versioning',
    root: 'VersioningConfiguration',
    toXml: (value) => element('Status', textAt(value, 'Status')),
    fromXml: (document) => compact({ Status: textAt(document, 'Status') }),
    off: '<Status>Suspended</Status>',
  },
  PublicAccessBlockConfiguration: {
    query: 'publicAccessBlock',
    root: 'PublicAccessBlockConfiguration',
    toXml: (value) => FLAGS.map((flag) => element(flag, textAt(value, flag) ?? 'false')).join(''),
    fromXml: (document) => compact(Object.fromEntries(FLAGS.map((flag) => [flag, textAt(document, flag)]))),
  },
  OwnershipControls: {
    query: 'ownershipControls',
    root: 'OwnershipControls',
    toXml: (value) =>
      listAt(value, 'Rules')
        .map((rule) => `<Rule>${element('ObjectOwnership', textAt(rule, 'ObjectOwnership'))}</Rule>`)
        .join(''),
    fromXml: (document) => ({
      Rules: elements(document, 'Rule').map((rule) => ({ ObjectOwnership: textAt(rule, 'ObjectOwnership') ?? '' })),
    }),
  },
  LifecycleConfiguration: {
    query: 'lifecycle',
    root: 'LifecycleConfiguration',
    toXml: lifecycleXml,
    fromXml: lifecycleProperties,
  },
};

const put = async (context: Context, bucket: string, configuration: Configuration, inner: string): Promise<void> => {
  const { query, root } = configuration;
  await context.services.s3('PUT', `/${bucket}?${query}`, `<${root} ${NAMESPACE}>${inner}</${root}>`);
};

const configure = async (context: Context, bucket: string, before: JsonObject, after: JsonObject): Promise<void> => {
  for (const [name, configuration] of Object.entries(CONFIGURATIONS)) {
    const value = after[name];
    if (isSame(before[name], value)) continue;
    if (value !== undefined) await put(context, bucket, configuration, configuration.toXml(value));
    else if (configuration.off !== undefined) await put(context, bucket, configuration, configuration.off);
    else await context.services.s3('DELETE', `/${bucket}?${configuration.query}`);
  }
};

const putTags = async (
  context: Context,
  bucket: string,
  before: readonly Tag[],
  after: readonly Tag[],
): Promise<void> => {
  if (JSON.stringify(before) === JSON.stringify(after)) return;
  const tags = after.map((tag) => `<Tag>${element('Key', tag.Key)}${element('Value', tag.Value)}</Tag>`).join('');
  await context.services.s3('PUT', `/${bucket}?tagging`, `<Tagging ${NAMESPACE}><TagSet>${tags}</TagSet></Tagging>`);
};

const attributesOf = (context: Context, bucket: string): Record<string, string> => ({
  Arn: `arn:aws:s3:::${bucket}`,
  DomainName: `${bucket}.s3.amazonaws.com`,
  DualStackDomainName: `${bucket}.s3.dualstack.${context.region}.amazonaws.com`,
  RegionalDomainName: `${bucket}.s3.${context.region}.amazonaws.com`,
  WebsiteURL: `http://${bucket}.s3-website-${context.region}.amazonaws.com`,
});

const checkEncryption = (value: Json | undefined): void => {
  onlyKnown('BucketEncryption', value, ['ServerSideEncryptionConfiguration']);
  for (const rule of listAt(value, 'ServerSideEncryptionConfiguration')) {
    onlyKnown('BucketEncryption', rule, ['BucketKeyEnabled', 'ServerSideEncryptionByDefault']);
  }
};

const read = async (context: Context, bucket: string): Promise<Desired | undefined> => {
  if ((await found(GONE, () => context.services.s3('GET', `/${bucket}?location`))) === undefined) return undefined;
  const properties: Record<string, Json> = { BucketName: bucket };
  const live = async (query: string): Promise<JsonObject | undefined> => {
    const reply = await found(NOT_SET, () => context.services.s3('GET', `/${bucket}?${query}`));
    const document = reply === undefined ? {} : fromXml(bodyText(reply));
    return isObject(document) ? Object.values(document).find(isObject) : undefined;
  };
  for (const [name, configuration] of Object.entries(CONFIGURATIONS)) {
    const document = await live(configuration.query);
    const value = document && configuration.fromXml(document);
    if (value !== undefined && Object.keys(value).length > 0) properties[name] = value;
  }
  const tags = elements(objectAt(await live('tagging'), 'TagSet'), 'Tag');
  return {
    properties,
    tags: tags.map((tag) => ({ Key: textAt(tag, 'Key') ?? '', Value: textAt(tag, 'Value') ?? '' })),
  };
};

export const s3Bucket: ResourceType = {
  type: 'AWS::S3::Bucket',
  modelled: ['BucketName', 'Tags', ...Object.keys(CONFIGURATIONS)],
  attributes: ['Arn', 'DomainName', 'DualStackDomainName', 'RegionalDomainName', 'WebsiteURL'],
  nameProperty: 'BucketName',
  identifiers: ['BucketName'],
  check(properties) {
    checkEncryption(properties['BucketEncryption']);
    checkLifecycle(properties['LifecycleConfiguration']);
    onlyKnown('VersioningConfiguration', properties['VersioningConfiguration'], ['Status']);
    onlyKnown('PublicAccessBlockConfiguration', properties['PublicAccessBlockConfiguration'], FLAGS);
  },
  async create(context, { properties, tags }, born) {
    const bucket = textAt(properties, 'BucketName') ?? generatedName(context, 63).toLowerCase();
    const place =
      context.region === 'us-east-1'
        ? ''
        : `<CreateBucketConfiguration ${NAMESPACE}>${element('LocationConstraint', context.region)}</CreateBucketConfiguration>`;
    await context.services.s3('PUT', `/${bucket}`, place);
    born(bucket);
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
