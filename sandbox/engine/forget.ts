import type { Stack } from './stack.ts';
import { isDeleted } from './stack.ts';

/** AWS tells of deleted stacks for 90 days (API_ListStacks); a sandbox that runs for long may not grow with them. */
const MOST_DELETED = 10;

/** Takes the stacks that were deleted first out of the list, but for the last ones. */
export const forgetDeleted = (stacks: Stack[], most = MOST_DELETED): void => {
  const deleted = stacks.filter(isDeleted);
  if (deleted.length <= most) return;
  const timeOf = ({ deletedAt }: Stack): number => deletedAt?.getTime() ?? 0;
  const oldestFirst = deleted.toSorted((left, right) => timeOf(left) - timeOf(right));
  for (const stack of oldestFirst.slice(0, deleted.length - most)) stacks.splice(stacks.indexOf(stack), 1);
};
