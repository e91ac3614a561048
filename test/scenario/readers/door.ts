import type { Json, JsonObject } from '../../../src/reconciler/model/json.ts';
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

/**
 * Properties as the SDK takes them. CloudFormation has the API's own names for these parts; TypeScript cannot know it, and
 * the service checks what it gets.
 */
export const asInput = <Input>(value: Json | undefined): Input => value as Input;
