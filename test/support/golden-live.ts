import { GLOBAL_REGION } from '../../src/reconciler/live/coverage.ts';
import { joinLive } from '../../src/reconciler/live/join.ts';
import { resolveReferences, type References } from '../../src/reconciler/live/references.ts';
import { stackKey, templatesNeeded } from '../../src/reconciler/live/templates-needed.ts';
import { sha256Hex } from '../../src/reconciler/model/digest.ts';
import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../../src/reconciler/model/json.ts';
import type { ResourceKind } from '../../src/reconciler/model/kind.ts';
import type {
  LiveResource,
  LiveState,
  Observed,
  ObservedObject,
  ObservedStack,
  ObservedStacks,
} from '../../src/reconciler/model/live.ts';
import { DIGEST_OUTPUT, markOwner, stackTags } from '../../src/reconciler/model/names.ts';
import type { DesiredState, Stack } from '../../src/reconciler/model/resource.ts';
import { resourceKinds } from '../../src/resources/index.ts';
import type { OutOfBand } from './golden-story.ts';

/** AWS as its APIs tell it: objects, stacks and their templates. */
export interface Aws {
  readonly objects: readonly ObservedObject[];
  readonly stacks: readonly ObservedStack[];
  readonly templates: ReadonlyMap<string, JsonObject>;
}

/** An account that EDL never saw. */
export const EMPTY_AWS: Aws = { objects: [], stacks: [], templates: new Map() };

/** Kinds whose bulk reads return tags. */
const TAGGED: ReadonlySet<string> = new Set(['iam-role', 'kms-key', 's3-bucket']);

const kindNamed = (name: string): ResourceKind => {
  const kind = resourceKinds.find((one) => one.name === name);
  if (kind === undefined) throw new Error(`no kind ${name}`);
  return kind;
};

/** What AWS might call a thing that it names itself; always the same for the same output. */
const inventedId = (output: string): string => {
  const hex = sha256Hex(output);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};

const outputsOf = (stack: Stack): Readonly<Record<string, string>> => {
  const outputs = stack.template?.['Outputs'];
  const names = isJsonObject(outputs) ? Object.keys(outputs) : [];
  return Object.fromEntries(
    names.map((name) => [name, name === DIGEST_OUTPUT ? stack.digest : inventedId(`${stack.name} ${name}`)]),
  );
};

const referencesIn = (stack: Stack): References =>
  Object.fromEntries(Object.entries(outputsOf(stack)).map(([name, value]) => [name.replace(/^Ref/, ''), value]));

const observedStack = (stack: Stack, desired: DesiredState): ObservedStack => ({
  name: stack.name,
  region: stack.region,
  stackId: `arn:aws:cloudformation:${stack.region}:${desired.account}:stack/${stack.name}/${inventedId(stack.name)}`,
  status: 'UPDATE_COMPLETE',
  tags: stackTags(desired.organization, desired.instance),
  outputs: outputsOf(stack),
  terminationProtection: true,
});

const ownerOf = (live: LiveResource, kind: ResourceKind, desired: DesiredState): Partial<ObservedObject> => {
  const { organization, instance } = desired;
  if (kind.driver === 'cloudformation') return TAGGED.has(kind.name) ? { tags: stackTags(organization, instance) } : {};
  if (kind.contentAddressed === true) return {};
  return { mark: { owner: markOwner(organization, instance), id: live.id, digest: live.appliedDigest ?? '' } };
};

const observedObject = (live: LiveResource, desired: DesiredState): readonly ObservedObject[] => {
  if (live.properties === undefined) return [];
  const kind = kindNamed(live.kind);
  const stack = desired.stacks.find((one) => one.name === live.stack);
  return [
    {
      id: live.id,
      kind: live.kind,
      region: kind.isGlobal ? GLOBAL_REGION : live.region,
      properties: resolveReferences(live.properties, stack === undefined ? {} : referencesIn(stack)),
      ...ownerOf(live, kind, desired),
    },
  ];
};

/** What AWS shows of a lake that was applied as desired: the state that `simulate` gives, and the stacks it was applied by. */
export const appliedAws = (live: LiveState, desired: DesiredState): Aws => {
  const stacks = desired.stacks.filter((stack) => live.stacks.some((one) => one.name === stack.name));
  return {
    objects: live.resources.flatMap((resource) => observedObject(resource, desired)),
    stacks: stacks.map((stack) => observedStack(stack, desired)),
    templates: new Map(stacks.map((stack) => [stackKey(stack.region, stack.name), stack.template ?? {}])),
  };
};

const setAt = (value: Json | undefined, steps: readonly string[], target: Json): Json => {
  const [step, ...rest] = steps;
  if (step === undefined) return target;
  if (step === '-') return [...(isJsonArray(value) ? value : []), target];
  if (isJsonArray(value))
    return value.map((item, index) => (String(index) === step ? setAt(item, rest, target) : item));
  const object = isJsonObject(value) ? value : {};
  return { ...object, [step]: setAt(object[step], rest, target) };
};

const asObject = (value: Json): JsonObject => {
  if (!isJsonObject(value)) throw new Error('properties must stay an object');
  return value;
};

/** AWS after people did things by hand. */
export const changeByHand = (aws: Aws, { set = [], delete: deleted = [], add = [] }: OutOfBand): Aws => {
  const replaced = new Set<string>([...deleted, ...add.map(({ id }) => id)]);
  for (const { id } of set)
    if (!aws.objects.some((object) => object.id === id)) throw new Error(`live.json: there is no ${id}`);
  const kept = aws.objects
    .filter((object) => !replaced.has(object.id))
    .map((object) => ({
      ...object,
      properties: set
        .filter(({ id }) => id === object.id)
        .reduce(
          (properties, { path, value }) => asObject(setAt(properties, path.split('/').slice(1), value)),
          object.properties,
        ),
    }));
  const made = add.map(({ id, ...object }): ObservedObject => {
    const kind = kindNamed(id.slice(0, id.indexOf('/')));
    return { id, kind: kind.name, region: kind.isGlobal ? GLOBAL_REGION : (id.split('/')[1] ?? ''), ...object };
  });
  return { ...aws, objects: [...kept, ...made] };
};

const observe = (aws: Aws, regions: readonly string[], unreadable: OutOfBand['unreadable'] = []): readonly Observed[] =>
  resourceKinds.flatMap((kind) =>
    (kind.isGlobal ? [GLOBAL_REGION] : regions).map((region): Observed => {
      const unread = unreadable.find((entry) => entry.kind === kind.name && entry.region === region);
      if (unread !== undefined) return { ...unread, status: 'unreadable' };
      const objects = aws.objects.filter((object) => object.kind === kind.name && object.region === region);
      return { kind: kind.name, region, status: 'read', objects };
    }),
  );

/** Reads AWS as the app does, and joins it with what should be. */
export const observeLive = (aws: Aws, desired: DesiredState, unreadable: OutOfBand['unreadable']): LiveState => {
  const regions = [...new Set([...desired.regions, ...aws.stacks.map((stack) => stack.region)])];
  const observed = observe(aws, regions, unreadable);
  const observedStacks = regions.map((region): ObservedStacks => ({
    region,
    status: 'read',
    stacks: aws.stacks.filter((stack) => stack.region === region),
  }));
  const needed = templatesNeeded(desired, observedStacks, observed, resourceKinds).map(({ region, stack }) =>
    stackKey(region, stack),
  );
  const templates = new Map([...aws.templates].filter(([key]) => needed.includes(key)));
  return joinLive({ desired, observedStacks, templates, observed, kinds: resourceKinds });
};
