import type { Json, JsonObject } from '../json.ts';
import { canonical, isSame } from '../json.ts';
import { validationError } from '../protocol/errors.ts';
import type { ChangeDetail, ChangeTarget, ResourceChange } from './change.ts';
import type { Deployment } from './deployment.ts';
import { asText, leaves, propertyDetails, targetOf } from './details.ts';
import type { Causes } from './details.ts';
import { dependenciesOf } from './references.ts';
import type { Resolved } from './resolve.ts';
import { parameterValues } from './parameters.ts';
import { activeResources, resolveOutputs, resolveResource, scopeOf } from './resolve.ts';
import type { Stack, StackResource } from './stack.ts';
import type { ResourceDefinition } from './template.ts';
import { formatError } from './template-form.ts';

/** A resource as the contexts of a change set print it. */
export const contextText = (
  properties: JsonObject,
  tags: Resolved['tags'],
  policies: Pick<ResourceDefinition, 'deletionPolicy' | 'updateReplacePolicy'>,
): string => {
  const shown: Record<string, Json> = { ...properties };
  if (tags.length > 0) shown['Tags'] = tags.map((tag) => ({ Key: tag.Key, Value: tag.Value }));
  return JSON.stringify({
    Properties: asText(shown),
    ...(policies.updateReplacePolicy === 'Delete' ? {} : { UpdateReplacePolicy: policies.updateReplacePolicy }),
    ...(policies.deletionPolicy === 'Delete' ? {} : { DeletionPolicy: policies.deletionPolicy }),
  });
};

const tagDetails = (before: Resolved['tags'], after: Resolved['tags']): readonly ChangeDetail[] => {
  const asJson = (tags: Resolved['tags']): Json => tags.map((tag) => ({ Key: tag.Key, Value: tag.Value }));
  return leaves(asJson(before), asJson(after), '/Properties/Tags').map((leaf) => ({
    Target: targetOf('Tags', undefined, 'Never', leaf),
    Evaluation: 'Static',
    ChangeSource: 'DirectModification',
  }));
};

const policyDetails = (before: StackResource, after: ResourceDefinition): readonly ChangeDetail[] => {
  const one = (attribute: ChangeTarget['Attribute'], from: string, to: string): readonly ChangeDetail[] =>
    from === to
      ? []
      : [
          {
            Target: targetOf(attribute, undefined, 'Never', { path: `/${attribute}`, before: from, after: to }),
            Evaluation: 'Static',
            ChangeSource: 'DirectModification',
          },
        ];
  return [
    ...one('DeletionPolicy', before.deletionPolicy, after.deletionPolicy),
    ...one('UpdateReplacePolicy', before.updateReplacePolicy, after.updateReplacePolicy),
    ...one('Metadata', before.metadata, canonical(after.metadata)),
  ];
};

/** The most intrusive update of all details decides (using-cfn-updating-stacks-changesets-samples). */
const replacementOf = (details: readonly ChangeDetail[]): 'True' | 'False' | 'Conditional' => {
  const needs = details.map((detail) => detail.Target.RequiresRecreation);
  return needs.includes('Always') ? 'True' : needs.includes('Conditionally') ? 'Conditional' : 'False';
};

const modification = (
  resource: StackResource,
  definition: ResourceDefinition,
  resolved: Resolved,
  causes: Causes,
): ResourceChange | undefined => {
  const names = [...new Set([...Object.keys(resource.properties), ...Object.keys(resolved.properties)])];
  const details = [
    ...names
      .filter((name) => !isSame(resource.properties[name], resolved.properties[name]))
      .flatMap((name) =>
        propertyDetails(
          resource.type,
          name,
          resource.properties[name],
          resolved.properties[name],
          definition.properties[name],
          causes,
        ),
      ),
    ...tagDetails(resource.tags, resolved.tags),
    ...policyDetails(resource, definition),
  ];
  if (details.length === 0) return undefined;
  const replacement = replacementOf(details);
  return {
    Action: 'Modify',
    LogicalResourceId: resource.logicalId,
    ResourceType: resource.type,
    PhysicalResourceId: resource.physicalId,
    Replacement: replacement,
    ...(replacement === 'True'
      ? {
          PolicyAction:
            definition.updateReplacePolicy === 'Retain' ? ('ReplaceAndRetain' as const) : ('ReplaceAndDelete' as const),
        }
      : {}),
    Scope: [...new Set(details.map((detail) => detail.Target.Attribute))],
    Details: details,
    BeforeContext: contextText(resource.properties, resource.tags, resource),
    AfterContext: contextText(resolved.properties, resolved.tags, definition),
  };
};

const addition = (logicalId: string, definition: ResourceDefinition, resolved: Resolved): ResourceChange => ({
  Action: 'Add',
  LogicalResourceId: logicalId,
  ResourceType: definition.type,
  Scope: [],
  Details: [],
  AfterContext: contextText(resolved.properties, resolved.tags, definition),
});

const removal = (resource: StackResource): ResourceChange => ({
  Action: 'Remove',
  LogicalResourceId: resource.logicalId,
  ResourceType: resource.type,
  PhysicalResourceId: resource.physicalId,
  PolicyAction: resource.deletionPolicy === 'Delete' ? 'Delete' : 'Retain',
  Scope: [],
  Details: [],
  BeforeContext: contextText(resource.properties, resource.tags, resource),
});

/** The ids of a template's resources, each after those it depends on. */
const sorted = (deployment: Deployment): readonly string[] => {
  const edges = dependenciesOf(deployment.template);
  const order = new Set<string>();
  const visit = (id: string): void => {
    if (order.has(id)) return;
    for (const dependency of edges.get(id) ?? []) visit(dependency);
    order.add(id);
  };
  for (const id of edges.keys()) visit(id);
  return [...order];
};

const changedParameters = (stack: Stack, target: Deployment): ReadonlySet<string> => {
  const after = parameterValues(target.template, target.parameters);
  const before =
    stack.deployed === undefined
      ? new Map<string, string>()
      : parameterValues(stack.deployed.template, stack.deployed.parameters);
  return new Set([...after].filter(([key, value]) => before.has(key) && before.get(key) !== value).map(([key]) => key));
};

/** What deploying the target would do to the stack, by logical id. Values that only the deployment will know are marked. */
export const changesOf = (stack: Stack, target: Deployment): readonly ResourceChange[] => {
  const unknown = new Set<string>();
  const touched = new Set<string>();
  const scope = scopeOf(stack, target, (id) => {
    if (!active.has(id))
      throw formatError(`Unresolved resource dependencies [${id}] in the Resources block of the template`);
    return unknown.has(id) ? undefined : stack.resources.get(id);
  });
  const active = new Set(activeResources(target, scope));
  const causes: Causes = { parameters: changedParameters(stack, target), resources: touched };
  const changes: ResourceChange[] = [];
  for (const id of sorted(target)) {
    const definition = target.template.resources[id];
    if (definition === undefined || !active.has(id)) continue;
    const existing = stack.resources.get(id);
    const resolved = resolveResource(target, id, scope);
    if (existing !== undefined && existing.type !== definition.type) {
      throw validationError(
        `Update of resource type is not permitted. The new template modifies resource type of the following resources: [${id}]`,
      );
    }
    const change =
      existing === undefined
        ? addition(id, definition, resolved)
        : modification(existing, definition, resolved, causes);
    if (change === undefined) continue;
    changes.push(change);
    if (change.Replacement === 'True' || change.Replacement === 'Conditional') {
      unknown.add(id);
      touched.add(id);
    }
  }
  // Evaluated for its refusals: an output that cannot be had is known now.
  resolveOutputs(target, scope);
  for (const resource of stack.resources.values()) if (!active.has(resource.logicalId)) changes.push(removal(resource));
  return changes.sort((a, b) => (a.LogicalResourceId < b.LogicalResourceId ? -1 : 1));
};

const shownOutputs = (outputs: Stack['outputs']): string =>
  canonical(Object.fromEntries(outputs.map(({ key, value, description }) => [key, [value, description ?? null]])));

/** Nothing at all differs: no resource, no output (a parameter may change its value alone). Outputs alone make a change, though a change set lists none. */
export const isEmptyChange = (stack: Stack, target: Deployment, changes: readonly ResourceChange[]): boolean => {
  const outputs = (deployment: Deployment | undefined): string =>
    canonical(
      Object.entries(deployment?.template.outputs ?? {}).map(([key, output]) => [
        key,
        output.value,
        output.description ?? null,
      ]),
    );
  if (changes.length > 0 || outputs(stack.deployed) !== outputs(target)) return false;
  const scope = scopeOf(stack, target, (id) => stack.resources.get(id));
  return shownOutputs(stack.outputs) === shownOutputs(resolveOutputs(target, scope));
};
