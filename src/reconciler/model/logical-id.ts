import { sha256Hex } from './digest.ts';
import { isJsonObject, type Json, type JsonObject } from './json.ts';
import type { ResourceId } from './resource.ts';

/** The key in a template resource's `Metadata` that holds the id of our resource. */
export const ID_METADATA = 'EdlId';

const capitalise = (word: string): string => `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`;

/** Whether turning this text into PascalCase could make it equal to that of another: a border before a digit vanishes. */
const isLossy = (text: string): boolean => !/^[a-z0-9]+(-[a-z][a-z0-9]*)*$/.test(text);

/**
 * The logical id of a resource in its template: PascalCase, made of the resource's id alone so that it never moves.
 * CloudFormation takes another logical id for another resource, hence two ids never share one: where the readable form
 * could be that of another id too, part of the id's sha256 follows.
 */
export const logicalIdOf = (id: ResourceId): string => {
  const name = id
    .split(/[^A-Za-z0-9]+/)
    .map(capitalise)
    .join('');
  return isLossy(id.replace('/', '-')) ? `${name}${sha256Hex(id).slice(0, 8)}` : name;
};

/** The template output that tells the physical id of a resource whose name AWS chooses. */
export const refOutputOf = (id: ResourceId): string => `Ref${logicalIdOf(id)}`;

/** `{ "Ref": … }` of a resource in the same stack, where AWS chooses the name. */
export const refTo = (id: ResourceId): JsonObject => ({ Ref: logicalIdOf(id) });

/** The logical id that a value refers to, if it is exactly `{ "Ref": … }`. */
export const refOf = (value: Json | undefined): string | undefined => {
  if (!isJsonObject(value) || Object.keys(value).length !== 1) return undefined;
  const target = value['Ref'];
  return typeof target === 'string' ? target : undefined;
};
