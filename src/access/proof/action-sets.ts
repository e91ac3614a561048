import { ACTION_GROUPS, type ActionGroup, BASE_GROUPS } from '../actions.ts';

const GROUPS: Readonly<Record<string, ActionGroup>> = { ...ACTION_GROUPS, ...BASE_GROUPS };

/** The name of a group of the documented table. */
export type TableGroup = keyof typeof ACTION_GROUPS | keyof typeof BASE_GROUPS;

const sets = new Map<string, ReadonlySet<string>>(
  Object.entries(GROUPS).map(([name, { actions }]) => [name, new Set(actions.map((action) => action.toLowerCase()))]),
);

/** Whether an action, in any case, is of a group of the documented table. */
export const isIn = (group: TableGroup, action: string): boolean => sets.get(group)?.has(action.toLowerCase()) ?? false;

/** The groups that an action is of: actions of the same groups are answered alike everywhere. */
export const groupsOf = (action: string): string => {
  const lower = action.toLowerCase();
  return [...sets].flatMap(([name, actions]) => (actions.has(lower) ? [name] : [])).join();
};
