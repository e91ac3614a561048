import type { Instance, Lake } from '../../reconciler/model/catalog.ts';
import type { Diagnostic } from '../../reconciler/model/diagnostic.ts';
import {
  artifactsBucket,
  dataBucket,
  datasetRole,
  defaultRole,
  dropBucket,
  NAME_LIMITS,
  principalRole,
  runnerRole,
} from '../../reconciler/model/names.ts';
import type { Declarations, Written } from '../declarations.ts';
import { locate, type ValuePath } from '../parse.ts';
import { problem } from '../problems.ts';

/** Longest name of an IAM role. */
const ROLE_NAME_LIMIT = 64;

const tooLong = (
  written: Written<unknown>,
  path: ValuePath,
  what: string,
  names: readonly string[],
  limit: number,
  way: string,
): readonly Diagnostic[] => {
  const longest = names.reduce((left, right) => (right.length > left.length ? right : left), '');
  if (longest.length <= limit) return [];
  const detail = `The ${what} ${longest} would have ${longest.length} characters; AWS allows ${limit}. ${way}.`;
  return [problem('EDL-1330', locate(written.source, path, 'key'), detail)];
};

const bucketsOf = ({ organization, tiers }: Lake, { name, regions }: Instance): readonly string[] =>
  regions.flatMap((region) => [
    artifactsBucket(organization, name, region),
    ...tiers.flatMap((tier) => [
      dataBucket(organization, name, tier.name, region),
      dropBucket(organization, name, tier.name, region),
    ]),
  ]);

const checkLake = ({ lake }: Declarations): readonly Diagnostic[] =>
  lake.model.instances.flatMap((instance) => {
    const path: ValuePath = ['instances', instance.name];
    const roles = lake.model.tiers.map((tier) => defaultRole(instance.name, tier.name));
    return [
      ...tooLong(
        lake,
        path,
        'bucket',
        bucketsOf(lake.model, instance),
        NAME_LIMITS.bucket,
        'Shorten the organization, the instance or the tier',
      ),
      ...tooLong(lake, path, 'role', roles, ROLE_NAME_LIMIT, 'Shorten the instance or the tier'),
    ];
  });

/** Names that would break a limit of AWS in some instance, told before anything is deployed. */
export const checkAwsNames = (declarations: Declarations): readonly Diagnostic[] => {
  const { lake, datasets, principals, pipelines } = declarations;
  const instances = lake.model.instances.map(({ name }) => name);
  return [
    ...checkLake(declarations),
    ...principals.flatMap((principal) => {
      const { kind, name } = principal.model;
      const roles = instances.map((instance) => principalRole(instance, kind, name));
      return tooLong(principal, [kind], 'role', roles, ROLE_NAME_LIMIT, 'Choose a shorter name');
    }),
    ...datasets.flatMap((dataset) =>
      dataset.model.expose.flatMap(({ level }) => {
        const roles = dataset.model.instances.map((instance) => datasetRole(instance, dataset.model.name, level));
        const way = 'Grant the access to a principal instead, whose role has a shorter name';
        return tooLong(dataset, ['expose', level], 'role', roles, ROLE_NAME_LIMIT, way);
      }),
    ),
    ...pipelines.flatMap((pipeline) => {
      const roles = pipeline.model.instances.map((instance) => runnerRole(instance, pipeline.model.name));
      return tooLong(pipeline, [], 'role', roles, ROLE_NAME_LIMIT, "Rename the pipeline's folder to a shorter name");
    }),
  ];
};
