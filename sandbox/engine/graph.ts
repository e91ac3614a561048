/**
 * Visits every id after those it depends on, in parallel where they are independent. After a failure nothing that has not
 * begun is begun; what is under way is awaited, as CloudFormation does before it rolls back. Returns the ids that failed.
 */
export const inOrder = async (
  ids: readonly string[],
  dependencies: (id: string) => Iterable<string>,
  visit: (id: string) => Promise<boolean>,
  onFailure: 'stop' | 'go-on',
): Promise<readonly string[]> => {
  const members = new Set(ids);
  const failed: string[] = [];
  const done = new Map<string, Promise<boolean>>();
  const settle = (id: string): Promise<boolean> => {
    const known = done.get(id);
    if (known !== undefined) return known;
    const result = Promise.resolve().then(async () => {
      const before = await Promise.all([...dependencies(id)].filter((other) => members.has(other)).map(settle));
      if (before.includes(false) || (onFailure === 'stop' && failed.length > 0)) return false;
      const isDone = await visit(id);
      if (!isDone) failed.push(id);
      return isDone;
    });
    done.set(id, result);
    return result;
  };
  await Promise.all(ids.map(settle));
  return failed;
};

/** The same edges the other way round: for deletions, where what depends on a resource goes first. */
export const reversed = (
  ids: readonly string[],
  dependencies: (id: string) => Iterable<string>,
): ((id: string) => Iterable<string>) => {
  const dependants = new Map<string, string[]>();
  for (const id of ids) {
    for (const dependency of dependencies(id)) dependants.set(dependency, [...(dependants.get(dependency) ?? []), id]);
  }
  return (id) => dependants.get(id) ?? [];
};
