import type { AccessHolder, AccessRow, ResourceId } from './resource.ts';
import type { Diagnostic, SourceLocation } from './diagnostic.ts';
import type { Day, PrincipalRef } from './catalog.ts';
import type { Digest } from './digest.ts';
import type { IgnoreRule } from './drift-rules.ts';
import type { Json, JsonObject } from './json.ts';
import type { Ownership, Unreadable } from './live.ts';

/** Who moved: git (`edited`), AWS (`drifted`), or both; drift that an edit beside it overwrites counts as both. */
export type Cause = 'edited' | 'drifted' | 'both';

/** What CloudFormation does to the object: nothing is lost by `in-place`. */
export type Impact = 'in-place' | 'may-replace' | 'replaces';

/** One property that differs. `path` is a JSON pointer into the properties; an absent side is an absent value. */
export interface PropertyChange {
  readonly path: string;
  readonly before?: Json;
  readonly after?: Json;
  readonly cause: Cause;
}

interface ChangeBase {
  readonly id: ResourceId;
  readonly kind: string;
  readonly type: string;
  readonly stack: string;
  readonly region: string;
  readonly declaredIn?: SourceLocation;
}

/** One intended action on one object. */
export type Change =
  | (ChangeBase & { readonly action: 'create'; readonly after: JsonObject })
  | (ChangeBase & {
      readonly action: 'adopt';
      /** Everything of it that is live. */
      readonly before: JsonObject;
      readonly after: JsonObject;
      readonly properties: readonly PropertyChange[];
      readonly ownership: Ownership;
    })
  | (ChangeBase & {
      readonly action: 'update';
      readonly properties: readonly PropertyChange[];
      readonly impact: Impact;
    })
  | (ChangeBase & { readonly action: 'prune'; readonly holdsData: boolean });

/** An object that AWS moved while git stood still: shown, and left to healing. */
export interface Drift {
  readonly id: ResourceId;
  readonly kind: string;
  readonly type: string;
  readonly stack: string;
  readonly region: string;
  readonly status: 'drifted' | 'missing';
  readonly properties: readonly PropertyChange[];
}

/** Drift that a rule of `lake.yaml` takes out of a plan; of one object there may be several, by several rules. */
export interface IgnoredChange extends Drift {
  readonly rule: IgnoreRule;
}

/** One end of an access change. */
export interface HeldLevel {
  readonly level: AccessRow['level'];
  readonly until?: Day;
}

/** What one holder gains or loses on one dataset (`*`: all of the tier). Levels that another one implies are left out. */
export interface AccessChange {
  readonly principal: AccessHolder;
  readonly dataset: string;
  readonly tier: string;
  readonly before: readonly HeldLevel[];
  readonly after: readonly HeldLevel[];
  /** The change is only that a date has passed. */
  readonly expired?: boolean;
  /** People behind the principal, where its members are known. */
  readonly people?: number;
  /** Who must approve what is gained or lasts longer, as the tier says. */
  readonly approvals?: readonly PrincipalRef[];
  /** Why somebody asks for it, in his own words. */
  readonly reason?: string;
  /** What gives it: the line of a grant, a pipeline, a dataset that is exposed, or `lake.yaml`. */
  readonly declaredIn?: SourceLocation;
}

/**
 * How many gain or lose a level in one tier; `keep`: only last days move. In a tier each person and each holder counts once
 * for an effect, with the level of the largest risk, in however many teams.
 */
export interface AccessCount {
  readonly tier: string;
  readonly effect: 'gain' | 'lose' | 'keep';
  readonly level: HeldLevel['level'];
  readonly people: number;
  /** Who is not counted: teams without known members, services, pipelines, everyone, third parties. */
  readonly others: readonly AccessHolder[];
}

/** How somebody changed what a role gives, past git. */
export type Deed = 'policies-changed' | 'policy-attached' | 'role-deleted' | 'bucket-policy-changed';

/**
 * What somebody changed in AWS about one role, past git, and the plan leaves alone: drift, told as access. Rights that the
 * documents prove (or that hang on a condition which nobody can decide from outside), policies that nobody can read, and
 * callers.
 */
export type OutsideAccess = {
  readonly role: string;
  readonly principal: AccessHolder;
} & (
  | {
      readonly sort: 'rights';
      readonly change: AccessChange;
      readonly certainty: 'proven' | 'conditional';
      readonly deed: Deed;
      /** The ARN of the policy that was attached. */
      readonly policy?: string;
      /** What a conditional right hangs on. */
      readonly condition?: string;
    }
  | { readonly sort: 'unread-policy'; readonly policy: string }
  | { readonly sort: 'callers'; readonly gained: readonly string[]; readonly lost: readonly string[] }
);

/** Calls to AWS, by `service:Operation`. */
export interface CallCount {
  readonly total: number;
  readonly byOperation: Readonly<Record<string, number>>;
}

/** The commit that the files were read at; nothing of it outside of git. */
export interface CatalogCommit {
  readonly commit?: string;
  /** Whether files differ from it. */
  readonly dirty?: boolean;
  /** Who wrote it, by name. */
  readonly author?: string;
  /** The first line of its message: of a merge it names the pull request. */
  readonly subject?: string;
}

/** Counts by action. */
export interface Summary {
  readonly create: number;
  readonly update: number;
  readonly adopt: number;
  readonly prune: number;
  readonly unchanged: number;
}

/**
 * What apply would do, and to whom. `digest` covers instance, changes and access, but not what `access` only tells beside it
 * (people, approvals, reason, place); it must not cover commit, stats, diagnostics, waves, drift (ignored or not) or outside
 * access, which may differ between two plans of the same meaning.
 */
export interface Plan {
  readonly formatVersion: '1';
  readonly instance: string;
  readonly digest: Digest;
  readonly catalog: { readonly digest: Digest } & CatalogCommit;
  readonly live: { readonly digest: Digest; readonly unreadable: readonly Unreadable[] };
  readonly summary: Summary;
  readonly changes: readonly Change[];
  readonly drift: readonly Drift[];
  /** Drift that rules take out of `drift` and `outside`; absent where there is none. */
  readonly ignored?: readonly IgnoredChange[];
  /** Names of the stacks with changes; those in one wave may run together. */
  readonly waves: readonly (readonly string[])[];
  readonly asOf: string;
  /** The largest risk first. */
  readonly access: readonly AccessChange[];
  /** What `access` means for people, by tier: gains first, the most confidential tier first. */
  readonly people?: readonly AccessCount[];
  /** What others gave and took past git; absent where nobody did. */
  readonly outside?: readonly OutsideAccess[];
  readonly diagnostics: readonly Diagnostic[];
  readonly stats?: { readonly apiCalls: CallCount; readonly seconds: Readonly<Record<string, number>> };
}

/** A named permission for a guard, from `lake.yaml` or `--allow`. */
export interface GrantedAllowance {
  readonly guard: string;
  readonly target?: string;
  readonly reason: string;
  readonly source: 'lake' | 'flag';
  readonly declaredIn?: SourceLocation;
}
