import type { HealResult } from '../../reconciler/model/drift.ts';
import type { Healer, HealWork, StackHealing } from '../../reconciler/model/heal.ts';
import type { Reporter } from '../../reconciler/model/ports.ts';
import type { StackContext } from '../cloudformation/context.ts';
import { asEdlError } from '../errors.ts';
import type { PutOnce } from '../s3/put-once.ts';
import { retryRaces, type Timer } from '../wait.ts';
import { healWorkGroup } from './athena-workgroup.ts';
import type { HealClients } from './clients.ts';
import { coverable } from './coverage.ts';
import { healDatabase, healJob, healTable } from './glue-object.ts';
import { healManagedPolicy } from './iam-managed-policy.ts';
import { healRole } from './iam-role.ts';
import { healAlias } from './kms-alias.ts';
import { healKey } from './kms-key.ts';
import { revertStack } from './revert-stack.ts';
import { healBucketPolicy } from './s3-bucket-policy.ts';
import { healBucket } from './s3-bucket.ts';
import { healArtifact, healRegistry } from './s3-object.ts';
import { healStack } from './stack.ts';
import type { HealStep } from './step.ts';

/** The steps of each kind of object. */
const PREPARE: Readonly<Record<string, (work: HealWork, clients: HealClients) => readonly HealStep[]>> = {
  artifact: (work, clients) => healArtifact(work, clients.s3()),
  'athena-workgroup': (work, clients) => healWorkGroup(work, clients.athena()),
  'glue-database': (work, clients) => healDatabase(work, clients.glue()),
  'glue-job': (work, clients) => healJob(work, clients.glue()),
  'glue-table': (work, clients) => healTable(work, clients.glue()),
  'iam-managed-policy': (work, clients) => healManagedPolicy(work, clients.iam()),
  'iam-role': (work, clients) => healRole(work, clients.iam()),
  'kms-alias': (work, clients) => healAlias(work, clients.kms()),
  'kms-key': (work, clients) => healKey(work, clients.kms()),
  registry: (work, clients) => healRegistry(work, clients.s3()),
  stack: (work, clients) => healStack(work, clients.cloudFormation()),
  's3-bucket': (work, clients) => healBucket(work, clients.s3()),
  's3-bucket-policy': (work, clients) => healBucketPolicy(work, clients.s3()),
};

const unknownKind = (work: HealWork): HealStep => ({
  paths: work.parts.map(({ path }) => path),
  code: 'EDL-4155',
  refused: `EDL knows no call of AWS that puts ${work.id} right. Put it right by hand.`,
});

/** One result for each part that the step is about, or one for the object. */
const resultsOf = ({ id }: HealWork, { paths }: HealStep, rest: Omit<HealResult, 'id' | 'path'>): HealResult[] =>
  paths.length === 0 ? [{ id, ...rest }] : paths.map((path) => ({ id, path, ...rest }));

const explainStep = (work: HealWork, step: HealStep): readonly HealResult[] =>
  'refused' in step
    ? resultsOf(work, step, { outcome: 'refused', detail: step.refused, code: step.code })
    : resultsOf(work, step, { outcome: 'planned', how: 'service', detail: step.does });

const runStep = async (work: HealWork, step: HealStep, timer: Timer, reporter: Reporter): Promise<HealResult[]> => {
  if ('refused' in step) return resultsOf(work, step, { outcome: 'refused', detail: step.refused, code: step.code });
  try {
    await retryRaces(timer, async () => {
      try {
        await step.run();
      } catch (error) {
        throw asEdlError(error, `heal ${work.id}`);
      }
    });
    reporter.emit({ type: 'stack-progress', stack: work.stack, message: `${work.id}: ${step.does}` });
    return resultsOf(work, step, { outcome: 'healed', how: 'service', detail: step.does });
  } catch (error) {
    const { code, message } = asEdlError(error, `heal ${work.id}`);
    return resultsOf(work, step, { outcome: 'failed', how: 'service', detail: message, code });
  }
};

/** What the healer needs from outside: connections, time, and a place for large templates. */
export interface HealerParts {
  readonly clients: (region: string) => HealClients;
  readonly timer: Timer;
  readonly putOnce: PutOnce;
}

const contextOf = (
  stack: StackHealing,
  { clients, timer, putOnce }: HealerParts,
  reporter: Reporter,
): StackContext => ({
  client: clients(stack.region).cloudFormation(),
  work: {
    ...stack.scope,
    name: stack.name,
    region: stack.region,
    changes: [],
    blobs: [],
    artifactsBucket: stack.artifactsBucket,
  },
  reporter,
  timer,
  uploadTemplate: (bucket, key, body) =>
    putOnce({
      region: stack.region,
      account: stack.scope.account,
      bucket,
      key,
      body: Buffer.from(body, 'utf8'),
      contentType: 'application/json',
    }),
});

/** Puts objects right, kind by kind. The steps of one object run one after another, each whatever became of the others. */
export const createHealer = (parts: HealerParts): Healer => {
  const prepare = (work: HealWork): readonly HealStep[] =>
    PREPARE[work.kind]?.(work, parts.clients(work.region)) ?? [unknownKind(work)];
  return {
    explain: (work) => Promise.resolve(prepare(work).flatMap((step) => explainStep(work, step))),
    heal: async (work, reporter) => {
      const results: HealResult[] = [];
      for (const step of prepare(work)) results.push(...(await runStep(work, step, parts.timer, reporter)));
      return results;
    },
    coverable: (work) => Promise.resolve(coverable(work)),
    revert: (stack, reporter) => revertStack(contextOf(stack, parts, reporter), stack),
  };
};
