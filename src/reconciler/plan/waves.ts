import { compareText } from '../model/json.ts';
import { bootstrapStack, foundationStack } from '../model/names.ts';
import type { Change } from '../model/plan.ts';
import type { DesiredState } from '../model/resource.ts';

/** One stack with changes, and the stacks with changes that it waits for. */
export interface Node {
  readonly stack: string;
  readonly region: string;
  readonly changes: readonly Change[];
  /** Must have succeeded first: when one fails, this stack is skipped. */
  readonly needs: readonly string[];
  /** Must be over first, whatever became of them. */
  readonly follows: readonly string[];
  /** The stack itself is no longer desired: everything in it is pruned. */
  readonly isPruned: boolean;
}

/** The order of work: every node after all that it needs and follows. */
export interface Schedule {
  readonly nodes: readonly Node[];
  /** Names of stacks; those in one wave may run together. */
  readonly waves: readonly (readonly string[])[];
}

/** All stacks that a stack depends on, also through stacks without changes; bootstrap stacks are everybody's dependency. */
const dependenciesOf = (desired: DesiredState): ReadonlyMap<string, ReadonlySet<string>> => {
  const stacks = new Map(desired.stacks.map((stack) => [stack.name, stack] as const));
  const bootstrap = desired.stacks.filter((stack) => stack.bootstrap).map((stack) => stack.name);
  const closure = new Map<string, ReadonlySet<string>>();
  const close = (name: string, path: ReadonlySet<string>): ReadonlySet<string> => {
    const known = closure.get(name);
    if (known !== undefined || path.has(name)) return known ?? new Set();
    const stack = stacks.get(name);
    const direct = [...(stack?.dependsOn ?? []), ...(stack?.bootstrap === true ? [] : bootstrap)];
    const inner = new Set([...path, name]);
    const all = new Set(direct.flatMap((dependency) => [dependency, ...close(dependency, inner)]));
    closure.set(name, all);
    return all;
  };
  for (const name of stacks.keys()) close(name, new Set());
  return closure;
};

/**
 * Stacks that are no longer desired tell nothing about what they depended on; their names do. They go in reverse order of
 * their making: what people and pipelines have, then the foundation, then the bootstrap stack.
 */
const pruneRank = (desired: DesiredState, stack: string, region: string): number => {
  if (stack === bootstrapStack(desired.instance, region, desired.homeRegion)) return 2;
  if (stack === bootstrapStack(desired.instance, region, region)) return 2;
  return stack === foundationStack(desired.instance, region) ? 1 : 0;
};

const groupByStack = (changes: readonly Change[]): ReadonlyMap<string, readonly Change[]> => {
  const groups = new Map<string, Change[]>();
  for (const change of changes) groups.set(change.stack, [...(groups.get(change.stack) ?? []), change]);
  return groups;
};

const nodesOf = (changes: readonly Change[], desired: DesiredState): readonly Node[] => {
  const groups = [...groupByStack(changes)].sort(([left], [right]) => compareText(left, right));
  const isDesired = new Set(desired.stacks.map((stack) => stack.name));
  const dependencies = dependenciesOf(desired);
  const kept = groups.filter(([stack]) => isDesired.has(stack)).map(([stack]) => stack);
  const pruned = groups
    .filter(([stack]) => !isDesired.has(stack))
    .map(([stack, [change]]) => ({ stack, rank: pruneRank(desired, stack, change?.region ?? '') }));
  return groups.map(([stack, own]): Node => {
    const base = { stack, region: own[0]?.region ?? '', changes: own };
    if (isDesired.has(stack)) {
      const needs = kept.filter((other) => other !== stack && dependencies.get(stack)?.has(other) === true);
      return { ...base, needs, follows: [], isPruned: false };
    }
    const rank = pruneRank(desired, stack, base.region);
    const needs = pruned.filter((other) => other.rank < rank).map((other) => other.stack);
    return { ...base, needs, follows: kept, isPruned: true };
  });
};

const waveOf = (nodes: readonly Node[]): readonly (readonly string[])[] => {
  const waves: (readonly string[])[] = [];
  const done = new Set<string>();
  let rest = nodes;
  while (rest.length > 0) {
    const ready = rest.filter((node) => [...node.needs, ...node.follows].every((name) => done.has(name)));
    // A circle of dependencies cannot be ordered; compile refuses it, and here it must not loop for ever.
    const wave = (ready.length > 0 ? ready : rest).map((node) => node.stack);
    for (const stack of wave) done.add(stack);
    waves.push(wave);
    rest = rest.filter((node) => !done.has(node.stack));
  }
  return waves;
};

/**
 * Orders the stacks with changes: creations and updates after what they depend on, then whole stacks that are pruned, in
 * reverse order of their making.
 */
export const scheduleChanges = (changes: readonly Change[], desired: DesiredState): Schedule => {
  const nodes = nodesOf(changes, desired);
  return { nodes, waves: waveOf(nodes) };
};
