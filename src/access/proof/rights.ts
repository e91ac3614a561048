import type { Catalog } from '../../reconciler/model/catalog.ts';
import { instanceNamed, pipelinesOf, regionsOf } from '../../reconciler/model/instance.ts';
import { defaultWorkGroup, workGroup } from '../../reconciler/model/names.ts';
import type { AccessHolder, AccessRow } from '../../reconciler/model/resource.ts';
import { implied, type RowLevel } from '../levels.ts';
import { declaredRows } from '../rows.ts';
import { type End, endOf, laterEnd, NEVER } from '../time.ts';

/**
 * Something that a holder may hold, in words: `read sensitive/clinical-trials eu-west-1`. Rows become rights and places ask
 * for rights; how documents are written does not enter, so that a mistake there is found.
 */
export type Right = string;

/** A level on one dataset in one region. */
export const onDataset = (level: RowLevel, tier: string, dataset: string, region: string): Right =>
  `${level} ${tier}/${dataset} ${region}`;

/** A level on all of a tier, also on what no catalog has, in one region of the instance. */
export const onWholeTier = (level: RowLevel, tier: string, region: string): Right => `${level} ${tier}/* ${region}`;

/** Metadata of all of a tier: the same in every region, because rows of a whole tier have none. */
export const onWholeTierAnywhere = (level: RowLevel, tier: string): Right => `${level} ${tier}/*`;

/** A level on anything of a tier in one region: what rows share, such as the bucket. */
export const onAnyOf = (level: RowLevel, tier: string, region: string): Right => `${level} ${tier} ${region}`;

/** What roles hold beside their rows. */
export const BASE_RIGHTS = {
  queries: (group: string, region: string): Right => `queries ${group} ${region}`,
  browse: (region: string): Right => `browse ${region}`,
  listAthena: (): Right => 'list-athena',
  startCatalog: (region: string): Right => `start-catalog ${region}`,
  startSpark: (region: string): Right => `start-spark ${region}`,
  logs: (engine: string, region: string): Right => `logs ${engine} ${region}`,
  metrics: (engine: string): Right => `metrics ${engine}`,
  code: (region: string): Right => `code ${region}`,
} as const;

/** Rights with their ends; what is not in it is not held. */
export type Rights = ReadonlyMap<Right, End>;

type Collected = Map<Right, End>;

const give = (rights: Collected, right: Right, end: End): void => {
  const known = rights.get(right);
  rights.set(right, known === undefined ? end : laterEnd(known, end));
};

const giveRow = (rights: Collected, row: AccessRow, regions: readonly string[]): void => {
  const end = endOf(row.until);
  for (const level of implied(row.level)) {
    if (row.dataset === '*') give(rights, onWholeTierAnywhere(level, row.tier), end);
    for (const region of regions) {
      give(rights, onAnyOf(level, row.tier, region), end);
      give(
        rights,
        row.dataset === '*' ? onWholeTier(level, row.tier, region) : onDataset(level, row.tier, row.dataset, region),
        end,
      );
    }
  }
};

/** Teams, users, services and default roles query by Athena, each in a workgroup of its own. */
const queryRights = (group: string, regions: readonly string[]): readonly Right[] => [
  BASE_RIGHTS.listAthena(),
  ...regions.flatMap((region) => [
    BASE_RIGHTS.queries(group, region),
    BASE_RIGHTS.browse(region),
    BASE_RIGHTS.startCatalog(region),
  ]),
];

/** Who holds what beside rows. Roles of exposed datasets hold nothing; who is not declared does not either. */
const baseRights = (catalog: Catalog, instanceName: string): ReadonlyMap<AccessHolder, readonly Right[]> => {
  const instance = instanceNamed(catalog, instanceName);
  const { regions } = instance;
  return new Map<AccessHolder, readonly Right[]>([
    ...catalog.principals.map(
      ({ ref, kind, name }) => [ref, queryRights(workGroup(instanceName, kind, name), regions)] as const,
    ),
    ...catalog.lake.tiers
      .filter((tier) => tier.defaultRole !== undefined)
      .map(
        ({ name }) =>
          [`everyone:${name}` as const, queryRights(defaultWorkGroup(instanceName, name), regions)] as const,
      ),
    ...pipelinesOf(catalog, instance).map(
      ({ name, engine, region }) =>
        [
          `pipeline:${name}` as const,
          [
            BASE_RIGHTS.startSpark(region),
            BASE_RIGHTS.logs(engine, region),
            BASE_RIGHTS.metrics(engine),
            BASE_RIGHTS.code(region),
          ],
        ] as const,
    ),
  ]);
};

const rowsByHolder = (rows: readonly AccessRow[]): ReadonlyMap<AccessHolder, readonly AccessRow[]> => {
  const groups = new Map<AccessHolder, AccessRow[]>();
  for (const row of rows) {
    const group = groups.get(row.principal);
    if (group === undefined) groups.set(row.principal, [row]);
    else group.push(row);
  }
  return groups;
};

/** What the catalog says of holders. */
export interface Declared {
  /** What a holder holds at a time and after it. */
  readonly rightsOf: (holder: AccessHolder) => Rights;
  /** Datasets that rows of a holder name; those of whole tiers are not among them. */
  readonly datasetsOf: (holder: AccessHolder) => readonly string[];
}

/** Reads what is declared in an instance at a time. */
export const declaredIn = (catalog: Catalog, instanceName: string, asOf: string): Declared => {
  const instance = instanceNamed(catalog, instanceName);
  const regions = new Map(catalog.datasets.map((dataset) => [dataset.name, regionsOf(dataset, instance)]));
  const base = baseRights(catalog, instanceName);
  const rows = rowsByHolder(declaredRows(catalog, instanceName, asOf).rows);
  return {
    rightsOf: (holder) => {
      const rights: Collected = new Map((base.get(holder) ?? []).map((right) => [right, NEVER]));
      for (const row of rows.get(holder) ?? [])
        giveRow(rights, row, row.dataset === '*' ? instance.regions : (regions.get(row.dataset) ?? []));
      return rights;
    },
    datasetsOf: (holder) => (rows.get(holder) ?? []).map(({ dataset }) => dataset).filter((dataset) => dataset !== '*'),
  };
};
