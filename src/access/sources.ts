import type { Catalog, Dataset, Day, Grant, GrantEntry } from '../reconciler/model/catalog.ts';
import type { SourceLocation } from '../reconciler/model/diagnostic.ts';
import { isRetired, regionsOf } from '../reconciler/model/instance.ts';
import type { AccessHolder, AccessRow } from '../reconciler/model/resource.ts';
import { implies, type RowLevel } from './levels.ts';
import { seesOpenMetadata } from './rows.ts';
import { type Scope, scopeOf } from './scope.ts';
import { isMeant, wholeTier } from './selectors.ts';
import { endOf, endOn, untilField } from './time.ts';

/** What makes a right: a line of a grant, a pipeline's own need, a tier's default role, `expose`, or open metadata. */
export type SourceOrigin = 'grant' | 'pipeline' | 'default-role' | 'exposed' | 'open-metadata';

/** Where something is declared, and how people call what it means. */
interface Declared {
  /** What the declaration names, in words: a dataset, or `all internal datasets of domain crm`. */
  readonly target: string;
  readonly declaredIn: SourceLocation;
  /** Why, as the grant's file says. */
  readonly reason?: string;
}

/** One right and the declaration that gives it. Several sources may give the same right; united, they are the declared rows. */
export interface AccessSource extends AccessRow, Declared {
  readonly by: SourceOrigin;
}

/** Why a line of a grant gives nothing in an instance at a time. */
export type IdleReason = 'other-instance' | 'expired' | 'retired' | 'absent' | 'no-dataset';

/** A line of a grant that gives nothing, and why: what people overlook when they ask for what they once had. */
export interface IdleGrant extends Declared {
  readonly principal: AccessHolder;
  readonly level: RowLevel;
  readonly why: IdleReason;
  /** The last day it held, or would hold. */
  readonly expires?: Day;
  /** The instances that it is limited to. */
  readonly instances?: readonly string[];
  /** The datasets of the catalog that it means, in any instance, retired ones too. */
  readonly datasets: readonly string[];
}

/** Where all rights of an instance come from, at one time. */
export interface AccessSources {
  readonly sources: readonly AccessSource[];
  readonly idle: readonly IdleGrant[];
}

/** One line of a grant with its file. */
interface Line {
  readonly grant: Grant;
  readonly entry: GrantEntry;
}

const targetText = ({ target }: GrantEntry): string => {
  if ('dataset' in target) return target.dataset;
  const { tier, domain, owner } = target.select;
  return [
    tier === undefined ? 'all datasets' : `all ${tier} datasets`,
    ...(domain === undefined ? [] : [`of domain ${domain}`]),
    ...(owner === undefined ? [] : [`owned by ${owner}`]),
  ].join(' ');
};

const declared = ({ grant, entry }: Line): Declared => ({
  target: targetText(entry),
  declaredIn: entry.declaredIn,
  ...(grant.reason === undefined ? {} : { reason: grant.reason }),
});

const meantBy = (entry: GrantEntry, datasets: Iterable<Dataset>): readonly Dataset[] =>
  [...datasets].filter((dataset) => isMeant(entry.target, dataset));

const exactSource = (line: Line, dataset: Dataset): AccessSource => ({
  principal: line.grant.principal,
  dataset: dataset.name,
  tier: dataset.tier,
  level: line.entry.level,
  ...untilField(endOn(dataset, line.entry.expires)),
  by: 'grant',
  ...declared(line),
});

const tierSource = (line: Line, tier: string): AccessSource => ({
  principal: line.grant.principal,
  dataset: '*',
  tier,
  level: line.entry.level,
  ...untilField(endOf(line.entry.expires)),
  by: 'grant',
  ...declared(line),
});

const pipelineSources = (scope: Scope): readonly AccessSource[] =>
  scope.pipelines.flatMap(({ name, inputs, outputs, declaredIn: { file, line }, inputLines, outputLines }) => {
    const used = [
      ...inputs.map((dataset) => ({ dataset, level: 'read' as const, at: inputLines?.[dataset] })),
      ...outputs.map((dataset) => ({ dataset, level: 'run-write' as const, at: outputLines?.[dataset] })),
    ];
    return used.flatMap(({ dataset: datasetName, level, at }): readonly AccessSource[] => {
      const dataset = scope.datasets.get(datasetName);
      if (dataset === undefined) return [];
      const row = { principal: `pipeline:${name}` as const, dataset: dataset.name, tier: dataset.tier, level };
      return [
        {
          ...row,
          ...untilField(endOn(dataset)),
          by: 'pipeline',
          target: dataset.name,
          declaredIn: { file, line: at ?? line },
        },
      ];
    });
  });

const defaultSources = (scope: Scope): readonly AccessSource[] =>
  [...scope.tiers.values()]
    .filter(({ defaultRole }) => defaultRole !== undefined)
    .map(({ name: tier, declaredIn }) => ({
      principal: `everyone:${tier}`,
      dataset: '*',
      tier,
      level: 'read',
      by: 'default-role',
      target: `all ${tier} datasets`,
      declaredIn: declaredIn ?? scope.catalog.lake.declaredIn,
    }));

const exposedSources = (scope: Scope): readonly AccessSource[] =>
  [...scope.datasets.values()].flatMap((dataset) =>
    dataset.expose.map(({ level, declaredIn = dataset.declaredIn }) => ({
      principal: `exposed:${dataset.name}/${level}` as const,
      dataset: dataset.name,
      tier: dataset.tier,
      level,
      ...untilField(endOn(dataset)),
      by: 'exposed' as const,
      target: dataset.name,
      declaredIn,
    })),
  );

const tierKey = ({ principal, tier }: AccessRow): string => `${principal}\n${tier}`;

/** Whoever holds anything in a tier with open metadata sees all its tables: one source a holder and tier, the longest. */
const openSources = (scope: Scope, sources: readonly AccessSource[]): readonly AccessSource[] => {
  const longest = new Map<string, AccessSource>();
  for (const source of sources) {
    if (!seesOpenMetadata(source.principal) || scope.tiers.get(source.tier)?.metadata !== 'open') continue;
    const known = longest.get(tierKey(source));
    if (known === undefined || endOf(source.until) > endOf(known.until)) longest.set(tierKey(source), source);
  }
  return [...longest.values()].map((source) => ({ ...source, dataset: '*', level: 'discover', by: 'open-metadata' }));
};

const whyIdle = (scope: Scope, { entry }: Line): IdleReason | undefined => {
  if (entry.instances?.includes(scope.instance.name) === false) return 'other-instance';
  if (entry.expires !== undefined && entry.expires < scope.today) return 'expired';
  if (wholeTier(entry) !== undefined || meantBy(entry, scope.datasets.values()).length > 0) return undefined;
  if (!('dataset' in entry.target)) return 'no-dataset';
  const [dataset] = meantBy(entry, scope.catalog.datasets);
  const isHere = dataset !== undefined && regionsOf(dataset, scope.instance).length > 0;
  return isHere && isRetired(dataset, scope.today) ? 'retired' : 'absent';
};

const idleGrant = (scope: Scope, line: Line, why: IdleReason): IdleGrant => {
  const { level, expires, instances } = line.entry;
  return {
    principal: line.grant.principal,
    level,
    why,
    ...(expires === undefined ? {} : { expires }),
    ...(instances === undefined ? {} : { instances }),
    datasets: meantBy(line.entry, scope.catalog.datasets).map(({ name }) => name),
    ...declared(line),
  };
};

/** A whole tier stays exact for who may read raw data in it, because the row for all of it comes with a deny on raw data. */
const wholeSources = (
  scope: Scope,
  lines: readonly Line[],
  others: readonly AccessSource[],
): readonly AccessSource[] => {
  const readsRaw = new Set(others.filter(({ level }) => implies(level, 'read-raw')).map(tierKey));
  return lines.flatMap((line) => {
    const tier = wholeTier(line.entry);
    if (tier === undefined) return [];
    const source = tierSource(line, tier);
    return readsRaw.has(tierKey(source))
      ? meantBy(line.entry, scope.datasets.values()).map((dataset) => exactSource(line, dataset))
      : [source];
  });
};

/**
 * Where each right comes from, with file and line: what answers name to people. United, the sources are exactly
 * `declaredRows`, which documents are made of. The instance must be in the catalog.
 */
export const accessSources = (catalog: Catalog, instance: string, asOf: string): AccessSources => {
  const scope = scopeOf(catalog, instance, asOf);
  const holders = new Set<string>(catalog.principals.map(({ ref }) => ref));
  const lines = catalog.grants
    .filter(({ principal }) => holders.has(principal))
    .flatMap((grant) => grant.access.map((entry): Line => ({ grant, entry })));
  const judged = lines.map((line) => ({ line, why: whyIdle(scope, line) }));
  const live = judged.flatMap(({ line, why }) => (why === undefined ? [line] : []));
  const exact = live
    .filter(({ entry }) => wholeTier(entry) === undefined)
    .flatMap((line) => meantBy(line.entry, scope.datasets.values()).map((dataset) => exactSource(line, dataset)));
  const ofPipelines = pipelineSources(scope);
  const granted = [...exact, ...wholeSources(scope, live, [...exact, ...ofPipelines]), ...ofPipelines];
  const sources = [...granted, ...defaultSources(scope), ...exposedSources(scope)];
  return {
    sources: [...sources, ...openSources(scope, sources)],
    idle: judged.flatMap(({ line, why }) => (why === undefined ? [] : [idleGrant(scope, line, why)])),
  };
};
