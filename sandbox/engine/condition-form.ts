import type { Json, JsonObject } from '../json.ts';
import { isList, isObject, textOf } from '../json.ts';
import { formatError } from './template-form.ts';

/** How many arguments each boolean function takes (intrinsic-function-reference-conditions). */
const ARGUMENTS: Readonly<Record<string, readonly [number, number]>> = {
  'Fn::Equals': [2, 2],
  'Fn::And': [2, 10],
  'Fn::Or': [2, 10],
  'Fn::Not': [1, 1],
};

const NOT_BOOLEAN = 'Conditions can only be boolean operations on parameters and other conditions';

/** Refuses conditions that are no boolean operations, that name none, or that need each other. */
export const checkConditionForm = (conditions: JsonObject): void => {
  const checked = new Set<string>();
  const checkNamed = (name: string, path: readonly string[]): void => {
    if (checked.has(name)) return;
    if (path.includes(name))
      throw formatError(`Circular dependency between conditions: [${[...path].sort().join(', ')}]`);
    const expression = conditions[name];
    if (expression === undefined) throw formatError(`Unresolved condition dependency ${name}`);
    checkExpression(expression, [...path, name]);
    checked.add(name);
  };
  const checkExpression = (expression: Json, path: readonly string[]): void => {
    const [call, ...others] = isObject(expression) ? Object.entries(expression) : [];
    if (call === undefined || others.length > 0) throw formatError(NOT_BOOLEAN);
    const [name, argument] = call;
    if (name === 'Condition') {
      checkNamed(textOf(argument) ?? '', path);
      return;
    }
    const counts = ARGUMENTS[name];
    if (counts === undefined) throw formatError(NOT_BOOLEAN);
    const items = isList(argument) ? argument : [];
    const [least, most] = counts;
    if (items.length < least || items.length > most) {
      const wanted = least === most ? String(least) : `${least} to ${most}`;
      throw formatError(`every ${name} object requires a list of ${wanted} parameters.`);
    }
    if (name !== 'Fn::Equals') for (const item of items) checkExpression(item, path);
  };
  for (const name of Object.keys(conditions)) checkNamed(name, []);
};
