import { isJsonArray, type Json } from '../../reconciler/model/json.ts';
import type { CompiledStatement } from '../evaluate/statements.ts';
import type { RequestContext } from '../evaluate/types.ts';
import { hasVariable } from '../evaluate/variables.ts';
import { type LakeNames, MADE_UP } from './lake.ts';
import { type ActionClasses, classify } from './action-classes.ts';
import { type About, type Place, placeMaker } from './place.ts';
import { limitedOf } from './prefixes.ts';

/** Something that a pattern certainly means, and that a list of what was meant would not have. */
const exampleOf = (pattern: string): string => pattern.replaceAll('*', MADE_UP).replaceAll('?', '0');

const textsOf = (value: Json | undefined): readonly string[] =>
  isJsonArray(value) ? value.filter((item) => typeof item === 'string') : typeof value === 'string' ? [value] : [];

/** The actions of a statement as they are written, with an example for each pattern. */
const actionsOf = ({ origin }: CompiledStatement): readonly string[] =>
  textsOf(origin.statement['Action'])
    .filter((action) => action.includes(':'))
    .map(exampleOf);

const STORAGE = 'arn:aws:s3:::';

/** Which dataset a path in S3 is of, as far as its name tells. */
const aboutOf = (lake: LakeNames, path: string): About => {
  const [name = '', folder = ''] = path.split('/');
  const bucket = lake.buckets.get(name);
  if (bucket === undefined || bucket.use === 'artifacts') return {};
  const { tier } = bucket;
  return lake.datasets.get(folder) === tier ? { dataset: folder, tier } : { tier };
};

/** The tier whose database something in Glue is, or lies in, and the dataset of a table. */
const aboutGlue = (lake: LakeNames, resource: string): About => {
  const [, database = '', table = ''] = /:(?:database|table)\/([^/]+)(?:\/(.+))?$/.exec(resource) ?? [];
  const tier = lake.databases.get(database);
  if (tier === undefined) return {};
  const dataset = table.split('__')[0]?.replaceAll('_', '-') ?? '';
  return lake.datasets.get(dataset) === tier ? { dataset, tier } : { tier };
};

/** An example is of no key with an alias, asked for by no service, and no metric of a job. */
const NOTHING_KNOWN: RequestContext = {
  'kms:ViaService': [],
  'kms:ResourceAliases': [],
  'cloudwatch:namespace': [],
};

type Spot = Omit<Place, 'classes'>;

/** Where an example is, as a place before anything is asked there. */
const startSpots = (lake: LakeNames): ((resource: string, prefixes: readonly string[]) => readonly Spot[]) => {
  const home = lake.instance.regions[0] ?? lake.foreignRegion;
  const makers = new Map([...lake.instance.regions, home].map((region) => [region, placeMaker(lake, region)]));
  const fallback = placeMaker(lake, home);
  const context = { ...lake.ordinary(home), ...NOTHING_KNOWN };
  return (resource, prefixes) => {
    if (!resource.startsWith(STORAGE)) return [{ resource, context, about: aboutGlue(lake, resource) }];
    const path = resource.slice(STORAGE.length);
    const about = aboutOf(lake, path);
    const slash = path.indexOf('/');
    const bucket = slash < 0 ? path : path.slice(0, slash);
    const make = makers.get(lake.buckets.get(bucket)?.region ?? home) ?? fallback;
    return slash < 0
      ? [
          make.bucket(bucket, about),
          ...prefixes.map((prefix) => make.list(bucket, prefix, aboutOf(lake, `${bucket}/${prefix}`))),
        ]
      : [make.object(bucket, path.slice(slash + 1), about)];
  };
};

/**
 * Places that documents themselves name: an example of each resource that a statement allows anything on, with the actions
 * that it names there. So nothing is given that nobody thought of asking about, be it another service or another bucket.
 */
export const namedPlaces = (lake: LakeNames, statements: readonly CompiledStatement[]): readonly Place[] => {
  const spotsOf = startSpots(lake);
  const classified = new Map<string, ActionClasses>();
  const places = new Map<string, Place>();
  for (const statement of statements) {
    const actions = actionsOf(statement);
    if (statement.effect === 'Deny' || statement.isNotResource || actions.length === 0) continue;
    const list = actions.join();
    const classes = classified.get(list) ?? classify(actions);
    classified.set(list, classes);
    const prefixes = (limitedOf(statement).prefixes ?? []).map(exampleOf);
    for (const pattern of statement.resources.filter((resource) => !hasVariable(resource))) {
      const resource = pattern === '*' ? pattern : exampleOf(pattern);
      for (const spot of spotsOf(resource, prefixes))
        places.set(`${list}\n${spot.resource}\n${spot.prefix ?? ''}`, { ...spot, classes });
    }
  }
  return [...places.values()];
};
