import type { ResourceKind } from '../model/kind.ts';
import type { ObservedObject, ObservedStack, Ownership } from '../model/live.ts';
import { markOwner, stackTags } from '../model/names.ts';

/** Whose objects are ours: one instance of one organisation. */
export interface Owner {
  readonly organization: string;
  readonly instance: string;
}

/** What tags say: ours when all of our tags agree, foreign when there is an owner and it is not us. */
const ownershipOfTags = (tags: Readonly<Record<string, string>>, owner: Owner): Ownership => {
  if (tags['edl:owner'] === undefined) return 'unowned';
  const ours = Object.entries(stackTags(owner.organization, owner.instance));
  return ours.every(([key, value]) => tags[key] === value) ? 'ours' : 'foreign';
};

/** Whose a stack is, by its tags. */
export const ownershipOfStack = (stack: ObservedStack, owner: Owner): Ownership => ownershipOfTags(stack.tags, owner);

/** Statuses of stacks that hold nothing, though GetTemplate may still answer for them. */
const EMPTY_STATUSES: ReadonlySet<string> = new Set(['REVIEW_IN_PROGRESS', 'ROLLBACK_COMPLETE', 'DELETE_COMPLETE']);

/** Whether a stack holds no resource: it was never executed, or its creation was rolled back. */
export const isEmptyStack = (stack: { readonly status: string }): boolean => EMPTY_STATUSES.has(stack.status);

/**
 * Whether a stack is nobody's, because all that was ever made of it is a change set: an apply that lost AWS before it executed
 * leaves that behind. Such a stack has no resources and no tags yet, so it counts as not there; the apply removes it.
 */
export const isOnlyReviewed = (stack: { readonly status: string; readonly ownership: Ownership }): boolean =>
  stack.status === 'REVIEW_IN_PROGRESS' && stack.ownership === 'unowned';

/**
 * Whose an object is that no template of ours holds.
 *
 * | object                                                        | ownership |
 * |---------------------------------------------------------------|-----------|
 * | its kind is named by content                                  | ours      |
 * | mark with our owner and its own id                            | ours      |
 * | mark with another owner, or with another id (a copy)          | foreign   |
 * | CloudFormation's tag names a stack that is there and not ours | foreign   |
 * | tags `edl:owner` and `edl:instance` are ours (retained)       | ours      |
 * | tag `edl:owner` is another's                                  | foreign   |
 * | nothing of the kind                                           | unowned   |
 *
 * The tag `aws:cloudformation:stack-id` outlives its stack on retained objects, hence it counts only while that stack exists.
 */
export const ownershipOfObject = (
  object: ObservedObject,
  kind: ResourceKind,
  owner: Owner,
  foreignStackIds: ReadonlySet<string>,
): Ownership => {
  if (kind.contentAddressed === true) return 'ours';
  if (object.mark !== undefined) {
    const isOurs = object.mark.owner === markOwner(owner.organization, owner.instance) && object.mark.id === object.id;
    return isOurs ? 'ours' : 'foreign';
  }
  const tags = object.tags ?? {};
  const stackId = tags['aws:cloudformation:stack-id'];
  if (stackId !== undefined && foreignStackIds.has(stackId)) return 'foreign';
  return ownershipOfTags(tags, owner);
};
