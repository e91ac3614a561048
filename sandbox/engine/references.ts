import { CFN_TYPES } from '../../spec/cloudformation.gen.ts';
import type { Json } from '../json.ts';
import { isList, isObject, textOf } from '../json.ts';
import { validationError } from '../protocol/errors.ts';
import { checkConditionForm } from './condition-form.ts';
import type { Template } from './template.ts';
import { formatError } from './template-form.ts';

/** What an expression mentions: names (parameters or resources) and resources' attributes. */
export interface References {
  readonly names: ReadonlySet<string>;
  readonly attributes: readonly { readonly id: string; readonly attribute: string }[];
}

export const PSEUDO_PARAMETERS: readonly string[] = [
  'AWS::AccountId',
  'AWS::NoValue',
  'AWS::NotificationARNs',
  'AWS::Partition',
  'AWS::Region',
  'AWS::StackId',
  'AWS::StackName',
  'AWS::URLSuffix',
];

/** The variables of a Fn::Sub text; `${!Literal}` is none. */
export const subVariables = (text: string): readonly string[] =>
  [...text.matchAll(/\$\{([^!}][^}]*)\}/g)].map((match) => (match[1] ?? '').trim());

export const getAttOf = (value: Json): { id: string; attribute: string } | undefined => {
  if (isList(value)) {
    const [id, ...rest] = value.map((item) => textOf(item) ?? '');
    return id === undefined || rest.length === 0 ? undefined : { id, attribute: rest.join('.') };
  }
  const text = textOf(value) ?? '';
  const dot = text.indexOf('.');
  return dot <= 0 ? undefined : { id: text.slice(0, dot), attribute: text.slice(dot + 1) };
};

/** Everything an expression refers to, at any depth. */
export const referencesOf = (expression: Json | undefined): References => {
  const names = new Set<string>();
  const attributes: { id: string; attribute: string }[] = [];
  const mention = (variable: string): void => {
    const dot = variable.indexOf('.');
    if (dot > 0) attributes.push({ id: variable.slice(0, dot), attribute: variable.slice(dot + 1) });
    else names.add(variable);
  };
  const visit = (value: Json | undefined): void => {
    if (isList(value)) value.forEach(visit);
    if (!isObject(value)) return;
    const keys = Object.keys(value);
    const only = keys.length === 1 ? keys[0] : undefined;
    if (only === 'Ref') names.add(textOf(value['Ref']) ?? '');
    else if (only === 'Fn::GetAtt') {
      const found = getAttOf(value['Fn::GetAtt'] ?? null);
      if (found === undefined)
        throw validationError(
          'Template error: every Fn::GetAtt object requires two non-empty parameters, the resource name and the resource attribute',
        );
      attributes.push(found);
    } else if (only === 'Fn::Sub') {
      const body = value['Fn::Sub'];
      const [text, own] = isList(body) ? body : [body, undefined];
      const local = isObject(own) ? Object.keys(own) : [];
      subVariables(textOf(text) ?? '')
        .filter((name) => !local.includes(name))
        .forEach(mention);
      visit(own);
    } else
      keys.forEach((key) => {
        visit(value[key]);
      });
  };
  visit(expression);
  return { names, attributes };
};

const known = (template: Template): ReadonlySet<string> =>
  new Set([...PSEUDO_PARAMETERS, ...Object.keys(template.parameters), ...Object.keys(template.resources)]);

const checkAttributes = (template: Template, references: References): void => {
  for (const { id, attribute } of references.attributes) {
    const resource = template.resources[id];
    if (resource === undefined)
      throw validationError(`Template error: instance of Fn::GetAtt references undefined resource ${id}`);
    const attributes = CFN_TYPES[resource.type]?.attributes ?? [];
    if (!attributes.includes(attribute)) {
      throw validationError(
        `Template error: resource ${id} does not support attribute type ${attribute} in Fn::GetAtt`,
      );
    }
  }
};

const checkBlock = (template: Template, block: string, expressions: readonly Json[]): void => {
  const names = known(template);
  const missing = new Set<string>();
  for (const expression of expressions) {
    const references = referencesOf(expression);
    checkAttributes(template, references);
    for (const name of references.names) if (!names.has(name)) missing.add(name);
  }
  if (missing.size > 0) {
    throw formatError(
      `Unresolved resource dependencies [${[...missing].join(', ')}] in the ${block} block of the template`,
    );
  }
};

/** Conditions see parameters only, and those that resources and outputs name must exist. */
const checkConditions = (template: Template): void => {
  checkConditionForm(template.conditions);
  const values = new Set([...PSEUDO_PARAMETERS, ...Object.keys(template.parameters)]);
  const missing = [...referencesOf(template.conditions).names].filter((name) => !values.has(name));
  if (missing.length > 0) {
    throw formatError(
      `Unresolved dependencies [${missing.join(', ')}]. Cannot reference resources in the Conditions block of the template`,
    );
  }
  const checkNamed = (block: string, named: Iterable<string | undefined>): void => {
    for (const name of named) {
      if (name !== undefined && template.conditions[name] === undefined) {
        throw formatError(`Unresolved condition dependency ${name} in the ${block} block of the template`);
      }
    }
  };
  checkNamed(
    'Resources',
    Object.values(template.resources).map((resource) => resource.condition),
  );
  checkNamed(
    'Outputs',
    Object.values(template.outputs).map((output) => output.condition),
  );
};

/** Refuses references to nothing, in resources, outputs and conditions. */
export const checkReferences = (template: Template): void => {
  checkConditions(template);
  const resources = Object.entries(template.resources);
  checkBlock(
    template,
    'Resources',
    resources.map(([, resource]) => resource.properties),
  );
  checkBlock(
    template,
    'Outputs',
    Object.values(template.outputs).map((output) => output.value),
  );
  for (const [, resource] of resources) {
    const missing = resource.dependsOn.filter((id) => template.resources[id] === undefined);
    if (missing.length > 0) {
      throw formatError(
        `Unresolved resource dependencies [${missing.join(', ')}] in the Resources block of the template`,
      );
    }
  }
};

/** Resources that must exist before each resource: what it refers to and what it names in DependsOn. */
export const dependenciesOf = (template: Template): ReadonlyMap<string, ReadonlySet<string>> => {
  const edges = new Map<string, ReadonlySet<string>>();
  for (const [id, resource] of Object.entries(template.resources)) {
    const references = referencesOf(resource.properties);
    const mentioned = [
      ...references.names,
      ...references.attributes.map((attribute) => attribute.id),
      ...resource.dependsOn,
    ];
    edges.set(id, new Set(mentioned.filter((name) => template.resources[name] !== undefined)));
  }
  return edges;
};

/** Refuses circles, naming the resources left when all that can be ordered are taken away. */
export const checkCircles = (template: Template): void => {
  const left = new Map([...dependenciesOf(template)].map(([id, edges]) => [id, new Set(edges)]));
  for (let ready = [...left].filter(([, edges]) => edges.size === 0); ready.length > 0;) {
    for (const [id] of ready) left.delete(id);
    for (const edges of left.values()) for (const [id] of ready) edges.delete(id);
    ready = [...left].filter(([, edges]) => edges.size === 0);
  }
  if (left.size > 0) throw validationError(`Circular dependency between resources: [${[...left.keys()].join(', ')}]`);
};
