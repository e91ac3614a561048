import type { DriftEffect } from '../../reconciler/model/drift.ts';
import type { Json, JsonObject } from '../../reconciler/model/json.ts';
import type { PropertyChange } from '../../reconciler/model/plan.ts';

/** What a change past git means, and in words where the rows of access do not tell it. */
export interface Effect {
  readonly effect: DriftEffect;
  /** A clause without a period. */
  readonly meaning?: string;
}

/** One part of an object that somebody changed. */
export interface ChangedPart {
  /** `iam-role`. */
  readonly kind: string;
  /** JSON pointer: `/Policies/0`. */
  readonly path: string;
  readonly properties: readonly PropertyChange[];
  /** Absent: it is gone. */
  readonly live?: Json;
  /** Absent: git does not have it. */
  readonly declared?: Json;
}

/** An object that is missing, or that nothing declares. */
export interface WholeObject {
  readonly kind: string;
  readonly state: 'missing' | 'undeclared';
  /** Of what is missing: as declared. Of what is undeclared: as it is. */
  readonly properties: JsonObject;
}

/** What the change of one part means. Pure. */
export const effectOfPart = (_part: ChangedPart): Effect => ({ effect: 'neutral' });

/** What it means that an object is missing, or there without anybody having declared it. Pure. */
export const effectOfObject = (_object: WholeObject): Effect => ({ effect: 'neutral' });

const RANK: Readonly<Record<DriftEffect, number>> = { widens: 2, narrows: 1, neutral: 0 };

/** The worst: what widens before what narrows before what does neither. */
export const worstEffect = (effects: readonly DriftEffect[]): DriftEffect =>
  effects.reduce<DriftEffect>((worst, effect) => (RANK[effect] > RANK[worst] ? effect : worst), 'neutral');
