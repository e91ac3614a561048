import type { ResourceKind } from '../../reconciler/model/kind.ts';
import { readJobMark } from '../../reconciler/model/mark.ts';
import { glueJob, jobStack } from '../../reconciler/model/names.ts';
import { jobId } from '../shared/ids.ts';
import { impactFromSchema } from '../shared/impact.ts';
import { scopeOf } from '../shared/scope.ts';
import { jobProperties, normalizeJob } from './properties.ts';

const NAME = 'glue-job';
const TYPE = 'AWS::Glue::Job';

/** The Spark job of each pipeline that runs on Glue. Pipelines on EMR Serverless have no such object: the start of a run says it all. */
export const glueJobKind: ResourceKind = {
  name: NAME,
  type: TYPE,
  driver: 'glue',
  holdsData: false,
  isGlobal: false,
  declare: (input) => {
    const scope = scopeOf(input);
    const { name: instance } = scope.instance;
    return {
      resources: scope.pipelines
        .filter((pipeline) => pipeline.engine === 'glue')
        .map((pipeline) => ({
          id: jobId(pipeline.region, glueJob(instance, pipeline.name)),
          kind: NAME,
          type: TYPE,
          stack: jobStack(instance, pipeline.name),
          region: pipeline.region,
          properties: jobProperties(pipeline, input.runtime, scope),
          dependsOn: [],
          declaredIn: pipeline.declaredIn,
        })),
    };
  },
  observe: async (reads, scope) => {
    const prefix = glueJob(scope.instance, '');
    const jobs = await reads.glueJobs(scope.region);
    return jobs
      .filter(({ name }) => name.startsWith(prefix))
      .map(({ name, body }) => {
        const { mark, rest } = readJobMark(body['NonOverridableArguments']);
        return {
          id: jobId(scope.region, name),
          kind: NAME,
          region: scope.region,
          properties: normalizeJob({ ...body, Name: name, NonOverridableArguments: rest }),
          ...(mark === undefined ? {} : { mark }),
        };
      });
  },
  normalize: normalizeJob,
  impactOf: impactFromSchema(TYPE),
};
