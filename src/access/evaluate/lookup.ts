import { accountOf, isRole } from './principals.ts';
import { parseTime } from './operators.ts';
import type { AccessRequest, RequestContext } from './types.ts';
import type { Lookup } from './variables.ts';

/** Keys that only some actions carry: for all others they are known to be absent. https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html */
const CARRIED_BY: Readonly<Record<string, readonly string[]>> = {
  's3:prefix': ['s3:listbucket', 's3:listbucketversions'],
  's3:delimiter': ['s3:listbucket', 's3:listbucketversions'],
  's3:max-keys': ['s3:listbucket', 's3:listbucketversions'],
};

const standard = (request: AccessRequest, key: string): readonly string[] | undefined => {
  switch (key) {
    case 'aws:currenttime':
      return [request.at];
    case 'aws:epochtime':
      return [String(Math.floor(parseTime(request.at) / 1000))];
    case 'aws:principalarn':
      return [request.principalArn];
    case 'aws:principalaccount':
      return [accountOf(request.principalArn)];
    case 'aws:principaltype':
      return [isRole(request.principalArn) ? 'AssumedRole' : 'User'];
    default: {
      const carriers = CARRIED_BY[key];
      return carriers !== undefined && !carriers.includes(request.action.toLowerCase()) ? [] : undefined;
    }
  }
};

type Given = ReadonlyMap<string, readonly string[]>;

const NOTHING: RequestContext = {};

const known = new WeakMap<RequestContext, Given>();

/** Keys know no case. Contexts are shared by many requests, so each is read once. */
const givenIn = (context: RequestContext): Given => {
  const read = known.get(context);
  if (read !== undefined) return read;
  const given = new Map(
    Object.entries(context).map(([name, value]) => [name.toLowerCase(), typeof value === 'string' ? [value] : value]),
  );
  known.set(context, given);
  return given;
};

/**
 * The context keys of a request: what the caller gave, then what follows from the request itself.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
 */
export const requestLookup = (request: AccessRequest): Lookup => {
  const context = request.context ?? NOTHING;
  let given: Given | undefined;
  return (key) => {
    given ??= givenIn(context);
    const lower = key.toLowerCase();
    return given.get(lower) ?? standard(request, lower);
  };
};
