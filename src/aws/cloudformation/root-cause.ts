import type { StackEvent } from '@aws-sdk/client-cloudformation';
import { commandLine, inLines } from '../../reconciler/model/message.ts';
import type { Failure } from '../../reconciler/model/result.ts';
import type { StackWork } from '../../reconciler/model/ports.ts';
import type { ResourceId } from '../../reconciler/model/resource.ts';
import { logicalIdOfPlanned } from './planned.ts';

/** Whether an event is about the stack itself and not about one of its resources. */
export const isStackEvent = (event: StackEvent): boolean =>
  event.ResourceType === 'AWS::CloudFormation::Stack' && event.PhysicalResourceId === event.StackId;

/**
 * When one resource fails, CloudFormation stops the others and reports those as failed too, with this reason. A service's own
 * words may speak of something cancelled as well: those are a cause.
 */
export const isCancelled = (reason: string | undefined): boolean => /^Resource \w+ cancell?ed/i.test(reason ?? '');

const isFailed = (event: StackEvent): boolean => event.ResourceStatus?.endsWith('_FAILED') ?? false;

/**
 * The events that explain why an operation failed, the first failure first; later ones on the way back (a failed rollback)
 * follow. Events come in order of time. Falls back to what the stack itself says.
 */
export const rootCauses = (events: readonly StackEvent[]): readonly StackEvent[] => {
  const failures = events.filter((event) => isFailed(event) && !isCancelled(event.ResourceStatusReason));
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

/** AWS's words as one sentence on one line: a line of theirs must not read as one of our commands. */
const withFullStop = (text: string | undefined): string =>
  (text ?? 'no reason given').replace(/\s+/g, ' ').replace(/\.? ?$/, '.');

const nextStep = (work: StackWork, status: string): string => {
  const events = `aws cloudformation describe-stack-events --stack-name ${work.name} --region ${work.region}`;
  const state = status.endsWith('ROLLBACK_COMPLETE')
    ? 'CloudFormation has taken everything back to what it was.'
    : `The stack is now in ${status}.`;
  return inLines(`${state} Correct the cause and apply again. All events:`, commandLine(events));
};

/** The causes in one text, for a message about more than them. */
export const causesText = (events: readonly StackEvent[]): string => {
  const causes = rootCauses(events).map(
    ({ LogicalResourceId, ResourceType, ResourceStatusReason }) =>
      `${LogicalResourceId ?? '?'} (${ResourceType ?? '?'}): ${withFullStop(ResourceStatusReason)}`,
  );
  return causes.length === 0 ? 'CloudFormation gave no reason.' : causes.join(' ');
};

/** Whether an event is of the way back, after the stack gave up: what fails there is a further trouble and not the cause. */
const failedOnTheWayBack = (events: readonly StackEvent[]): ReadonlySet<StackEvent> => {
  const turn = events.findIndex(
    (event) => isStackEvent(event) && /ROLLBACK_IN_PROGRESS$/.test(event.ResourceStatus ?? ''),
  );
  return new Set(turn === -1 ? [] : events.slice(turn + 1));
};

/**
 * Why an operation on a stack failed, for people: what, AWS's own reason, and (once, behind the last) what to do without a
 * console.
 */
export const asFailures = (work: StackWork, status: string, events: readonly StackEvent[]): readonly Failure[] => {
  const ids = idsOf(work);
  const causes = rootCauses(events);
  const later = failedOnTheWayBack(events);
  const step = nextStep(work, status);
  if (causes.length === 0) {
    return [{ code: 'EDL-4020', message: inLines(`Stack ${work.name} failed and gave no reason.`, '', step) }];
  }
  return causes.map((event, index) => {
    const logicalId = event.LogicalResourceId ?? '';
    const id = ids.get(logicalId);
    const when = later.has(event) && !isStackEvent(event) ? ', while it was taken back' : '';
    const what = `${id ?? logicalId} (${event.ResourceType ?? 'unknown type'}): ${event.ResourceStatus ?? ''}${when}: ${withFullStop(event.ResourceStatusReason)}`;
    return {
      code: 'EDL-4020' as const,
      message: index === causes.length - 1 ? inLines(what, '', step) : what,
      ...(id === undefined ? {} : { id }),
    };
  });
};
