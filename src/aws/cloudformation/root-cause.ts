import type { StackEvent } from '@aws-sdk/client-cloudformation';
import type { Failure } from '../../reconciler/model/result.ts';
import type { StackWork } from '../../reconciler/model/ports.ts';
import type { ResourceId } from '../../reconciler/model/resource.ts';
import { logicalIdOfPlanned } from './planned.ts';

/** Whether an event is about the stack itself and not about one of its resources. */
export const isStackEvent = (event: StackEvent): boolean =>
  event.ResourceType === 'AWS::CloudFormation::Stack' && event.PhysicalResourceId === event.StackId;

/** When one resource fails, CloudFormation stops the others and reports those as failed too, with this reason. */
const isCancelled = (event: StackEvent): boolean => /\bcancell?ed\b/i.test(event.ResourceStatusReason ?? '');

const isFailed = (event: StackEvent): boolean => event.ResourceStatus?.endsWith('_FAILED') ?? false;

/**
 * The events that explain why an operation failed, the first failure first; later ones on the way back (a failed rollback)
 * follow. Events come in order of time. Falls back to what the stack itself says.
 */
export const rootCauses = (events: readonly StackEvent[]): readonly StackEvent[] => {
  const failures = events.filter((event) => isFailed(event) && !isCancelled(event));
  const ofResources = failures.filter((event) => !isStackEvent(event));
  if (ofResources.length > 0) return ofResources;
  if (failures.length > 0) return failures;
  return events.filter(
    (event) => isStackEvent(event) && event.ResourceStatusReason !== undefined && isTurningBack(event),
  );
};

const isTurningBack = (event: StackEvent): boolean => /ROLLBACK|FAILED/.test(event.ResourceStatus ?? '');

const idsOf = (work: StackWork): ReadonlyMap<string, ResourceId> =>
  new Map(
    [...work.changes.map((change) => change.id), ...(work.desired?.resources ?? []).map((resource) => resource.id)].map(
      (id) => [logicalIdOfPlanned(id), id],
    ),
  );

const nextStep = (work: StackWork, status: string): string => {
  const events = `aws cloudformation describe-stack-events --stack-name ${work.name} --region ${work.region}`;
  const state = status.endsWith('ROLLBACK_COMPLETE')
    ? 'CloudFormation has taken everything back to what it was.'
    : `The stack is now in ${status}.`;
  return `${state} Correct the cause and apply again. All events: ${events}`;
};

/** Why an operation on a stack failed, for people: what, AWS's own reason, and what to do without a console. */
export const asFailures = (work: StackWork, status: string, events: readonly StackEvent[]): readonly Failure[] => {
  const ids = idsOf(work);
  const causes = rootCauses(events);
  const step = nextStep(work, status);
  if (causes.length === 0) {
    return [{ code: 'EDL-4020', message: `Stack ${work.name} failed and gave no reason. ${step}` }];
  }
  return causes.map((event) => {
    const logicalId = event.LogicalResourceId ?? '';
    const id = ids.get(logicalId);
    const reason = (event.ResourceStatusReason ?? 'no reason given').replace(/\.?\s*$/, '.');
    return {
      code: 'EDL-4020' as const,
      message: `${id ?? logicalId} (${event.ResourceType ?? 'unknown type'}): ${event.ResourceStatus ?? ''}: ${reason} ${step}`,
      ...(id === undefined ? {} : { id }),
    };
  });
};
