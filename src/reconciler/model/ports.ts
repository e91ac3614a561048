import type { Event } from './events.ts';
import type { Change } from './plan.ts';
import type { Blob, DriverName, Stack } from './resource.ts';
import type { StackResult } from './result.ts';

/** Tells the time; the shells own it. */
export interface Clock {
  now(): Date;
}

/** Where progress goes: the CLI draws it, tests record it. */
export interface Reporter {
  emit(event: Event): void;
}

/** The work on one stack: what the plan approved, and what the stack should be. */
export interface StackWork {
  readonly instance: string;
  readonly organization: string;
  readonly account: string;
  readonly name: string;
  readonly region: string;
  /** Absent: the stack is to be pruned. */
  readonly desired?: Stack;
  /** The plan's changes of this stack; the driver does these and no others. */
  readonly changes: readonly Change[];
  /** Files that the changes refer to. */
  readonly blobs: readonly Blob[];
  /** CloudFormation's service role; absent for the bootstrap stack. */
  readonly roleArn?: string;
  /** Where templates over 51,200 bytes go; absent before the bootstrap stack is there. */
  readonly artifactsBucket?: string;
}

/** Applies stacks. Failures are results, not exceptions; a step done twice does no harm. */
export interface Driver {
  readonly name: DriverName;
  apply(work: StackWork, reporter: Reporter): Promise<StackResult>;
}
