import { type JsonObject, textOf, objectOf } from '../model/json.ts';
import type { LiveState, LiveResource } from '../model/live.ts';
import type { Plan } from '../model/plan.ts';
import type { DesiredState, Resource } from '../model/resource.ts';

/** The kind that records every dataset of an instance and region. */
const REGISTRY_KIND = 'registry';

/** One dataset as the registry object of a region records it. */
export interface RegisteredDataset {
  readonly dataset: string;
  readonly region: string;
  readonly tier: string;
  readonly bucket: string;
  readonly prefix: string;
}

/** `s3://<bucket>/<prefix>`: where a dataset's objects are. */
export const locationOf = (entry: RegisteredDataset): string => `s3://${entry.bucket}/${entry.prefix}`;

const entriesIn = (properties: JsonObject, region: string): readonly RegisteredDataset[] =>
  Object.entries(objectOf(objectOf(properties['Document'])['datasets'])).map(([dataset, entry]) => {
    const { tier, location } = objectOf(entry);
    const { bucket, prefix } = objectOf(location);
    return { dataset, region, tier: textOf(tier), bucket: textOf(bucket), prefix: textOf(prefix) };
  });

const entriesOf = (registries: readonly (Resource | LiveResource)[]): readonly RegisteredDataset[] =>
  registries
    .filter((registry) => registry.kind === REGISTRY_KIND)
    .flatMap((registry) => entriesIn(registry.properties ?? {}, registry.region));

/** Every dataset that the live registry knows. */
export const registeredLive = (live: LiveState): readonly RegisteredDataset[] =>
  entriesOf(live.resources.filter((resource) => resource.ownership === 'ours'));

/** Every dataset that the registry should know. */
export const registeredDesired = (desired: DesiredState): readonly RegisteredDataset[] => entriesOf(desired.resources);

/** Finds an entry by dataset and region. */
export const findEntry = (
  entries: readonly RegisteredDataset[],
  dataset: string,
  region: string,
): RegisteredDataset | undefined => entries.find((entry) => entry.dataset === dataset && entry.region === region);

const createdBuckets = (plan: Plan): ReadonlySet<string> =>
  new Set(plan.changes.flatMap((change) => (change.action === 'create' ? [textOf(change.after['BucketName'])] : [])));

/**
 * Whether something that was applied (a policy, a table) speaks of a dataset's location. Then an earlier apply brought the
 * dataset to life, with its location empty, and only its entry in the registry was not written: that apply failed in between.
 */
const isInUse = ({ bucket, prefix }: RegisteredDataset, applied: readonly string[]): boolean =>
  applied.some((text) => text.includes(`${bucket}/${prefix}`));

const appliedTexts = (live: LiveState): readonly string[] =>
  live.resources
    .filter(({ ownership, kind }) => ownership === 'ours' && kind !== REGISTRY_KIND)
    .flatMap(({ applied }) => (applied === undefined ? [] : [JSON.stringify(applied)]));

/**
 * The datasets that this plan brings to life in a bucket that is there already. Before it guards the plan, the app asks S3
 * for each whether its location holds objects.
 */
export const newDatasets = (plan: Plan, desired: DesiredState, live: LiveState): readonly RegisteredDataset[] => {
  const known = new Set(registeredLive(live).map((entry) => `${entry.region}/${entry.dataset}`));
  const created = createdBuckets(plan);
  const unread = new Set(live.unreadable.filter((entry) => entry.kind === REGISTRY_KIND).map((entry) => entry.region));
  const unknown = registeredDesired(desired).filter(
    (entry) =>
      !known.has(`${entry.region}/${entry.dataset}`) && !created.has(entry.bucket) && !unread.has(entry.region),
  );
  const applied = unknown.length === 0 ? [] : appliedTexts(live);
  return unknown.filter((entry) => !isInUse(entry, applied));
};
