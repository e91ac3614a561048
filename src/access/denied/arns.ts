import { withoutCommands } from './clean.ts';
import type { DenialCaller, S3Location } from './types.ts';

/** Ends a value that stands in a sentence: quotes, brackets, and punctuation before a space. */
export const trimValue = (text: string): string => text.replace(/^["'`(<]+/, '').replace(/["'`)>,;.]+$/, '');

/** The caller of a message: a session of a role, a user, or a role itself. */
export const callerOf = (arn: string): DenialCaller | undefined => {
  const [, account = '', kind = '', name = ''] = /^arn:aws[\w-]*:(?:iam|sts)::(\d{12}):([\w-]+)\/(.+)$/.exec(arn) ?? [];
  if (account === '') return undefined;
  if (kind === 'assumed-role') {
    const [role = '', ...session] = name.split('/');
    return { arn, account, role, ...(session.length === 0 ? {} : { session: session.join('/') }) };
  }
  const last = name.slice(name.lastIndexOf('/') + 1);
  if (kind === 'role') return { arn, account, role: last };
  return kind === 'user' ? { arn, account, user: last } : { arn, account };
};

/** Query strings of URLs are no part of a key, and may hold a signature. */
const withoutQuery = (key: string): string => key.replace(/\?.*$/, '');

const decode = (text: string): string => {
  try {
    return withoutCommands(decodeURIComponent(text));
  } catch {
    return text;
  }
};

const BUCKET = '[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]';

const FORMS: readonly RegExp[] = [
  new RegExp(`\\bs3[an]?://(${BUCKET})(?:/([^\\s"'<>,;]*))?`),
  new RegExp(`\\barn:aws[\\w-]*:s3:::(${BUCKET})(?:/([^\\s"'<>]*))?`),
  new RegExp(`\\bhttps?://(${BUCKET})\\.s3(?:[.-][a-z0-9-]+)*\\.amazonaws\\.com(?::\\d+)?(?:/([^\\s"'<>,;]*))?`),
  new RegExp(`\\bhttps?://s3(?:[.-][a-z0-9-]+)*\\.amazonaws\\.com(?::\\d+)?/(${BUCKET})(?:/([^\\s"'<>,;]*))?`),
];

/** The first place in S3 that a text names, in any of the ways to write one. */
export const locationIn = (text: string): S3Location | undefined => {
  const found = FORMS.flatMap((form) => {
    const match = form.exec(text);
    return match === null ? [] : [match];
  }).sort((left, right) => left.index - right.index)[0];
  if (found === undefined) return undefined;
  const [whole, bucket = '', key = ''] = found;
  const path = whole.startsWith('http')
    ? decode(withoutQuery(key))
    : key.replace(/\?(?=X-Amz-|AWSAccessKeyId).*$/i, '');
  return { bucket, key: path.replace(/[)\]}]+:?$|[:.]+$/, '') };
};

/** The table that a Glue ARN or a name such as `edl_prod_sensitive.clinical_trials__outcomes` means. */
export const tableOf = (resource: string): { readonly database: string; readonly table: string } | undefined => {
  const [, kind = '', database = '', table = ''] = /:(table|database)\/([^/]+)(?:\/(.+))?$/.exec(resource) ?? [];
  if (!resource.startsWith('arn:') || !resource.includes(':glue:') || kind === '') return undefined;
  return { database, table };
};
