import type { ResourceId } from './resource.ts';

/** Why a stack or an object failed: AWS's own words, and what kind of failure it is. */
export interface Failure {
  readonly code: `EDL-${number}`;
  readonly message: string;
  readonly id?: ResourceId;
}

/** What became of one stack. One failed stack fails only those that depend on it. */
export type StackResult =
  | {
      readonly outcome: 'applied';
      readonly stack: string;
      readonly seconds: number;
      readonly objects: readonly ResourceId[];
    }
  | { readonly outcome: 'unchanged'; readonly stack: string }
  | {
      readonly outcome: 'failed';
      readonly stack: string;
      readonly seconds: number;
      readonly failures: readonly Failure[];
      readonly objects: readonly ResourceId[];
    }
  | {
      readonly outcome: 'skipped';
      readonly stack: string;
      readonly because: 'dependency-failed' | 'cancelled';
      readonly dependency?: string;
    };

/** What one apply did, in the order of its waves. */
export interface ApplyResult {
  readonly instance: string;
  readonly results: readonly StackResult[];
}
