import { isIn } from './action-sets.ts';
import { withoutProbes } from './lake.ts';
import type { Mismatch } from './types.ts';

/** What an action does, in the words of sentences. */
export interface Deed {
  /** `read data`; what it is done to follows. */
  readonly verb: string;
  /** Between the verb and what it is done to. */
  readonly link: 'of' | 'on';
  /** Done to something of a dataset, not to what its tier has as a whole. */
  readonly isOnDatasets: boolean;
}

type Wording = readonly [pattern: RegExp, verb: string, on: 'dataset' | 'tier'];

/** `data` stands for the part of a dataset that an object lies in. First that fits; the gravest come first. */
const WORDINGS: readonly Wording[] = [
  [/^s3:(DeleteObject|ReplicateDelete)/, 'delete data', 'dataset'],
  [/^s3:(PutObject|ReplicateObject)$/, 'write data', 'dataset'],
  [/^s3:(PutObject|BypassGovernance)/, 'set permissions and locks of data', 'dataset'],
  [/^s3:(Put|Delete)/, 'change the bucket', 'tier'],
  [/^s3:GetObject(Version)?$/, 'read data', 'dataset'],
  [/^s3:ListBucket(Versions)?$/, 'list objects', 'dataset'],
  [/^s3:(AbortMultipartUpload|ListMultipartUploadParts)$/, 'handle uploads', 'dataset'],
  [/^s3:ListBucketMultipartUploads$/, 'see uploads to the bucket', 'tier'],
  [/^s3:GetBucketLocation$/, 'find the bucket', 'tier'],
  [/^kms:Decrypt$/, 'decrypt objects', 'tier'],
  [/^kms:GenerateDataKey/, 'encrypt objects', 'tier'],
  [/^kms:/, 'manage the key', 'tier'],
];

const partOf = (resource: string): string => {
  if (/^arn:aws:s3:::[^/]+-datalake-drop-/.test(resource)) return 'files in the drop bucket';
  const [, part] = /^arn:aws:s3:::[^/]+\/[^/]+\/(data|raw)\//.exec(resource) ?? [];
  if (part === undefined) return 'files';
  return part === 'raw' ? 'raw data' : 'data';
};

/** Through S3 is the ordinary way to a key; every other is told. */
const wayOf = ({ action, circumstances = '' }: Mismatch): string =>
  /^kms:(Decrypt|GenerateDataKey)/.test(action) && !/(^|, )through S3$/.test(circumstances)
    ? ' otherwise than through S3'
    : '';

const GLUE = /^arn:aws:glue:[^:]*:[^:]*:(catalog|database|table|userDefinedFunction)(?:\/|$)/;

const GLUE_THINGS: Readonly<Record<string, string>> = {
  catalog: 'the catalog',
  database: 'the database',
  userDefinedFunction: 'functions',
};

const glueVerb = ({ action, resource }: Mismatch): string => {
  const thing = GLUE_THINGS[GLUE.exec(resource)?.[1] ?? ''] ?? 'tables';
  const isSeeing = isIn('seeTables', action) || /^glue:(Get|BatchGet|List|Search)/.test(action);
  if (isSeeing) return `see ${thing}`;
  if (isIn('writeTables', action)) return `change ${thing}`;
  return thing === 'the catalog' ? `administer ${thing}` : `make or drop ${thing}`;
};

/** An action in the words of the documented table's groups, so that actions that go together are told as one. */
export const deedOf = (mismatch: Mismatch): Deed => {
  const { action, resource } = mismatch;
  if (action.startsWith('glue:') && GLUE.test(resource)) {
    const verb = glueVerb(mismatch);
    return { verb, link: 'of', isOnDatasets: verb.endsWith('tables') };
  }
  const [, verb, on] = WORDINGS.find(([pattern]) => pattern.test(action)) ?? [];
  if (verb === undefined) return { verb: `do ${withoutProbes(action)}`, link: 'on', isOnDatasets: false };
  const worded = verb.replace(/\bdata$/, partOf(resource)) + wayOf(mismatch);
  return { verb: worded, link: 'of', isOnDatasets: on === 'dataset' };
};
