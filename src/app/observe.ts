import { GLOBAL_REGION } from '../reconciler/live/coverage.ts';
import { joinLive } from '../reconciler/live/join.ts';
import { stackKey, templatesNeeded } from '../reconciler/live/templates-needed.ts';
import { EdlError } from '../reconciler/model/errors.ts';
import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../reconciler/model/json.ts';
import type { ObserveScope, ResourceKind } from '../reconciler/model/kind.ts';
import type { LiveState, Observed, ObservedStacks } from '../reconciler/model/live.ts';
import { artifactsBucket, REGISTRY_KEY } from '../reconciler/model/names.ts';
import type { Reporter } from '../reconciler/model/ports.ts';
import type { AwsReads } from '../reconciler/model/reads.ts';
import type { DesiredState } from '../reconciler/model/resource.ts';

/** What `observeLive` needs; `tiers` are the catalog's, lowest first. */
export interface ObserveInput {
  readonly desired: DesiredState;
  readonly tiers: readonly string[];
  readonly kinds: readonly ResourceKind[];
  readonly reads: AwsReads;
  readonly reporter: Reporter;
}

/** Only a failure that AWS explains makes a part of the lake unknown; a bug of ours must stop the run. */
const reasonOf = (error: unknown): string => {
  if (error instanceof EdlError && error.disposition !== 'bug') return error.message;
  throw error;
};

const listOf = (value: Json | undefined): readonly string[] =>
  isJsonArray(value) ? value.filter((item) => typeof item === 'string') : [];

/**
 * The regions to read: those of the lake, and those that the live registry says it had. Without these, a region taken out of
 * `lake.yaml` would be forgotten with everything in it.
 */
const regionsToRead = async ({ desired, reads }: ObserveInput): Promise<readonly string[]> => {
  const bucket = artifactsBucket(desired.organization, desired.instance, desired.homeRegion);
  try {
    const registry = await reads.object(desired.homeRegion, bucket, REGISTRY_KEY);
    const document: Json = registry === undefined ? null : (JSON.parse(registry.body) as Json);
    const earlier = isJsonObject(document) ? listOf(document['regions']) : [];
    return [...new Set([...desired.regions, ...earlier])];
  } catch (error) {
    // The registry kind meets the same failure and reports it as unreadable, which blocks apply.
    if (!(error instanceof SyntaxError)) reasonOf(error);
    return desired.regions;
  }
};

const observeKind = async (kind: ResourceKind, scope: ObserveScope, reads: AwsReads): Promise<Observed> => {
  const region = kind.isGlobal ? GLOBAL_REGION : scope.region;
  try {
    return { kind: kind.name, region, status: 'read', objects: await kind.observe(reads, scope) };
  } catch (error) {
    return { kind: kind.name, region, status: 'unreadable', reason: reasonOf(error) };
  }
};

const observeStacks = async (region: string, reads: AwsReads): Promise<ObservedStacks> => {
  try {
    return { region, status: 'read', stacks: await reads.stacks(region) };
  } catch (error) {
    return { region, status: 'unreadable', reason: reasonOf(error) };
  }
};

const scopesOf = ({ desired, tiers }: ObserveInput, regions: readonly string[]): readonly ObserveScope[] =>
  regions.map((region) => ({
    organization: desired.organization,
    instance: desired.instance,
    account: desired.account,
    region,
    homeRegion: desired.homeRegion,
    tiers,
  }));

const observeKinds = async (input: ObserveInput, regions: readonly string[]): Promise<readonly Observed[]> => {
  const scopes = scopesOf(input, regions);
  const [home] = scopes;
  const jobs = input.kinds.flatMap((kind) =>
    (kind.isGlobal ? (home === undefined ? [] : [home]) : scopes).map((scope) => ({ kind, scope })),
  );
  let done = 0;
  return Promise.all(
    // The reads behind it are bounded; this starts a handful of readers a region, not one for each object.
    jobs.map(async ({ kind, scope }) => {
      const observed = await observeKind(kind, scope, input.reads);
      done += 1;
      input.reporter.emit({ type: 'observe-progress', done, total: jobs.length, kind: kind.name });
      return observed;
    }),
  );
};

/**
 * Templates of our stacks, where the join needs them. One that cannot be read makes the stacks of its region unreadable:
 * without it nobody can tell what the stack holds.
 */
const readTemplates = async (
  input: ObserveInput,
  stacks: readonly ObservedStacks[],
  observed: readonly Observed[],
): Promise<{ templates: ReadonlyMap<string, JsonObject>; stacks: readonly ObservedStacks[] }> => {
  const templates = new Map<string, JsonObject>();
  const failed = new Map<string, string>();
  const needed = templatesNeeded(input.desired, stacks, observed, input.kinds);
  await Promise.all(
    needed.map(async ({ region, stack }) => {
      try {
        templates.set(stackKey(region, stack), await input.reads.template(region, stack));
      } catch (error) {
        failed.set(region, reasonOf(error));
      }
    }),
  );
  return {
    templates,
    stacks: stacks.map((entry) => {
      const reason = failed.get(entry.region);
      return reason === undefined ? entry : { region: entry.region, status: 'unreadable', reason };
    }),
  };
};

/** Desired stacks of a region that are not there: whether somebody deleted them costs one call, and none where all are there. */
const withDeleted = async ({ desired, reads }: ObserveInput, entry: ObservedStacks): Promise<ObservedStacks> => {
  if (entry.status === 'unreadable') return entry;
  const present = new Set(entry.stacks.map(({ name }) => name));
  const absent = desired.stacks
    .filter(({ driver, region, name }) => driver === 'cloudformation' && region === entry.region && !present.has(name))
    .map(({ name }) => name);
  if (absent.length === 0) return entry;
  try {
    return { ...entry, deleted: await reads.deletedStacks(entry.region, absent) };
  } catch (error) {
    return { ...entry, deleted: { unread: reasonOf(error) } };
  }
};

/** Reads everything of one instance, in bulk, and joins it with what we applied last. Reads only. */
export const observeLive = async (input: ObserveInput): Promise<LiveState> => {
  const regions = await regionsToRead(input);
  const [observed, listed] = await Promise.all([
    observeKinds(input, regions),
    Promise.all(regions.map(async (region) => withDeleted(input, await observeStacks(region, input.reads)))),
  ]);
  const { templates, stacks } = await readTemplates(input, listed, observed);
  return joinLive({ desired: input.desired, observedStacks: stacks, templates, observed, kinds: input.kinds });
};
