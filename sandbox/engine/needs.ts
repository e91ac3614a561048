import type { Services } from '../services.ts';
import type { Tag } from '../types/resource-type.ts';

/** An action, the resource that a policy must allow it on, and what conditions can ask of the request. */
export interface Need {
  readonly action: string;
  readonly resource: string;
  /** Values by condition key, in lower case. */
  readonly keys: ReadonlyMap<string, readonly string[]>;
  /** Patterns of keys that the request is known not to have. Of any other key nothing is known. */
  readonly absent: readonly string[];
}

/** Where requests are made, by whom, and the APIs to look at what they are about. */
export interface World {
  readonly services: Services;
  readonly account: string;
  readonly region: string;
  readonly roleArn: string;
}

/** The values of condition keys, in lower case. */
export type Keys = Readonly<Record<string, readonly string[]>>;

const NEVER = ['aws:calledvia*', 'aws:source*', 'aws:multifactorauth*', 'aws:userid', 'aws:username'];

/** A service role's calls are its own: they come via no service, and the keys of forwarded calls are absent (reference_policies_condition-keys). */
export const needOf = (
  world: World,
  action: string,
  resource: string,
  keys: Keys = {},
  absent: readonly string[] = [],
): Need => ({
  action,
  resource,
  keys: new Map(
    Object.entries({
      'aws:principalaccount': [world.account],
      'aws:principalarn': [world.roleArn],
      'aws:requestedregion': [action.startsWith('iam:') ? 'us-east-1' : world.region],
      'aws:resourceaccount': [world.account],
      'aws:viaawsservice': ['false'],
      ...keys,
    }),
  ),
  absent: [...NEVER, 'aws:requesttag/*', 'aws:tagkeys', ...absent],
});

/** Condition keys for tags, by the prefix that says whose they are. */
export const tagKeys = (prefix: string, tags: Iterable<readonly [string, string]>): Keys =>
  Object.fromEntries([...tags].map(([key, value]) => [`${prefix}/${key}`.toLowerCase(), [value]]));

/** What a request says of tags, set or taken away. */
export const requestTags = (tags: readonly Tag[], removed: readonly string[] = []): Keys => {
  const names = [...tags.map((tag) => tag.Key), ...removed];
  if (names.length === 0) return {};
  return {
    ...tagKeys(
      'aws:requesttag',
      tags.map((tag) => [tag.Key, tag.Value]),
    ),
    'aws:tagkeys': names,
  };
};

/** A request and, where it sets tags on what it creates, the tagging that it needs too. */
export const withTags = (
  need: Need,
  tags: readonly Tag[],
  tagging: string,
  resource = need.resource,
): readonly Need[] => (tags.length === 0 ? [need] : [need, { ...need, action: tagging, resource }]);
