import { randomUUID } from 'node:crypto';
import type { JsonObject } from '../json.ts';
import type { Instance, Tag } from '../types/resource-type.ts';
import type { ChangeSet } from './change-set.ts';
import type { Deployment } from './deployment.ts';
import type { DeletionPolicy } from './template.ts';

/** A resource as the stack last deployed it. */
export interface StackResource extends Instance {
  readonly logicalId: string;
  readonly type: string;
  readonly properties: JsonObject;
  /** Its own and its stack's tags, without those that CloudFormation adds. */
  readonly tags: readonly Tag[];
  readonly deletionPolicy: DeletionPolicy;
  readonly updateReplacePolicy: 'Delete' | 'Retain';
  readonly metadata: string;
  readonly dependsOn: ReadonlySet<string>;
}

/** The last status of a resource, also of one that could not be created. */
export interface ResourceState {
  readonly logicalId: string;
  readonly type: string;
  readonly physicalId: string;
  readonly status: string;
  readonly reason: string | undefined;
  readonly timestamp: Date;
}

export interface StackEvent extends ResourceState {
  readonly eventId: string;
  readonly properties: string | undefined;
  readonly token: string | undefined;
}

/**
 * What becomes of an operation that fails. PRESERVE is DisableRollback: what was done stays, and the next update goes on from
 * there; after a creation with OnFailure DO_NOTHING no update is possible (stack-failure-options, observed).
 */
export type OnFailure = 'ROLLBACK' | 'DELETE' | 'DO_NOTHING' | 'PRESERVE';

export interface Stack {
  readonly id: string;
  readonly name: string;
  readonly account: string;
  readonly region: string;
  readonly createdAt: Date;
  status: string;
  reason: string | undefined;
  updatedAt: Date | undefined;
  deletedAt: Date | undefined;
  /** Absent while the stack is only a change set under review. */
  deployed: Deployment | undefined;
  description: string | undefined;
  outputs: readonly { readonly key: string; readonly value: string; readonly description: string | undefined }[];
  roleArn: string | undefined;
  capabilities: readonly string[];
  isProtected: boolean;
  onFailure: OnFailure;
  executedChangeSet: string | undefined;
  /** The token of the operation under way or just done, for requests that are sent twice. */
  token: string | undefined;
  readonly resources: Map<string, StackResource>;
  /** What creations that failed left behind while rollback was disabled; the next operation deletes it. */
  leftovers: readonly StackResource[];
  readonly states: Map<string, ResourceState>;
  readonly events: StackEvent[];
  readonly changeSets: Map<string, ChangeSet>;
}

export const STACK_TYPE = 'AWS::CloudFormation::Stack';

export const newStack = (account: string, region: string, name: string, status: string): Stack => ({
  id: `arn:aws:cloudformation:${region}:${account}:stack/${name}/${randomUUID()}`,
  name,
  account,
  region,
  createdAt: new Date(),
  status,
  reason: undefined,
  updatedAt: undefined,
  deletedAt: undefined,
  deployed: undefined,
  description: undefined,
  outputs: [],
  roleArn: undefined,
  capabilities: [],
  isProtected: false,
  onFailure: 'ROLLBACK',
  executedChangeSet: undefined,
  token: undefined,
  resources: new Map(),
  leftovers: [],
  states: new Map(),
  events: [],
  changeSets: new Map(),
});

/** The same text as in the last event of the resource is kept once: events stay as long as their stack. */
const sharedText = ({ events }: Stack, logicalId: string, text: string): string => {
  const last = events.findLast((event) => event.logicalId === logicalId && event.properties !== undefined);
  return last?.properties === text ? last.properties : text;
};

/** Records what happened to a resource (or to the stack itself, under its name); readers see events newest first. */
export const recordEvent = (
  stack: Stack,
  state: Omit<ResourceState, 'timestamp' | 'reason'> & { readonly reason?: string | undefined },
  properties?: JsonObject,
): void => {
  const event: StackEvent = {
    ...state,
    reason: state.reason,
    timestamp: new Date(),
    eventId: `${state.logicalId}-${state.status}-${randomUUID()}`,
    properties: properties === undefined ? undefined : sharedText(stack, state.logicalId, JSON.stringify(properties)),
    token: stack.token,
  };
  stack.events.push(event);
  // The deletion of a resource that was replaced says nothing of the one that took its place.
  const current = stack.resources.get(state.logicalId)?.physicalId;
  const isOfOther = state.status.startsWith('DELETE_') && current !== undefined && current !== state.physicalId;
  if (state.type !== STACK_TYPE && !isOfOther) stack.states.set(state.logicalId, event);
};

/** Moves the stack to a status, with its event. */
export const setStatus = (stack: Stack, status: string, reason?: string): void => {
  stack.status = status;
  stack.reason = reason;
  recordEvent(stack, { logicalId: stack.name, type: STACK_TYPE, physicalId: stack.id, status, reason });
};

/** An operation is under way: no other may begin (a change set under review is none). */
export const isBusy = (stack: Stack): boolean =>
  stack.status.endsWith('_IN_PROGRESS') && stack.status !== 'REVIEW_IN_PROGRESS';

/** A failed operation leaves everything as it is. */
export const isPreserving = ({ onFailure }: Stack): boolean => onFailure === 'PRESERVE' || onFailure === 'DO_NOTHING';

export const isDeleted = (stack: Stack): boolean => stack.status === 'DELETE_COMPLETE';

/** The tags every resource of a stack gets beside its own (resource-tags). */
export const systemTags = (stack: Stack, logicalId: string): readonly Tag[] => [
  { Key: 'aws:cloudformation:stack-name', Value: stack.name },
  { Key: 'aws:cloudformation:logical-id', Value: logicalId },
  { Key: 'aws:cloudformation:stack-id', Value: stack.id },
];

/** What the stack's change sets say is no longer true once it is updated or deleted by other means (API_ChangeSetSummary). */
export const makeObsolete = (stack: Stack): void => {
  for (const changeSet of stack.changeSets.values()) {
    const isPending = changeSet.executionStatus === 'UNAVAILABLE' && changeSet.status !== 'FAILED';
    if (isPending || changeSet.executionStatus === 'AVAILABLE') changeSet.executionStatus = 'OBSOLETE';
  }
};
