import { CFN_TYPES } from '../../spec/cloudformation.gen.ts';
import { AwsError, notModelled } from '../protocol/errors.ts';
import type { Deployment } from './deployment.ts';
import type { Environment } from './environment.ts';
import { checkFunctions } from './function-form.ts';
import { checkCircles, checkReferences, referencesOf } from './references.ts';
import { activeResources, resolveResource, scopeOf } from './resolve.ts';
import type { Stack } from './stack.ts';
import type { Template } from './template.ts';
import { formatError } from './template-form.ts';

/** Attributes that AWS has and the sandbox does not give. */
const checkAttributes = (environment: Environment, template: Template): void => {
  const expressions = [
    ...Object.values(template.resources).map((resource) => resource.properties),
    ...Object.values(template.outputs).map((output) => output.value),
  ];
  for (const { id, attribute } of expressions.flatMap((expression) => referencesOf(expression).attributes)) {
    const type = template.resources[id]?.type ?? '';
    if (environment.typeOf(type)?.attributes?.includes(attribute) !== true)
      throw notModelled(`the attribute ${attribute} of ${type}`);
  }
};

/** Refuses a template that AWS refuses when it is submitted, and one that uses what the sandbox does not model. */
export const checkTemplate = (environment: Environment, template: Template): void => {
  const unknown = Object.values(template.resources).filter(
    (resource) => environment.typeOf(resource.type) === undefined,
  );
  if (unknown.length > 0) {
    const types = [...new Set(unknown.map((resource) => resource.type))];
    throw formatError(`Unrecognized resource types: [${types.join(', ')}]`);
  }
  for (const [id, resource] of Object.entries(template.resources)) {
    const modelled = environment.typeOf(resource.type)?.modelled ?? [];
    const known = CFN_TYPES[resource.type]?.properties ?? {};
    const refused = Object.keys(resource.properties).filter(
      (name) => known[name] !== undefined && !modelled.includes(name),
    );
    if (refused.length > 0) throw notModelled(`${resource.type} ${refused.join(', ')} (resource ${id})`);
  }
  checkFunctions(template);
  checkReferences(template);
  checkAttributes(environment, template);
  checkCircles(template);
};

/** The capabilities that a deployment's IAM resources ask for (control-access-with-iam). */
export const checkCapabilities = (
  environment: Environment,
  stack: Stack,
  target: Deployment,
  given: readonly string[],
): void => {
  const scope = scopeOf(stack, target, () => undefined);
  const needed = new Set<string>();
  for (const id of activeResources(target, scope)) {
    const type = environment.typeOf(target.template.resources[id]?.type ?? '');
    const capability = type?.capability?.(resolveResource(target, id, scope).properties);
    if (capability !== undefined) needed.add(capability);
  }
  const most = needed.has('CAPABILITY_NAMED_IAM') ? 'CAPABILITY_NAMED_IAM' : [...needed][0];
  if (most === undefined || given.includes(most) || given.includes('CAPABILITY_NAMED_IAM')) return;
  throw new AwsError('InsufficientCapabilitiesException', `Requires capabilities : [${most}]`);
};
