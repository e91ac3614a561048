import type { Pipeline, PipelineFile } from '../../reconciler/model/catalog.ts';
import { canonicalJson, compareText, type JsonObject, objectOf } from '../../reconciler/model/json.ts';
import { artifactsBucket, glueJob, roleArn, runnerPath, runnerRole } from '../../reconciler/model/names.ts';
import { packEntry, packPipeline, packRuntime, type Artifact } from '../shared/packaging.ts';
import { mapProperty, omit, omitDefaults, omitEmpty } from '../shared/properties.ts';
import type { LakeScope } from '../shared/scope.ts';
import { contractOf } from './contract.ts';

const withDashes = (values: Readonly<Record<string, string>>): JsonObject =>
  Object.fromEntries(
    Object.entries(values)
      .sort(([left], [right]) => compareText(left, right))
      .map(([name, value]) => [`--${name}`, value]),
  );

/** Glue's own switches (glue/latest/dg/aws-glue-programming-etl-glue-arguments). Updates are our bookmarks. */
const GLUE_ARGUMENTS: JsonObject = {
  '--enable-continuous-cloudwatch-log': 'true',
  '--enable-glue-datacatalog': 'true',
  '--enable-metrics': 'true',
  '--job-bookmark-option': 'job-bookmark-disable',
  '--job-language': 'python',
};

/** The definition of a pipeline's Spark job, in CloudFormation's shape. Its code is named by content: new code, new definition. */
export const jobProperties = (pipeline: Pipeline, runtime: readonly PipelineFile[], scope: LakeScope): JsonObject => {
  const { name: instance } = scope.instance;
  const bucket = artifactsBucket(scope.organization, instance, pipeline.region);
  const locate = ({ key }: Artifact): string => `s3://${bucket}/${key}`;
  return omitEmpty({
    Name: glueJob(instance, pipeline.name),
    Description: pipeline.description ?? `EDL ${instance}: pipeline:${pipeline.name}`,
    Role: roleArn(scope.account, runnerPath(instance), runnerRole(instance, pipeline.name)),
    Command: { Name: 'glueetl', PythonVersion: '3', ScriptLocation: locate(packEntry(runtime)) },
    GlueVersion: pipeline.glueVersion,
    WorkerType: pipeline.workers.type,
    NumberOfWorkers: pipeline.workers.count,
    ExecutionProperty: { MaxConcurrentRuns: pipeline.maxConcurrentRuns },
    MaxRetries: 0,
    Timeout: pipeline.timeoutMinutes,
    DefaultArguments: { ...withDashes(pipeline.arguments), ...GLUE_ARGUMENTS },
    NonOverridableArguments: {
      '--edl-contract': canonicalJson(contractOf(pipeline, scope)),
      '--edl-instance': instance,
      '--edl-pipeline': pipeline.name,
      '--extra-py-files': [packRuntime(runtime), packPipeline(pipeline)].map(locate).join(','),
    },
  });
};

/** What Glue says of a job of which nothing was said, and capacities that it computes from the workers. */
const DEFAULTS: JsonObject = {
  ExecutionClass: 'STANDARD',
  JobMode: 'SCRIPT',
  JobRunQueuingEnabled: false,
  MaxRetries: 0,
};
const COMPUTED = ['AllocatedCapacity', 'MaxCapacity'];

/** Parts that Glue returns with empty content where nothing was set. */
const PARTS = ['Command', 'Connections', 'ExecutionProperty', 'NotificationProperty'];

/** Jobs in the one form that compares. */
export const normalizeJob = (properties: JsonObject): JsonObject =>
  omitEmpty(
    PARTS.reduce<JsonObject>(
      (job, part) => mapProperty(job, part, (value) => omitEmpty(objectOf(value))),
      omitDefaults(omit(properties, COMPUTED), DEFAULTS),
    ),
  );
