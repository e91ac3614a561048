import { paginateListStackResources, type StackResourceSummary } from '@aws-sdk/client-cloudformation';
import { whileDoing } from '../errors.ts';
import type { StackContext } from './context.ts';
import { mayHoldData } from './data-types.ts';

/** All resources of a stack, also those that are gone. */
export const listResources = (context: StackContext, stackId: string): Promise<readonly StackResourceSummary[]> =>
  whileDoing(`list the resources of stack ${context.work.name}`, async () => {
    const resources: StackResourceSummary[] = [];
    for await (const page of paginateListStackResources({ client: context.client }, { StackName: stackId })) {
      resources.push(...(page.StackResourceSummaries ?? []));
    }
    return resources;
  });

/** What of a stack is still there. A creation that failed before the object was made left nothing. */
export const survivorsIn = (resources: readonly StackResourceSummary[]): readonly StackResourceSummary[] =>
  resources.filter(
    ({ ResourceStatus, PhysicalResourceId }) =>
      ResourceStatus !== 'DELETE_COMPLETE' && (PhysicalResourceId ?? '') !== '',
  );

/** What a stack still holds that may be data. */
export const dataIn = (resources: readonly StackResourceSummary[]): readonly StackResourceSummary[] =>
  survivorsIn(resources).filter(({ ResourceType }) => mayHoldData(ResourceType));

/** Names resources for a message. */
export const nameResources = (resources: readonly StackResourceSummary[]): string =>
  resources
    .map(
      (resource) =>
        `${resource.PhysicalResourceId ?? resource.LogicalResourceId ?? '?'} (${resource.ResourceType ?? '?'})`,
    )
    .join(', ');

/** The logical ids of resources, as a command of the AWS CLI lists them. */
export const idsOf = (resources: readonly StackResourceSummary[]): string =>
  resources.map(({ LogicalResourceId }) => LogicalResourceId ?? '?').join(' ');
