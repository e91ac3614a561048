import type { JsonObject } from '../reconciler/model/json.ts';
import { isJsonObject } from '../reconciler/model/json.ts';
import type { Mark } from '../reconciler/model/live.ts';
import { digestOfProperties } from '../reconciler/model/mark.ts';
import { markOwner } from '../reconciler/model/names.ts';
import type { StackWork } from '../reconciler/model/ports.ts';
import type { Resource, ResourceId } from '../reconciler/model/resource.ts';

/** The mark that an object gets when we write it. Compile has normalised the properties of Glue and S3 objects. */
export const markOf = (work: StackWork, resource: Resource): Mark => ({
  owner: markOwner(work.organization, work.instance),
  id: resource.id,
  digest: digestOfProperties(resource.properties),
});

/** Whether a mark says that the object is ours, and this very object and not a copy of it. */
export const isOurs = (work: StackWork, id: ResourceId, mark: Mark | undefined): boolean =>
  mark?.owner === markOwner(work.organization, work.instance) && mark.id === id;

/** A property that must be an object; an absent one is empty. */
export const objectAt = (properties: JsonObject, key: string): JsonObject => {
  const value = properties[key];
  return isJsonObject(value) ? value : {};
};

/** A property that must be text. */
export const textAt = (properties: JsonObject, key: string): string => {
  const value = properties[key];
  return typeof value === 'string' ? value : '';
};
