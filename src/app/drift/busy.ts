import { isBusy } from '../../reconciler/diff/stacks.ts';
import { STACK_KIND } from '../../reconciler/live/coverage.ts';
import { stackKey } from '../../reconciler/live/templates-needed.ts';
import type { Look } from './select.ts';

/**
 * Leaves out what is in stacks that an operation runs on: an apply at work would be told as somebody's hand. Nobody can say what
 * drifted there before the operation ends, so these stacks are told as not checked.
 */
export const withoutBusy = (look: Look): Look => {
  const { parts, judged, checked, pending } = look;
  const busy = parts.live.stacks.filter(({ status, ownership }) => ownership === 'ours' && isBusy(status));
  if (busy.length === 0) return look;
  const keys = new Set(busy.map(({ region, name }) => stackKey(region, name)));
  const isIdle = ({ region, stack }: { readonly region: string; readonly stack: string }): boolean =>
    !keys.has(stackKey(region, stack));
  const unreadable = busy.map(({ name, region, status }) => ({
    kind: STACK_KIND,
    region,
    reason: `${name} is ${status}; what is in it is told when that has ended`,
  }));
  const { plan } = parts;
  const live = { ...plan.live, unreadable: [...plan.live.unreadable, ...unreadable] };
  return {
    ...look,
    parts: { ...parts, plan: { ...plan, live } },
    judged: judged.filter(({ entry }) => isIdle(entry)),
    checked: checked.filter(isIdle),
    pending: pending.filter(isIdle),
  };
};
