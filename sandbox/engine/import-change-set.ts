import type { JsonObject } from '../json.ts';
import { canonical } from '../json.ts';
import { membersOf } from '../protocol/call.ts';
import { validationError } from '../protocol/errors.ts';
import type { ResourceChange } from './change.ts';
import type { ChangeSet } from './change-set.ts';
import type { Deployment } from './deployment.ts';
import { ownerOf } from './imports.ts';
import type { Request } from './request.ts';
import { flag } from './request.ts';
import { resolveResource, scopeOf } from './resolve.ts';
import type { Stack } from './stack.ts';
import { contextOf, typeFor } from './context.ts';

const identifierOf = (member: ReadonlyMap<string, string>): JsonObject => {
  const found: Record<string, string> = {};
  for (const [key, name] of member) {
    const entry = /^(ResourceIdentifier\.entry\.\d+)\.key$/.exec(key)?.[1];
    if (entry !== undefined) found[name] = member.get(`${entry}.value`) ?? '';
  }
  return found;
};

/** Refuses what can be told from the template and the request alone: wrong ids, types and identifiers, and no DeletionPolicy. */
const checkOne = (request: Request, target: Deployment, id: string, type: string, identifier: JsonObject): void => {
  const definition = target.template.resources[id];
  if (definition === undefined) throw validationError(`Resource [${id}] to import is not in the template`);
  if (definition.type !== type)
    throw validationError(
      `Resource [${id}] to import is of type ${type} but of type ${definition.type} in the template`,
    );
  const wanted = typeFor(request.environment, type).identifiers;
  if (canonical(Object.keys(identifier).sort()) !== canonical([...wanted].sort())) {
    throw validationError(
      `Invalid resource identifier for [${id}]. A resource of type ${type} is identified by [${wanted.join(', ')}]`,
    );
  }
  if (!definition.hasDeletionPolicy)
    throw validationError(`Resources to import must have a DeletionPolicy attribute in the template: [${id}]`);
};

/** What the request wants imported, by logical id (import-resources-manually, API_CreateChangeSet). */
export const toImportOf = (
  request: Request,
  type: ChangeSet['type'],
  target: Deployment,
): ReadonlyMap<string, JsonObject> => {
  const members = membersOf(request.form, 'ResourcesToImport');
  if (type !== 'IMPORT') {
    if (members.length > 0) throw validationError('ResourcesToImport is only for change sets of type IMPORT');
    return new Map();
  }
  if (members.length === 0) throw validationError('ResourcesToImport must be specified for change sets of type IMPORT');
  if (flag(request, 'ImportExistingResources'))
    throw validationError('ImportExistingResources is not for change sets of type IMPORT');
  if (members.length > 200) throw validationError('ResourcesToImport: at most 200 resources are allowed');
  return new Map(
    members.map((member) => {
      const [id, identifier] = [member.get('LogicalResourceId') ?? '', identifierOf(member)];
      checkOne(request, target, id, member.get('ResourceType') ?? '', identifier);
      return [id, identifier];
    }),
  );
};

const outputsOf = (deployment: Deployment | undefined): string =>
  canonical(Object.entries(deployment?.template.outputs ?? {}).map(([key, output]) => [key, output.value]));

const refuseOthers = (
  stack: Stack,
  target: Deployment,
  changes: readonly ResourceChange[],
  toImport: ReadonlyMap<string, JsonObject>,
): void => {
  const ids = (found: readonly ResourceChange[]): string => found.map((change) => change.LogicalResourceId).join(', ');
  const held = changes.filter((change) => toImport.has(change.LogicalResourceId) && change.Action !== 'Add');
  const kept = [...toImport.keys()].filter((id) => stack.resources.has(id));
  if (held.length > 0 || kept.length > 0)
    throw validationError(`Resources [${kept.join(', ')}] already exist in the stack`);
  const others = changes.filter((change) => !toImport.has(change.LogicalResourceId));
  const added = others.filter((change) => change.Action === 'Add');
  if (added.length > 0) throw validationError(`Resources [${ids(added)}] is missing from ResourceToImport list`);
  if (others.length > 0) {
    throw validationError(
      `You have modified resources [${ids(others)}] in your template that are not being imported. Update, create or delete operations cannot be executed during import operations.`,
    );
  }
  if (outputsOf(stack.deployed) !== outputsOf(target))
    throw validationError('As part of the import operation, you cannot modify or add [Outputs]');
};

/** The changes of a change set of type IMPORT: each named resource exists, belongs to no stack, and nothing else changes. */
export const importChanges = async (
  request: Request,
  stack: Stack,
  target: Deployment,
  changes: readonly ResourceChange[],
  toImport: ReadonlyMap<string, JsonObject>,
): Promise<readonly ResourceChange[]> => {
  refuseOthers(stack, target, changes, toImport);
  const scope = scopeOf(stack, target, (id) => stack.resources.get(id));
  const resolve = async (change: ResourceChange): Promise<ResourceChange> => {
    const { LogicalResourceId: id, ResourceType: typeName } = change;
    const identifier = toImport.get(id) ?? {};
    const { properties } = resolveResource(target, id, scope);
    const other = Object.keys(identifier).find(
      (key) => properties[key] !== undefined && canonical(properties[key]) !== canonical(identifier[key]),
    );
    if (other !== undefined) {
      throw validationError(
        `The identifier ${other} of resource [${id}] does not match the value of the property in the template`,
      );
    }
    const type = typeFor(request.environment, typeName);
    const found = await type.find(contextOf(request.environment, stack, id), { ...properties, ...identifier });
    if (found === undefined)
      throw validationError(
        `Resource of type '${typeName}' with identifier '${JSON.stringify(identifier)}' was not found.`,
      );
    const owner = ownerOf(request, typeName, found.physicalId);
    if (owner !== undefined)
      throw validationError(`Resource ${found.physicalId} (${id}) already belongs to stack ${owner.id}`);
    return { ...change, Action: 'Import', PhysicalResourceId: found.physicalId };
  };
  return Promise.all(changes.map(resolve));
};
