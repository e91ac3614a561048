import { at, hasErrors, sortDiagnostics, type Diagnostic } from '../model/diagnostic.ts';
import { digestOf } from '../model/digest.ts';
import { invariant } from '../model/errors.ts';
import { homeRegionOf, instanceNamed } from '../model/instance.ts';
import { asJsonObject, compareText } from '../model/json.ts';
import type { ResourceKind } from '../model/kind.ts';
import type { Blob, Declared, DeclareInput, DesiredState, Resource, Stack } from '../model/resource.ts';
import { checkResourceLimits, checkStackLimits } from './limits.ts';
import { stackFacts, type StackFacts } from './stacks.ts';
import { renderTemplate } from './template.ts';

type KindsByName = ReadonlyMap<string, ResourceKind>;

const kindOf = (kinds: KindsByName, name: string): ResourceKind => {
  const kind = kinds.get(name);
  invariant(kind, `No kind is registered under the name "${name}".`);
  return kind;
};

const byId = (left: Resource, right: Resource): number => compareText(left.id, right.id);

/**
 * What other drivers than CloudFormation apply is normalised here, so that the digest in an object's mark is that of the
 * resource's properties. Templates keep properties that AWS takes but never returns.
 */
const settle = (kind: ResourceKind, resource: Resource): Resource =>
  kind.driver === 'cloudformation' ? resource : { ...resource, properties: kind.normalize(resource.properties) };

const duplicates = (resources: readonly Resource[]): readonly Diagnostic[] =>
  resources.flatMap((resource, index) =>
    resources[index - 1]?.id === resource.id
      ? [
          {
            code: 'EDL-2071' as const,
            severity: 'error' as const,
            summary: 'Two declarations make the same object',
            detail: `Two declarations make ${resource.id}. Names in AWS are built from those in the catalog; rename one of them.`,
            ...at(resource.declaredIn),
          },
        ]
      : [],
  );

/** One of each id, the first; `duplicates` tells about the others. */
const unique = (resources: readonly Resource[]): readonly Resource[] =>
  resources.filter((resource, index) => resources[index - 1]?.id !== resource.id);

const groupByStack = (resources: readonly Resource[]): ReadonlyMap<string, readonly Resource[]> => {
  const groups = new Map<string, Resource[]>();
  for (const resource of resources) {
    const group = groups.get(resource.stack);
    if (group === undefined) groups.set(resource.stack, [resource]);
    else group.push(resource);
  }
  return groups;
};

const digestOfResources = (resources: readonly Resource[]) =>
  digestOf(resources.map(({ id, properties }) => asJsonObject({ id, properties })));

const buildStack = (
  name: string,
  resources: readonly Resource[],
  facts: StackFacts,
  present: ReadonlySet<string>,
  kinds: KindsByName,
): Stack => {
  const [first] = resources;
  invariant(first, `Stack ${name} has no resources.`);
  const { driver } = kindOf(kinds, first.kind);
  const isUniform = resources.every(
    ({ kind, region }) => kindOf(kinds, kind).driver === driver && region === first.region,
  );
  invariant(isUniform, `Stack ${name} mixes drivers or regions.`);
  const base = {
    name,
    region: first.region,
    driver,
    dependsOn: [...new Set(facts.dependsOn)].filter((other) => other !== name && present.has(other)).sort(compareText),
    bootstrap: facts.bootstrap,
    resources,
  };
  if (driver !== 'cloudformation') return { ...base, digest: digestOfResources(resources) };
  return { ...base, ...renderTemplate(facts.description, resources, (kind) => kindOf(kinds, kind).holdsData) };
};

const buildStacks = (input: DeclareInput, resources: readonly Resource[], kinds: KindsByName): readonly Stack[] => {
  const facts = stackFacts(input.catalog, input.instance);
  const groups = groupByStack(resources);
  const present = new Set(groups.keys());
  return [...groups]
    .sort(([left], [right]) => compareText(left, right))
    .map(([name, group]) => {
      const known = facts.get(name);
      invariant(known, `Nothing is known of a stack named ${name}.`);
      return buildStack(name, group, known, present, kinds);
    });
};

const collectBlobs = (declared: readonly Declared[]): readonly Blob[] => {
  const blobs = new Map(declared.flatMap(({ blobs: some = [] }) => some.map((blob) => [blob.sha256, blob] as const)));
  return [...blobs.values()].sort((left, right) => compareText(left.sha256, right.sha256));
};

/** Sizes are judged last: a kind that found something too large has said so already, with better advice. */
const diagnose = (found: readonly Diagnostic[], stacks: readonly Stack[]): readonly Diagnostic[] =>
  sortDiagnostics(
    hasErrors(found)
      ? found
      : [
          ...found,
          ...stacks.flatMap(({ resources }) => resources).flatMap(checkResourceLimits),
          ...stacks.flatMap(checkStackLimits),
        ],
  );

/**
 * The whole of compile: every kind declares, the resources are grouped into stacks, templates rendered, sizes checked.
 * Pure: the same input gives the same bytes, whatever the order of the catalog's lists.
 */
export const compileCatalog = (input: DeclareInput, kinds: readonly ResourceKind[]): DesiredState => {
  const { lake } = input.catalog;
  const instance = instanceNamed(input.catalog, input.instance);
  const byName: KindsByName = new Map(kinds.map((kind) => [kind.name, kind]));
  const declared = kinds.map((kind) => ({ kind, ...kind.declare(input) }));
  const all = declared.flatMap(({ kind, resources }) => resources.map((resource) => settle(kind, resource))).sort(byId);
  const resources = unique(all);
  const stacks = buildStacks(input, resources, byName);
  return {
    organization: lake.organization,
    instance: instance.name,
    account: instance.account,
    homeRegion: homeRegionOf(lake, instance),
    regions: instance.regions,
    asOf: input.asOf,
    catalogDigest: input.catalog.digest,
    stacks,
    resources,
    blobs: collectBlobs(declared),
    diagnostics: diagnose([...declared.flatMap(({ diagnostics = [] }) => diagnostics), ...duplicates(all)], stacks),
  };
};
