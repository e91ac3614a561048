import { documentSize } from '../access/documents/statement.ts';
import { LIMITS } from '../access/documents/limits.ts';
import { at, type Diagnostic } from '../reconciler/model/diagnostic.ts';
import { type JsonObject, listOf, objectOf, sameJson, textOf } from '../reconciler/model/json.ts';
import type { LiveState } from '../reconciler/model/live.ts';
import type { AccessChange, Plan } from '../reconciler/model/plan.ts';
import type { Quota } from '../reconciler/model/quotas.ts';
import type { AccessHolder, Resource } from '../reconciler/model/resource.ts';

/** One role that a plan changes: what is live, and what it is to be. */
export interface RoleChange {
  readonly role: Resource;
  readonly live: JsonObject | undefined;
  /** Whose role it is; CloudFormation's own is nobody's. */
  readonly holder?: AccessHolder;
}

/** The roles that a plan changes, not those of which only a policy's content changes. */
export const changedRoles = (
  plan: Plan,
  resources: readonly Resource[],
  live: LiveState,
  holders: ReadonlyMap<string, AccessHolder>,
): readonly RoleChange[] => {
  const changed = new Set(plan.changes.flatMap(({ id, action }) => (action === 'prune' ? [] : [id])));
  return resources
    .filter(({ kind, id }) => kind === 'iam-role' && changed.has(id))
    .map((role) => {
      const holder = holders.get(textOf(role.properties['RoleName']));
      return {
        role,
        live: live.resources.find(({ id }) => id === role.id)?.properties,
        ...(holder === undefined ? {} : { holder }),
      };
    });
};

/** ARNs of what is attached to a role, as its properties say. */
export const attachedTo = (properties: JsonObject | undefined): readonly string[] =>
  listOf(properties?.['ManagedPolicyArns']).map(textOf);

const nameOfArn = (arn: string): string => arn.slice(arn.lastIndexOf('/') + 1);

const some = (names: readonly string[]): string =>
  names.length <= 5 ? names.join(', ') : `${names.slice(0, 4).join(', ')} and ${names.length - 4} more`;

const namesOf = (changes: readonly AccessChange[]): string =>
  some([...new Set(changes.map(({ dataset, tier }) => (dataset === '*' ? `all ${tier} datasets` : dataset)))]);

/** The way through: what goes first, what comes later. */
const twoSteps = (plan: Plan, holder: AccessHolder | undefined): string => {
  const own = plan.access.filter(({ principal }) => principal === holder);
  const lost = own.filter(({ before }) => before.length > 0);
  const gained = own.filter(({ before }) => before.length === 0);
  if (lost.length > 0 && gained.length > 0)
    return `Do it in two steps: first only the grants that end or change (${namesOf(lost)}), apply, then add the new ones (${namesOf(gained)}).`;
  return 'Do it in two steps: apply a part of the changed grants first, then the rest.';
};

/**
 * The policies that may be attached in the middle of the change. CloudFormation makes new policies before it updates the role
 * and removes old ones in the end; no page says whether it attaches to a role before it detaches, so the worse is assumed.
 * AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-update-behaviors
 */
const attachedInBetween = (change: RoleChange, plan: Plan, quota: Quota): readonly Diagnostic[] => {
  const { role, live, holder } = change;
  const [before, after] = [attachedTo(live), attachedTo(role.properties)];
  const between = new Set([...before, ...after]);
  const added = after.filter((arn) => !before.includes(arn));
  if (added.length === 0 || after.length > quota.limit || between.size <= quota.limit) return [];
  const gone = before.filter((arn) => !after.includes(arn)).map(nameOfArn);
  return [
    {
      code: 'EDL-3072',
      severity: 'error',
      summary: 'Too many policies in the middle of the change',
      detail: `The role of ${holder ?? role.id} has ${before.length} managed policies and is to have ${after.length}, which fits, but on the way it may hold ${between.size}: CloudFormation may attach the new ones before it detaches the old ones (${some(gone)}), and the account takes ${quota.limit}. ${twoSteps(plan, holder)} A policy that somebody attached by hand can be detached by hand first.`,
      ...at(role.declaredIn),
      target: role.id,
    },
  ];
};

type Sizes = ReadonlyMap<string, number>;

const inlineSizes = (properties: JsonObject | undefined): Sizes =>
  new Map(
    listOf(properties?.['Policies'])
      .map(objectOf)
      .map((policy) => [textOf(policy['PolicyName']), documentSize(objectOf(policy['PolicyDocument']))]),
  );

const total = (sizes: Iterable<number>): number => [...sizes].reduce((sum, size) => sum + size, 0);

/** Inline policies are written one by one, so in the middle the larger of each may be there. */
const inlineInBetween = ({ role, live, holder }: RoleChange, plan: Plan): readonly Diagnostic[] => {
  const [before, after] = [inlineSizes(live), inlineSizes(role.properties)];
  if (live === undefined || sameJson(live['Policies'], role.properties['Policies'])) return [];
  const names = [...new Set([...before.keys(), ...after.keys()])];
  const between = total(names.map((name) => Math.max(before.get(name) ?? 0, after.get(name) ?? 0)));
  if (between <= LIMITS.inlineCharacters || total(after.values()) > LIMITS.inlineCharacters) return [];
  const foreign = names.filter((name) => !after.has(name));
  return [
    {
      code: 'EDL-3073',
      severity: 'error',
      summary: 'Inline policies too large on the way',
      detail: `The inline policies of the role of ${holder ?? role.id} have ${total(before.values())} characters and are to have ${total(after.values())}, which fits, but on the way they may have ${between}, as IAM takes them one by one and counts them together; it takes ${LIMITS.inlineCharacters}. ${foreign.length > 0 ? `Remove what EDL did not put there first (${some(foreign)}), or do it in two steps: apply a part of the changed grants, then the rest.` : twoSteps(plan, holder)}`,
      ...at(role.declaredIn),
      target: role.id,
    },
  ];
};

/** Whether a role fits at each moment between what it is and what it is to be. */
export const judgeTransition = (change: RoleChange, plan: Plan, attached: Quota): readonly Diagnostic[] => [
  ...attachedInBetween(change, plan, attached),
  ...inlineInBetween(change, plan),
];
