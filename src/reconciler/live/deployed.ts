import { isJsonObject, type Json, type JsonObject } from '../model/json.ts';
import { ID_METADATA, logicalIdOf } from '../model/logical-id.ts';
import type { ResourceId } from '../model/resource.ts';
import { resolveReferences, type References } from './references.ts';

/** One resource of a deployed template. */
export interface DeployedResource {
  readonly id: ResourceId;
  readonly properties: JsonObject;
}

/** Logical id → resource id, of everything that is known. */
export type KnownIds = ReadonlyMap<string, ResourceId>;

/** Indexes resource ids by the logical id that they have in a template. */
export const knownIds = (ids: Iterable<ResourceId>): KnownIds =>
  new Map([...ids].map((id) => [logicalIdOf(id), id] as const));

const isResourceId = (value: Json | undefined): value is ResourceId =>
  typeof value === 'string' && /^[^/]+\/./.test(value);

/** The id in the resource's metadata; else of a known resource with that logical id; else one that says that it is unknown. */
const idOf = (logicalId: string, declaration: JsonObject, known: KnownIds): ResourceId => {
  const metadata = declaration['Metadata'];
  const id = isJsonObject(metadata) ? metadata[ID_METADATA] : undefined;
  return isResourceId(id) ? id : (known.get(logicalId) ?? `unknown/${logicalId}`);
};

/** The resources of a deployed template: the `applied` side of every comparison. References are resolved where known. */
export const deployedResources = (
  template: JsonObject,
  references: References,
  known: KnownIds,
): readonly DeployedResource[] => {
  const declarations = template['Resources'];
  if (!isJsonObject(declarations)) return [];
  return Object.entries(declarations).flatMap(([logicalId, declaration]) => {
    if (!isJsonObject(declaration)) return [];
    const properties = declaration['Properties'];
    return [
      {
        id: idOf(logicalId, declaration, known),
        properties: resolveReferences(isJsonObject(properties) ? properties : {}, references),
      },
    ];
  });
};
