import { compareText } from '../model/json.ts';
import type { Observed, ObservedObject, ObservedStacks, Unreadable } from '../model/live.ts';
import type { Kinds } from './kinds.ts';

/** The pseudo kind under which stacks that could not be read are listed. */
export const STACK_KIND = 'stack';

/** The region under which global kinds are read. */
export const GLOBAL_REGION = 'global';

/** What was read and what was not. Unknown is not absent: what nobody read counts as unreadable. */
export interface Coverage {
  readonly objects: readonly ObservedObject[];
  readonly unreadable: readonly Unreadable[];
  readonly isRead: (kind: string, region: string) => boolean;
}

const hits = (entry: { kind: string; region: string }, kind: string, region: string, isGlobal: boolean): boolean =>
  entry.kind === kind && (isGlobal || entry.region === GLOBAL_REGION || entry.region === region);

/** Properties of objects that could not be read while the rest of the object could. */
const partsUnread = (observed: readonly Observed[]): readonly Required<Unreadable>[] =>
  observed.flatMap((entry) =>
    entry.status === 'read'
      ? entry.objects.flatMap(({ unread = [] }) =>
          unread.map(({ part, reason }) => ({ kind: entry.kind, region: entry.region, part, reason })),
        )
      : [],
  );

/** Gathers what the kinds read. `expected` are the kinds and regions that somebody will ask for. */
export const coverageOf = (
  observed: readonly Observed[],
  observedStacks: readonly ObservedStacks[],
  expected: readonly { readonly kind: string; readonly region: string }[],
  kinds: Kinds,
): Coverage => {
  const objects = observed.flatMap((entry) => (entry.status === 'read' ? entry.objects : []));
  const unreadable = new Map<string, Unreadable>();
  const add = (kind: string, region: string, reason: string): void => {
    unreadable.set(`${kind} ${region}`, { kind, region, reason });
  };
  for (const entry of observed) if (entry.status === 'unreadable') add(entry.kind, entry.region, entry.reason);
  for (const entry of observedStacks) {
    if (entry.status === 'unreadable') add(STACK_KIND, entry.region, entry.reason);
    else if (entry.deleted !== undefined && 'unread' in entry.deleted)
      unreadable.set(`${STACK_KIND} ${entry.region} deleted`, {
        kind: STACK_KIND,
        region: entry.region,
        part: '/StackStatus',
        reason: entry.deleted.unread,
      });
  }
  for (const { kind, region, part, reason } of partsUnread(observed)) {
    const key = `${kind} ${region} ${part}`;
    const before = unreadable.get(key)?.reason;
    unreadable.set(key, { kind, region, part, reason: before === undefined ? reason : `${before} ${reason}` });
  }
  const known = new Set<string>();
  for (const { kind, region } of expected) {
    if (known.has(`${kind} ${region}`)) continue;
    known.add(`${kind} ${region}`);
    const isGlobal = kinds.get(kind)?.isGlobal ?? false;
    if (!observed.some((entry) => hits(entry, kind, region, isGlobal)))
      add(kind, region, 'It was not read in this run.');
  }
  return {
    objects,
    unreadable: sortUnreadable([...unreadable.values()]),
    isRead: isReadIn([...unreadable.values()], kinds),
  };
};

/**
 * Whether nothing stands against a kind in a region. Global kinds are unreadable everywhere when they are anywhere. A single
 * property that no template holds stands against nothing: apply does not write it.
 */
export const isReadIn =
  (unreadable: readonly Unreadable[], kinds: Kinds) =>
  (kind: string, region: string): boolean =>
    !unreadable.some(
      (entry) => entry.part === undefined && hits(entry, kind, region, kinds.get(kind)?.isGlobal ?? false),
    );

/** By kind, then region. */
export const sortUnreadable = (unreadable: readonly Unreadable[]): readonly Unreadable[] =>
  [...unreadable].sort((left, right) => compareText(left.kind, right.kind) || compareText(left.region, right.region));
