import { compareText, isJsonArray, type Json, type JsonObject } from '../../../src/reconciler/model/json.ts';
import type { Resource } from '../../../src/reconciler/model/resource.ts';
import { resourceKinds } from '../../../src/resources/index.ts';
import { leavesOf, valueAt, withValueAt, type Leaf } from './emitted.ts';
import { IDENTITIES, otherValue } from './values.ts';

/** One kind of value, everywhere that the sample lake has it: it is enough to see that one of them is read. */
export interface Row {
  readonly kind: string;
  readonly shape: string;
  readonly places: readonly { readonly resource: Resource; readonly leaf: Leaf }[];
}

/** One value to be changed, in one object. */
export interface Edit {
  readonly shape: string;
  readonly resource: Resource;
  readonly leaf: Leaf;
  readonly other: Json;
}

/** How tables and messages name a row. */
export const nameOf = (kind: string, shape: string): string => `${kind} ${shape}`;

const normalize = (kind: string, properties: JsonObject): JsonObject =>
  resourceKinds.find(({ name }) => name === kind)?.normalize(properties) ?? properties;

/** The properties of a resource in the form that is compared. */
export const propertiesOf = ({ kind, properties }: Resource): JsonObject => normalize(kind, properties);

/** Every kind of value that these resources have. */
export const rowsOf = (resources: readonly Resource[]): readonly Row[] => {
  const rows = new Map<string, { kind: string; shape: string; places: Row['places'][number][] }>();
  for (const resource of resources) {
    for (const leaf of leavesOf(propertiesOf(resource))) {
      const name = nameOf(resource.kind, leaf.shape);
      const row = rows.get(name) ?? { kind: resource.kind, shape: leaf.shape, places: [] };
      row.places.push({ resource, leaf });
      rows.set(name, row);
    }
  }
  return [...rows.values()];
};

/**
 * What a round changes one value of: an object; but each dataset of the registry, and each setting of a job, for itself, since
 * there are many of them in few objects, and no list in which one could move another.
 */
const unitOf = ({ id, kind }: Resource, { pointer }: Leaf): string => {
  if (kind === 'glue-job') return `${id} ${pointer}`;
  return kind === 'registry' ? `${id} ${pointer.split('/').slice(0, 4).join('/')}` : id;
};

/** As few rounds as possible, in each of which no unit is changed twice: a plan for each value would take minutes. */
export const inRounds = (rows: readonly Row[]): readonly (readonly Edit[])[] => {
  const rounds: { readonly used: Set<string>; readonly edits: Edit[] }[] = [];
  for (const { shape, places } of rows) {
    for (let number = 0; ; number += 1) {
      const round = (rounds[number] ??= { used: new Set(), edits: [] });
      const place = places.find(({ resource, leaf }) => !round.used.has(unitOf(resource, leaf)));
      if (place === undefined) continue;
      round.used.add(unitOf(place.resource, place.leaf));
      round.edits.push({ shape, ...place, other: otherValue(shape, place.leaf.value) });
      break;
    }
  }
  return rounds.map(({ edits }) => edits);
};

/** The part of the properties that AWS changes with one call. */
export const partOf = ({ leaf }: Edit): string => leaf.pointer.split('/')[1] ?? '';

/** An object's properties with all its edits. */
export const edited = (resource: Resource, edits: readonly Edit[]): JsonObject =>
  edits.reduce<JsonObject>(
    (properties, { leaf, other }) => withValueAt(properties, leaf.pointer, other),
    propertiesOf(resource),
  );

const listOf = (value: Json | undefined): readonly Json[] => (isJsonArray(value) ? value : []);

const parentOf = (pointer: string): string => pointer.slice(0, pointer.lastIndexOf('/'));

/** Drift as a plan tells it. */
export interface ExpectedDrift {
  readonly path: string;
  readonly before?: Json;
  readonly after?: Json;
  readonly cause: 'drifted';
}

/** Attached policies are compared one by one: the one that somebody attached shows where it stands among the live ones. */
const expectedItem = (pointer: string, desired: Json | undefined, live: Json | undefined): ExpectedDrift => {
  const items = listOf(live);
  const index = items.findIndex((item) => !listOf(desired).includes(item));
  const before = items[index];
  return { path: `${pointer}/${index}`, ...(before === undefined ? {} : { before }), cause: 'drifted' };
};

/** The lists in a policy mean the same in any order, and compare in one. */
const inOrder = (shape: string, value: Json): Json =>
  isJsonArray(value) && shape.includes('/Statement/')
    ? value.filter((item) => typeof item === 'string').sort(compareText)
    : value;

/**
 * What the plan must say of an edit: the very path with both values. An item with another name is one that is gone and one
 * that is new. A switch that is turned to AWS's default leaves nothing, nor what is around it alone.
 */
export const expectedDrift = ({ shape, resource, leaf, other }: Edit): ExpectedDrift => {
  const desired = propertiesOf(resource);
  const parent = parentOf(leaf.pointer);
  if (IDENTITIES.some((pattern) => pattern.test(shape))) return driftAt(parent, undefined, valueAt(desired, parent));
  const live = normalize(resource.kind, withValueAt(desired, leaf.pointer, other));
  if (shape === '/ManagedPolicyArns') return expectedItem(leaf.pointer, leaf.value, valueAt(live, leaf.pointer));
  if (typeof other === 'boolean' && valueAt(live, parent) === undefined)
    return driftAt(parent, undefined, valueAt(desired, parent));
  const isGone = typeof other === 'boolean' && valueAt(live, leaf.pointer) === undefined;
  return driftAt(leaf.pointer, isGone ? undefined : inOrder(shape, other), leaf.value);
};

const driftAt = (path: string, before: Json | undefined, after: Json | undefined): ExpectedDrift => ({
  path,
  ...(before === undefined ? {} : { before }),
  ...(after === undefined ? {} : { after }),
  cause: 'drifted',
});

/** How many paths an edit shows as: an item with another name is two. */
export const driftCount = ({ shape }: Edit): number => (IDENTITIES.some((pattern) => pattern.test(shape)) ? 2 : 1);
