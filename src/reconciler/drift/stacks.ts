import { compareProperties } from '../diff/compare.ts';
import { STACK_TYPE, stackId } from '../diff/stacks.ts';
import { STACK_KIND } from '../live/coverage.ts';
import { desiredStacks, stackKey } from '../live/templates-needed.ts';
import { objectOf, sameJson, type Json, type JsonObject } from '../model/json.ts';
import type { LiveStack, LiveState } from '../model/live.ts';
import { bootstrapStack, foundationStack, stackTags } from '../model/names.ts';
import type { Cause, PropertyChange } from '../model/plan.ts';
import type { DesiredState, Stack } from '../model/resource.ts';
import { isSameTemplate } from '../model/template-digest.ts';
import type { FoundDrift, FoundPart } from './found.ts';

/** Sections of a template whose entries are parts of their own. */
const SECTIONS = ['Outputs', 'Resources'];

/** What we say of a stack beside its template. */
const ABOUT_STACK = ['EnableTerminationProtection', 'Tags'];

/** Stacks that hold the boundary, the keys and the buckets are protected from deletion; see `applyStack`. */
const isProtected = ({ name, region, bootstrap }: Stack, { instance, homeRegion }: DesiredState): boolean =>
  bootstrap || name === foundationStack(instance, region) || name === bootstrapStack(instance, region, homeRegion);

/** What we say of a stack: its template, our tags, and whether it is protected where it must be. */
const declaredOf = (target: Stack, desired: DesiredState): JsonObject => ({
  ...objectOf(target.template),
  Tags: stackTags(desired.organization, desired.instance),
  ...(isProtected(target, desired) ? { EnableTerminationProtection: true } : {}),
});

/** The same of the live stack. A template that was not fetched, or that is as applied, is the declared one. */
const liveOf = (stack: LiveStack, target: Stack, desired: DesiredState): JsonObject => {
  const { altered, tags, terminationProtection } = stack;
  const template = altered === undefined || isSameTemplate(altered, target.template ?? {}) ? target.template : altered;
  const ours = stackTags(desired.organization, desired.instance);
  const kept = tags === undefined ? ours : Object.fromEntries(Object.entries(tags).filter(([key]) => key in ours));
  return {
    ...objectOf(template),
    Tags: kept,
    ...(isProtected(target, desired) ? { EnableTerminationProtection: terminationProtection ?? true } : {}),
  };
};

const partOf = (path: string): string => {
  const steps = path.split('/');
  return steps.slice(0, SECTIONS.includes(steps[1] ?? '') ? 3 : 2).join('/');
};

const valueAt = (value: JsonObject, part: string): Json | undefined => {
  const [, section = '', name] = part.split('/');
  return name === undefined ? value[section] : objectOf(value[section])[name];
};

const partsOf = (live: JsonObject, declared: JsonObject, cause: Cause): readonly FoundPart[] => {
  const changes = compareProperties({ applied: declared, live, desired: declared }, { driver: 'cloudformation' });
  const isTemplate = (path: string): boolean => !ABOUT_STACK.includes(path.split('/')[1] ?? '');
  const groups = new Map<string, PropertyChange[]>();
  for (const change of changes) {
    const path = partOf(change.path);
    groups.set(path, [...(groups.get(path) ?? []), isTemplate(path) ? { ...change, cause } : change]);
  }
  return [...groups].map(([path, properties]): FoundPart => {
    const [before, after] = [valueAt(live, path), valueAt(declared, path)];
    return {
      path,
      properties,
      ...(before === undefined ? {} : { live: before }),
      ...(after === undefined ? {} : { declared: after }),
    };
  });
};

const baseOf = ({ name, region }: Stack) => ({
  id: stackId(name),
  kind: STACK_KIND,
  type: STACK_TYPE,
  stack: name,
  region,
});

/**
 * Whether a stack of our name is ours to judge: it carries our tags, or it did, for its template says that it is the desired
 * one. Another lake's stack of that name is no drift but a conflict, which the guard `ownership` tells.
 */
const isOurs = (stack: LiveStack, target: Stack): boolean =>
  stack.ownership === 'ours' || stack.digest === target.digest;

/** Declared stacks that lost our tags, or got another's, while they still say that they are as git has them. */
export const seizedStacks = (desired: DesiredState, live: LiveState): readonly Stack[] => {
  const wanted = desiredStacks(desired);
  return live.stacks.flatMap((stack) => {
    const target = wanted.get(stackKey(stack.region, stack.name));
    return target !== undefined && stack.ownership !== 'ours' && isOurs(stack, target) ? [target] : [];
  });
};

/**
 * Our stacks that somebody updated or deleted by hand: another template, tags of ours gone, no protection from deletion. What
 * DescribeStacks does not tell, such as a stack policy, is not seen.
 */
export const stackDrift = (desired: DesiredState, live: LiveState): readonly FoundDrift[] => {
  const wanted = desiredStacks(desired);
  const changed = live.stacks.flatMap((stack): readonly FoundDrift[] => {
    const target = wanted.get(stackKey(stack.region, stack.name));
    if (target === undefined || !isOurs(stack, target)) return [];
    const [actual, declared] = [liveOf(stack, target, desired), declaredOf(target, desired)];
    if (sameJson(actual, declared)) return [];
    // Without the digest of what is declared, git may have changed the template, too.
    const isKnown = stack.altered === undefined || stack.digest === target.digest;
    const parts = partsOf(actual, declared, isKnown ? 'drifted' : 'both');
    const unsure = isKnown ? {} : { unsure: true as const };
    return [{ ...baseOf(target), state: 'drifted', ...unsure, parts, live: actual, declared }];
  });
  const missing = (live.deleted ?? []).flatMap(({ name, region }): readonly FoundDrift[] => {
    const target = wanted.get(stackKey(region, name));
    return target === undefined
      ? []
      : [{ ...baseOf(target), state: 'missing', parts: [], declared: declaredOf(target, desired) }];
  });
  return [...changed, ...missing];
};
