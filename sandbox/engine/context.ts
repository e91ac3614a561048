import { notModelled } from '../protocol/errors.ts';
import type { Services } from '../services.ts';
import type { Context, ResourceType } from '../types/resource-type.ts';
import type { Environment } from './environment.ts';
import { withRole } from './grants.ts';
import type { Stack, StackEvent } from './stack.ts';
import { STACK_TYPE, isBusy } from './stack.ts';

/** The resource type of a name that a template was checked for. */
export const typeFor = (environment: Environment, type: string): ResourceType => {
  const found = environment.typeOf(type);
  if (found === undefined) throw notModelled(`the resource type ${type}`);
  return found;
};

/** What the role may do is read once for each status of a stack under way, not for each resource. */
const GRANTED = new WeakMap<Stack, { readonly since: StackEvent | undefined; readonly services: Services }>();

/** The services with the rights of the stack's role, or with all where the caller's own are used. */
const servicesFor = (environment: Environment, stack: Stack): Services => {
  const services = environment.services(stack.account, stack.region);
  if (stack.roleArn === undefined) return services;
  const since = isBusy(stack) ? stack.events.findLast((told) => told.type === STACK_TYPE) : undefined;
  const known = GRANTED.get(stack);
  if (known !== undefined && since !== undefined && known.since === since) return known.services;
  const granted = withRole(services, stack, stack.roleArn);
  GRANTED.set(stack, { since, services: granted });
  return granted;
};

/** What the handlers of a resource are given. */
export const contextOf = (environment: Environment, stack: Stack, logicalId: string): Context => ({
  services: servicesFor(environment, stack),
  account: stack.account,
  region: stack.region,
  stackName: stack.name,
  logicalId,
});
