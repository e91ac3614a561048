import type { DriftedPart, DriftEntry } from '../model/drift.ts';
import type { JsonObject } from '../model/json.ts';

/** A part that differs, before anybody has said what that means. */
export type FoundPart = Omit<DriftedPart, 'effect' | 'meaning'>;

/** An object that differs, before anybody has said what that means, with both of its sides. */
export interface FoundDrift extends Pick<
  DriftEntry,
  'id' | 'kind' | 'type' | 'stack' | 'region' | 'state' | 'undeclared' | 'declaredIn'
> {
  readonly parts: readonly FoundPart[];
  /** Nobody knows what was applied last, so that part of what differs may be git's own change. */
  readonly unsure?: true;
  /** Absent: it is not there. */
  readonly live?: JsonObject;
  /** Absent: nothing declares it. */
  readonly declared?: JsonObject;
}
