import type { Diagnostic } from '../model/diagnostic.ts';
import type { ResourceKind } from '../model/kind.ts';
import type { LiveState } from '../model/live.ts';
import type { Plan } from '../model/plan.ts';
import type { DesiredState } from '../model/resource.ts';

/** What guards must know and only the edges can find out. */
export interface GuardFacts {
  /** Locations (`s3://<bucket>/<prefix>`) among those of `newDatasets` that hold objects already. */
  readonly prefixesWithObjects: readonly string[];
  /** What was judged outside of the core (proof of access, rules, quotas): each with the `guard` that it belongs to. */
  readonly findings: readonly Diagnostic[];
}

/** Everything that a guard may look at. */
export interface GuardContext {
  readonly plan: Plan;
  readonly desired: DesiredState;
  readonly live: LiveState;
  readonly kinds: readonly ResourceKind[];
  readonly facts: GuardFacts;
}

/** A rule that may block a plan. Pure; its diagnostics carry its name, so that an allowance can pass them. */
export interface Guard {
  readonly name: string;
  /** What it protects, in one line. */
  readonly protects: string;
  /** Whether an allowance can pass it. */
  readonly isAllowable: boolean;
  readonly check: (context: GuardContext) => readonly Diagnostic[];
}
