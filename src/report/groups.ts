import type { Change } from '../reconciler/model/plan.ts';

/** The changes of one stack, in the order of the plan. */
export interface StackChanges {
  readonly stack: string;
  readonly region: string;
  readonly changes: readonly Change[];
}

/** One line's worth: a change, or a row of creations of one kind that would only repeat themselves. */
export type Line =
  | { readonly sort: 'change'; readonly change: Change }
  | { readonly sort: 'folded'; readonly kind: string; readonly changes: readonly Change[] };

const FOLD_FROM = 9;
const FOLD_STACKS_FROM = { stacks: 5, creations: 40 };

/** Groups changes by stack, in the order in which apply comes to them; stacks that no wave names come last, by name. */
export const groupChanges = (
  changes: readonly Change[],
  waves: readonly (readonly string[])[],
): readonly StackChanges[] => {
  const groups = new Map<string, Change[]>();
  for (const change of changes) groups.set(change.stack, [...(groups.get(change.stack) ?? []), change]);
  const order = waves.flat().filter((stack) => groups.has(stack));
  const others = [...groups.keys()].filter((stack) => !order.includes(stack)).sort();
  return [...new Set([...order, ...others])].map((stack) => {
    const own = groups.get(stack) ?? [];
    return { stack, region: own[0]?.region ?? '', changes: own };
  });
};

/**
 * Parts the stacks of a large first plan: those that only grow, which nobody reads object by object, and those in which something
 * that exists is touched. Up to a screenful of creations nothing is folded.
 */
export const foldStacks = (
  groups: readonly StackChanges[],
): { readonly folded: readonly StackChanges[]; readonly shown: readonly StackChanges[] } => {
  const growing = groups.filter(({ changes }) => changes.every(({ action }) => action === 'create'));
  const created = growing.reduce((sum, { changes }) => sum + changes.length, 0);
  if (growing.length < FOLD_STACKS_FROM.stacks || created < FOLD_STACKS_FROM.creations)
    return { folded: [], shown: groups };
  return { folded: growing, shown: groups.filter((group) => !growing.includes(group)) };
};

/** Many creations of one kind in one stack become one line. Whatever exists already is always shown by itself. */
export const linesOf = (changes: readonly Change[]): readonly Line[] => {
  const created = new Map<string, Change[]>();
  for (const change of changes)
    if (change.action === 'create') created.set(change.kind, [...(created.get(change.kind) ?? []), change]);
  return changes.flatMap((change): readonly Line[] => {
    const alike = change.action === 'create' ? (created.get(change.kind) ?? []) : [];
    if (alike.length < FOLD_FROM) return [{ sort: 'change', change }];
    return alike[0] === change ? [{ sort: 'folded', kind: change.kind, changes: alike }] : [];
  });
};
