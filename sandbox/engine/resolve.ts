import { CFN_TYPES } from '../../spec/cloudformation.gen.ts';
import type { Json, JsonObject } from '../json.ts';
import { isList, isObject, textAt, textOf } from '../json.ts';
import { validationError } from '../protocol/errors.ts';
import type { Tag } from '../types/resource-type.ts';
import type { ResourceValue, Scope } from './evaluate.ts';
import { evaluate, evaluateConditions } from './evaluate.ts';
import type { Deployment } from './deployment.ts';
import { parameterValues } from './parameters.ts';
import type { Stack } from './stack.ts';
import type { Template } from './template.ts';

/** A resource's properties once its functions are evaluated; tags apart, as the stack's tags join them. */
export interface Resolved {
  readonly properties: JsonObject;
  readonly tags: readonly Tag[];
}

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

/** A resource's own tags; a list that is none, or a member without its two texts, would lose tags in silence. */
const tagsOf = (value: Json | undefined, logicalId: string): readonly Tag[] => {
  const malformed = (): Error =>
    validationError(
      `Properties validation failed for resource ${logicalId}: #/Tags must be a list of Key and Value, each key once`,
    );
  if (value === undefined) return [];
  if (!isList(value)) throw malformed();
  const tags = value.map((tag) => {
    const [key, text] = [textAt(tag, 'Key'), textAt(tag, 'Value')];
    if (key === undefined || text === undefined || Object.keys(tag ?? {}).length !== 2) throw malformed();
    return { Key: key, Value: text };
  });
  if (new Set(tags.map((tag) => tag.Key)).size < tags.length) throw malformed();
  return tags;
};

/** A resource's tags: the stack's, overridden by its own of the same key. Types without tags get none. */
const mergedTags = (type: string, stackTags: readonly Tag[], own: readonly Tag[]): readonly Tag[] => {
  if (CFN_TYPES[type]?.taggable !== true) return [];
  const merged = new Map([...stackTags, ...own].map((tag) => [tag.Key, tag.Value]));
  return [...merged].sort(([a], [b]) => (a < b ? -1 : 1)).map(([Key, Value]) => ({ Key, Value }));
};

export const resolveResource = (deployment: Deployment, logicalId: string, scope: Scope): Resolved => {
  const definition = deployment.template.resources[logicalId];
  const evaluated = evaluate(definition?.properties ?? {}, scope);
  const { Tags: tags, ...properties } = isObject(evaluated) ? evaluated : {};
  const own = tagsOf(tags, logicalId);
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
