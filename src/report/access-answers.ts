import type { Headroom } from '../access/documents/limits.ts';
import type { Proposal } from '../access/proposals/propose.ts';
import type { IdleReason, SourceOrigin } from '../access/sources.ts';
import type { Day, PrincipalRef } from '../reconciler/model/catalog.ts';
import type { AccessChange, AccessCount, HeldLevel } from '../reconciler/model/plan.ts';
import type { AccessHolder, AccessRow } from '../reconciler/model/resource.ts';

/**
 * The answers to the questions that people ask about access, as data: the renderers here turn them into text, and their JSON
 * form is described by schemas/access.schema.json.
 */

type Level = AccessRow['level'];

/** The declaration that gives a right. */
export interface Because {
  readonly by: SourceOrigin;
  /** What it names: a dataset, or `all internal datasets`. */
  readonly target: string;
  readonly level: Level;
  readonly file: string;
  readonly line: number;
  readonly reason?: string;
}

interface Question {
  readonly formatVersion: '1';
  readonly instance: string;
  /** ISO 8601: when the answer holds. */
  readonly asOf: string;
}

/** A dataset as answers name it, and whether it counts in the instance. */
export interface AskedDataset {
  readonly name: string;
  readonly tier: string;
  readonly owner: PrincipalRef;
  readonly state: 'present' | 'retired' | 'absent';
  readonly retiredOn?: Day;
  /** The instances that have it. */
  readonly instances: readonly string[];
}

/** The role that reads all published data of a tier, with no grant. */
export interface DefaultRole {
  readonly principal: AccessHolder;
  readonly tier: string;
  readonly arn: string;
  /** Who may take it; empty: nobody in this instance. */
  readonly callers: readonly string[];
}

/** One level that one holder has on the dataset. */
export interface WhoLine {
  readonly principal: AccessHolder;
  readonly level: Level;
  readonly until?: Day;
  /** People behind the principal, where its members are known. */
  readonly members: readonly string[];
  /** Nobody may take its role in this instance. */
  readonly untaken?: true;
  readonly because: readonly Because[];
}

/** Who may do what on a dataset. */
export interface WhoAnswer extends Question {
  readonly question: 'who';
  readonly dataset: AskedDataset;
  /** Only who holds at least this. */
  readonly level?: Level;
  /** The most powerful level first, then by name. */
  readonly access: readonly WhoLine[];
  /** The default role, where it is among them. */
  readonly defaultRole?: DefaultRole;
  /** Who sees no more than the tables' metadata, because the tier's is open. Empty when `discover` was asked for. */
  readonly metadataOnly: readonly AccessHolder[];
  readonly principals: number;
  /** Different people behind them, as far as members are known. */
  readonly people: number;
}

/** One level on one dataset (`*`: all of the tier). */
export interface WhatLine {
  readonly dataset: string;
  readonly tier: string;
  readonly level: Level;
  readonly until?: Day;
  /** Days until it ends, where that is soon; 0 is today. */
  readonly endsInDays?: number;
  readonly because: readonly Because[];
}

/** A line of a grant that gives nothing here. */
export interface IdleLine {
  readonly target: string;
  readonly level: Level;
  readonly why: IdleReason;
  readonly expires?: Day;
  readonly instances?: readonly string[];
  readonly file: string;
  readonly line: number;
}

/** The role that a principal works under. */
export interface RoleFacts {
  readonly arn: string;
  /** Absent: it has no workgroup of its own. */
  readonly workGroup?: string;
  readonly workGroupRegions: readonly string[];
  /** Who may take it. */
  readonly callers: readonly string[];
  /** How full it is, by the quotas that every account has. */
  readonly usage: Headroom;
}

/** What one principal may do. */
export interface HolderAccess {
  readonly principal: AccessHolder;
  readonly description?: string;
  readonly members: readonly string[];
  /** The most confidential tier first. */
  readonly access: readonly WhatLine[];
  readonly idle: readonly IdleLine[];
  /** Absent: it has no role in this instance. */
  readonly role?: RoleFacts;
}

/** What somebody may do: one principal, or all that a person belongs to. */
export interface WhatAnswer extends Question {
  readonly question: 'what';
  /** As it was asked: a principal, or a person's e-mail. */
  readonly principal: string;
  readonly holders: readonly HolderAccess[];
  /** Default roles that people may take beside these. */
  readonly defaultRoles: readonly DefaultRole[];
}

/** Why somebody may not. */
export type WhyNot =
  'never-granted' | 'expired' | 'other-instance' | 'lower-level' | 'retired' | 'not-in-instance' | 'no-role';

/** One link of the chain that allows or denies, as the evaluator judged it. */
export interface Judged {
  readonly action: string;
  readonly resource: string;
  readonly answer: 'allowed' | 'denied' | 'conditional';
  readonly reason: string;
}

/** What AWS says now, and whether git says the same. */
export interface LiveAnswer {
  readonly answer: 'yes' | 'no' | 'unknown';
  /** The link that decides, in words. */
  readonly reason: string;
  readonly agrees: boolean;
  readonly judged: readonly Judged[];
}

/** Whether somebody may do something. */
export interface CanAnswer extends Question {
  readonly question: 'can';
  readonly principal: AccessHolder;
  readonly level: Level;
  readonly dataset: AskedDataset;
  /** By AWS where it was asked, else by git. `unknown` counts as no. */
  readonly answer: 'yes' | 'no' | 'unknown';
  readonly git: 'yes' | 'no';
  readonly until?: Day;
  readonly because: readonly Because[];
  /** Nobody may take its role in this instance. */
  readonly untaken?: true;
  /** Of a no: the default role that gives it to everybody who may take it. */
  readonly defaultRole?: DefaultRole;
  /** What is held on the dataset. */
  readonly held: readonly HeldLevel[];
  readonly why?: WhyNot;
  /** The line of a grant that explains it: one that has expired, or is for other instances. */
  readonly idle?: IdleLine;
  readonly proposal?: Proposal;
  readonly judged: readonly Judged[];
  readonly live?: LiveAnswer;
}

/** Who may take a role on one side and not on the other. */
export interface CallerChange {
  readonly principal: AccessHolder;
  readonly roleName: string;
  readonly isNew: boolean;
  readonly gained: readonly string[];
  readonly lost: readonly string[];
  /** Other accounts that the new callers come from. */
  readonly accounts: readonly string[];
}

/** One side of a comparison. */
export interface Side {
  /** As it was asked: `main`, `HEAD~3`, or nothing for the working tree. */
  readonly revision?: string;
  readonly commit?: string;
}

/** What changes in one instance. */
export interface InstanceDiff {
  readonly instance: string;
  /** The side that has no such instance. */
  readonly missing?: 'before' | 'after';
  /** The largest risk first. */
  readonly access: readonly AccessChange[];
  /** What it means for people, by tier. */
  readonly people: readonly AccessCount[];
  readonly callers: readonly CallerChange[];
}

/** Who gains and loses what between two states of git. */
export interface DiffAnswer {
  readonly formatVersion: '1';
  readonly question: 'diff';
  readonly asOf: string;
  readonly before: Side;
  readonly after: Side;
  readonly instances: readonly InstanceDiff[];
  readonly gain: number;
  readonly lose: number;
}

/** An answer to any of the questions. */
export type AccessAnswer = WhoAnswer | WhatAnswer | CanAnswer | DiffAnswer;

/** An answer as one JSON value. */
export const renderAnswerJson = (answer: AccessAnswer): string => `${JSON.stringify(answer, null, 2)}\n`;
