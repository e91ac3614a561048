import type { Diagnostic, SourceLocation } from './diagnostic.ts';
import type { Digest } from './digest.ts';
import type { HealMode, HoldRule, IgnoreRule } from './drift-rules.ts';
import type { Json } from './json.ts';
import type { Unreadable } from './live.ts';
import type { OutsideAccess, Plan, PropertyChange } from './plan.ts';
import type { ResourceId } from './resource.ts';

/**
 * What a change past git means: `widens`, more can be read, changed or destroyed than git allows (also where a protection is
 * weaker); `narrows`, somebody cannot do what git allows; `neutral`, neither.
 */
export type DriftEffect = 'widens' | 'narrows' | 'neutral';

/** One part of an object that AWS takes as a whole (a property; an item of a list whose items live for themselves). */
export interface DriftedPart {
  /** JSON pointer to the part. */
  readonly path: string;
  /** The places in it that differ: `before` is live, `after` is declared. */
  readonly properties: readonly PropertyChange[];
  readonly live?: Json;
  readonly declared?: Json;
  readonly effect: DriftEffect;
  /** What it means, a clause without a period: `objects that are overwritten are lost for good`. Absent: the rows tell it. */
  readonly meaning?: string;
}

/** Who did it, from CloudTrail; or why nobody knows. */
export type Authorship =
  | {
      readonly status: 'known';
      /** ARN or name of who called AWS. */
      readonly by: string;
      /** `AttachRolePolicy`. */
      readonly event: string;
      readonly eventId: string;
      /** ISO 8601, UTC. */
      readonly at: string;
      readonly sourceIp?: string;
      /** How many other events of the time could be it too. */
      readonly others: number;
    }
  | { readonly status: 'unknown'; readonly reason: string };

/** One object that is not as it was applied. */
export interface DriftEntry {
  readonly id: ResourceId;
  readonly kind: string;
  readonly type: string;
  /** Empty: it is in no stack. */
  readonly stack: string;
  readonly region: string;
  /** The most confidential tier that it has to do with. */
  readonly tier?: string;
  readonly state: 'drifted' | 'missing';
  /** Nothing in git or in a deployed template speaks of the object itself. */
  readonly undeclared?: true;
  /** The worst of its parts. */
  readonly effect: DriftEffect;
  /** Of an object that is missing or undeclared: what that means. Of any other: what holds for all of its parts. */
  readonly meaning?: string;
  /** Empty for what is missing or undeclared. */
  readonly parts: readonly DriftedPart[];
  /** Who gained and lost what by it. */
  readonly access: readonly OutsideAccess[];
  readonly author?: Authorship;
  readonly hold?: Pick<HoldRule, 'reason' | 'until' | 'declaredIn'>;
  readonly declaredIn?: SourceLocation;
}

/** Drift that a rule of `lake.yaml` takes out. */
export interface IgnoredDrift {
  readonly id: ResourceId;
  readonly paths: readonly string[];
  readonly effect: DriftEffect;
  readonly rule: Pick<IgnoreRule, 'reason' | 'until' | 'declaredIn'>;
}

/** Somebody besides the runner roles and the declared purge role who can put or delete what is published. */
export interface ImmutabilityException {
  /** ARN of the principal, or a sentence's subject such as `anybody in the account`. */
  readonly who: string;
  readonly bucket: string;
  readonly actions: readonly string[];
  /** Names under which it holds: `raw/`, `data/`. */
  readonly places: readonly string[];
  /** `conditional`: it hangs on something that nobody can decide from outside. */
  readonly certainty: 'proven' | 'conditional';
  readonly because: string;
}

/** What healing did, or would do, with one part of one object. */
export interface HealResult {
  readonly id: ResourceId;
  /** Absent: the object as a whole. */
  readonly path?: string;
  /** `left`: the mode does not ask for it; `held`: a rule forbids it; `refused`: we must not or cannot. */
  readonly outcome: 'healed' | 'planned' | 'left' | 'held' | 'refused' | 'failed';
  /** `service`: by the API of the service; `stack`: by a change set of the stack. */
  readonly how?: 'service' | 'stack';
  /** What was done, or why it was not. */
  readonly detail: string;
  /** Of what was refused or failed. */
  readonly code?: `EDL-${number}`;
}

/** How many objects are in which state. */
export interface DriftSummary {
  readonly inSync: number;
  readonly drifted: number;
  readonly missing: number;
  readonly unknown: number;
  readonly widens: number;
  readonly narrows: number;
  readonly neutral: number;
  readonly ignored: number;
  readonly held: number;
  /** Objects that differ because git moved since the last apply, as their digests tell: no drift, but to be applied. */
  readonly pending: number;
}

/** What is not as it was applied, what that means, and what was done about it. */
export interface DriftReport {
  readonly formatVersion: '1';
  readonly instance: string;
  readonly asOf: string;
  readonly catalog: { readonly digest: Digest; readonly commit?: string; readonly dirty?: boolean };
  readonly summary: DriftSummary;
  /** What widens first, then what narrows; among these by id. */
  readonly entries: readonly DriftEntry[];
  readonly ignored: readonly IgnoredDrift[];
  /** What could not be read: it may have drifted too. */
  readonly unknown: readonly Unreadable[];
  readonly immutability: {
    readonly status: 'proven' | 'excepted' | 'unknown';
    /** The role that git lets delete, where it names one. */
    readonly purgeRole?: string;
    readonly exceptions: readonly ImmutabilityException[];
  };
  readonly healed?: { readonly mode: HealMode | 'default'; readonly results: readonly HealResult[] };
  readonly diagnostics: readonly Diagnostic[];
  readonly stats?: Plan['stats'];
}
