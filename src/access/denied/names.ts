import type { Catalog, Instance } from '../../reconciler/model/catalog.ts';
import {
  artifactsBucket,
  dataBucket,
  datasetRole,
  defaultRole,
  defaultWorkGroup,
  dropBucket,
  glueDatabase,
  iamPath,
  principalRole,
  roleArn,
  runnerPath,
  runnerRole,
  workGroup,
} from '../../reconciler/model/names.ts';
import type { AccessHolder } from '../../reconciler/model/resource.ts';

/** A bucket of the lake by its name. */
export interface NamedBucket {
  readonly instance: string;
  readonly region: string;
  readonly use: 'data' | 'drop' | 'artifacts';
  readonly tier?: string;
}

/** A role of the lake by its name. */
export interface NamedRole {
  readonly name: string;
  readonly arn: string;
  readonly instance: string;
  readonly holder: AccessHolder;
  /** Roles of datasets and pipelines have none. */
  readonly workGroup?: string;
}

/** Every name that the lake gives in AWS, in all of its instances, to tell what a message speaks of. */
export interface LakeNames {
  readonly buckets: ReadonlyMap<string, NamedBucket>;
  readonly roles: ReadonlyMap<string, NamedRole>;
  readonly databases: ReadonlyMap<string, { readonly instance: string; readonly tier: string }>;
}

const bucketsOf = ({ lake }: Catalog, instance: Instance): readonly (readonly [string, NamedBucket])[] =>
  instance.regions.flatMap((region) => {
    const at = { instance: instance.name, region };
    return [
      [artifactsBucket(lake.organization, instance.name, region), { ...at, use: 'artifacts' as const }],
      ...lake.tiers.flatMap(({ name: tier }): readonly (readonly [string, NamedBucket])[] => [
        [dataBucket(lake.organization, instance.name, tier, region), { ...at, use: 'data', tier }],
        [dropBucket(lake.organization, instance.name, tier, region), { ...at, use: 'drop', tier }],
      ]),
    ] as const;
  });

const rolesOf = (catalog: Catalog, { name: instance, account }: Instance): readonly NamedRole[] => {
  const role = (name: string, holder: AccessHolder, path: string, group?: string): NamedRole => ({
    name,
    arn: roleArn(account, path, name),
    instance,
    holder,
    ...(group === undefined ? {} : { workGroup: group }),
  });
  const path = iamPath(instance);
  return [
    ...catalog.principals.map(({ kind, name, ref }) =>
      role(principalRole(instance, kind, name), ref, path, workGroup(instance, kind, name)),
    ),
    ...catalog.lake.tiers
      .filter((tier) => tier.defaultRole !== undefined)
      .map(({ name }) => role(defaultRole(instance, name), `everyone:${name}`, path, defaultWorkGroup(instance, name))),
    ...catalog.datasets.flatMap(({ name, expose }) =>
      expose.map(({ level }) => role(datasetRole(instance, name, level), `exposed:${name}/${level}`, path)),
    ),
    ...catalog.pipelines.map(({ name }) => role(runnerRole(instance, name), `pipeline:${name}`, runnerPath(instance))),
  ];
};

const known = new WeakMap<Catalog, LakeNames>();

/** The names of a lake, found once. */
export const namesOf = (catalog: Catalog): LakeNames => {
  const found = known.get(catalog);
  if (found !== undefined) return found;
  const { instances, tiers } = catalog.lake;
  const names: LakeNames = {
    buckets: new Map(instances.flatMap((instance) => bucketsOf(catalog, instance))),
    roles: new Map(instances.flatMap((instance) => rolesOf(catalog, instance)).map((role) => [role.name, role])),
    databases: new Map(
      instances.flatMap(({ name: instance }) =>
        tiers.map(({ name: tier }) => [glueDatabase(instance, tier), { instance, tier }] as const),
      ),
    ),
  };
  known.set(catalog, names);
  return names;
};

/** The role of a holder in an instance. */
export const roleOf = (catalog: Catalog, holder: AccessHolder, instance: string): NamedRole | undefined =>
  [...namesOf(catalog).roles.values()].find((role) => role.holder === holder && role.instance === instance);
