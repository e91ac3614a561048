import { outOfBandNotes } from '../drift/notes.ts';
import { isReadIn, STACK_KIND } from '../live/coverage.ts';
import { indexKinds, type Kinds } from '../live/kinds.ts';
import { stackKey } from '../live/templates-needed.ts';
import { sortDiagnostics, type Diagnostic } from '../model/diagnostic.ts';
import { invariant } from '../model/errors.ts';
import { compareText } from '../model/json.ts';
import type { ResourceKind } from '../model/kind.ts';
import type { LiveResource, LiveState } from '../model/live.ts';
import type { Change, Drift } from '../model/plan.ts';
import type { DesiredState, Resource, ResourceId, Stack } from '../model/resource.ts';
import { decide, type Case } from './decide.ts';
import { pruneChanges } from './prune.ts';
import { stackChanges, stackDiagnostics } from './stacks.ts';

/** What should be and what is. */
export interface DiffInput {
  readonly desired: DesiredState;
  readonly live: LiveState;
  readonly kinds: readonly ResourceKind[];
}

/** Everything that differs. Changes and drift never share a property. */
export interface Diff {
  /** Sorted by id. */
  readonly changes: readonly Change[];
  /** Sorted by id. */
  readonly drift: readonly Drift[];
  /** How many declared resources were read, are ours, and are as declared. */
  readonly unchanged: number;
  readonly diagnostics: readonly Diagnostic[];
}

/** Whether everything is known that a decision about this resource needs: its own kind, and its stack. */
const isReadable = (resource: Resource, stack: Stack, isRead: (kind: string, region: string) => boolean): boolean =>
  isRead(resource.kind, resource.region) && (stack.driver !== 'cloudformation' || isRead(STACK_KIND, stack.region));

const groupById = (resources: readonly LiveResource[]): ReadonlyMap<ResourceId, readonly LiveResource[]> => {
  const groups = new Map<ResourceId, LiveResource[]>();
  for (const resource of resources) groups.set(resource.id, [...(groups.get(resource.id) ?? []), resource]);
  return groups;
};

const casesOf = ({ desired, live }: DiffInput, kinds: Kinds): readonly Case[] => {
  const isRead = isReadIn(live.unreadable, kinds);
  const stacks = new Map(desired.stacks.map((stack) => [stack.name, stack] as const));
  const liveStacks = new Map(live.stacks.map((stack) => [stackKey(stack.region, stack.name), stack] as const));
  const objects = groupById(live.resources);
  return desired.resources.map((resource) => {
    const kind = kinds.get(resource.kind);
    const stack = stacks.get(resource.stack);
    invariant(kind, `no kind ${resource.kind} for ${resource.id}`);
    invariant(stack, `no stack ${resource.stack} for ${resource.id}`);
    return {
      resource,
      kind,
      stack,
      liveStack: stack.driver === 'cloudformation' ? liveStacks.get(stackKey(stack.region, stack.name)) : undefined,
      live: objects.get(resource.id) ?? [],
      isReadable: isReadable(resource, stack, isRead),
    };
  });
};

/** Stacks whose picture is not whole: something unreadable, or an object that would move into or out of them. */
const heldStacks = (cases: readonly Case[], diagnostics: readonly Diagnostic[]): ReadonlySet<string> => {
  const moving = new Set(diagnostics.filter(({ code }) => code === 'EDL-3101').map(({ target }) => target));
  return new Set(
    cases.flatMap(({ resource, stack, live, isReadable: canRead }) => {
      const own = stackKey(stack.region, stack.name);
      if (!canRead) return [own];
      if (!moving.has(resource.id)) return [];
      return [own, ...live.map((object) => stackKey(object.stackRegion ?? object.region, object.stack ?? ''))];
    }),
  );
};

/** Compares what should be with what is, three ways. Pure: equal input gives equal output, in the same order. */
export const diffState = (input: DiffInput): Diff => {
  const kinds = indexKinds(input.kinds);
  const cases = casesOf(input, kinds);
  const decisions = cases.map(decide);
  const diagnostics = decisions.flatMap((decision) => decision.diagnostics);
  const ofResources = [
    ...decisions.flatMap((decision) => decision.changes),
    ...pruneChanges(input.desired, input.live, kinds),
  ];
  const changes = [
    ...ofResources,
    ...stackChanges(input.desired, input.live, ofResources, heldStacks(cases, diagnostics)),
  ].sort((left, right) => compareText(left.id, right.id));
  const drift = decisions.flatMap((decision) => decision.drift);
  return {
    changes,
    drift: drift.sort((left, right) => compareText(left.id, right.id)),
    unchanged: decisions.filter(({ isAsDeclared }) => isAsDeclared).length,
    diagnostics: sortDiagnostics([
      ...diagnostics,
      ...stackDiagnostics(input.live),
      ...outOfBandNotes(input.desired, input.live, input.kinds),
    ]),
  };
};
