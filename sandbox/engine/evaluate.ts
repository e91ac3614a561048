import type { Json, JsonObject } from '../json.ts';
import { isList, isObject, isSame, textOf } from '../json.ts';
import { notModelled, validationError } from '../protocol/errors.ts';
import { getAttOf } from './references.ts';

/** What a change set shows where only the deployment will know the value. */
export const KNOWN_AFTER_APPLY = '{{changeSet:KNOWN_AFTER_APPLY}}';

/** A resource as expressions see it; undefined where it does not exist yet. */
export interface ResourceValue {
  readonly physicalId: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** What names mean while an expression is evaluated. */
export interface Scope {
  /** Parameters and pseudo parameters. */
  readonly values: ReadonlyMap<string, Json>;
  readonly conditions: ReadonlyMap<string, boolean>;
  resource(id: string): ResourceValue | undefined;
}

type Evaluate = (argument: Json, scope: Scope) => Json | undefined;

const fail = (name: string, detail: string): Error => validationError(`Template error: ${name} ${detail}`);

const referTo = (name: string, scope: Scope): Json | undefined => {
  if (name === 'AWS::NoValue') return undefined;
  const value = scope.values.get(name);
  return value ?? scope.resource(name)?.physicalId ?? KNOWN_AFTER_APPLY;
};

const attributeOf = (id: string, attribute: string, scope: Scope): string => {
  const resource = scope.resource(id);
  if (resource === undefined) return KNOWN_AFTER_APPLY;
  const found = resource.attributes[attribute];
  if (found === undefined) throw notModelled(`the attribute ${attribute} of resource ${id}`);
  return found;
};

/** Text made of a value that is not known yet is not known either. */
const text = (value: string): string => (value.includes(KNOWN_AFTER_APPLY) ? KNOWN_AFTER_APPLY : value);

const scalar = (name: string, value: Json | undefined): string => {
  const found = textOf(value);
  if (found === undefined) throw fail(name, 'needs values of type string');
  return found;
};

const list = (name: string, argument: Json | undefined, scope: Scope): readonly Json[] => {
  const value = evaluate(argument, scope);
  if (value === KNOWN_AFTER_APPLY) return [KNOWN_AFTER_APPLY];
  if (!isList(value)) throw fail(name, 'needs a list');
  return value;
};

const sub: Evaluate = (argument, scope) => {
  const [template, own] = isList(argument) ? argument : [argument, undefined];
  const local = isObject(own) ? own : {};
  const value = (variable: string): string => {
    const inline = local[variable];
    if (inline !== undefined) return scalar('Fn::Sub', evaluate(inline, scope));
    const dot = variable.indexOf('.');
    if (dot > 0) return attributeOf(variable.slice(0, dot), variable.slice(dot + 1), scope);
    return scalar('Fn::Sub', referTo(variable, scope));
  };
  const replaced = scalar('Fn::Sub', template).replace(/\$\{(!?)([^}]*)\}/g, (_all, literal: string, name: string) =>
    literal === '!' ? `\${${name}}` : value(name.trim()),
  );
  return text(replaced);
};

const pair = (name: string, argument: Json): readonly [Json, Json] => {
  const [first, second] = isList(argument) ? argument : [];
  if (first === undefined || second === undefined) throw fail(name, 'requires two arguments');
  return [first, second];
};

const FUNCTIONS: Readonly<Record<string, Evaluate>> = {
  Ref: (argument, scope) => referTo(scalar('Ref', argument), scope),
  'Fn::GetAtt': (argument, scope) => {
    const found = getAttOf(argument);
    if (found === undefined) throw fail('Fn::GetAtt', 'requires a resource and an attribute');
    return attributeOf(found.id, found.attribute, scope);
  },
  'Fn::Sub': sub,
  'Fn::Join': (argument, scope) => {
    const [separator, items] = pair('Fn::Join', argument);
    return text(
      list('Fn::Join', items, scope)
        .map((item) => scalar('Fn::Join', item))
        .join(scalar('Fn::Join', separator)),
    );
  },
  'Fn::Select': (argument, scope) => {
    const [index, items] = pair('Fn::Select', argument);
    const values = list('Fn::Select', items, scope);
    const found =
      values[0] === KNOWN_AFTER_APPLY
        ? KNOWN_AFTER_APPLY
        : values[Number(scalar('Fn::Select', evaluate(index, scope)))];
    if (found === undefined)
      throw fail('Fn::Select', `cannot select nonexistent value at index ${textOf(index) ?? ''}`);
    return found;
  },
  'Fn::Split': (argument, scope) => {
    const [separator, source] = pair('Fn::Split', argument);
    const value = scalar('Fn::Split', evaluate(source, scope));
    return value === KNOWN_AFTER_APPLY ? value : value.split(scalar('Fn::Split', separator));
  },
  'Fn::If': (argument, scope) => {
    const [name, yes, no] = isList(argument) ? argument : [];
    const condition = scope.conditions.get(textOf(name) ?? '');
    if (condition === undefined)
      throw validationError(
        `Template format error: Unresolved condition dependency ${textOf(name) ?? ''} in the Resources block of the template`,
      );
    return evaluate(condition ? yes : no, scope);
  },
};

const functionOf = (value: JsonObject): readonly [string, Json] | undefined => {
  const [first, ...others] = Object.entries(value);
  if (first === undefined || others.length > 0) return undefined;
  return first[0] === 'Ref' || first[0].startsWith('Fn::') ? first : undefined;
};

/** The value of an expression; undefined is AWS::NoValue, and vanishes from the list or object around it. */
export const evaluate = (expression: Json | undefined, scope: Scope): Json | undefined => {
  if (isList(expression)) return expression.map((item) => evaluate(item, scope)).filter((item) => item !== undefined);
  if (!isObject(expression)) return expression;
  const call = functionOf(expression);
  if (call !== undefined) {
    const run = FUNCTIONS[call[0]];
    if (run === undefined) throw notModelled(`the function ${call[0]}`);
    return run(call[1], scope);
  }
  const result: Record<string, Json> = {};
  for (const [key, item] of Object.entries(expression)) {
    const value = evaluate(item, scope);
    if (value !== undefined) result[key] = value;
  }
  return result;
};

/** The conditions of a template; they may refer to parameters and to each other. */
export const evaluateConditions = (
  conditions: JsonObject,
  values: ReadonlyMap<string, Json>,
): ReadonlyMap<string, boolean> => {
  const known = new Map<string, boolean>();
  const scope: Scope = { values, conditions: known, resource: () => undefined };
  const named = (name: string): boolean => {
    const done = known.get(name);
    if (done !== undefined) return done;
    const expression = conditions[name];
    if (expression === undefined)
      throw validationError(`Template format error: Unresolved condition dependency ${name}`);
    const value = test(expression);
    known.set(name, value);
    return value;
  };
  const test = (expression: Json): boolean => {
    const [name, argument] = (isObject(expression) ? Object.entries(expression)[0] : undefined) ?? ['', null];
    const items = isList(argument) ? argument : [];
    if (name === 'Condition') return named(textOf(argument) ?? '');
    if (name === 'Fn::Equals') return isSame(evaluate(items[0], scope), evaluate(items[1], scope));
    if (name === 'Fn::And') return items.every(test);
    if (name === 'Fn::Or') return items.some(test);
    if (name === 'Fn::Not' && items[0] !== undefined) return !test(items[0]);
    throw validationError(
      'Template format error: Conditions can only be boolean operations on parameters and other conditions',
    );
  };
  Object.keys(conditions).forEach(named);
  return known;
};
