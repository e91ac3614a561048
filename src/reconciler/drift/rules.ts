import type { DriftRules, HoldRule, IgnoreRule } from '../model/drift.ts';
import type { Drift } from '../model/plan.ts';
import type { ResourceId } from '../model/resource.ts';

/** What is left of drift, and what a rule took out of it. */
export interface Sifted {
  readonly drift: readonly Drift[];
  readonly ignored: readonly { readonly drift: Drift; readonly rule: IgnoreRule }[];
}

/** Takes out what a rule ignores at `asOf` (ISO 8601, UTC). */
export const siftDrift = (drift: readonly Drift[], _rules: DriftRules | undefined, _asOf: string): Sifted => ({
  drift,
  ignored: [],
});

/** The rule that keeps healing from an object at `asOf`. */
export const holdOn = (_id: ResourceId, _rules: DriftRules | undefined, _asOf: string): HoldRule | undefined =>
  undefined;
