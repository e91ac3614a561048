import { CFN_TYPES } from '../../spec/cloudformation.gen.ts';
import type { Json, JsonObject } from '../json.ts';
import { isObject, listAt, textAt, textOf } from '../json.ts';
import { validationError } from '../protocol/errors.ts';
import type { Tag } from '../types/resource-type.ts';
import type { ResourceValue, Scope } from './evaluate.ts';
import { evaluate, evaluateConditions } from './evaluate.ts';
import type { Deployment, Parameter } from './deployment.ts';
import type { Stack } from './stack.ts';
import type { Template } from './template.ts';

/** A resource's properties once its functions are evaluated; tags apart, as the stack's tags join them. */
export interface Resolved {
  readonly properties: JsonObject;
  readonly tags: readonly Tag[];
}

/** The values of a template's parameters, with defaults; refuses missing, unknown and disallowed ones. */
export const parameterValues = (template: Template, given: readonly Parameter[]): ReadonlyMap<string, string> => {
  const values = new Map(given.map(({ key, value }) => [key, value]));
  const unknown = given.filter(({ key }) => template.parameters[key] === undefined).map(({ key }) => key);
  if (unknown.length > 0) throw validationError(`Parameters: [${unknown.join(', ')}] do not exist in the template`);
  const missing: string[] = [];
  for (const [key, definition] of Object.entries(template.parameters)) {
    const value = values.get(key) ?? definition.defaultValue;
    if (value === undefined) missing.push(key);
    else if (definition.allowedValues.length > 0 && !definition.allowedValues.includes(value)) {
      throw validationError(`Template error: Parameter '${key}' must be one of AllowedValues`);
    } else if (
      definition.allowedPattern !== undefined &&
      !new RegExp(`^(?:${definition.allowedPattern})$`).test(value)
    ) {
      throw validationError(`Parameter '${key}' must match pattern ${definition.allowedPattern}`);
    } else values.set(key, value);
  }
  if (missing.length > 0) throw validationError(`Parameters: [${missing.join(', ')}] must have values`);
  return values;
};

const typed = (template: Template, key: string, value: string): Json =>
  /List/.test(template.parameters[key]?.type ?? '') ? value.split(',').map((item) => item.trim()) : value;

/** Everything that names mean in a deployment of this stack, but for its resources. */
export const scopeOf = (
  stack: Stack,
  deployment: Deployment,
  resource: (id: string) => ResourceValue | undefined,
): Scope => {
  const values = new Map<string, Json>([
    ['AWS::AccountId', stack.account],
    ['AWS::NotificationARNs', []],
    ['AWS::Partition', 'aws'],
    ['AWS::Region', stack.region],
    ['AWS::StackId', stack.id],
    ['AWS::StackName', stack.name],
    ['AWS::URLSuffix', 'amazonaws.com'],
  ]);
  const { template } = deployment;
  for (const [key, value] of parameterValues(template, deployment.parameters))
    values.set(key, typed(template, key, value));
  return { values, conditions: evaluateConditions(template.conditions, values), resource };
};

const tagsOf = (value: JsonObject): readonly Tag[] =>
  listAt(value, 'Tags').flatMap((tag) => {
    const key = textAt(tag, 'Key');
    return key === undefined ? [] : [{ Key: key, Value: textAt(tag, 'Value') ?? '' }];
  });

/** A resource's tags: the stack's, overridden by its own of the same key. Types without tags get none. */
const mergedTags = (type: string, stackTags: readonly Tag[], own: readonly Tag[]): readonly Tag[] => {
  if (CFN_TYPES[type]?.taggable !== true) return [];
  const merged = new Map([...stackTags, ...own].map((tag) => [tag.Key, tag.Value]));
  return [...merged].sort(([a], [b]) => (a < b ? -1 : 1)).map(([Key, Value]) => ({ Key, Value }));
};

export const resolveResource = (deployment: Deployment, logicalId: string, scope: Scope): Resolved => {
  const definition = deployment.template.resources[logicalId];
  const evaluated = evaluate(definition?.properties ?? {}, scope);
  const { Tags: _tags, ...properties } = isObject(evaluated) ? evaluated : {};
  const own = isObject(evaluated) ? tagsOf(evaluated) : [];
  return { properties, tags: mergedTags(definition?.type ?? '', deployment.tags, own) };
};

/** The resources of a deployment whose condition holds. */
export const activeResources = (deployment: Deployment, scope: Scope): readonly string[] =>
  Object.entries(deployment.template.resources)
    .filter(([, resource]) => resource.condition === undefined || scope.conditions.get(resource.condition) === true)
    .map(([id]) => id);

export const resolveOutputs = (deployment: Deployment, scope: Scope): Stack['outputs'] =>
  Object.entries(deployment.template.outputs)
    .filter(([, output]) => output.condition === undefined || scope.conditions.get(output.condition) === true)
    .map(([key, output]) => {
      const value = textOf(evaluate(output.value, scope));
      if (value === undefined)
        throw validationError(`Template format error: Output ${key} is malformed. The Value field must be a string.`);
      return { key, value, description: output.description };
    });
