import fc from 'fast-check';
import type { JsonObject } from '../../src/reconciler/model/json.ts';
import type { LiveState, ObservedObject } from '../../src/reconciler/model/live.ts';
import { stackTags } from '../../src/reconciler/model/names.ts';
import type { DesiredState, Resource, ResourceId } from '../../src/reconciler/model/resource.ts';
import type { JoinInput } from '../../src/reconciler/live/join.ts';
import { joinLive } from '../../src/reconciler/live/join.ts';
import {
  ACCESS,
  CATALOG,
  deploy,
  desiredOf,
  FOUNDATION,
  INSTANCE,
  joinInput,
  kindNamed,
  markOf,
  object,
  OBJECTS,
  ORGANIZATION,
  PIPELINE,
  resource,
} from './world.ts';

/** Few values, so that two sides are often equal. */
const word = fc.constantFrom('a', 'b', 'c');

const policy = fc.record({
  PolicyName: fc.constantFrom('p1', 'p2', 'p3'),
  Document: fc.record({ Version: word, Statement: word }),
});

/** Properties with a bit of everything: scalars, nested objects, sets, a list by index and a list by name. */
export const propertiesArbitrary: fc.Arbitrary<JsonObject> = fc.record(
  {
    Description: word,
    Settings: fc.record({ Size: fc.integer({ min: 1, max: 3 }), Mode: word }, { requiredKeys: [] }),
    Actions: fc.uniqueArray(word, { maxLength: 3 }),
    Arns: fc.uniqueArray(word, { maxLength: 3 }),
    Rules: fc.array(fc.record({ Allow: word }), { maxLength: 2 }),
    Policies: fc.uniqueArray(policy, { selector: (item) => item.PolicyName, maxLength: 3 }),
  },
  { requiredKeys: ['Description'] },
);

/** Who has what to do with an object in AWS. */
const presence = fc.constantFrom(
  'absent',
  'applied',
  'applied',
  'applied',
  'deleted',
  'unowned',
  'foreign',
  'retained',
  'copy',
);

const SLOTS: readonly { readonly id: ResourceId; readonly stack: string }[] = [
  { id: 's3-bucket/internal', stack: FOUNDATION },
  { id: 's3-bucket/sensitive', stack: FOUNDATION },
  { id: 'iam-role/oncology', stack: ACCESS },
  { id: 'iam-role/oncology-2', stack: ACCESS },
  { id: 'iam-role/daily', stack: PIPELINE },
  { id: 'glue-table/eu-west-1/trials', stack: CATALOG },
  { id: 'glue-table/eu-west-1/visits', stack: CATALOG },
  { id: 'artifact/eu-west-1/code', stack: OBJECTS },
];

interface Slot {
  readonly isDesired: boolean;
  readonly presence: 'absent' | 'applied' | 'deleted' | 'unowned' | 'foreign' | 'retained' | 'copy';
  readonly desired: JsonObject;
  readonly applied: JsonObject;
  readonly live: JsonObject;
}

const slotArbitrary: fc.Arbitrary<Slot> = fc.record({
  isDesired: fc.boolean(),
  presence,
  desired: propertiesArbitrary,
  applied: propertiesArbitrary,
  live: propertiesArbitrary,
});

/** Mostly, two of the three sides are equal, as in life. */
const settled: fc.Arbitrary<Slot> = fc
  .tuple(slotArbitrary, fc.constantFrom('same', 'edited', 'drifted', 'wild'))
  .map(([slot, how]) => {
    if (how === 'same') return { ...slot, applied: slot.desired, live: slot.desired };
    if (how === 'edited') return { ...slot, live: slot.applied };
    return how === 'drifted' ? { ...slot, applied: slot.desired } : slot;
  });

/** One story: what should be, everything that is read, and the join of both. */
export interface World {
  readonly desired: DesiredState;
  readonly input: JoinInput;
  readonly live: LiveState;
}

const objectOf = (id: ResourceId, slot: Slot): readonly ObservedObject[] => {
  const isCloudFormation = kindNamed(id.slice(0, id.indexOf('/'))).driver === 'cloudformation';
  const mark = markOf(id, slot.applied);
  switch (slot.presence) {
    case 'absent':
    case 'deleted':
      return [];
    case 'applied':
      return [object(id, slot.live, isCloudFormation ? {} : { mark })];
    case 'unowned':
      return [object(id, slot.live)];
    case 'foreign':
      return [
        object(
          id,
          slot.live,
          isCloudFormation ? { tags: { 'edl:owner': 'other' } } : { mark: { ...mark, owner: 'other/dev01' } },
        ),
      ];
    case 'copy':
      return isCloudFormation
        ? [object(id, slot.live)]
        : [object(id, slot.live, { mark: { ...mark, id: `${id}-original` } })];
    case 'retained':
      return [object(id, slot.live, isCloudFormation ? { tags: stackTags(ORGANIZATION, INSTANCE) } : {})];
  }
};

const resourcesWhere = (slots: readonly Slot[], pick: (slot: Slot) => JsonObject | undefined): readonly Resource[] =>
  SLOTS.flatMap(({ id, stack }, index) => {
    const slot = slots[index];
    const properties = slot && pick(slot);
    return properties === undefined ? [] : [resource(id, stack, properties)];
  });

const worldOf = (slots: readonly Slot[]): World => {
  const desired = desiredOf(resourcesWhere(slots, (slot) => (slot.isDesired ? slot.desired : undefined)));
  const isInTemplate = (slot: Slot): boolean => slot.presence === 'applied' || slot.presence === 'deleted';
  const deployed = deploy(resourcesWhere(slots, (slot) => (isInTemplate(slot) ? slot.applied : undefined)));
  const objects = SLOTS.flatMap(({ id }, index) => {
    const slot = slots[index];
    return slot === undefined ? [] : objectOf(id, slot);
  });
  const input = joinInput(desired, deployed, objects);
  return { desired, input, live: joinLive(input) };
};

/** Worlds in every state of order and disorder. */
export const worldArbitrary: fc.Arbitrary<World> = fc.tuple(...SLOTS.map(() => settled)).map((slots) => worldOf(slots));
