import type { DriftEffect } from '../../reconciler/model/drift.ts';
import type { Json, JsonObject } from '../../reconciler/model/json.ts';
import type { PropertyChange } from '../../reconciler/model/plan.ts';
import { joined } from '../changes/describe.ts';
import { decide, decideWhole, meaningOf } from './decide.ts';
import { always, type KindEffects, UNKNOWN_PART } from './rule.ts';
import { KIND_EFFECTS } from './tables.ts';

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

const UNKNOWN_OBJECT = always('widens', 'EDL does not know what objects of this kind give');

const TABLES: ReadonlyMap<string, KindEffects> = new Map(KIND_EFFECTS.map((table) => [table.kind, table]));

const effectWith = (effect: DriftEffect, meanings: readonly (string | undefined)[]): Effect => {
  const told = [...new Set(meanings.filter((meaning) => meaning !== undefined))];
  return { effect, ...(told.length === 0 ? {} : { meaning: joined(told) }) };
};

/**
 * What the change of one part means, by the decision table of its kind. A part that does several things counts as the worst of
 * them, and tells only that. What no table speaks of widens: nobody knows what it gives. Pure.
 */
export const effectOfPart = ({ kind, path, properties, live, declared }: ChangedPart): Effect => {
  const part = {
    path,
    places: properties.map((property) => property.path),
    ...(live === undefined ? {} : { live }),
    ...(declared === undefined ? {} : { declared }),
  };
  const decided = decide(part, TABLES.get(kind)?.parts ?? [], UNKNOWN_PART);
  const worst = worstEffect(decided.map(({ rule }) => rule.effect));
  const telling = decided.filter(({ rule }) => rule.effect === worst);
  return effectWith(
    worst,
    telling.map(({ rule, change }) => meaningOf(rule.meaning, change)),
  );
};

/** What it means that an object is missing, or there without anybody having declared it. Pure. */
export const effectOfObject = ({ kind, state, properties }: WholeObject): Effect => {
  const rule = decideWhole(TABLES.get(kind)?.[state] ?? [], properties) ?? UNKNOWN_OBJECT;
  return effectWith(rule.effect, [meaningOf(rule.meaning, properties)]);
};

const RANK: Readonly<Record<DriftEffect, number>> = { widens: 2, narrows: 1, neutral: 0 };

/** The worst: what widens before what narrows before what does neither. */
export const worstEffect = (effects: readonly DriftEffect[]): DriftEffect =>
  effects.reduce<DriftEffect>((worst, effect) => (RANK[effect] > RANK[worst] ? effect : worst), 'neutral');
