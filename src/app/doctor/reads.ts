import { broken, good, type Check } from '../../reconciler/model/doctor.ts';
import { artifactsBucket, bootstrapStack, REGISTRY_KEY } from '../../reconciler/model/names.ts';
import type { AwsReads } from '../../reconciler/model/reads.ts';
import type { DesiredState } from '../../reconciler/model/resource.ts';
import { attempt } from './attempt.ts';
import { whatToAllow } from './permission.ts';

/** One reader of plan, with what it is for people. */
interface Probe {
  readonly what: string;
  readonly ask: () => Promise<unknown>;
}

type Scope = Pick<DesiredState, 'organization' | 'instance' | 'regions' | 'homeRegion'>;

/** Details can only be read of something that is there; in an empty account there is nothing, and nothing to be denied. */
const ofFirst = <Item>(items: readonly Item[], ask: (item: Item) => Promise<unknown>): Promise<unknown> => {
  const [first] = items;
  return first === undefined ? Promise.resolve() : ask(first);
};

const globalProbes = (reads: AwsReads, { organization }: Scope): readonly Probe[] => [
  { what: 'roles and policies', ask: () => reads.accountAuthorization() },
  { what: 'bucket names', ask: () => reads.bucketNames(`${organization}-datalake-`) },
];

const regionalProbes = (reads: AwsReads, region: string, scope: Scope): readonly Probe[] => {
  const { organization, instance, homeRegion } = scope;
  const artifacts = artifactsBucket(organization, instance, region);
  const bootstrap = bootstrapStack(instance, region, homeRegion);
  const isOurs = (name: string): boolean => name.startsWith(`edl_${instance}_`);
  return [
    { what: 'stacks', ask: () => reads.stacks(region) },
    { what: 'deleted stacks', ask: () => reads.deletedStacks(region, [bootstrap]) },
    {
      what: 'templates',
      ask: async () => {
        const known = (await reads.stacks(region)).filter(({ name }) => name === bootstrap);
        return ofFirst(known, ({ name }) => reads.template(region, name));
      },
    },
    { what: "buckets' settings", ask: () => reads.bucket(region, artifacts) },
    { what: 'objects', ask: () => reads.object(region, artifacts, REGISTRY_KEY) },
    { what: 'lists of objects', ask: () => reads.objects(region, artifacts, 'edl/') },
    { what: 'key aliases', ask: () => reads.aliases(region) },
    {
      what: 'keys',
      ask: async () => {
        const ours = (await reads.aliases(region)).filter(({ name }) => name.startsWith(`alias/edl-${instance}-`));
        return ofFirst(
          ours.flatMap(({ targetKeyId }) => targetKeyId ?? []),
          (id) => reads.key(region, id),
        );
      },
    },
    { what: 'workgroup names', ask: () => reads.workGroupNames(region) },
    {
      what: 'workgroups',
      ask: async () => ofFirst(await reads.workGroupNames(region), (name) => reads.workGroup(region, name)),
    },
    { what: 'Glue databases', ask: () => reads.glueDatabases(region) },
    {
      what: 'Glue tables',
      ask: async () => {
        const databases = await reads.glueDatabases(region);
        const ours = databases.filter(({ name }) => isOurs(name));
        return ofFirst(ours, ({ name }) => reads.glueTables(region, name));
      },
    },
    { what: 'Glue jobs', ask: () => reads.glueJobs(region) },
  ];
};

/** Tries probes and tells of those that fail, each cause once: who may not list tables may not read one either. */
const tryAll = async (place: string, probes: readonly Probe[]): Promise<readonly Check[]> => {
  const outcomes = await Promise.all(probes.map(async ({ what, ask }) => ({ what, result: await attempt(ask) })));
  const told = new Set<string>();
  const failed = outcomes.flatMap(({ what, result }): readonly Check[] => {
    if (result.status === 'answered' || told.has(result.failure.message)) return [];
    told.add(result.failure.message);
    return [broken(`read ${what} (${place})`, result.failure.message, whatToAllow(result.failure))];
  });
  const works = outcomes.filter(({ result }) => result.status === 'answered').length;
  return [...(works === 0 ? [] : [good(`reads (${place})`, `${works} of ${probes.length} work`)]), ...failed];
};

/** Tries every read of plan once. */
export const checkReads = async (reads: AwsReads, scope: Scope): Promise<readonly Check[]> =>
  (
    await Promise.all([
      tryAll('global', globalProbes(reads, scope)),
      ...scope.regions.map((region) => tryAll(region, regionalProbes(reads, region, scope))),
    ])
  ).flat();
