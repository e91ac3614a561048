import type { Gap } from '../gateway.ts';
import type { Json, JsonObject } from '../json.ts';
import { compact, isSame, objectAt, textAt, textsAt } from '../json.ts';
import type { Call } from '../protocol/call.ts';
import { isOk, jsonOf, jsonReply } from '../protocol/call.ts';
import { AwsError } from '../protocol/errors.ts';
import { jsonPage, pageSize } from './paging.ts';
import type { Places } from './places.ts';
import { newPlaces } from './places.ts';

interface Job {
  readonly definition: JsonObject;
  readonly createdOn: number;
  readonly changedOn: number;
}

const CAPACITY: Readonly<Record<string, number>> = {
  Standard: 1,
  'G.025X': 0.25,
  'G.1X': 1,
  'G.2X': 2,
  'G.4X': 4,
  'G.8X': 8,
  'G.12X': 12,
  'G.16X': 16,
  'R.1X': 1,
  'R.2X': 2,
  'R.4X': 4,
  'R.8X': 8,
};
const MAX_JOBS = 1_000;

const noEntity = (name: string): AwsError => new AwsError('EntityNotFoundException', `Job ${name} not found.`);

/** A job as GetJob shows it: what was given, what Glue fills in, and the capacity it works out from the workers. */
const shown = (name: string, job: Job): JsonObject => {
  const { definition } = job;
  const workers = Number(textAt(definition, 'NumberOfWorkers') ?? '0');
  const capacity = workers * (CAPACITY[textAt(definition, 'WorkerType') ?? ''] ?? 0);
  const isModern = Number(textAt(definition, 'GlueVersion') ?? '0') >= 5;
  return {
    JobMode: 'SCRIPT',
    ExecutionProperty: { MaxConcurrentRuns: 1 },
    MaxRetries: 0,
    Timeout: isModern ? 480 : 2_880,
    ...(capacity > 0 ? { AllocatedCapacity: Math.ceil(capacity), MaxCapacity: capacity } : {}),
    ...definition,
    Name: name,
    CreatedOn: job.createdOn,
    LastModifiedOn: job.changedOn,
  };
};

const now = (): number => Date.now() / 1000;

const checkDefinition = (definition: JsonObject): void => {
  if (textAt(definition, 'Role') === undefined)
    throw new AwsError('InvalidInputException', 'Role should not be null or empty.');
  if (Object.keys(objectAt(definition, 'Command')).length === 0)
    throw new AwsError('InvalidInputException', 'Command should not be null.');
};

const find = (jobs: Places<Job>, call: Call, name: string): Job => {
  const job = jobs.of(call).get(name);
  if (job === undefined) throw noEntity(name);
  return job;
};

const create = (jobs: Places<Job>, call: Call): string => {
  const { Name: name, Tags: _tags, ...definition } = jsonOf(call);
  if (typeof name !== 'string' || name === '')
    throw new AwsError('InvalidInputException', 'Name should not be null or empty.');
  checkDefinition(definition);
  const existing = jobs.of(call).get(name);
  if (existing !== undefined && !isSame(existing.definition, definition)) {
    throw new AwsError(
      'IdempotentParameterMismatchException',
      `Job name: ${name} already submitted with different configuration.`,
    );
  }
  if (existing === undefined && jobs.of(call).size >= MAX_JOBS)
    throw new AwsError('ResourceNumberLimitExceededException', 'Failed to create job due to account limits.');
  if (existing === undefined) jobs.of(call).set(name, { definition, createdOn: now(), changedOn: now() });
  return name;
};

const sorted = (jobs: Places<Job>, call: Call): readonly (readonly [string, Job])[] =>
  [...jobs.of(call)].sort(([a], [b]) => (a < b ? -1 : 1));

const page = (jobs: Places<Job>, call: Call): ReturnType<typeof jsonPage<readonly [string, Job]>> => {
  const body = jsonOf(call);
  return jsonPage(sorted(jobs, call), body['NextToken'], pageSize(body['MaxResults'], 100, 1_000));
};

const answer = (value: Json): Promise<ReturnType<typeof jsonReply>> => Promise.resolve(jsonReply(value));

/** Glue jobs, kept whole by the gateway; moto hears of their creation and deletion for their runs and tags. */
export const glueJobs = (): Gap => {
  const jobs = newPlaces<Job>();
  return {
    reason: 'moto has no UpdateJob, drops JobRunQueuingEnabled and other fields, and lets CreateJob overwrite a job',
    handlers: {
      'glue:CreateJob': async (call, next) => {
        const isNew = !jobs.of(call).has(textAt(jsonOf(call), 'Name') ?? '');
        const name = create(jobs, call);
        const reply = await next(call);
        if (isOk(reply)) return jsonReply({ Name: name });
        if (isNew) jobs.of(call).delete(name);
        return reply;
      },
      'glue:UpdateJob': (call) => {
        const body = jsonOf(call);
        const name = textAt(body, 'JobName') ?? '';
        const job = find(jobs, call, name);
        // The update is the whole definition: what it leaves out is reset (API_UpdateJob).
        const definition = objectAt(body, 'JobUpdate');
        checkDefinition(definition);
        jobs.of(call).set(name, { definition, createdOn: job.createdOn, changedOn: now() });
        return answer({ JobName: name });
      },
      'glue:GetJob': (call) => {
        const name = textAt(jsonOf(call), 'JobName') ?? '';
        return answer({ Job: shown(name, find(jobs, call, name)) });
      },
      'glue:GetJobs': (call) => {
        const { items, next } = page(jobs, call);
        return answer(compact({ Jobs: items.map(([name, job]) => shown(name, job)), NextToken: next }));
      },
      'glue:ListJobs': (call) => {
        const { items, next } = page(jobs, call);
        return answer(compact({ JobNames: items.map(([name]) => name), NextToken: next }));
      },
      'glue:BatchGetJobs': (call) => {
        const names = textsAt(jsonOf(call), 'JobNames');
        const known = names.flatMap((name) => {
          const job = jobs.of(call).get(name);
          return job === undefined ? [] : [shown(name, job)];
        });
        return answer({ Jobs: known, JobsNotFound: names.filter((name) => !jobs.of(call).has(name)) });
      },
      'glue:DeleteJob': async (call, next) => {
        const name = textAt(jsonOf(call), 'JobName') ?? '';
        const reply = await next(call);
        if (!isOk(reply)) return reply;
        // Deleting a job that does not exist succeeds (API_DeleteJob).
        jobs.of(call).delete(name);
        return jsonReply({ JobName: name });
      },
    },
    reset: () => {
      jobs.clear();
    },
  };
};
