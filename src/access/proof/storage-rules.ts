import { ARTIFACTS_PREFIX } from '../../reconciler/model/names.ts';
import type { RequestContext } from '../evaluate/types.ts';
import { isIn } from './action-sets.ts';
import type { Bucket, LakeNames } from './lake.ts';
import { BASE_RIGHTS, onAnyOf, onDataset, onWholeTier, type Right } from './rights.ts';
import { NOBODY, type Rule, type RuleOf } from './rule.ts';

type DataBucket = Extract<Bucket, { tier: string }>;

/** A key in a dataset's folder: the folder, and the part of it (`data`, `raw`, or anything else). */
const split = (key: string): { readonly folder: string; readonly part: string } => {
  const slash = key.indexOf('/');
  if (slash < 0) return { folder: '', part: '' };
  const next = key.indexOf('/', slash + 1);
  return { folder: key.slice(0, slash), part: next < 0 ? '' : key.slice(slash + 1, next) };
};

/**
 * Who reads what lies under a key, or lists under a prefix. A dataset's own readers go by its first two folders. Who reads
 * all of a tier reads whatever has a folder `data` and no folder `raw` in it, and nothing with one that another row gives.
 */
const reading = ({ tier, region }: DataBucket, key: string): Rule => {
  const { folder, part } = split(key);
  const anyOf: Right[] = [];
  if (folder !== '' && part === 'data') anyOf.push(onDataset('read', tier, folder, region));
  if (folder !== '' && part === 'raw') anyOf.push(onDataset('read-raw', tier, folder, region));
  const whole = onWholeTier('read', tier, region);
  if (key.includes('/raw/')) return { anyOf, unless: whole };
  return { anyOf: key.includes('/data/') ? [...anyOf, whole] : anyOf };
};

const writing = ({ tier, region }: DataBucket, key: string): Rule => {
  const { folder, part } = split(key);
  return folder !== '' && (part === 'data' || part === 'raw')
    ? { anyOf: [onDataset('run-write', tier, folder, region)] }
    : NOBODY;
};

const dropping = ({ tier, region }: DataBucket, key: string): Rule => {
  const { folder } = split(key);
  return folder === '' ? NOBODY : { anyOf: [onDataset('write', tier, folder, region)] };
};

const objectRules = (bucket: Bucket, key: string): RuleOf => {
  if (bucket.use === 'artifacts') {
    const rule: Rule = key.startsWith(ARTIFACTS_PREFIX) ? { anyOf: [BASE_RIGHTS.code(bucket.region)] } : NOBODY;
    return (action) => (isIn('readCode', action) ? rule : NOBODY);
  }
  if (bucket.use === 'drop') return (action) => (isIn('dropObjects', action) ? dropping(bucket, key) : NOBODY);
  return (action) => {
    if (isIn('readObjects', action)) return reading(bucket, key);
    return isIn('writeObjects', action) ? writing(bucket, key) : NOBODY;
  };
};

/** The prefix of a list request; a request without one lists everything. */
const prefixOf = (context: RequestContext): string | undefined => {
  const prefix = context['s3:prefix'];
  return typeof prefix === 'string' ? prefix : prefix?.[0];
};

const bucketRules = (bucket: Bucket, prefix: string | undefined): RuleOf => {
  if (bucket.use === 'drop') return () => NOBODY;
  if (bucket.use === 'artifacts') {
    const code: Rule = { anyOf: [BASE_RIGHTS.code(bucket.region)] };
    return (action) => {
      if (isIn('listObjects', action)) return prefix?.startsWith(ARTIFACTS_PREFIX) === true ? code : NOBODY;
      return isIn('findCode', action) ? code : NOBODY;
    };
  }
  const { tier, region } = bucket;
  return (action) => {
    if (isIn('locateBucket', action)) return { anyOf: [onAnyOf('read', tier, region)] };
    if (isIn('listUploads', action)) return { anyOf: [onAnyOf('run-write', tier, region)] };
    return isIn('listObjects', action) && prefix !== undefined ? reading(bucket, prefix) : NOBODY;
  };
};

/** Who may do what in S3: `path` is a bucket, or a bucket and a key. Buckets that are not the instance's are nobody's. */
export const storageRules = (lake: LakeNames, path: string, context: RequestContext): RuleOf => {
  const slash = path.indexOf('/');
  const bucket = lake.buckets.get(slash < 0 ? path : path.slice(0, slash));
  if (bucket === undefined) return () => NOBODY;
  return slash < 0 ? bucketRules(bucket, prefixOf(context)) : objectRules(bucket, path.slice(slash + 1));
};
