import type { DriftEffect } from '../../../src/reconciler/model/drift.ts';
import type { Json, JsonObject } from '../../../src/reconciler/model/json.ts';

/** One part that somebody changed, and what that means. */
export interface Case {
  readonly title: string;
  readonly kind: string;
  readonly path: string;
  readonly declared?: Json;
  readonly live?: Json;
  /** The places that differ; absent: the part. */
  readonly places?: readonly string[];
  readonly effect: DriftEffect;
  /** Absent: it has none. */
  readonly meaning?: string;
}

export const ROOT = 'arn:aws:iam::111111111111:root';
export const STRANGER = 'arn:aws:iam::222222222222:root';

export const policy = (...Statement: readonly JsonObject[]): JsonObject => ({ Version: '2012-10-17', Statement });
export const allow = (Action: string, more: JsonObject = { Resource: '*' }): JsonObject => ({
  Effect: 'Allow',
  Action,
  ...more,
});
export const deny = (Action: string, more: JsonObject = { Resource: '*' }): JsonObject => ({
  ...allow(Action, more),
  Effect: 'Deny',
});
export const trust = (AWS: Json, more: JsonObject = {}): JsonObject =>
  policy(allow('sts:AssumeRole', { Principal: { AWS }, ...more }));

type Sides = Pick<Case, 'declared' | 'live' | 'places'>;

/** Makes the cases of one kind. */
export const casesOf =
  (kind: string) =>
  (title: string, path: string, sides: Sides, effect: DriftEffect, meaning?: string): Case => ({
    title,
    kind,
    path,
    ...sides,
    effect,
    ...(meaning === undefined ? {} : { meaning }),
  });
