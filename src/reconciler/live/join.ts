import { compareText, type JsonObject } from '../model/json.ts';
import type { ResourceKind } from '../model/kind.ts';
import type {
  DeletedStack,
  LiveResource,
  LiveStack,
  LiveState,
  Observed,
  ObservedObject,
  ObservedStack,
  ObservedStacks,
  Unreadable,
} from '../model/live.ts';
import { digestOfProperties } from '../model/mark.ts';
import { DIGEST_OUTPUT } from '../model/names.ts';
import type { DesiredState, Resource, ResourceId, Stack } from '../model/resource.ts';
import { provenanceOf } from './alterations.ts';
import { coverageOf, isReadIn, sortUnreadable, STACK_KIND, type Coverage } from './coverage.ts';
import { deployedResources, knownIds, type KnownIds } from './deployed.ts';
import { withGonePrincipals } from '../model/gone-principals.ts';
import { indexKinds, type Kinds } from './kinds.ts';
import { isEmptyStack, isOnlyReviewed, ownershipOfObject, ownershipOfStack } from './ownership.ts';
import { placeOf } from './placement.ts';
import { referencesOf, resolveReferences } from './references.ts';
import { desiredStacks, readStacks, stackKey } from './templates-needed.ts';

/** Everything that was read, and what should be. */
export interface JoinInput {
  readonly desired: DesiredState;
  readonly observedStacks: readonly ObservedStacks[];
  /** The fetched templates, by `stackKey(region, name)`: those that `templatesNeeded` asks for. */
  readonly templates: ReadonlyMap<string, JsonObject>;
  readonly observed: readonly Observed[];
  readonly kinds: readonly ResourceKind[];
}

/** Where a template of ours holds an object, and with which properties. */
interface Membership {
  readonly id: ResourceId;
  readonly stack: string;
  readonly stackRegion: string;
  /** Absent: nobody knows. */
  readonly applied?: JsonObject;
  /** The template holds it, but what we applied did not. */
  readonly undeclared?: true;
}

/** The template of a stack of ours that somebody else wrote. */
const alteredTemplate = (
  { desired, templates }: JoinInput,
  wanted: ReadonlyMap<string, Stack>,
  stack: ObservedStack,
): Pick<LiveStack, 'altered'> => {
  const key = stackKey(stack.region, stack.name);
  const template = templates.get(key);
  if (template === undefined || isEmptyStack(stack) || ownershipOfStack(stack, desired) !== 'ours') return {};
  return provenanceOf(stack, wanted.get(key), template).isAltered ? { altered: template } : {};
};

const liveStacks = (input: JoinInput): readonly LiveStack[] => {
  const wanted = desiredStacks(input.desired);
  return readStacks(input.observedStacks)
    .map((stack): LiveStack => {
      const digest = stack.outputs[DIGEST_OUTPUT];
      return {
        name: stack.name,
        region: stack.region,
        ownership: ownershipOfStack(stack, input.desired),
        status: stack.status,
        stackId: stack.stackId,
        refs: referencesOf(stack.outputs),
        tags: stack.tags,
        terminationProtection: stack.terminationProtection,
        ...(digest === undefined ? {} : { digest }),
        ...alteredTemplate(input, wanted, stack),
      };
    })
    .filter((stack) => stack.ownership === 'ours' || wanted.has(stackKey(stack.region, stack.name)))
    .filter((stack) => !isOnlyReviewed(stack))
    .sort((left, right) => compareText(left.name, right.name) || compareText(left.region, right.region));
};

/** What a stack of ours holds; undefined when only its template could tell and nobody fetched it. */
const membersOf = (
  input: JoinInput,
  wanted: ReadonlyMap<string, Stack>,
  stack: ObservedStack,
  known: KnownIds,
): readonly Membership[] | undefined => {
  if (isEmptyStack(stack)) return [];
  const key = stackKey(stack.region, stack.name);
  const references = referencesOf(stack.outputs);
  const template = input.templates.get(key);
  const target = wanted.get(key);
  const { applied } = provenanceOf(stack, target, template);
  const place = { stack: stack.name, stackRegion: stack.region };
  const inTemplate = template === undefined ? [] : deployedResources(template, references, known);
  if (target !== undefined && applied === 'desired') {
    const declared = new Set(input.desired.resources.map(({ id }) => id));
    return [
      ...target.resources.map(({ id, properties }) => ({
        id,
        ...place,
        applied: resolveReferences(properties, references),
      })),
      ...inTemplate
        .filter(({ id }) => !declared.has(id))
        .map(({ id }) => ({ id, ...place, undeclared: true as const })),
    ];
  }
  if (template === undefined) return undefined;
  return inTemplate.map(({ id, properties }) => ({
    id,
    ...place,
    ...(applied === 'template' ? { applied: properties } : {}),
  }));
};

const kindOf = (id: ResourceId): string => id.slice(0, id.indexOf('/'));

/** Properties in their kind's normal form; of a kind that we do not know (any more), as they are. */
const normalised = (properties: JsonObject, kind: ResourceKind | undefined): JsonObject =>
  kind === undefined ? properties : kind.normalize(properties);

const joinMember = (
  member: Membership,
  object: ObservedObject | undefined,
  resource: Resource | undefined,
  kinds: Kinds,
): LiveResource => {
  const kind = kinds.get(object?.kind ?? kindOf(member.id));
  const declared = resource?.properties ?? member.applied;
  return {
    id: member.id,
    kind: object?.kind ?? kindOf(member.id),
    region: object?.region ?? member.stackRegion,
    ownership: 'ours',
    stack: member.stack,
    stackRegion: member.stackRegion,
    ...(object === undefined ? {} : { properties: normalised(withGonePrincipals(object, declared), kind) }),
    ...(member.applied === undefined ? {} : { applied: normalised(member.applied, kind) }),
    ...(member.undeclared === undefined ? {} : { undeclared: member.undeclared }),
  };
};

/** For Glue and S3 we know what was applied only where the mark's digest proves it: of the live or of the desired properties. */
const appliedByMark = (
  object: ObservedObject,
  kind: ResourceKind,
  resource: Resource | undefined,
): Pick<LiveResource, 'applied' | 'appliedDigest'> => {
  const live = kind.normalize(object.properties);
  const desired = resource && kind.normalize(resource.properties);
  if (kind.contentAddressed === true) return { applied: desired ?? live };
  if (object.mark === undefined) return {};
  const appliedDigest = object.mark.digest;
  if (appliedDigest === digestOfProperties(live)) return { applied: live, appliedDigest };
  if (desired !== undefined && appliedDigest === digestOfProperties(desired))
    return { applied: desired, appliedDigest };
  return { appliedDigest };
};

const joinLoose = (
  object: ObservedObject,
  kind: ResourceKind,
  resource: Resource | undefined,
  desired: DesiredState,
  foreignStackIds: ReadonlySet<string>,
): LiveResource => {
  const ownership = ownershipOfObject(object, kind, desired, foreignStackIds);
  const isPlaced = ownership === 'ours' && kind.driver !== 'cloudformation';
  return {
    id: object.id,
    kind: object.kind,
    region: object.region,
    ownership,
    ...(isPlaced
      ? { stack: resource?.stack ?? placeOf(object, kind, desired.instance), stackRegion: object.region }
      : {}),
    properties: kind.normalize(object.properties),
    ...(ownership === 'ours' ? appliedByMark(object, kind, resource) : {}),
    ...(ownership === 'foreign' && object.mark !== undefined
      ? { foreignMark: { owner: object.mark.owner, id: object.mark.id } }
      : {}),
  };
};

/** Stacks of ours that only their template could tell about. They are listed as unreadable: unknown is not absent. */
const untold = (stacks: readonly ObservedStack[]): readonly Unreadable[] =>
  stacks.map((stack) => ({
    kind: STACK_KIND,
    region: stack.region,
    reason: `The deployed template of stack ${stack.name} was not read.`,
  }));

const gatherMembers = (input: JoinInput): { members: readonly Membership[]; untold: readonly Unreadable[] } => {
  const known = knownIds([
    ...input.desired.resources.map((resource) => resource.id),
    ...input.observed.flatMap((entry) => (entry.status === 'read' ? entry.objects.map((object) => object.id) : [])),
  ]);
  const wanted = desiredStacks(input.desired);
  const ours = readStacks(input.observedStacks)
    .filter((stack) => ownershipOfStack(stack, input.desired) === 'ours')
    .map((stack) => ({ stack, members: membersOf(input, wanted, stack, known) }));
  return {
    members: ours.flatMap(({ members }) => members ?? []),
    untold: untold(ours.filter(({ members }) => members === undefined).map(({ stack }) => stack)),
  };
};

const joinObjects = (input: JoinInput, members: readonly Membership[], coverage: Coverage): readonly LiveResource[] => {
  const kinds = indexKinds(input.kinds);
  const objects = new Map(coverage.objects.map((object) => [object.id, object] as const));
  const resources = new Map(input.desired.resources.map((resource) => [resource.id, resource] as const));
  const foreignStackIds = new Set(
    readStacks(input.observedStacks)
      .filter((stack) => ownershipOfStack(stack, input.desired) !== 'ours')
      .map((stack) => stack.stackId),
  );
  const held = new Set(members.map((member) => member.id));
  const inTemplates = members
    .filter((member) => coverage.isRead(kindOf(member.id), member.stackRegion))
    .map((member) => joinMember(member, objects.get(member.id), resources.get(member.id), kinds));
  const loose = coverage.objects.flatMap((object) => {
    const kind = kinds.get(object.kind);
    if (held.has(object.id) || kind === undefined) return [];
    return [joinLoose(object, kind, resources.get(object.id), input.desired, foreignStackIds)];
  });
  return [...inTemplates, ...loose].sort((left, right) => compareText(left.id, right.id));
};

/** Stacks that somebody else deleted, of all regions. */
const deletedStacks = (observedStacks: readonly ObservedStacks[]): readonly DeletedStack[] =>
  observedStacks
    .flatMap((entry) =>
      entry.status === 'read' && entry.deleted !== undefined && !('unread' in entry.deleted) ? entry.deleted : [],
    )
    .sort((left, right) => compareText(left.name, right.name));

/**
 * Joins what was read into one state: each object with its live properties, what we applied last, and whose it is. Objects of
 * kinds that could not be read are left out and listed as unreadable.
 */
export const joinLive = (input: JoinInput): LiveState => {
  const kinds = indexKinds(input.kinds);
  const { members, untold: untoldStacks } = gatherMembers(input);
  const expected = [
    ...input.desired.resources.map(({ kind, region }) => ({ kind, region })),
    ...members.map((member) => ({ kind: kindOf(member.id), region: member.stackRegion })),
  ].filter(({ kind }) => kinds.has(kind));
  const coverage = coverageOf(input.observed, input.observedStacks, expected, kinds);
  const unreadable = sortUnreadable([...coverage.unreadable, ...untoldStacks]);
  const deleted = deletedStacks(input.observedStacks);
  return {
    stacks: liveStacks(input),
    resources: joinObjects(input, members, { ...coverage, unreadable, isRead: isReadIn(unreadable, kinds) }),
    unreadable,
    ...(deleted.length === 0 ? {} : { deleted }),
  };
};
