import { parse as parseYaml } from 'yaml';
import type { Json, JsonObject } from '../json.ts';
import { isObject, listAt, parseJson, textAt, textOf } from '../json.ts';
import { notModelled, validationError } from '../protocol/errors.ts';
import { checkHead, checkIds, formatError, onlyKeys, section, textIn, textsIn } from './template-form.ts';
import { templateTags } from './yaml-tags.ts';

export type DeletionPolicy = 'Delete' | 'Retain' | 'RetainExceptOnCreate';

export interface ResourceDefinition {
  readonly type: string;
  readonly properties: JsonObject;
  readonly dependsOn: readonly string[];
  readonly condition: string | undefined;
  readonly deletionPolicy: DeletionPolicy;
  /** It is written down, if only as Delete: imports ask for that. */
  readonly hasDeletionPolicy: boolean;
  readonly updateReplacePolicy: 'Delete' | 'Retain';
  readonly metadata: Json | undefined;
}

const BOUNDS = ['MinLength', 'MaxLength', 'MinValue', 'MaxValue'] as const;
export type Bound = (typeof BOUNDS)[number];

export interface ParameterDefinition {
  readonly type: string;
  readonly defaultValue: string | undefined;
  readonly allowedValues: readonly string[];
  readonly allowedPattern: string | undefined;
  /** MinLength, MaxLength, MinValue and MaxValue, where they are given. */
  readonly bounds: Readonly<Partial<Record<Bound, number>>>;
  readonly noEcho: boolean;
  readonly description: string | undefined;
}

export interface OutputDefinition {
  readonly value: Json;
  readonly description: string | undefined;
  readonly condition: string | undefined;
}

/** A template, parsed but with its functions unevaluated. */
export interface Template {
  readonly description: string | undefined;
  readonly parameters: Readonly<Record<string, ParameterDefinition>>;
  readonly conditions: JsonObject;
  readonly resources: Readonly<Record<string, ResourceDefinition>>;
  readonly outputs: Readonly<Record<string, OutputDefinition>>;
}

const SECTIONS = [
  'AWSTemplateFormatVersion',
  'Description',
  'Metadata',
  'Parameters',
  'Conditions',
  'Resources',
  'Outputs',
];
const NOT_MODELLED = ['Mappings', 'Rules', 'Hooks', 'Transform'];
const RESOURCE_KEYS = [
  'Type',
  'Properties',
  'DependsOn',
  'Condition',
  'DeletionPolicy',
  'UpdateReplacePolicy',
  'Metadata',
];
const PARAMETER_KEYS = [
  'Type',
  'Default',
  'AllowedValues',
  'AllowedPattern',
  'NoEcho',
  'Description',
  'ConstraintDescription',
  ...BOUNDS,
];
const DELETION_POLICIES: readonly DeletionPolicy[] = ['Delete', 'Retain', 'RetainExceptOnCreate'];

const parseText = (body: string): JsonObject => {
  const isJson = body.trimStart().startsWith('{');
  let value: Json | undefined;
  try {
    value = isJson ? parseJson(body) : (parseYaml(body, { customTags: templateTags, version: '1.1' }) as Json);
  } catch {
    throw formatError('YAML not well-formed.');
  }
  if (value === undefined) throw formatError('JSON not well-formed.');
  if (!isObject(value)) throw formatError('unsupported structure.');
  return value;
};

/** A retention policy; what the sandbox cannot do (Snapshot) or AWS does not know is refused. */
const policyOf = (id: string, name: string, value: Json | undefined): DeletionPolicy => {
  if (value === undefined) return 'Delete';
  const found = DELETION_POLICIES.find((policy) => policy === value);
  const isAllowed = found !== undefined && (name === 'DeletionPolicy' || found !== 'RetainExceptOnCreate');
  if (!isAllowed) throw formatError(`Unrecognized ${name} ${textOf(value) ?? ''} for resource ${id}`);
  return found;
};

const resourceOf = (id: string, value: Json): ResourceDefinition => {
  if (!/^[A-Za-z0-9]{1,255}$/.test(id)) throw formatError(`Resource name ${id} is non alphanumeric.`);
  if (!isObject(value)) throw formatError(`[/Resources/${id}] resource definition is malformed`);
  for (const key of Object.keys(value)) {
    if (!RESOURCE_KEYS.includes(key)) throw validationError(`Invalid template resource property '${key}'`);
  }
  const type = textAt(value, 'Type');
  if (type === undefined) throw formatError(`[/Resources/${id}] Every Resources object must contain a Type member.`);
  const where = `/Resources/${id}`;
  const updateReplacePolicy = policyOf(id, 'UpdateReplacePolicy', value['UpdateReplacePolicy']);
  return {
    type,
    properties: section(value, 'Properties', where),
    dependsOn: textsIn(value, 'DependsOn', where),
    condition: textIn(value, 'Condition', where),
    deletionPolicy: policyOf(id, 'DeletionPolicy', value['DeletionPolicy']),
    hasDeletionPolicy: value['DeletionPolicy'] !== undefined,
    updateReplacePolicy: updateReplacePolicy === 'Retain' ? 'Retain' : 'Delete',
    metadata: value['Metadata'] === undefined ? undefined : section(value, 'Metadata', where),
  };
};

const boundsOf = (id: string, value: JsonObject): ParameterDefinition['bounds'] => {
  const bounds: Partial<Record<Bound, number>> = {};
  for (const bound of BOUNDS) {
    const text = textIn(value, bound, `/Parameters/${id}`);
    if (text === undefined) continue;
    if (text.trim() === '' || !Number.isFinite(Number(text)))
      throw formatError(`Parameter '${id}' ${bound} must be a number.`);
    bounds[bound] = Number(text);
  }
  return bounds;
};

const parameterOf = (id: string, value: Json): ParameterDefinition => {
  if (!isObject(value)) throw formatError(`[/Parameters/${id}] parameter definition is malformed`);
  onlyKeys(value, PARAMETER_KEYS, `/Parameters/${id}`);
  const type = textAt(value, 'Type');
  if (type === undefined) throw formatError(`Every Parameters object must contain a Type member. (${id})`);
  if (!['String', 'Number', 'CommaDelimitedList', 'List<Number>'].includes(type))
    throw notModelled(`parameters of type ${type}`);
  return {
    type,
    defaultValue: textAt(value, 'Default'),
    allowedValues: listAt(value, 'AllowedValues').flatMap((item) => textOf(item) ?? []),
    allowedPattern: textAt(value, 'AllowedPattern'),
    bounds: boundsOf(id, value),
    noEcho: textAt(value, 'NoEcho') === 'true',
    description: textAt(value, 'Description'),
  };
};

const outputOf = (id: string, value: Json): OutputDefinition => {
  if (!isObject(value) || value['Value'] === undefined)
    throw formatError(`Every Outputs member must contain a Value object (${id})`);
  if (value['Export'] !== undefined) throw notModelled(`exports (output ${id})`);
  onlyKeys(value, ['Value', 'Description', 'Condition'], `/Outputs/${id}`);
  const where = `/Outputs/${id}`;
  return {
    value: value['Value'],
    description: textIn(value, 'Description', where),
    condition: textIn(value, 'Condition', where),
  };
};

const mapped = <T>(items: JsonObject, read: (id: string, value: Json) => T): Record<string, T> =>
  Object.fromEntries(Object.entries(items).map(([id, value]) => [id, read(id, value)]));

const limit = (what: string, count: number, most: number): void => {
  if (count > most) throw formatError(`Number of ${what}, ${count}, is greater than maximum allowed, ${most}`);
};

/** Parses a template's text and refuses what AWS refuses by form alone (template-anatomy, cloudformation-limits). */
export const parseTemplate = (body: string): Template => {
  const root = parseText(body);
  for (const name of Object.keys(root)) {
    if (NOT_MODELLED.includes(name)) throw notModelled(`the template section ${name}`);
    if (!SECTIONS.includes(name)) throw validationError(`Invalid template property or properties [${name}]`);
  }
  checkHead(root);
  const [resources, outputs, parameters] = [
    section(root, 'Resources'),
    section(root, 'Outputs'),
    section(root, 'Parameters'),
  ];
  if (Object.keys(resources).length === 0) throw formatError('At least one Resources member must be defined.');
  limit('resources', Object.keys(resources).length, 500);
  limit('outputs', Object.keys(outputs).length, 200);
  limit('parameters', Object.keys(parameters).length, 200);
  checkIds('Output', outputs);
  checkIds('Parameter', parameters);
  return {
    description: textAt(root, 'Description'),
    parameters: mapped(parameters, parameterOf),
    conditions: section(root, 'Conditions'),
    resources: mapped(resources, resourceOf),
    outputs: mapped(outputs, outputOf),
  };
};
