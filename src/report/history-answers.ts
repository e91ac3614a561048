import type { JournalEntry } from '../reconciler/journal/entry.ts';
import type { DriftLine, RunOutcome } from '../reconciler/journal/lines.ts';
import type { Verification } from '../reconciler/journal/verify.ts';
import type { Day, PrincipalRef } from '../reconciler/model/catalog.ts';
import type { Diagnostic, SourceLocation } from '../reconciler/model/diagnostic.ts';
import type { Digest } from '../reconciler/model/digest.ts';
import type { Plan } from '../reconciler/model/plan.ts';
import type { AccessHolder, AccessRow } from '../reconciler/model/resource.ts';

/** The answers that the journal gives, as data; schemas/journal.schema.json describes their JSON form. */

/** What became of a change of access that was planned. */
export type Fate = 'done' | 'not-done' | 'unknown';

/** How many gain, how many lose, and how many keep what they had until another day. */
export interface EffectCounts {
  readonly gain: number;
  readonly lose: number;
  readonly dates: number;
}

/** What healing undid, object by object. */
export interface HealedCounts {
  readonly undone: number;
  /** What was to be undone, and is not, or nobody knows. */
  readonly left: number;
  readonly widened: number;
  readonly narrowed: number;
  /** Whose access people had changed with it. */
  readonly holders: readonly AccessHolder[];
}

/** One run, in a line. */
export interface HistoryLine {
  readonly ordinal: number;
  readonly at: string;
  readonly by: string;
  readonly kind: 'apply' | 'heal';
  readonly commit?: string;
  readonly dirty?: boolean;
  /** `open`: it goes on, or was killed; `edited`: its seal does not fit. */
  readonly outcome: RunOutcome | 'open' | 'edited' | 'unreadable';
  /** Of an apply, what it meant to do. */
  readonly summary?: Plan['summary'];
  /** What it really changed; sums over runs are right. */
  readonly access?: EffectCounts;
  /** What it meant to change as well, and did not, or nobody knows; absent where all of it was done. */
  readonly meant?: EffectCounts;
  /** Only some objects were asked for. */
  readonly isSelection?: true;
  /** The run before, which could not tell how it ended. */
  readonly closes?: number;
  readonly healed?: HealedCounts;
  readonly seconds?: number;
}

/** The newest runs of an instance. */
export interface HistoryAnswer {
  readonly formatVersion: '1';
  readonly question: 'history';
  readonly instance: string;
  /** How many there are in all. */
  readonly total: number;
  /** The newest first. */
  readonly entries: readonly HistoryLine[];
}

/** One run, whole. */
export interface ShowAnswer {
  readonly formatVersion: '1';
  readonly question: 'show';
  readonly instance: string;
  readonly digest: Digest;
  readonly isSealed: boolean;
  readonly lines: JournalEntry['lines'];
  /** What became of each change of access in the plan line, in its order. */
  readonly fates: readonly Fate[];
  /** The next run, where it closed the entry of this one. */
  readonly closedBy?: number;
  /** Why it proves nothing. */
  readonly problems: readonly Diagnostic[];
}

/** Whether the journal is as EDL wrote it. */
export interface VerifyAnswer extends Verification {
  readonly formatVersion: '1';
  readonly question: 'verify';
  readonly instance: string;
}

/** The run that gave somebody something. */
export interface GivenBy {
  readonly ordinal: number;
  readonly at: string;
  readonly by: string;
  readonly commit?: string;
  readonly dirty?: boolean;
  /** Who wrote the commit, by name, and the first line of its message. */
  readonly author?: string;
  readonly subject?: string;
  /** The digest of the plan in the file that was approved. */
  readonly saved?: Digest;
  readonly reason?: string;
  /** Who had to approve it, as the tier said then. */
  readonly approvals?: readonly PrincipalRef[];
  /** Guards that the run was let past by `--allow`. */
  readonly allowances?: readonly string[];
  readonly declaredIn?: SourceLocation;
}

/** One level that one holder had. */
export interface HeldThen {
  readonly principal: AccessHolder;
  /** `*`: all of the tier. */
  readonly dataset: string;
  readonly tier: string;
  readonly level: AccessRow['level'];
  readonly until?: Day;
  /** Absent: it was held before the journal tells since when. */
  readonly given?: GivenBy;
  /** The run on that day that took it. */
  readonly lost?: number;
  /** The people behind it, where they were asked for and are known. */
  readonly members?: readonly string[];
}

/** A run of healing that undid what people had done past git, in the time that is asked about or maybe before. */
export interface HealedThen {
  readonly ordinal: number;
  readonly at: string;
  /** Those that had to do with what is asked; all of them, where the run was within that time. */
  readonly objects: DriftLine['objects'];
}

/** Who held what on a dataset on a day. */
export interface WhoAtAnswer {
  readonly formatVersion: '1';
  readonly question: 'who-at';
  readonly instance: string;
  readonly dataset: string;
  /** Only who held at least this was asked for. */
  readonly level?: AccessRow['level'];
  /** The commit that members are read from; `now`: the files as they are. Absent: nobody asked for them. */
  readonly membersAt?: string;
  /** A day, or a moment. */
  readonly at: string;
  /** Whether the journal can tell at all. */
  readonly isKnown: boolean;
  /** The runs that the answer is read from. */
  readonly entries: readonly number[];
  readonly access: readonly HeldThen[];
  readonly heals: readonly HealedThen[];
  /** What the journal cannot tell. */
  readonly notes: readonly Diagnostic[];
}

/** Any of them as one JSON value. */
export const renderHistoryJson = (answer: HistoryAnswer | ShowAnswer | VerifyAnswer | WhoAtAnswer): string =>
  `${JSON.stringify(answer, null, 2)}\n`;
