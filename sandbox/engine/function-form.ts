import type { Json } from '../json.ts';
import { isList, isObject, textOf } from '../json.ts';
import { notModelled, validationError } from '../protocol/errors.ts';
import type { Template } from './template.ts';
import { formatError } from './template-form.ts';

const isText = (value: Json | undefined): boolean => typeof value === 'string';
const isCall = (value: Json | undefined): boolean => isObject(value) && Object.keys(value).length === 1;
const isPair = (argument: Json, second: (value: Json | undefined) => boolean): boolean =>
  isList(argument) && argument.length === 2 && isText(argument[0]) && second(argument[1]);

interface Form {
  readonly isMet: (argument: Json) => boolean;
  /** What AWS says where it is not (observed). */
  readonly refusal: string;
}

/** Functions whose arguments nothing else judges when a template is submitted (TR intrinsic-function-reference). */
const FORMS: Readonly<Record<string, Form>> = {
  'Fn::Join': {
    isMet: (argument) => isPair(argument, (items) => isList(items) || isCall(items)),
    refusal:
      'every Fn::Join object requires two parameters, (1) a string delimiter and (2) a list of strings to be joined or a function that returns a list of strings (such as Fn::GetAZs) to be joined.',
  },
  'Fn::Split': {
    isMet: (argument) => isPair(argument, (source) => isText(source) || isCall(source)),
    refusal:
      'every Fn::Split object requires two parameters, (1) a string delimiter and (2) a string to be split or a function that returns a string to be split.',
  },
  'Fn::Sub': {
    isMet: (argument) => isText(argument) || isPair(argument, isObject),
    refusal:
      "One or more Fn::Sub intrinsic functions don't specify expected arguments. Specify a string as first argument, and an optional second argument to specify a mapping of values to replace in the string",
  },
  'Fn::Select': {
    isMet: (argument) => isList(argument) && argument.length === 2,
    refusal: 'Fn::Select requires a list argument with two elements: an integer index and a list',
  },
  'Fn::If': {
    isMet: (argument) => isList(argument) && argument.length === 3 && isText(argument[0]),
    refusal: 'Fn::If requires a list argument with three elements: a condition name and a value for either case',
  },
};

const OTHERS = ['Ref', 'Fn::GetAtt'];
const BOOLEAN = ['Fn::Equals', 'Fn::And', 'Fn::Or', 'Fn::Not'];

/** AWS has them; the sandbox does not. Transforms and loops have siblings, the others stand alone. */
const NOT_MODELLED = [
  'Fn::Base64',
  'Fn::Cidr',
  'Fn::FindInMap',
  'Fn::GetAZs',
  'Fn::ImportValue',
  'Fn::Length',
  'Fn::ToJsonString',
  'Fn::Transform',
];

const unsupported = (name: string, supported: readonly string[]): Error =>
  validationError(
    `Template error: Encountered unsupported function: ${name} Supported functions are: [${[...NOT_MODELLED, ...supported].join(', ')}]`,
  );

const checkCall = (name: string, argument: Json, template: Template, supported: readonly string[]): void => {
  if (!supported.includes(name)) throw unsupported(name, supported);
  const form = FORMS[name];
  if (form?.isMet(argument) === false) throw validationError(`Template error: ${form.refusal}`);
  if (name !== 'Fn::If' || !isList(argument)) return;
  const condition = textOf(argument[0]) ?? '';
  if (template.conditions[condition] === undefined)
    throw formatError(`Unresolved condition dependency ${condition} in the Resources block of the template`);
};

/** Refuses functions that AWS or the sandbox does not have, and arguments that they do not take, in a branch not taken too. */
export const checkFunctions = (template: Template): void => {
  const visit = (value: Json | undefined, supported: readonly string[]): void => {
    if (isList(value)) for (const item of value) visit(item, supported);
    if (!isObject(value)) return;
    for (const [key, argument] of Object.entries(value)) {
      if (NOT_MODELLED.includes(key) || key.startsWith('Fn::ForEach::')) throw notModelled(`the function ${key}`);
      if (isCall(value) && key.startsWith('Fn::')) checkCall(key, argument, template, supported);
      visit(argument, supported);
    }
  };
  const everywhere = [...OTHERS, ...Object.keys(FORMS)];
  for (const resource of Object.values(template.resources)) visit(resource.properties, everywhere);
  for (const output of Object.values(template.outputs)) visit(output.value, everywhere);
  visit(template.conditions, [...everywhere, ...BOOLEAN]);
};
