import { compileAccess } from '../../access/documents/compile.ts';
import type { Catalog } from '../../reconciler/model/catalog.ts';
import type { HealMode } from '../../reconciler/model/drift-rules.ts';
import {
  dataBucket,
  dropBucket,
  glueDatabase,
  jobStack,
  keyAlias,
  pipelineStack,
} from '../../reconciler/model/names.ts';
import type { OutsideAccess } from '../../reconciler/model/plan.ts';
import type { DesiredState, ResourceId } from '../../reconciler/model/resource.ts';

/** What tells the tier of an object. */
export interface Tiered {
  readonly id: ResourceId;
  readonly stack: string;
  readonly access: readonly OutsideAccess[];
}

/** An alias as ids have it. */
const withoutPrefix = (alias: string): string => alias.replace(/^alias\//, '');

/** The names by which objects of a tier are recognised: buckets, database, key and its alias. */
const namesIn = (tier: string, { organization, instance, regions }: DesiredState): readonly string[] => [
  ...regions.flatMap((region) => [
    dataBucket(organization, instance, tier, region),
    dropBucket(organization, instance, tier, region),
  ]),
  glueDatabase(instance, tier),
  withoutPrefix(keyAlias(instance, tier)),
];

/** Tiers that each stack gives access to; a job's stack those of its pipeline. */
const tiersByStack = (catalog: Catalog, { instance, asOf }: DesiredState): ReadonlyMap<string, ReadonlySet<string>> => {
  const { roles } = compileAccess(catalog, instance, asOf);
  const byStack = new Map(roles.map(({ stack, rows }) => [stack, new Set(rows.map(({ tier }) => tier))]));
  for (const { name } of catalog.pipelines) {
    const tiers = byStack.get(pipelineStack(instance, name));
    if (tiers !== undefined) byStack.set(jobStack(instance, name), tiers);
  }
  return byStack;
};

/** What every tier hangs on where no single one is meant: roles nobody declared, the boundary, the code of all jobs. */
const COMMON_KINDS = /^(?:iam-role|iam-managed-policy|artifact|s3-bucket|s3-bucket-policy)\//;

/**
 * Tells the most confidential tier that an object has to do with: its own (bucket, key, database, table), or the highest that
 * its stack gives access to or that somebody gained or lost by the change; of what all tiers hang on, the highest of all.
 * Undefined: none.
 */
export const tierFinder = (catalog: Catalog, desired: DesiredState): ((object: Tiered) => string | undefined) => {
  const tiers = catalog.lake.tiers.map(({ name }) => ({ name, names: namesIn(name, desired) }));
  const byStack = tiersByStack(catalog, desired);
  return ({ id, stack, access }) => {
    const touched = new Set(access.flatMap((one) => (one.sort === 'rights' ? [one.change.tier] : [])));
    const own = tiers.filter(
      ({ name, names }) =>
        touched.has(name) ||
        byStack.get(stack)?.has(name) === true ||
        names.some((one) => id.endsWith(`/${one}`) || id.includes(`/${one}/`)),
    );
    return (own.length === 0 && COMMON_KINDS.test(id) ? tiers : own).at(-1)?.name;
  };
};

/** What healing does by default with objects of a tier, or of none. */
export const defaultHeal = ({ lake }: Catalog, tier: string | undefined): HealMode =>
  lake.tiers.find(({ name }) => name === tier)?.heal ?? lake.drift?.heal ?? 'report';
