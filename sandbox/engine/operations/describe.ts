import type { Json, JsonObject } from '../../json.ts';
import { compact } from '../../json.ts';
import { scalarsOf } from '../../protocol/call.ts';
import { validationError } from '../../protocol/errors.ts';
import { describedStack, findStack, stacksOf } from '../find-stack.ts';
import type { Request } from '../request.ts';
import { field, pageOf, requiredField } from '../request.ts';
import type { ResourceState, Stack } from '../stack.ts';
import { isDeleted, isPreserving } from '../stack.ts';
import { shownParameters, shownTags } from './shown.ts';

const PAGE = 100;

/** StackStatus, whose values are made of what is done and how it went (API_Stack). */
const STATUS =
  /^((CREATE|DELETE|IMPORT|IMPORT_ROLLBACK|REVIEW|ROLLBACK|UPDATE|UPDATE_ROLLBACK)_IN_PROGRESS|(CREATE|DELETE|IMPORT|IMPORT_ROLLBACK|ROLLBACK|UPDATE|UPDATE_ROLLBACK)_COMPLETE|(CREATE|DELETE|IMPORT_ROLLBACK|ROLLBACK|UPDATE|UPDATE_ROLLBACK)_FAILED|(UPDATE|UPDATE_ROLLBACK)_COMPLETE_CLEANUP_IN_PROGRESS)$/;

const shownStack = (stack: Stack): JsonObject =>
  compact({
    StackId: stack.id,
    StackName: stack.name,
    ChangeSetId: stack.executedChangeSet,
    Description: stack.description,
    Parameters: shownParameters(stack.deployed),
    CreationTime: stack.createdAt.toISOString(),
    DeletionTime: stack.deletedAt?.toISOString(),
    LastUpdatedTime: stack.updatedAt?.toISOString(),
    RollbackConfiguration: {},
    StackStatus: stack.status,
    StackStatusReason: stack.reason,
    DisableRollback: isPreserving(stack),
    NotificationARNs: [],
    Capabilities: stack.capabilities,
    Outputs: stack.outputs.map((output) =>
      compact({ OutputKey: output.key, OutputValue: output.value, Description: output.description }),
    ),
    RoleARN: stack.roleArn,
    Tags: shownTags(stack.deployed?.tags ?? []),
    EnableTerminationProtection: stack.isProtected,
    DriftInformation: { StackDriftStatus: 'NOT_CHECKED' },
  });

export const stacks = (request: Request): JsonObject => {
  const name = field(request, 'StackName');
  if (name !== undefined) return { Stacks: [shownStack(describedStack(request, name))] };
  const page = pageOf(
    request,
    stacksOf(request).filter((stack) => !isDeleted(stack)),
    PAGE,
  );
  return compact({ Stacks: page.items.map(shownStack), NextToken: page.next });
};

export const list = (request: Request): JsonObject => {
  const wanted = scalarsOf(request.form, 'StackStatusFilter');
  const unknown = wanted.find((status) => !STATUS.test(status));
  if (unknown !== undefined) {
    throw validationError(
      `1 validation error detected: Value '[${unknown}]' at 'stackStatusFilter' failed to satisfy constraint: Member must satisfy enum value set`,
    );
  }
  const found = stacksOf(request).filter((stack) => wanted.length === 0 || wanted.includes(stack.status));
  const page = pageOf(request, found.toReversed(), PAGE);
  const summaries = page.items.map((stack) =>
    compact({
      StackId: stack.id,
      StackName: stack.name,
      TemplateDescription: stack.description,
      CreationTime: stack.createdAt.toISOString(),
      LastUpdatedTime: stack.updatedAt?.toISOString(),
      DeletionTime: stack.deletedAt?.toISOString(),
      StackStatus: stack.status,
      StackStatusReason: stack.reason,
      DriftInformation: { StackDriftStatus: 'NOT_CHECKED' },
    }),
  );
  return compact({ StackSummaries: summaries, NextToken: page.next });
};

export const events = (request: Request): JsonObject => {
  const stack = describedStack(request, requiredField(request, 'StackName'));
  const page = pageOf(request, stack.events.toReversed(), PAGE);
  const shown = page.items.map((event) =>
    compact({
      StackId: stack.id,
      EventId: event.eventId,
      StackName: stack.name,
      LogicalResourceId: event.logicalId,
      PhysicalResourceId: event.physicalId,
      ResourceType: event.type,
      Timestamp: event.timestamp.toISOString(),
      ResourceStatus: event.status,
      ResourceStatusReason: event.reason,
      ResourceProperties: event.properties,
      ClientRequestToken: event.token,
    }),
  );
  return compact({ StackEvents: shown, NextToken: page.next });
};

const shownResource = (
  state: ResourceState,
  timeField: 'Timestamp' | 'LastUpdatedTimestamp',
): Record<string, Json> => ({
  ...compact({
    LogicalResourceId: state.logicalId,
    PhysicalResourceId: state.physicalId === '' ? undefined : state.physicalId,
    ResourceType: state.type,
    [timeField]: state.timestamp.toISOString(),
    ResourceStatus: state.status,
    ResourceStatusReason: state.reason,
  }),
  DriftInformation: { StackResourceDriftStatus: 'NOT_CHECKED' },
});

/** By stack or, not both, by a physical id that one of the stacks holds; at most 100, without pages (API_DescribeStackResources). */
export const resources = (request: Request): JsonObject => {
  const name = field(request, 'StackName');
  const physicalId = field(request, 'PhysicalResourceId');
  if (name === undefined && physicalId === undefined)
    throw validationError('Stack name or physical resource id must be specified.');
  if (name !== undefined && physicalId !== undefined)
    throw validationError('Stack name and physical resource id cannot both be specified.');
  const holds = (stack: Stack): boolean => [...stack.states.values()].some((state) => state.physicalId === physicalId);
  const stack =
    name === undefined
      ? stacksOf(request).find((candidate) => !isDeleted(candidate) && holds(candidate))
      : findStack(request, name);
  if (stack === undefined) {
    throw validationError(
      name === undefined ? `Stack for ${physicalId ?? ''} does not exist` : `Stack with id ${name} does not exist`,
    );
  }
  const logicalId = field(request, 'LogicalResourceId');
  const states = [...stack.states.values()]
    .filter((state) => logicalId === undefined || state.logicalId === logicalId)
    .slice(0, PAGE);
  return {
    StackResources: states.map((state) => ({
      StackName: stack.name,
      StackId: stack.id,
      ...shownResource(state, 'Timestamp'),
    })),
  };
};

export const resource = (request: Request): JsonObject => {
  const name = requiredField(request, 'StackName');
  const id = requiredField(request, 'LogicalResourceId');
  const stack = findStack(request, name);
  if (stack === undefined) throw validationError(`Stack '${name}' does not exist`);
  const state = stack.states.get(id);
  if (state === undefined) throw validationError(`Resource ${id} does not exist for stack ${stack.name}`);
  const metadata = stack.deployed?.template.resources[id]?.metadata;
  const shown = { StackName: stack.name, StackId: stack.id, ...shownResource(state, 'LastUpdatedTimestamp') };
  return { StackResourceDetail: metadata === undefined ? shown : { ...shown, Metadata: JSON.stringify(metadata) } };
};

export const listResources = (request: Request): JsonObject => {
  const stack = describedStack(request, requiredField(request, 'StackName'));
  const page = pageOf(request, [...stack.states.values()], PAGE);
  return compact({
    StackResourceSummaries: page.items.map((state) => shownResource(state, 'LastUpdatedTimestamp')),
    NextToken: page.next,
  });
};

/** The account's limits as AWS gives them to every account (cloudformation-limits); none of them is enforced here. */
export const accountLimits = (): JsonObject => ({
  AccountLimits: [
    { Name: 'StackLimit', Value: 2000 },
    { Name: 'StackOutputsLimit', Value: 200 },
    { Name: 'ConcurrentResourcesLimit', Value: 2500 },
  ],
});
