import type { JsonObject } from '../../../src/reconciler/model/json.ts';
import type { Clients } from '../../support/clients.ts';

/** The object to be changed, and who changes it. */
export interface Target {
  readonly clients: Clients;
  readonly account: string;
  /** The id of its resource. */
  readonly id: string;
}

/** Brings one part of a live object to what the properties say. */
export type Door = (target: Target, properties: JsonObject) => Promise<void>;
