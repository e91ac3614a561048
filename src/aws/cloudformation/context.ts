import { DescribeStacksCommand, type CloudFormationClient } from '@aws-sdk/client-cloudformation';
import type { ObservedStack } from '../../reconciler/model/live.ts';
import type { Reporter, StackWork } from '../../reconciler/model/ports.ts';
import { asEdlError } from '../errors.ts';
import { factsOf } from '../failure-facts.ts';
import { asObservedStack } from '../reads/cloudformation.ts';
import type { Patience, RaceMemory, Timer } from '../wait.ts';

/** What the steps of one apply share. */
export interface StackContext {
  readonly client: CloudFormationClient;
  readonly work: StackWork;
  readonly reporter: Reporter;
  readonly timer: Timer;
  /** Shared by all stacks of a run. */
  readonly races?: RaceMemory;
  /** Puts a template where CloudFormation can fetch it. */
  readonly uploadTemplate: (bucket: string, key: string, body: string) => Promise<void>;
}

/** Operations of stacks: AWS takes seconds for a role and minutes for a key. */
export const STACK_PATIENCE: Patience = { deadlineSeconds: 3600, firstMilliseconds: 150, slowestMilliseconds: 10_000 };

/** Change sets are calculated in seconds. */
export const CHANGE_SET_PATIENCE: Patience = {
  deadlineSeconds: 600,
  firstMilliseconds: 100,
  slowestMilliseconds: 5_000,
};

/** Tells one line of progress about the stack. */
export const tell = ({ work, reporter }: StackContext, message: string): void => {
  reporter.emit({ type: 'stack-progress', stack: work.name, message });
};

/** CloudFormation has no error of its own for a stack that is not there (APIReference/API_DescribeStacks). */
const isAbsent = (error: unknown): boolean => {
  const { name, message } = factsOf(error);
  return name === 'ValidationError' && /does not exist/.test(message);
};

/** The stack as it is now, by name or, better, by StackId; by name a removed stack is absent, by id it is not. */
export const describeStack = async (context: StackContext, stack: string): Promise<ObservedStack | undefined> => {
  const { client, work } = context;
  try {
    const answer = await client.send(new DescribeStacksCommand({ StackName: stack }));
    const [found] = answer.Stacks ?? [];
    return found === undefined ? undefined : asObservedStack(work.region, found);
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw asEdlError(error, `describe stack ${work.name}`);
  }
};

/** The role that CloudFormation works under, as the operations on a stack take it. */
export const asRole = ({ work }: StackContext): { readonly RoleARN?: string } =>
  work.roleArn === undefined ? {} : { RoleARN: work.roleArn };

/** The stack as a command of the AWS CLI names it. */
export const placeOf = ({ work }: StackContext): string => `--stack-name ${work.name} --region ${work.region}`;
