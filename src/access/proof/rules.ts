import type { RequestContext } from '../evaluate/types.ts';
import type { LakeNames } from './lake.ts';
import { NOBODY, type RuleOf } from './rule.ts';
import { serviceRules } from './service-rules.ts';
import { storageRules } from './storage-rules.ts';

/** Buckets have neither region nor account in their names. */
const STORAGE = 'arn:aws:s3:::';

const NOBODY_AT_ALL: RuleOf = () => NOBODY;

/** A resource's parts. The last is all that comes after the fifth colon. */
interface ArnParts {
  readonly service: string;
  readonly region: string;
  readonly account: string;
  readonly rest: string;
}

const partsOf = (arn: string): ArnParts | undefined => {
  const [start, partition, service = '', region = '', account = '', ...rest] = arn.split(':');
  return start === 'arn' && partition === 'aws' ? { service, region, account, rest: rest.join(':') } : undefined;
};

/**
 * The oracle: says from the catalog's names alone who may do what on a resource under these circumstances. It restates
 * docs/access-levels.md and shares nothing with the code that writes documents but the table of actions.
 */
export const rulesOf = (lake: LakeNames, resource: string, context: RequestContext): RuleOf => {
  if (resource.startsWith(STORAGE)) return storageRules(lake, resource.slice(STORAGE.length), context);
  const parts = partsOf(resource);
  if (parts === undefined) return serviceRules(lake, { service: '*', region: '', rest: resource }, context);
  if (parts.account !== lake.instance.account) return NOBODY_AT_ALL;
  return serviceRules(lake, parts, context);
};
