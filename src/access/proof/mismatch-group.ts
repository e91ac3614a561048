import type { AccessHolder } from '../../reconciler/model/resource.ts';
import type { DecidingStatement } from '../evaluate/types.ts';
import type { Mismatch } from './types.ts';

/** Mismatches of one role with one cause, in one direction: what one sentence tells. */
export interface MismatchGroup {
  readonly holder: AccessHolder;
  /** The role. */
  readonly arn: string;
  /** `more`: could do what nothing grants; `less`: could not do what is granted. */
  readonly direction: 'more' | 'less';
  /** The statements that decide, all of one policy; none where something is not allowed because no statement is there. */
  readonly statements: readonly DecidingStatement[];
  /** The gravest first; at least one. */
  readonly mismatches: readonly [Mismatch, ...Mismatch[]];
}
