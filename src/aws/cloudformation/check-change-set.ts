import type { ResourceChange } from '@aws-sdk/client-cloudformation';
import type { Change, Impact } from '../../reconciler/model/plan.ts';
import { isDataType } from './data-types.ts';
import { UNKNOWN_TYPE, byLogicalId } from './planned.ts';

/**
 * Whether a change set does what was approved and no more. One row a change of the change set:
 *
 * | change set        | approved in the plan | verdict                                                        |
 * |-------------------|----------------------|----------------------------------------------------------------|
 * | any               | nothing              | refused, but a follow-up that CloudFormation only considers    |
 * | any               | of another type      | refused                                                        |
 * | Add               | create, adopt        | fine                                                           |
 * | Import            | adopt                | fine                                                           |
 * | Modify            | update               | fine, if it replaces no more than the update's impact says     |
 * | Remove            | prune                | fine; what holds data only if it is retained                   |
 * | anything else     | anything             | refused                                                        |
 */
const ACTIONS: Readonly<Record<string, readonly Change['action'][]>> = {
  Add: ['create', 'adopt'],
  Import: ['adopt'],
  Modify: ['update'],
  Remove: ['prune'],
};

const IMPACT_RANK: Readonly<Record<Impact, number>> = { 'in-place': 0, 'may-replace': 1, replaces: 2 };

/** A replacement that CloudFormation does not tell is unknown, not absent. */
const REPLACEMENT_RANK: Readonly<Record<string, number>> = { False: 0, Conditional: 1, True: 2 };

const replacementRank = (change: ResourceChange): number => REPLACEMENT_RANK[change.Replacement ?? 'Conditional'] ?? 2;

/**
 * CloudFormation lists what refers to a changed resource, because its property could change when the other one is done
 * (AWSCloudFormation/latest/APIReference/API_ResourceChangeDetail, Evaluation). By itself that changes nothing.
 */
const isFollowUp = (change: ResourceChange): boolean =>
  change.Action === 'Modify' &&
  change.Replacement === 'False' &&
  (change.Details ?? []).length > 0 &&
  (change.Details ?? []).every(
    (detail) =>
      detail.Evaluation === 'Dynamic' &&
      (detail.ChangeSource === 'ResourceReference' || detail.ChangeSource === 'ResourceAttribute'),
  );

const removesData = (change: ResourceChange, planned: Change | undefined): boolean => {
  const holdsData = isDataType(change.ResourceType) || (planned?.action === 'prune' && planned.holdsData);
  const policy = change.PolicyAction ?? 'Delete';
  const isRemoval = change.Action === 'Remove' && policy !== 'Retain';
  const mayReplace = change.Action === 'Modify' && change.Replacement !== 'False' && policy !== 'ReplaceAndRetain';
  return holdsData && (isRemoval || mayReplace);
};

const nameOf = (change: ResourceChange): string =>
  `${change.LogicalResourceId ?? 'a resource without id'} (${change.ResourceType ?? 'unknown type'})`;

const problemOf = (change: ResourceChange, planned: Change | undefined): string | undefined => {
  const name = nameOf(change);
  const action = change.Action ?? 'no action';
  if (removesData(change, planned)) return `${action} of ${name} could remove data`;
  if (planned === undefined) return isFollowUp(change) ? undefined : `${action} of ${name} is not in the plan`;
  if (planned.type !== change.ResourceType && planned.type !== UNKNOWN_TYPE)
    return `${name} is ${planned.type} in the plan`;
  if (ACTIONS[action]?.includes(planned.action) !== true)
    return `${action} of ${name}, but the plan says ${planned.action}`;
  if (planned.action === 'update' && replacementRank(change) > IMPACT_RANK[planned.impact]) {
    return `${action} of ${name} may replace it (Replacement: ${change.Replacement ?? 'not told'}), but the plan says ${planned.impact}`;
  }
  return undefined;
};

/** Everything in the change set that goes beyond the plan, in words; nothing when it may be executed. */
export const checkChangeSet = (changes: readonly ResourceChange[], planned: readonly Change[]): readonly string[] => {
  const approved = byLogicalId(planned);
  return changes.flatMap((change) => problemOf(change, approved.get(change.LogicalResourceId ?? '')) ?? []);
};
