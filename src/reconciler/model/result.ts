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

/** Codes of failures that mean: AWS takes these credentials no more. */
const SESSION_CODES: ReadonlySet<string> = new Set(['EDL-4001', 'EDL-4002', 'EDL-4003']);

/** Codes of failures that mean: this run may not write, since the lease is not its own, or nobody can tell. */
const LEASE_CODES: ReadonlySet<string> = new Set([
  'EDL-4201',
  'EDL-4202',
  'EDL-4203',
  'EDL-4204',
  'EDL-4205',
  'EDL-4206',
  'EDL-4208',
  'EDL-4209',
  'EDL-4210',
]);

/** Whether something was not written for want of the lease. */
export const isLeaseFailure = ({ code }: Failure): boolean => LEASE_CODES.has(code);

/** Whether a stack failed for want of the lease, which every other one would meet as well. */
export const isWithoutLease = (result: StackResult): boolean =>
  result.outcome === 'failed' && result.failures.some(isLeaseFailure);

/** Whether a stack failed because the credentials are no longer any good, which every other one would meet as well. */
export const isSessionOver = (result: StackResult): boolean =>
  result.outcome === 'failed' && result.failures.some(({ code }) => SESSION_CODES.has(code));
