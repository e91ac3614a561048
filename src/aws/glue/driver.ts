import { GlueClient } from '@aws-sdk/client-glue';
import pLimit from 'p-limit';
import { EdlError } from '../../reconciler/model/errors.ts';
import type { Change } from '../../reconciler/model/plan.ts';
import type { Driver, Reporter, StackWork } from '../../reconciler/model/ports.ts';
import type { Resource, ResourceId } from '../../reconciler/model/resource.ts';
import type { Failure } from '../../reconciler/model/result.ts';
import { perRegion, type Wire } from '../clients.ts';
import { whileDoing } from '../errors.ts';
import { asFailure, asResult, type Effect } from '../result.ts';
import { retryRaces, type Timer } from '../wait.ts';
import { applyGlueChange } from './apply-change.ts';

/** More at once only meets Glue's own limit, which is low for changes. */
const CHANGES_IN_FLIGHT = 4;

/** What must be there first comes first; prunes go the other way. */
const ORDER: readonly string[] = ['AWS::Glue::Database', 'AWS::Glue::Table', 'AWS::Glue::Job'];

/** Changes in groups that may run together: creations and updates from databases to jobs, then prunes from jobs to databases. */
const stepsOf = (changes: readonly Change[]): readonly (readonly Change[])[] => {
  const isPrune = (change: Change): boolean => change.action === 'prune';
  const upwards = ORDER.map((type) => changes.filter((change) => change.type === type && !isPrune(change)));
  const downwards = [...ORDER]
    .reverse()
    .map((type) => changes.filter((change) => change.type === type && isPrune(change)));
  const rest = changes.filter((change) => !ORDER.includes(change.type));
  return [...upwards, ...downwards, rest].filter((step) => step.length > 0);
};

const blockedBy = (resource: Resource | undefined, failed: ReadonlySet<ResourceId>): ResourceId | undefined =>
  resource?.dependsOn.find((id) => failed.has(id));

/**
 * Does all changes of one stack, each for itself: what fails is told, and stops only what needs it. Glue looks at a job's
 * role when the job is made, and a role of the wave before takes IAM some seconds to spread; so those are tried again.
 */
const applyChanges = async (client: GlueClient, timer: Timer, work: StackWork, reporter: Reporter): Promise<Effect> => {
  const resources = new Map((work.desired?.resources ?? []).map((resource) => [resource.id, resource]));
  const limit = pLimit(CHANGES_IN_FLIGHT);
  const failures: Failure[] = [];
  const failed = new Set<ResourceId>();
  const objects: ResourceId[] = [];
  const apply = async (change: Change): Promise<void> => {
    const { id, action } = change;
    try {
      const blocker = blockedBy(resources.get(id), failed);
      if (blocker !== undefined) {
        throw new EdlError('EDL-4043', 'user', `Not applied: ${id}, because ${blocker}, which it needs, failed.`);
      }
      await retryRaces(timer, () =>
        whileDoing(`${action} ${id}`, () => applyGlueChange(client, work, change, resources.get(id))),
      );
      objects.push(id);
      reporter.emit({ type: 'stack-progress', stack: work.name, message: `${action} ${id}` });
    } catch (error) {
      failed.add(id);
      failures.push(asFailure(error, `${action} ${id}`, id));
    }
  };
  for (const step of stepsOf(work.changes)) await Promise.all(step.map((change) => limit(() => apply(change))));
  if (failures.length > 0) return { outcome: 'failed', failures, objects };
  return { outcome: objects.length === 0 ? 'unchanged' : 'applied', objects };
};

/** Applies databases, tables and jobs through the Glue API. A change done twice does no harm. */
export const glueDriver = (wire: Wire, timer: Timer): Driver => {
  const clientOf = perRegion((region) => wire.instrument('glue', new GlueClient(wire.settings(region))));
  return {
    name: 'glue',
    apply: (work, reporter) => asResult(timer, work, () => applyChanges(clientOf(work.region), timer, work, reporter)),
  };
};
