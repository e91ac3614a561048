import { renderTemplate } from '../../src/reconciler/compile/template.ts';
import { GLOBAL_REGION } from '../../src/reconciler/live/coverage.ts';
import { joinLive, type JoinInput } from '../../src/reconciler/live/join.ts';
import { stackKey } from '../../src/reconciler/live/templates-needed.ts';
import { digestOf } from '../../src/reconciler/model/digest.ts';
import { asJson, compareText, type JsonObject } from '../../src/reconciler/model/json.ts';
import type { ResourceKind } from '../../src/reconciler/model/kind.ts';
import type { LiveState, Mark, Observed, ObservedObject, ObservedStack } from '../../src/reconciler/model/live.ts';
import { digestOfProperties } from '../../src/reconciler/model/mark.ts';
import { DIGEST_OUTPUT, markOwner, stackTags } from '../../src/reconciler/model/names.ts';
import type { Plan } from '../../src/reconciler/model/plan.ts';
import type { Blob, DesiredState, Resource, ResourceId, Stack } from '../../src/reconciler/model/resource.ts';
import { makePlan, type PlanInput } from '../../src/reconciler/plan/make-plan.ts';
import { KINDS } from './fake-kinds.ts';

/** Builds desired and live states of a small lake by hand; the examples and the arbitraries of the core share it. */
export const ORGANIZATION = 'acme';
export const INSTANCE = 'dev01';
export const REGION = 'eu-west-1';
export const AS_OF = '2026-11-22T10:00:00Z';

export const FOUNDATION = `edl-${INSTANCE}-foundation-${REGION}`;
export const ACCESS = `edl-${INSTANCE}-access-team-oncology`;
export const PIPELINE = `edl-${INSTANCE}-pipeline-daily`;
export const CATALOG = `edl-${INSTANCE}-catalog-${REGION}`;
export const OBJECTS = `edl-${INSTANCE}-objects-${REGION}`;

const DEPENDS_ON: Readonly<Record<string, readonly string[]>> = {
  [ACCESS]: [FOUNDATION],
  [PIPELINE]: [FOUNDATION, OBJECTS],
  [CATALOG]: [FOUNDATION],
};

export const kindNamed = (name: string): ResourceKind => {
  const kind = KINDS.find((one) => one.name === name);
  if (kind === undefined) throw new Error(`no fake kind ${name}`);
  return kind;
};

/** A resource; its kind is the first part of its id. */
export const resource = (
  id: ResourceId,
  stack: string,
  properties: JsonObject,
  more: Partial<Resource> = {},
): Resource => {
  const kind = kindNamed(id.slice(0, id.indexOf('/')));
  return { id, kind: kind.name, type: kind.type, stack, region: REGION, properties, dependsOn: [], ...more };
};

const byId = (left: { id: string }, right: { id: string }): number => compareText(left.id, right.id);

/** The stacks that some resources make up. */
export const stacksOf = (resources: readonly Resource[]): readonly Stack[] =>
  [...new Set(resources.map((one) => one.stack))].sort().map((name): Stack => {
    const own = resources.filter((one) => one.stack === name).sort(byId);
    const driver = kindNamed(own[0]?.kind ?? '').driver;
    const base = { name, region: REGION, driver, dependsOn: DEPENDS_ON[name] ?? [], bootstrap: false, resources: own };
    if (driver !== 'cloudformation') return { ...base, digest: digestOf(asJson(own)) };
    return { ...base, ...renderTemplate(name, own, (kind) => kindNamed(kind).holdsData) };
  });

/** A desired state of these resources. */
export const desiredOf = (resources: readonly Resource[], blobs: readonly Blob[] = []): DesiredState => ({
  organization: ORGANIZATION,
  instance: INSTANCE,
  account: '111111111111',
  homeRegion: REGION,
  regions: [REGION],
  asOf: AS_OF,
  catalogDigest: digestOf('catalog'),
  stacks: stacksOf(resources),
  resources: [...resources].sort(byId),
  blobs,
  diagnostics: [],
});

/** A CloudFormation stack of ours as AWS shows it, with these resources in its template. */
export interface Deployed {
  readonly observed: ObservedStack;
  readonly template: JsonObject;
}

export const deploy = (resources: readonly Resource[], more: Partial<ObservedStack> = {}): readonly Deployed[] =>
  stacksOf(resources)
    .filter((stack) => stack.driver === 'cloudformation')
    .map((stack) => ({
      observed: {
        name: stack.name,
        region: REGION,
        stackId: `arn:aws:cloudformation:${REGION}:111111111111:stack/${stack.name}/1`,
        status: 'UPDATE_COMPLETE',
        tags: stackTags(ORGANIZATION, INSTANCE),
        outputs: { [DIGEST_OUTPUT]: stack.digest },
        terminationProtection: true,
        ...more,
      },
      template: stack.template ?? {},
    }));

/** An object that is there. */
export const object = (id: ResourceId, properties: JsonObject, more: Partial<ObservedObject> = {}): ObservedObject => {
  const kind = id.slice(0, id.indexOf('/'));
  return { id, kind, region: kindNamed(kind).isGlobal ? GLOBAL_REGION : REGION, properties, ...more };
};

/** Our mark on an object whose properties we applied last. */
export const markOf = (id: ResourceId, applied: JsonObject): Mark => ({
  owner: markOwner(ORGANIZATION, INSTANCE),
  id,
  digest: digestOfProperties(kindNamed(id.slice(0, id.indexOf('/'))).normalize(applied)),
});

/** Everything read, of every kind. */
export const observe = (objects: readonly ObservedObject[]): readonly Observed[] =>
  KINDS.map((kind) => ({
    kind: kind.name,
    region: kind.isGlobal ? GLOBAL_REGION : REGION,
    status: 'read',
    objects: objects.filter((one) => one.kind === kind.name).sort(byId),
  }));

export const joinInput = (
  desired: DesiredState,
  deployed: readonly Deployed[],
  objects: readonly ObservedObject[],
): JoinInput => ({
  desired,
  observedStacks: [{ region: REGION, status: 'read', stacks: deployed.map((one) => one.observed) }],
  templates: new Map(deployed.map((one) => [stackKey(REGION, one.observed.name), one.template])),
  observed: observe(objects),
  kinds: KINDS,
});

/** What is live, joined. */
export const liveOf = (
  desired: DesiredState,
  deployed: readonly Deployed[],
  objects: readonly ObservedObject[],
): LiveState => joinLive(joinInput(desired, deployed, objects));

/** The plan of a desired and a live state. */
export const planOf = (desired: DesiredState, live: LiveState, more: Partial<PlanInput> = {}): Plan =>
  makePlan({ desired, live, access: [], kinds: KINDS, meta: {}, diagnostics: [], asOf: AS_OF, ...more });

/** The plan of declared resources, deployed stacks and observed objects. */
export const planOfObjects = (
  declared: readonly Resource[],
  deployed: readonly Deployed[],
  objects: readonly ObservedObject[],
): Plan => {
  const desired = desiredOf(declared);
  return planOf(desired, liveOf(desired, deployed, objects));
};

/** The changes of a plan, one short line each. */
export const actionsOf = (plan: Plan): readonly string[] =>
  plan.changes.map((change) => `${change.action} ${change.id}`);
