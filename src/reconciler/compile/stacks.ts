import type { Catalog, Instance, Lake } from '../model/catalog.ts';
import { homeRegionOf, instanceNamed, pipelinesOf } from '../model/instance.ts';
import {
  accessStack,
  athenaStack,
  bootstrapStack,
  catalogStack,
  exposeStack,
  foundationStack,
  jobStack,
  objectsStack,
  pipelineStack,
  registryStack,
} from '../model/names.ts';

/** What is known of a stack by its name: what it is for, and what must be there before it. */
export interface StackFacts {
  readonly description: string;
  /** May name stacks that this lake does not need. */
  readonly dependsOn: readonly string[];
  readonly bootstrap: boolean;
}

type Entry = readonly [name: string, facts: StackFacts];

const regional = (name: string, region: string, home: string, jobs: readonly string[]): readonly Entry[] => {
  const bootstrap = bootstrapStack(name, region, home);
  const foundation = foundationStack(name, region);
  return [
    [
      bootstrap,
      {
        description: `EDL ${name}, ${region}: what everything else is applied with.`,
        dependsOn: [],
        bootstrap: true,
      },
    ],
    [
      foundation,
      {
        description: `EDL ${name}, ${region}: buckets and keys of all tiers.`,
        dependsOn: [bootstrapStack(name, home, home), bootstrap],
        bootstrap: false,
      },
    ],
    [
      catalogStack(name, region),
      { description: `EDL ${name}, ${region}: Glue databases and tables.`, dependsOn: [foundation], bootstrap: false },
    ],
    [
      objectsStack(name, region),
      // After the catalog: the tables that the registry lists were made before it, so that a table that is gone was deleted by somebody.
      {
        description: `EDL ${name}, ${region}: datasets of the registry, and job code.`,
        dependsOn: [bootstrap, catalogStack(name, region)],
        bootstrap: false,
      },
    ],
    [
      registryStack(name, region),
      // After every job, for the same reason; and so in a group of its own, which holds nothing up.
      {
        description: `EDL ${name}, ${region}: the registry's list of jobs.`,
        dependsOn: [bootstrap, ...jobs],
        bootstrap: false,
      },
    ],
  ];
};

const principals = (catalog: Catalog, instance: Instance, home: string): readonly Entry[] =>
  catalog.principals.flatMap(({ kind, name, ref }): readonly Entry[] => {
    const dependsOn = [bootstrapStack(instance.name, home, home)];
    return [
      [
        accessStack(instance.name, kind, name),
        { description: `EDL ${instance.name}: what ${ref} may do.`, dependsOn, bootstrap: false },
      ],
      ...instance.regions.map((region): Entry => [
        athenaStack(instance.name, kind, name, region),
        { description: `EDL ${instance.name}, ${region}: the workgroup of ${ref}.`, dependsOn, bootstrap: false },
      ]),
    ];
  });

const pipelines = (catalog: Catalog, instance: Instance, home: string): readonly Entry[] =>
  pipelinesOf(catalog, instance).flatMap(({ name, region }): readonly Entry[] => {
    const stack = pipelineStack(instance.name, name);
    return [
      [
        stack,
        {
          description: `EDL ${instance.name}: the role that pipeline:${name} runs with.`,
          dependsOn: [bootstrapStack(instance.name, home, home), bootstrapStack(instance.name, region, home)],
          bootstrap: false,
        },
      ],
      [
        jobStack(instance.name, name),
        {
          description: `EDL ${instance.name}, ${region}: the job of pipeline:${name}.`,
          dependsOn: [stack, objectsStack(instance.name, region), catalogStack(instance.name, region)],
          bootstrap: false,
        },
      ],
    ];
  });

const exposures = (catalog: Catalog, instance: Instance, home: string): readonly Entry[] =>
  catalog.datasets.map(({ name }) => [
    exposeStack(instance.name, name),
    {
      description: `EDL ${instance.name}: roles of ${name} for third parties.`,
      dependsOn: [bootstrapStack(instance.name, home, home)],
      bootstrap: false,
    },
  ]);

/** Facts of every stack that this instance may have, by name. */
export const stackFacts = (catalog: Catalog, instanceName: string): ReadonlyMap<string, StackFacts> => {
  const lake: Lake = catalog.lake;
  const instance = instanceNamed(catalog, instanceName);
  const home = homeRegionOf(lake, instance);
  const jobsIn = (region: string): readonly string[] =>
    pipelinesOf(catalog, instance)
      .filter((pipeline) => pipeline.region === region)
      .map((pipeline) => jobStack(instance.name, pipeline.name));
  return new Map([
    ...instance.regions.flatMap((region) => regional(instance.name, region, home, jobsIn(region))),
    ...principals(catalog, instance, home),
    ...pipelines(catalog, instance, home),
    ...exposures(catalog, instance, home),
  ]);
};
