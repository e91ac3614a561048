import type { HeldWorld } from '../access/held/world.ts';
import { type JsonObject, objectOf, textOf } from '../reconciler/model/json.ts';
import type { LiveResource, LiveState } from '../reconciler/model/live.ts';
import { keyAlias } from '../reconciler/model/names.ts';
import type { Plan } from '../reconciler/model/plan.ts';

/** The keys of tiers as they are live. */
export const liveKeys = (live: LiveState, { tiers, instance }: HeldWorld): NonNullable<HeldWorld['keys']> => {
  const byAlias = new Map(tiers.map((tier) => [keyAlias(instance, tier), tier]));
  return live.resources.flatMap(({ kind, region, properties = {} }) => {
    const tier = kind === 'kms-alias' ? byAlias.get(textOf(properties['AliasName'])) : undefined;
    const id = textOf(properties['TargetKeyId']);
    return tier === undefined || id === '' ? [] : [{ tier, region, id }];
  });
};

type Policies = NonNullable<HeldWorld['resources']>;

const policyOf = (properties: JsonObject | undefined): Policies =>
  properties === undefined
    ? []
    : [{ arn: `arn:aws:s3:::${textOf(properties['Bucket'])}`, document: objectOf(properties['PolicyDocument']) }];

/**
 * The policies of buckets as git wants them and as they stay after a plan. Where the plan writes the stack of one, or nobody
 * could read it, both are what was applied: then nobody can tell that somebody else changed it.
 */
export const bucketPolicies = (
  live: LiveState,
  plan: Plan,
): { readonly declared: Policies; readonly expected: Policies } => {
  const touched = new Set(plan.changes.map(({ stack }) => stack));
  const isUnread = ({ region }: LiveResource): boolean =>
    live.unreadable.some((unread) => unread.kind === 's3-bucket-policy' && unread.region === region);
  const found = live.resources.filter(({ kind, ownership }) => kind === 's3-bucket-policy' && ownership === 'ours');
  return {
    declared: found.flatMap(({ applied, properties }) => policyOf(applied ?? properties)),
    expected: found.flatMap((resource) => {
      const { applied, properties, stack = '' } = resource;
      return policyOf(touched.has(stack) || isUnread(resource) ? (applied ?? properties) : properties);
    }),
  };
};
