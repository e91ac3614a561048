import { compareText, sameJson, type JsonObject } from '../model/json.ts';
import type { ResourceKind } from '../model/kind.ts';
import type { Observed, ObservedStack, ObservedStacks } from '../model/live.ts';
import { DIGEST_OUTPUT } from '../model/names.ts';
import type { DesiredState, Stack } from '../model/resource.ts';
import { withoutOutside } from '../diff/units.ts';
import { isSuspicious } from './alterations.ts';
import { indexKinds } from './kinds.ts';
import { isEmptyStack, ownershipOfStack } from './ownership.ts';
import { referencesOf, resolveReferences } from './references.ts';

/** A stack whose deployed template must be fetched before the join. */
export interface NeededTemplate {
  readonly region: string;
  readonly stack: string;
}

/** Names a stack among the stacks of all regions; the key of the fetched templates too. */
export const stackKey = (region: string, name: string): string => `${region}/${name}`;

/** The stacks of our plans that are stacks in AWS too, by region and name. */
export const desiredStacks = (desired: DesiredState): ReadonlyMap<string, Stack> =>
  new Map(
    desired.stacks
      .filter((stack) => stack.driver === 'cloudformation')
      .map((stack) => [stackKey(stack.region, stack.name), stack] as const),
  );

/** All stacks that were read, ours or not. */
export const readStacks = (observedStacks: readonly ObservedStacks[]): readonly ObservedStack[] =>
  observedStacks.flatMap((entry) => (entry.status === 'read' ? entry.stacks : []));

/**
 * Which deployed templates must be fetched: those of our stacks that are not desired, that carry another digest than the
 * desired template, that somebody else may have written, or that have an object which differs from what is desired. For all others the digest proves that the
 * deployed template is the desired one, so that a plan without changes fetches none.
 */
export const templatesNeeded = (
  desired: DesiredState,
  observedStacks: readonly ObservedStacks[],
  observed: readonly Observed[],
  kinds: readonly ResourceKind[],
): readonly NeededTemplate[] => {
  const wanted = desiredStacks(desired);
  const byName = indexKinds(kinds);
  const live = new Map(
    observed.flatMap((entry) => (entry.status === 'read' ? entry.objects : [])).map((object) => [object.id, object]),
  );
  const differs = (stack: Stack, observedStack: ObservedStack): boolean => {
    const references = referencesOf(observedStack.outputs);
    return stack.resources.some((resource) => {
      const kind = byName.get(resource.kind);
      const normalize = kind?.normalize ?? ((properties: JsonObject) => properties);
      const object = live.get(resource.id);
      return !sameJson(
        object && withoutOutside(normalize(object.properties), kind ?? {}),
        normalize(resolveReferences(resource.properties, references)),
      );
    });
  };
  return readStacks(observedStacks)
    .filter((stack) => {
      if (ownershipOfStack(stack, desired) !== 'ours' || isEmptyStack(stack)) return false;
      const target = wanted.get(stackKey(stack.region, stack.name));
      return (
        target === undefined ||
        target.digest !== stack.outputs[DIGEST_OUTPUT] ||
        isSuspicious(stack, target) ||
        differs(target, stack)
      );
    })
    .map((stack) => ({ region: stack.region, stack: stack.name }))
    .sort((left, right) => compareText(left.region, right.region) || compareText(left.stack, right.stack));
};
