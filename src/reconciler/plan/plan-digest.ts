import { digestOf, type Digest } from '../model/digest.ts';
import { asJson, compareText } from '../model/json.ts';
import type { LiveState } from '../model/live.ts';
import type { AccessChange, Change } from '../model/plan.ts';

/** A change without where it was declared: moving a file does not make another plan. */
export const withoutLocation = (change: Change): Change => {
  const { declaredIn: _, ...meaning } = change;
  return meaning;
};

/**
 * Who gains or loses what, without all that is told beside it: people join teams, reasons are reworded and files move while a
 * plan waits for its approval, and none of that makes another plan.
 */
export const meaningOfAccess = (change: AccessChange): AccessChange => {
  const { people: _people, approvals: _approvals, reason: _reason, declaredIn: _declaredIn, ...meaning } = change;
  return meaning;
};

const accessKey = (change: AccessChange): string => `${change.principal} ${change.tier} ${change.dataset}`;

/** What a plan means: instance, changes and access. Two plans with one digest do the same to the same people. */
export const planDigest = (instance: string, changes: readonly Change[], access: readonly AccessChange[]): Digest =>
  digestOf({
    instance,
    changes: [...changes]
      .sort((left, right) => compareText(left.id, right.id))
      .map((change) => asJson(withoutLocation(change))),
    access: [...access]
      .sort((left, right) => compareText(accessKey(left), accessKey(right)))
      .map((change) => asJson(meaningOfAccess(change))),
  });

/** What was read, as one digest. Statuses of stacks are left out: they change while nothing else does. */
export const liveDigest = (live: LiveState): Digest =>
  digestOf(
    asJson({
      stacks: live.stacks.map(({ name, region, ownership, digest }) => ({ name, region, ownership, digest })),
      resources: live.resources,
      unreadable: live.unreadable.map(({ kind, region }) => ({ kind, region })),
    }),
  );
