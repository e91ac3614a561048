import type { Json, JsonObject } from '../json.ts';
import { isObject, listAt, objectAt, textAt } from '../json.ts';
import { elements } from '../protocol/xml.ts';
import type { Shape } from './s3-xml.ts';
import { fromTree, many, one, same, toTree } from './s3-xml.ts';

const TAG = same('Key', 'Value');

/** What a rule applies to; properties of the rule in a template, an element of their own in the API. */
const FILTER: Shape = {
  ...same('ObjectSizeGreaterThan', 'ObjectSizeLessThan', 'Prefix'),
  TagFilters: many('Tag', TAG),
};

const ACTIONS: Shape = {
  AbortIncompleteMultipartUpload: one('AbortIncompleteMultipartUpload', same('DaysAfterInitiation')),
  ExpirationDate: one('Expiration/Date'),
  ExpirationInDays: one('Expiration/Days'),
  ExpiredObjectDeleteMarker: one('Expiration/ExpiredObjectDeleteMarker'),
  Id: one('ID'),
  NoncurrentVersionExpiration: one('NoncurrentVersionExpiration', same('NewerNoncurrentVersions', 'NoncurrentDays')),
  NoncurrentVersionTransitions: many('NoncurrentVersionTransition', {
    ...same('NewerNoncurrentVersions', 'StorageClass'),
    TransitionInDays: one('NoncurrentDays'),
  }),
  Status: one('Status'),
  Transitions: many('Transition', {
    StorageClass: one('StorageClass'),
    TransitionDate: one('Date'),
    TransitionInDays: one('Days'),
  }),
};

/** Several conditions stand in an `And`, a single one does not. */
export const filterTree = (value: Json): JsonObject => {
  const conditions = toTree(FILTER, value);
  const count = Object.values(conditions).reduce(
    (sum: number, item) => sum + (Array.isArray(item) ? item.length : 1),
    0,
  );
  return count > 1 ? { And: conditions } : count === 1 ? conditions : { Prefix: '' };
};

export const filterProperties = (rule: Json): JsonObject => {
  const filter = objectAt(rule, 'Filter');
  const found = fromTree(FILTER, isObject(filter['And']) ? filter['And'] : filter);
  const { Prefix: _prefix, ...rest } = found;
  const prefix = textAt(found, 'Prefix') ?? textAt(rule, 'Prefix') ?? '';
  return prefix === '' ? rest : { ...rest, Prefix: prefix };
};

/** The properties of lifecycle rules that the sandbox models. */
export const LIFECYCLE: Shape = { Rules: many('Rule', { ...ACTIONS, ...FILTER }) };

/** A template's lifecycle rules as the S3 API takes them. */
export const lifecycleTree = (configuration: Json): JsonObject => ({
  Rule: listAt(configuration, 'Rules').map((rule) => ({ ...toTree(ACTIONS, rule), Filter: filterTree(rule) })),
});

/** The live rules in the template's form. */
export const lifecycleProperties = (document: JsonObject): JsonObject => ({
  Rules: elements(document, 'Rule').map((rule) => ({ ...fromTree(ACTIONS, rule), ...filterProperties(rule) })),
});
