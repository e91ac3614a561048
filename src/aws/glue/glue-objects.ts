import type { GlueClient } from '@aws-sdk/client-glue';
import type { JsonObject } from '../../reconciler/model/json.ts';
import type { Mark } from '../../reconciler/model/live.ts';
import { isFailure } from '../failure-facts.ts';

/** Where an object is in Glue: the last parts of its resource id. Jobs and databases have no database above them. */
export interface GlueAddress {
  readonly database: string;
  readonly name: string;
}

/** What is known of an object that is there; without a mark it is nobody's. */
export interface FoundObject {
  readonly mark?: Mark;
}

/** The calls of one type of Glue object. Properties are CloudFormation's, which have the names of the Glue API. */
export interface GlueObjects {
  create(client: GlueClient, properties: JsonObject, mark: Mark): Promise<void>;
  update(client: GlueClient, properties: JsonObject, mark: Mark): Promise<void>;
  /** Absent: there is no such object. */
  find(client: GlueClient, address: GlueAddress): Promise<FoundObject | undefined>;
  /** Removes the object; one that is gone already is fine. */
  remove(client: GlueClient, address: GlueAddress): Promise<void>;
}

/** Runs a call on an object that may be gone. */
export const orGone = async <Value>(work: () => Promise<Value>): Promise<Value | undefined> => {
  try {
    return await work();
  } catch (error) {
    if (isFailure(error, 'EntityNotFoundException')) return undefined;
    throw error;
  }
};

/** The catalog that CloudFormation's properties name, as the Glue API takes it. */
export const catalogOf = (properties: JsonObject): { readonly CatalogId?: string } => {
  const catalogId = properties['CatalogId'];
  return typeof catalogId === 'string' ? { CatalogId: catalogId } : {};
};
