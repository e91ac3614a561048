import type { Dataset, Lake } from '../../reconciler/model/catalog.ts';
import type { Diagnostic, SourceLocation } from '../../reconciler/model/diagnostic.ts';
import type { DeclaredPipeline, Declarations } from '../declarations.ts';
import { listNames } from '../nearest.ts';
import { locate, type ParsedFile, type ValuePath } from '../parse.ts';
import { PIPELINE_CONFIG } from '../places.ts';
import { problem } from '../problems.ts';
import { isPlaced } from './holders.ts';
import { findScheduleMistake } from './schedule.ts';

/** Arguments of Glue itself, of its runtime, or of ours: docs.aws.amazon.com/glue/latest/dg/aws-glue-programming-etl-glue-arguments.html. */
const RESERVED = new Set(
  `additional-python-modules auto-scale-within-microbatch class conf customer-driver-env-vars customer-executor-env-vars
  datalake-formats debug disable-proxy disable-proxy-v2 encryption-type executor-cores job_id job_name job_run_id mode
  python-modules-installer-option redshifttempdir scriptlocation security_configuration spark-event-logs-path tempdir
  use-postgres-driver user-jars-first workflow_name workflow_run_id`.split(/\s+/),
);
const RESERVED_STARTS = ['edl', 'enable-', 'extra-', 'job-', 'continuous-log-', 'write-shuffle-'];

/** Where a file of the pipeline stands. */
const fileAt = (source: ParsedFile, path: string): SourceLocation => ({
  file: `${source.path.slice(0, source.path.lastIndexOf('/'))}/${path}`,
  line: 1,
  column: 1,
});

const checkPython = ({ source, model }: DeclaredPipeline): readonly Diagnostic[] => {
  const main = model.files.find(({ path }) => path === 'pipeline.py');
  if (main !== undefined && !/^def run\s*\(/m.test(main.content)) {
    const detail =
      'The job calls run(spark, inputs, arguments), which is not defined here. Define it at the top level of the file.';
    return [problem('EDL-1342', fileAt(source, main.path), detail)];
  }
  return model.files
    .filter(({ path }) => path === 'edl.py' || path.startsWith('edl/'))
    .map(({ path }) => {
      const detail =
        'The job imports its own module edl, and a module of this name beside the pipeline would take its place. Rename it.';
      return problem('EDL-1346', fileAt(source, path), detail);
    });
};

const checkSql = ({ source, model }: DeclaredPipeline, { datasetByName }: Declarations): readonly Diagnostic[] => {
  const [output, ...others] = model.outputs;
  if (output === undefined || others.length > 0) {
    const detail = `The result of the last statement is the only output, but ${model.outputs.length} are named. Name one, or write the pipeline in Python.`;
    return [problem('EDL-1343', locate(source, ['outputs']), detail)];
  }
  const tables = datasetByName.get(output)?.model.tables ?? [];
  if (tables.length <= 1) return [];
  const detail = `The result of the last statement is one table, but ${output} has ${tables.length}. Write the pipeline in Python.`;
  return [problem('EDL-1343', locate(source, ['outputs', 0]), detail)];
};

const checkCode = (pipeline: DeclaredPipeline, declarations: Declarations): readonly Diagnostic[] => {
  const { source, model } = pipeline;
  const location = fileAt(source, PIPELINE_CONFIG);
  const hasPython = model.files.some(({ path }) => path.endsWith('.py'));
  const hasSql = model.files.some(({ path }) => path.endsWith('.sql'));
  if (hasPython && hasSql) {
    const names = listNames(model.files.map(({ path }) => path));
    const detail = `The pipeline ${model.name} has both Python and SQL files (${names}), and only one language can run. Remove one, or make two pipelines.`;
    return [problem('EDL-1341', location, detail)];
  }
  if (hasSql) return checkSql(pipeline, declarations);
  if (model.files.some(({ path }) => path === 'pipeline.py')) return checkPython(pipeline);
  const detail = `The pipeline ${model.name} has nothing to run. Put pipeline.py with run(), or *.sql files, beside its config.`;
  return [problem('EDL-1340', location, detail)];
};

const checkName = ({ source, model }: DeclaredPipeline): readonly Diagnostic[] => {
  if (/^[a-z0-9]+(-[a-z0-9]+)*$/.test(model.name)) return [];
  const detail = `The folder's name is the pipeline's name, and "${model.name}" cannot be one. Rename the folder: lower-case letters, digits and single hyphens.`;
  return [problem('EDL-1205', fileAt(source, PIPELINE_CONFIG), detail)];
};

const checkArguments = ({ source, file }: DeclaredPipeline): readonly Diagnostic[] =>
  Object.keys(file.arguments ?? {}).flatMap((name) => {
    const folded = name.toLowerCase();
    if (!RESERVED.has(folded) && !RESERVED_STARTS.some((start) => folded.startsWith(start))) return [];
    const detail = `Glue or EDL uses the argument ${name} itself, and a second meaning would break the job. Choose another name, such as my_${name.replaceAll('-', '_')}.`;
    return [problem('EDL-1346', locate(source, ['arguments', name], 'key'), detail)];
  });

const checkSchedule = ({ source, file }: DeclaredPipeline): readonly Diagnostic[] => {
  const mistake = file.schedule === undefined ? undefined : findScheduleMistake(file.schedule);
  if (mistake === undefined) return [];
  const detail = `The schedule would never start a run: ${mistake}. For example cron(15 4 * * ? *) is every day at 04:15 UTC.`;
  return [problem('EDL-1347', locate(source, ['schedule']), detail)];
};

const hasRegion = (lake: Lake, region: string): boolean =>
  lake.instances.some(({ regions }) => regions.includes(region));

/** Why a pipeline cannot use a dataset, for the first instance where it cannot. */
const misplaced = ({ model }: DeclaredPipeline, dataset: Dataset, lake: Lake): string | undefined => {
  if (!dataset.regions.includes(model.region))
    return `The pipeline runs in ${model.region}, but ${dataset.name} is in ${listNames(dataset.regions)}. Set region: to one that all its datasets share.`;
  const known = lake.instances.map(({ name }) => name).filter((name) => model.instances.includes(name));
  const missing = known.filter((instance) => !dataset.instances.includes(instance));
  if (missing.length === 0) return undefined;
  return `The pipeline is for ${listNames(model.instances)}, but ${dataset.name} is not in ${listNames(missing)}. Set instances: to those that all its datasets share.`;
};

const checkRegion = ({ source, file, model }: DeclaredPipeline, { lake }: Declarations): readonly Diagnostic[] => {
  const without = lake.model.instances
    .filter(({ name, regions }) => model.instances.includes(name) && !regions.includes(model.region))
    .map(({ name }) => name);
  if (without.length === 0 || !hasRegion(lake.model, model.region)) return [];
  const path: ValuePath = file.region === undefined ? ['instances'] : ['region'];
  const detail = `The pipeline runs in ${model.region}, which ${listNames(without)} does not have. Choose another region, or set instances: to those that have it.`;
  return [problem('EDL-1345', locate(source, path), detail)];
};

const checkDatasets = (
  pipeline: DeclaredPipeline,
  { datasetByName, lake, asOf }: Declarations,
): readonly Diagnostic[] => {
  const { source, file, model } = pipeline;
  const isKnownRegion = hasRegion(lake.model, model.region);
  const uses = (['inputs', 'outputs'] as const).flatMap((key) =>
    file[key].map((name, index) => ({ name, location: locate(source, [key, index]) })),
  );
  return uses.flatMap(({ name, location }) => {
    const dataset = datasetByName.get(name)?.model;
    if (dataset === undefined) return [];
    const canJudge = isKnownRegion && isPlaced(dataset, lake.model);
    const detail = canJudge ? misplaced(pipeline, dataset, lake.model) : undefined;
    if (detail !== undefined) return [problem('EDL-1345', location, detail)];
    if (dataset.retired === undefined || dataset.retired.on > asOf) return [];
    const retired = `The dataset ${name} is retired since ${dataset.retired.on}, so ${model.name} can no longer use it. Use its successor, or remove the pipeline.`;
    return [problem('EDL-1348', location, retired, 'warning')];
  });
};

const checkWriters = (pipelines: readonly DeclaredPipeline[]): readonly Diagnostic[] => {
  const writers = new Map<string, DeclaredPipeline>();
  return pipelines.flatMap((pipeline) =>
    pipeline.file.outputs.flatMap((name, index) => {
      const other = writers.get(name);
      if (other === undefined) {
        writers.set(name, pipeline);
        return [];
      }
      const detail = `The pipeline ${other.model.name} writes ${name} already, and updates of two writers would mix. Give each pipeline an output of its own.`;
      return [problem('EDL-1344', locate(pipeline.source, ['outputs', index]), detail)];
    }),
  );
};

/** What each pipeline says about itself and its code, and whether its datasets are where it runs. */
export const checkPipelines = (declarations: Declarations): readonly Diagnostic[] => [
  ...checkWriters(declarations.pipelines),
  ...declarations.pipelines.flatMap((pipeline) => [
    ...checkName(pipeline),
    ...checkCode(pipeline, declarations),
    ...checkArguments(pipeline),
    ...checkSchedule(pipeline),
    ...checkRegion(pipeline, declarations),
    ...checkDatasets(pipeline, declarations),
  ]),
];
