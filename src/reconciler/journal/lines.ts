import type { AccessHolder, AccessRow, ResourceId } from '../model/resource.ts';
import type { HealMode } from '../model/drift-rules.ts';
import type { Authorship, DriftEffect, HealResult } from '../model/drift.ts';
import type { Digest } from '../model/digest.ts';
import type { AccessChange, GrantedAllowance, OutsideAccess, Plan } from '../model/plan.ts';
import type { Failure } from '../model/result.ts';

/** The entry before, by what it was when this one began. */
export interface EntryRef {
  readonly ordinal: number;
  readonly digest: Digest;
}

/** How people agreed to a run: by what they answered, and by the plan that they had approved before. */
export interface Approval {
  /** `flag`: `--yes`; `terminal`: somebody was shown the plan and answered. */
  readonly answer: 'flag' | 'terminal';
  /** The saved plan that was given; what was done is within it. Who made it is not in it: the commit tells. */
  readonly file?: {
    readonly plan: Digest;
    /** The time that it was made for. */
    readonly asOf: string;
    readonly commit?: string;
    readonly dirty?: boolean;
  };
}

/** Who did what, from which files, approved how: the first line of an entry. */
export interface HeaderLine {
  readonly line: 'header';
  readonly formatVersion: '1';
  readonly ordinal: number;
  /** Tells two runs apart that began at the same moment. */
  readonly run: string;
  readonly kind: 'apply' | 'heal';
  readonly instance: string;
  readonly account: string;
  /** ARN of the caller, as STS tells it. */
  readonly by: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly edlVersion: string;
  readonly catalog: Plan['catalog'];
  readonly plan: Digest;
  /** The time that expiry was judged at. */
  readonly asOf: string;
  readonly approval?: Approval;
  readonly targets: readonly string[];
  readonly excludes: readonly string[];
  /** Of healing: what was to be undone. */
  readonly mode?: HealMode | 'default';
  /** Guards that were passed, by `lake.yaml` or by flag. */
  readonly allowances: readonly GrantedAllowance[];
  /** The chain; absent in the first entry only. */
  readonly previous?: EntryRef;
  /** The run before, if it could not tell how it ended: this one closed its entry, and tells what is live after both. */
  readonly closes?: number;
  /** The newest entry before that may be of healing, so that each of them is found without reading all. */
  readonly lastHeal?: number;
}

/** What was meant to be done, so that a run that was killed still tells it. */
export interface PlanLine {
  readonly line: 'plan';
  readonly summary: Plan['summary'];
  readonly waves: Plan['waves'];
  readonly access: readonly AccessChange[];
  /** What others had given and taken past git by then. */
  readonly outside?: readonly OutsideAccess[];
}

/** One part of an object (without a path: the object itself), what its change meant, and the step that was to undo it. */
export interface HealedPart {
  readonly path?: string;
  readonly effect: DriftEffect;
  readonly meaning?: string;
  /** `deletes the inline policy by-hand`. */
  readonly step: string;
}

/** An object that people had changed past git: what that gave or took, and who did it, where CloudTrail told. */
export interface HealedObject {
  readonly id: ResourceId;
  readonly effect: DriftEffect;
  readonly parts: readonly HealedPart[];
  readonly access: readonly OutsideAccess[];
  readonly author?: Authorship;
}

/** What healing found and was to undo, so that a run that was killed still tells it. */
export interface DriftLine {
  readonly line: 'drift';
  readonly objects: readonly HealedObject[];
}

/** One intended action on one object, without its properties: those are in the plan and in git. */
export interface Deed {
  readonly action: string;
  readonly id: ResourceId;
}

/** A stack (or, in healing, an object) that work begins on. */
export interface StepBegunLine {
  readonly line: 'step-begun';
  readonly at: string;
  readonly stack: string;
  readonly deeds: readonly Deed[];
}

/** What became of it. */
export interface StepEndedLine {
  readonly line: 'step-ended';
  readonly at: string;
  readonly stack: string;
  readonly outcome: 'applied' | 'unchanged' | 'failed' | 'skipped' | 'healed' | 'refused';
  /** The objects that were really changed. */
  readonly objects: readonly ResourceId[];
  readonly failures: readonly Failure[];
  /** Why it was skipped or refused, in words. */
  readonly because?: string;
  readonly seconds?: number;
  /** Of healing: what became of each part. */
  readonly results?: readonly Pick<HealResult, 'id' | 'path' | 'outcome' | 'detail'>[];
}

/** Somebody asked the run to end: with the first signal it starts no more stacks, with the second it leaves at once. */
export interface SignalLine {
  readonly line: 'signal';
  readonly at: string;
  readonly signal: 'SIGINT' | 'SIGTERM';
  readonly count: 1 | 2;
}

/** A row with the ordinal of the entry that gave it; 0: it was held before the first entry. */
export interface JournalRow extends AccessRow {
  readonly since: number;
}

/**
 * A holder of whom the journal cannot say what he holds: his stack failed (mostly it was taken back whole, but an answer may
 * have been lost, or the way back may have failed too), or a run that was killed had begun it, and no run has done it since.
 * His rows are those from before; what he was to gain is in the plan line of `since`.
 */
export interface Unsure {
  readonly principal: AccessHolder;
  /** The first run that may have changed what he holds. */
  readonly since: number;
}

/**
 * The rows that were in force after an entry: all of them, or what differs from the last entry that has all of them. So any
 * day costs two reads, and one grant in a large lake costs a few lines.
 */
export type AccessLine = {
  readonly line: 'access';
  readonly unsure: readonly Unsure[];
} & (
  | { readonly form: 'full'; readonly rows: readonly JournalRow[] }
  | {
      readonly form: 'changes';
      /** Ordinal of the entry with all rows. */
      readonly base: number;
      readonly gained: readonly JournalRow[];
      readonly lost: readonly AccessRow[];
    }
);

/** How a run ended; `abandoned` is written by a later run, for one that did not end itself. */
export type RunOutcome = 'applied' | 'failed' | 'partly' | 'cancelled' | 'abandoned';

/** The end of a run. */
export interface ResultLine {
  readonly line: 'result';
  readonly at: string;
  readonly outcome: RunOutcome;
  readonly counts: Readonly<Record<'applied' | 'unchanged' | 'failed' | 'skipped', number>>;
  readonly seconds: number;
  /** What read back otherwise than it was applied, or stopped the run. */
  readonly problems: readonly Failure[];
  /** The run that found it abandoned. */
  readonly closedBy?: string;
}

/** The last line of an entry that has ended: the digest of all bytes before it. */
export interface SealLine {
  readonly line: 'seal';
  readonly digest: Digest;
}

/** One line of an entry. */
export type JournalLine =
  HeaderLine | PlanLine | DriftLine | StepBegunLine | StepEndedLine | SignalLine | AccessLine | ResultLine | SealLine;
