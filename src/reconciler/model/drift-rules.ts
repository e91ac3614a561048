import type { SourceLocation } from './diagnostic.ts';

/** What healing does: nothing, undo what widens, undo everything. */
export type HealMode = 'report' | 'tighten' | 'all';

/** Differences that are none, for plan, drift and healing alike. */
export interface IgnoreRule {
  /** An id, with `*` for any text: `iam-role/edl-prod-*`. */
  readonly target: string;
  /** A JSON pointer; everything below it counts too, and `*` stands for one step. Absent: the whole object. */
  readonly path?: string;
  readonly reason: string;
  /** The last day it holds, `YYYY-MM-DD`, UTC. */
  readonly until: string;
  readonly declaredIn: SourceLocation;
}

/** Objects that healing leaves alone for a while. */
export type HoldRule = Omit<IgnoreRule, 'path'>;

/** What `lake.yaml` says of drift. */
export interface DriftRules {
  /** For what belongs to no tier. */
  readonly heal: HealMode;
  readonly ignore: readonly IgnoreRule[];
  readonly hold: readonly HoldRule[];
}
