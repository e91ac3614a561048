import type { Principal, Tier } from '../../reconciler/model/catalog.ts';
import {
  accessStack,
  athenaStack,
  defaultWorkGroup,
  foundationStack,
  workGroup,
} from '../../reconciler/model/names.ts';
import type { AccessRow } from '../../reconciler/model/resource.ts';
import { regionsOf } from '../../reconciler/model/instance.ts';
import type { Scope } from '../scope.ts';
import type { AccessWorkGroup } from './role.ts';

/** The regions that hold data of some rows; `*` counts the regions of the tier's datasets. */
const regionsWithData = (scope: Scope, rows: readonly AccessRow[]): ReadonlySet<string> => {
  const names = new Set(rows.map((row) => (row.dataset === '*' ? `*${row.tier}` : row.dataset)));
  const datasets = [...scope.datasets.values()].filter(
    (dataset) => names.has(dataset.name) || names.has(`*${dataset.tier}`),
  );
  return new Set(datasets.flatMap((dataset) => regionsOf(dataset, scope.instance)));
};

/** The workgroups of a principal: always one at home, and one in each further region where it may query anything. */
export const principalWorkGroups = (
  scope: Scope,
  { kind, name, ref, declaredIn }: Principal,
  rows: readonly AccessRow[],
): readonly AccessWorkGroup[] => {
  const instance = scope.instance.name;
  const withData = regionsWithData(scope, rows);
  return scope.instance.regions
    .filter((region) => region === scope.homeRegion || withData.has(region))
    .map((region) => ({
      name: workGroup(instance, kind, name),
      region,
      stack:
        region === scope.homeRegion ? accessStack(instance, kind, name) : athenaStack(instance, kind, name, region),
      description: `Data lake ${instance}: queries of ${ref}`,
      holder: ref,
      declaredIn,
    }));
};

/** The workgroups of a default role: one in each region, since it covers data to come. */
export const defaultWorkGroups = (scope: Scope, tier: Tier): readonly AccessWorkGroup[] => {
  const instance = scope.instance.name;
  return scope.instance.regions.map((region) => ({
    name: defaultWorkGroup(instance, tier.name),
    region,
    stack: foundationStack(instance, region),
    description: `Data lake ${instance}: queries on ${tier.name} data`,
    holder: `everyone:${tier.name}`,
    tier: tier.name,
    declaredIn: scope.catalog.lake.declaredIn,
  }));
};
