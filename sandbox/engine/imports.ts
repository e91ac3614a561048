import { canonical, textAt } from '../json.ts';
import { validationError } from '../protocol/errors.ts';
import type { ResourceChange } from './change.ts';
import type { Deployment } from './deployment.ts';
import { stacksOf } from './find-stack.ts';
import type { Request } from './request.ts';
import { resolveResource, scopeOf } from './resolve.ts';
import type { Stack } from './stack.ts';
import { isDeleted } from './stack.ts';

export const ownerOf = (request: Request, type: string, physicalId: string): Stack | undefined =>
  stacksOf(request).find(
    (stack) =>
      !isDeleted(stack) &&
      [...stack.resources.values()].some((resource) => resource.type === type && resource.physicalId === physicalId),
  );

/** With ImportExistingResources, additions whose custom name already exists become imports (import-resources-automatically). */
export const withImports = async (
  request: Request,
  stack: Stack,
  target: Deployment,
  changes: readonly ResourceChange[],
): Promise<readonly ResourceChange[]> => {
  const scope = scopeOf(stack, target, (id) => stack.resources.get(id));
  const unprotected: string[] = [];
  const resolve = async (change: ResourceChange): Promise<ResourceChange> => {
    const definition = target.template.resources[change.LogicalResourceId];
    const type = request.environment.typeOf(change.ResourceType);
    // A static name only: one made by a function is not looked for.
    const name = type?.nameProperty === undefined ? undefined : textAt(definition?.properties, type.nameProperty);
    if (change.Action !== 'Add' || definition === undefined || name === undefined) return change;
    const { properties } = resolveResource(target, change.LogicalResourceId, scope);
    const context = {
      services: request.services,
      account: request.account,
      region: request.region,
      stackName: stack.name,
      logicalId: change.LogicalResourceId,
    };
    const found = await type?.find(context, properties);
    if (found === undefined) return change;
    const owner = ownerOf(request, change.ResourceType, found.physicalId);
    if (owner !== undefined) {
      throw validationError(
        `Resource ${found.physicalId} (${change.LogicalResourceId}) already belongs to stack ${owner.id}`,
      );
    }
    if (definition.deletionPolicy === 'Delete')
      unprotected.push(`${change.LogicalResourceId} (${canonical({ name: found.physicalId })})`);
    return { ...change, Action: 'Import', PhysicalResourceId: found.physicalId };
  };
  const resolved = await Promise.all(changes.map(resolve));
  if (unprotected.length > 0) {
    throw validationError(
      'CloudFormation is attempting to import some resources because they already exist in your account. The resources must have the ' +
        `DeletionPolicy attribute set to 'Retain' or 'RetainExceptOnCreate' in the template for successful import. The affected resources are ${unprotected.join(', ')}`,
    );
  }
  return resolved;
};
