import type { DriftEffect } from '../../../src/reconciler/model/drift.ts';
import type { JsonObject } from '../../../src/reconciler/model/json.ts';
import type { Clients } from '../../support/clients.ts';

/** One thing that somebody does past git, and how drift is to tell it. */
export interface Deed {
  readonly title: string;
  readonly id: string;
  readonly state: 'drifted' | 'missing';
  readonly effect: DriftEffect;
  /** The part; absent where the whole object is meant. */
  readonly path?: string;
  readonly commit: (aws: Clients) => Promise<unknown>;
}

export const ACCOUNT = '111111111111';
export const ELSEWHERE = '222222222222';
export const REGION = 'eu-west-1';
/** The name of a role of the lake, or of a workgroup. */
export const role = (name: string): string => `edl-dev01-${name}`;
/** The name of a bucket of the lake. */
export const bucket = (name: string): string => `acme-datalake-${name}-${REGION}`;

/** A policy document, as text. */
export const document = (...Statement: readonly JsonObject[]): string =>
  JSON.stringify({ Version: '2012-10-17', Statement });
export const allow = (Action: string, Resource = '*'): JsonObject => ({ Effect: 'Allow', Action, Resource });

/** A trust policy for one principal. */
export const trustOf = (principal: string): string =>
  document({ Effect: 'Allow', Principal: { AWS: principal }, Action: 'sts:AssumeRole' });
