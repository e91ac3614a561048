import { randomUUID } from 'node:crypto';
import type { Gap } from '../gateway.ts';
import { objectAt, textAt } from '../json.ts';
import type { Handler, Reply } from '../protocol/call.ts';
import { textReply } from '../protocol/call.ts';
import { AwsError } from '../protocol/errors.ts';
import { elements, fromXml } from '../protocol/xml.ts';
import type { Buckets } from './s3-buckets.ts';
import { bucketOf } from './s3-buckets.ts';

/** A bucket configuration that the gateway keeps as the document that was put. */
interface Document {
  readonly query: string;
  readonly resource: string;
  readonly root: string;
  readonly missing?: AwsError;
  readonly standard?: string;
  /** Fields that AWS adds to what was put. */
  readonly complete?: (xml: string) => string;
  /** A setting that travels as a header, and what it is when nobody sets it. */
  readonly header?: { readonly name: string; readonly standard: string };
}

const notFound = (code: string, message: string): AwsError => new AwsError(code, message, 404);

const NAMESPACE = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"';

const AES256 = `<ServerSideEncryptionConfiguration ${NAMESPACE}><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm></ApplyServerSideEncryptionByDefault><BucketKeyEnabled>false</BucketKeyEnabled></Rule></ServerSideEncryptionConfiguration>`;

/** Adds an element to each rule that lacks it. */
const inEachRule = (xml: string, name: string, value: () => string): string =>
  xml.replace(/<Rule>(.*?)<\/Rule>/gs, (rule: string, inner: string) =>
    inner.includes(`<${name}>`) ? rule : `<Rule>${inner}<${name}>${value()}</${name}></Rule>`,
  );

const BLOCKS = ['BlockPublicAcls', 'IgnorePublicAcls', 'BlockPublicPolicy', 'RestrictPublicBuckets'];

/** A block that is not spoken of is off. */
const withAllBlocks = (xml: string): string => {
  const missing = BLOCKS.filter((name) => !xml.includes(`<${name}>`)).map((name) => `<${name}>false</${name}>`);
  return xml.replace('</PublicAccessBlockConfiguration>', `${missing.join('')}$&`);
};

const DOCUMENTS: readonly Document[] = [
  {
    query: 'encryption',
    resource: 'BucketEncryption',
    root: 'ServerSideEncryptionConfiguration',
    standard: AES256,
    complete: (xml) => inEachRule(xml, 'BucketKeyEnabled', () => 'false'),
  },
  {
    query: 'lifecycle',
    resource: 'BucketLifecycleConfiguration',
    root: 'LifecycleConfiguration',
    missing: notFound('NoSuchLifecycleConfiguration', 'The lifecycle configuration does not exist'),
    complete: (xml) => inEachRule(xml, 'ID', () => randomUUID()),
    header: { name: 'x-amz-transition-default-minimum-object-size', standard: 'all_storage_classes_128K' },
  },
  {
    query: 'ownershipControls',
    resource: 'BucketOwnershipControls',
    root: 'OwnershipControls',
    missing: notFound('OwnershipControlsNotFoundError', 'The bucket ownership controls were not found'),
  },
  {
    query: 'publicAccessBlock',
    resource: 'PublicAccessBlock',
    root: 'PublicAccessBlockConfiguration',
    missing: notFound('NoSuchPublicAccessBlockConfiguration', 'The public access block configuration was not found'),
    complete: withAllBlocks,
  },
  {
    query: 'tagging',
    resource: 'BucketTagging',
    root: 'Tagging',
    missing: notFound('NoSuchTagSet', 'The TagSet does not exist'),
  },
];

const xmlReply = (xml: string): Reply => textReply(200, xml, 'application/xml');
const done = (status: number): Reply => ({ status, headers: {}, body: '' });

const tagsOf = (xml: string): ReadonlyMap<string, string> =>
  new Map(
    elements(objectAt(objectAt(fromXml(xml), 'Tagging'), 'TagSet'), 'Tag').map((tag) => [
      textAt(tag, 'Key') ?? '',
      textAt(tag, 'Value') ?? '',
    ]),
  );

/** Clients may neither set nor drop the tags of AWS's own (cost allocation and CloudFormation). */
const checkTags = (before: string | undefined, after: string): void => {
  const old = tagsOf(before ?? '');
  const system = [...old].filter(([key]) => key.startsWith('aws:'));
  const given = tagsOf(after);
  for (const [key, value] of given) {
    if (key.startsWith('aws:') && old.get(key) !== value)
      throw new AwsError('InvalidTag', 'System tags cannot be added/updated by requester');
  }
  if (system.some(([key]) => !given.has(key)))
    throw new AwsError('OperationAborted', 'System tags cannot be removed by requester', 409);
};

const put =
  (buckets: Buckets, document: Document): Handler =>
  (call) => {
    const bucket = bucketOf(buckets, call);
    const xml = call.body.toString('utf8');
    if (!new RegExp(`<${document.root}[\\s>/]`).test(xml)) {
      throw new AwsError(
        'MalformedXML',
        'The XML you provided was not well-formed or did not validate against our published schema',
      );
    }
    if (document.query === 'tagging' && call.from === 'client') checkTags(bucket.documents.get('tagging'), xml);
    bucket.documents.set(document.query, document.complete?.(xml) ?? xml);
    const { header } = document;
    if (header !== undefined) bucket.documents.set(header.name, call.headers[header.name] ?? header.standard);
    return Promise.resolve(done(document.query === 'tagging' ? 204 : 200));
  };

const get =
  (buckets: Buckets, document: Document): Handler =>
  (call) => {
    const { documents } = bucketOf(buckets, call);
    const xml = documents.get(document.query) ?? document.standard;
    if (xml === undefined) throw document.missing ?? notFound('NoSuchKey', 'Not found');
    const reply = xmlReply(xml);
    const { header } = document;
    if (header === undefined) return Promise.resolve(reply);
    const value = documents.get(header.name) ?? header.standard;
    return Promise.resolve({ ...reply, headers: { ...reply.headers, [header.name]: value } });
  };

const remove =
  (buckets: Buckets, document: Document): Handler =>
  (call) => {
    bucketOf(buckets, call).documents.delete(document.query);
    return Promise.resolve(done(204));
  };

/** Bucket configurations, kept as documents. */
export const s3BucketConfiguration = (buckets: Buckets): Gap => ({
  reason:
    'moto drops NewerNoncurrentVersions from lifecycle rules, refuses the aws: tags that CloudFormation sets, and answers 404 where AWS has a default (encryption)',
  handlers: Object.fromEntries(
    DOCUMENTS.flatMap((document) => [
      [`s3:Put${document.resource}`, put(buckets, document)],
      [`s3:Get${document.resource}`, get(buckets, document)],
      [`s3:Delete${document.query === 'lifecycle' ? 'BucketLifecycle' : document.resource}`, remove(buckets, document)],
    ]),
  ),
});
