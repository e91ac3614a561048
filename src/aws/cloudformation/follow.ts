import { DescribeStackEventsCommand, type StackEvent } from '@aws-sdk/client-cloudformation';
import { whileDoing } from '../errors.ts';
import { waitFor } from '../wait.ts';
import { STACK_PATIENCE, describeStack, tell, type StackContext } from './context.ts';
import { isStackEvent } from './root-cause.ts';
import { isEnded, isSuccess } from './stack-status.ts';

/** How an operation on a stack ended: the stack's status, and what happened, in order of time. */
export interface Ending {
  readonly status: string;
  readonly events: readonly StackEvent[];
}

/** Events that are newer than one we know (all of them, of none), the oldest first. CloudFormation returns the newest first. */
export const readEvents = async (
  context: StackContext,
  stackId: string,
  known?: string,
): Promise<readonly StackEvent[]> => {
  const events: StackEvent[] = [];
  let nextToken: string | undefined;
  do {
    const page = await context.client.send(
      new DescribeStackEventsCommand({
        StackName: stackId,
        ...(nextToken === undefined ? {} : { NextToken: nextToken }),
      }),
    );
    for (const event of page.StackEvents ?? []) {
      if (event.EventId === known) return events.reverse();
      events.push(event);
    }
    nextToken = page.NextToken;
  } while (nextToken !== undefined);
  return events.reverse();
};

/** The newest event before an operation starts; what comes after it belongs to the operation. */
export const latestEvent = (context: StackContext, stackId: string): Promise<string | undefined> =>
  whileDoing(`read the events of stack ${context.work.name}`, async () => {
    const page = await context.client.send(new DescribeStackEventsCommand({ StackName: stackId }));
    return page.StackEvents?.[0]?.EventId;
  });

const line = (event: StackEvent): string => {
  const reason = event.ResourceStatusReason === undefined ? '' : ` (${event.ResourceStatusReason})`;
  return `${event.LogicalResourceId ?? ''} ${event.ResourceStatus ?? ''}${reason}`;
};

/** Every so many looks, the stack itself is asked too, in case its last event never shows. */
const LOOKS_PER_DESCRIPTION = 6;

/**
 * Follows an operation to its end by the stack's events, telling each one. `since` is the newest event before it; none for a
 * stack that the operation creates.
 */
export const followOperation = async (
  context: StackContext,
  stackId: string,
  since: string | undefined,
): Promise<Ending> => {
  const events: StackEvent[] = [];
  let known = since;
  let looks = 0;
  const look = async (): Promise<string | undefined> => {
    looks += 1;
    const news = await readEvents(context, stackId, known);
    known = news.at(-1)?.EventId ?? known;
    events.push(...news);
    for (const event of news) tell(context, line(event));
    const last = news.filter(isStackEvent).at(-1)?.ResourceStatus;
    if (last !== undefined && isEnded(last)) return last;
    if (events.length === 0 || looks % LOOKS_PER_DESCRIPTION !== 0) return undefined;
    const status = (await describeStack(context, stackId))?.status ?? 'DELETE_COMPLETE';
    return isEnded(status) ? status : undefined;
  };
  const what = `the operation on stack ${context.work.name}`;
  return whileDoing(`follow ${what}`, async () => {
    const status = await waitFor(context.timer, STACK_PATIENCE, what, look);
    // Events can show late and out of order; a failure is explained from all of them.
    return { status, events: isSuccess(status) ? events : await readEvents(context, stackId, since) };
  });
};
