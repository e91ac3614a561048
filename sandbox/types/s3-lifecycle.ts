import type { Json, JsonObject } from '../json.ts';
import { compact, listAt, objectAt, textAt } from '../json.ts';
import { elements, escapeXml } from '../protocol/xml.ts';
import { onlyKnown } from './common.ts';

const RULE = [
  'AbortIncompleteMultipartUpload',
  'ExpirationInDays',
  'ExpiredObjectDeleteMarker',
  'Id',
  'NoncurrentVersionExpiration',
  'Prefix',
  'Status',
];

const tag = (name: string, value: string | undefined): string =>
  value === undefined ? '' : `<${name}>${escapeXml(value)}</${name}>`;

const wrap = (name: string, inner: string): string => (inner === '' ? '' : `<${name}>${inner}</${name}>`);

export const checkLifecycle = (configuration: Json | undefined): void => {
  onlyKnown('LifecycleConfiguration', configuration, ['Rules']);
  for (const rule of listAt(configuration, 'Rules')) onlyKnown('lifecycle rules with', rule, RULE);
};

const ruleXml = (rule: Json): string => {
  const noncurrent = objectAt(rule, 'NoncurrentVersionExpiration');
  const expiration =
    tag('Days', textAt(rule, 'ExpirationInDays')) +
    tag('ExpiredObjectDeleteMarker', textAt(rule, 'ExpiredObjectDeleteMarker'));
  return wrap(
    'Rule',
    tag('ID', textAt(rule, 'Id')) +
      `<Filter>${tag('Prefix', textAt(rule, 'Prefix') ?? '')}</Filter>` +
      tag('Status', textAt(rule, 'Status')) +
      wrap('Expiration', expiration) +
      wrap(
        'NoncurrentVersionExpiration',
        tag('NoncurrentDays', textAt(noncurrent, 'NoncurrentDays')) +
          tag('NewerNoncurrentVersions', textAt(noncurrent, 'NewerNoncurrentVersions')),
      ) +
      wrap(
        'AbortIncompleteMultipartUpload',
        tag('DaysAfterInitiation', textAt(objectAt(rule, 'AbortIncompleteMultipartUpload'), 'DaysAfterInitiation')),
      ),
  );
};

/** A template's lifecycle rules as the S3 API takes them. */
export const lifecycleXml = (configuration: Json | undefined): string =>
  listAt(configuration, 'Rules').map(ruleXml).join('');

const notEmpty = (value: JsonObject): JsonObject | undefined => (Object.keys(value).length === 0 ? undefined : value);

/** The live rules in the template's form. */
export const lifecycleProperties = (document: JsonObject): JsonObject => ({
  Rules: elements(document, 'Rule').map((rule) => {
    const prefix = textAt(objectAt(rule, 'Filter'), 'Prefix') ?? textAt(rule, 'Prefix');
    return compact({
      Id: textAt(rule, 'ID'),
      Status: textAt(rule, 'Status'),
      Prefix: prefix === '' ? undefined : prefix,
      ExpirationInDays: textAt(objectAt(rule, 'Expiration'), 'Days'),
      ExpiredObjectDeleteMarker: textAt(objectAt(rule, 'Expiration'), 'ExpiredObjectDeleteMarker'),
      NoncurrentVersionExpiration: notEmpty(objectAt(rule, 'NoncurrentVersionExpiration')),
      AbortIncompleteMultipartUpload: notEmpty(objectAt(rule, 'AbortIncompleteMultipartUpload')),
    });
  }),
});
