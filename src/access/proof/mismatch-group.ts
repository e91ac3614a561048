import type { AccessHolder } from '../../reconciler/model/resource.ts';
import type { Mismatch } from './types.ts';

/** Mismatches of one holder about one dataset (or tier, or none), in one direction: what one sentence tells. */
export interface MismatchGroup {
  readonly holder: AccessHolder;
  /** The role. */
  readonly arn: string;
  readonly dataset?: string;
  readonly tier?: string;
  /** `more`: could do what nothing grants; `less`: could not do what is granted. */
  readonly direction: 'more' | 'less';
  /** Sorted, each once. */
  readonly actions: readonly string[];
  /** Nothing is certain: each may be so, under conditions that nobody can decide. */
  readonly isConditional: boolean;
  /** The gravest first. */
  readonly mismatches: readonly Mismatch[];
  /** The gravest of a few different actions: what to show. */
  readonly examples: readonly Mismatch[];
}
