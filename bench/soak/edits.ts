import type { Chance } from './chance.ts';
import type { SoakGrant, SoakLake } from './lake-model.ts';

/** A lake after an edit, and the words of its commit. */
export interface Edited {
  readonly lake: SoakLake;
  readonly message: string;
}

type Edit = (lake: SoakLake, chance: Chance) => Edited | undefined;

/** The lake stays about as large as it is: memory is compared at two moments, and may not depend on its size. */
const MOST = { teams: 6, datasets: 8, pipelines: 3, grants: 20 };

/** Of the sample lake, in instance dev01: whom and what the soak's grants may name beside its own. */
const SAMPLE_TEAMS = ['oncology', 'finance', 'manufacturing'];
const SAMPLE_DATASETS = ['site-codes', 'product-catalog', 'exchange-rates', 'lab-results', 'supply-forecast'];
const LEVELS: readonly SoakGrant['level'][] = ['discover', 'read', 'read-raw'];
const DAYS = ['2027-03-31', '2027-06-30', '2027-09-30'];

const openDatasets = ({ datasets }: SoakLake): readonly string[] =>
  datasets.filter(({ isRetired }) => !isRetired).map(({ name }) => name);

/** One more team, however many there are. */
export const addTeam = (lake: SoakLake): Edited => {
  const team = `soak-team-${lake.next}`;
  return { lake: { ...lake, next: lake.next + 1, teams: [...lake.teams, team] }, message: `Add team ${team}` };
};

const addTeamIfRoom: Edit = (lake) => (lake.teams.length < MOST.teams ? addTeam(lake) : undefined);

const removeTeam: Edit = (lake, chance) => {
  const team = chance.pick(lake.teams);
  if (team === undefined) return undefined;
  const teams = lake.teams.filter((one) => one !== team);
  const grants = lake.grants.filter((grant) => grant.team !== team);
  return { lake: { ...lake, teams, grants }, message: `Remove team ${team}` };
};

const addDataset: Edit = (lake, chance) => {
  if (openDatasets(lake).length >= MOST.datasets) return undefined;
  const name = `soak-set-${lake.next}`;
  const tier = chance.hits(0.5) ? 'internal' : 'restricted';
  const dataset = { name, tier, edition: 1, columns: [], isRetired: false } as const;
  return {
    lake: { ...lake, next: lake.next + 1, datasets: [...lake.datasets, dataset] },
    message: `Add dataset ${name}`,
  };
};

const editDataset: Edit = (lake, chance) => {
  const name = chance.pick(openDatasets(lake));
  if (name === undefined) return undefined;
  const datasets = lake.datasets.map((one) => {
    if (one.name !== name) return one;
    const columns = one.columns.length < 5 ? [...one.columns, `column_${one.edition}`] : one.columns.slice(1);
    return { ...one, edition: one.edition + 1, columns };
  });
  return { lake: { ...lake, datasets }, message: `Change the columns of ${name}` };
};

const retireDataset: Edit = (lake, chance) => {
  const name = chance.pick(openDatasets(lake));
  if (name === undefined) return undefined;
  const datasets = lake.datasets.map((one) => (one.name === name ? { ...one, isRetired: true } : one));
  const grants = lake.grants.filter((grant) => grant.dataset !== name);
  const pipelines = lake.pipelines.filter(({ output }) => output !== name);
  return { lake: { ...lake, datasets, grants, pipelines }, message: `Retire ${name}` };
};

const addGrant: Edit = (lake, chance) => {
  const team = chance.pick([...lake.teams, ...SAMPLE_TEAMS]);
  const dataset = chance.pick([...openDatasets(lake), ...SAMPLE_DATASETS]);
  const [level, expires] = [chance.pick(LEVELS), chance.pick(DAYS)];
  if (team === undefined || dataset === undefined || level === undefined || expires === undefined) return undefined;
  const others = lake.grants.filter((grant) => grant.team !== team || grant.dataset !== dataset);
  if (others.length >= MOST.grants) return undefined;
  const grants = [...others, { team, dataset, level, expires }];
  return { lake: { ...lake, grants }, message: `Grant ${level} on ${dataset} to ${team}` };
};

const removeGrant: Edit = (lake, chance) => {
  const grant = chance.pick(lake.grants);
  if (grant === undefined) return undefined;
  const grants = lake.grants.filter((one) => one !== grant);
  return { lake: { ...lake, grants }, message: `Take ${grant.dataset} from ${grant.team}` };
};

const addPipeline: Edit = (lake, chance) => {
  const written = new Set(lake.pipelines.map(({ output }) => output));
  const isFree = (name: string): boolean => !written.has(name);
  const output = chance.pick(openDatasets(lake).filter(isFree));
  if (output === undefined || lake.pipelines.length >= MOST.pipelines) return undefined;
  const name = `soak-job-${lake.next}`;
  const pipelines = [...lake.pipelines, { name, output, days: 1 }];
  return { lake: { ...lake, next: lake.next + 1, pipelines }, message: `Add pipeline ${name}` };
};

const editPipeline: Edit = (lake, chance) => {
  const pipeline = chance.pick(lake.pipelines);
  if (pipeline === undefined) return undefined;
  const pipelines = lake.pipelines.map((one) => (one === pipeline ? { ...one, days: one.days + 1 } : one));
  return { lake: { ...lake, pipelines }, message: `Change pipeline ${pipeline.name}` };
};

const removePipeline: Edit = (lake, chance) => {
  const pipeline = chance.pick(lake.pipelines);
  if (pipeline === undefined) return undefined;
  const pipelines = lake.pipelines.filter((one) => one !== pipeline);
  return { lake: { ...lake, pipelines }, message: `Remove pipeline ${pipeline.name}` };
};

/** What is written twice comes twice as often. */
const EDITS: readonly Edit[] = [
  ...[addTeamIfRoom, addTeamIfRoom, removeTeam],
  ...[addDataset, addDataset, editDataset, editDataset, retireDataset],
  ...[addGrant, addGrant, addGrant, addGrant, removeGrant, removeGrant],
  ...[addPipeline, addPipeline, editPipeline, editPipeline, removePipeline],
];

/** One to four random edits: the next commit. */
export const editLake = (before: SoakLake, chance: Chance): Edited => {
  const count = 1 + chance.below(4);
  let lake = before;
  const messages: string[] = [];
  while (messages.length < count) {
    const edited = chance.pick(EDITS)?.(lake, chance);
    if (edited === undefined) continue;
    lake = edited.lake;
    messages.push(edited.message);
  }
  return { lake, message: messages.join('; ') };
};
