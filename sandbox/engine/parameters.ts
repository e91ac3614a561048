import { validationError } from '../protocol/errors.ts';
import type { Parameter } from './deployment.ts';
import type { ParameterDefinition, Template } from './template.ts';

const isNumber = (text: string): boolean => text.trim() !== '' && Number.isFinite(Number(text));

/** What a value breaks of its parameter's constraints, in AWS's words, or undefined (parameters-section-structure). */
const violationOf = (definition: ParameterDefinition, value: string): string | undefined => {
  const { type, allowedValues, allowedPattern, bounds } = definition;
  const items = type.startsWith('List<') || type === 'CommaDelimitedList' ? value.split(',') : [value];
  if (type.includes('Number') && !items.every(isNumber)) return 'must be a number';
  if (allowedValues.length > 0 && !items.every((item) => allowedValues.includes(item.trim())))
    return 'must be one of AllowedValues';
  if (allowedPattern !== undefined && !new RegExp(`^(?:${allowedPattern})$`).test(value))
    return `must match pattern ${allowedPattern}`;
  const { MinLength: shortest, MaxLength: longest, MinValue: least, MaxValue: most } = bounds;
  if (shortest !== undefined && value.length < shortest) return `must contain at least ${shortest} characters`;
  if (longest !== undefined && value.length > longest) return `must contain at most ${longest} characters`;
  if (least !== undefined && items.some((item) => Number(item) < least))
    return `must be a number not less than ${least}`;
  if (most !== undefined && items.some((item) => Number(item) > most))
    return `must be a number not greater than ${most}`;
  return undefined;
};

/** The values of a template's parameters, with defaults; refuses missing, unknown and disallowed ones. */
export const parameterValues = (template: Template, given: readonly Parameter[]): ReadonlyMap<string, string> => {
  const values = new Map(given.map(({ key, value }) => [key, value]));
  const unknown = given.filter(({ key }) => template.parameters[key] === undefined).map(({ key }) => key);
  if (unknown.length > 0) throw validationError(`Parameters: [${unknown.join(', ')}] do not exist in the template`);
  const missing: string[] = [];
  for (const [key, definition] of Object.entries(template.parameters)) {
    const value = values.get(key) ?? definition.defaultValue;
    if (value === undefined) {
      missing.push(key);
      continue;
    }
    const violation = violationOf(definition, value);
    if (violation !== undefined) throw validationError(`Template error: Parameter '${key}' ${violation}`);
    values.set(key, value);
  }
  if (missing.length > 0) throw validationError(`Parameters: [${missing.join(', ')}] must have values`);
  return values;
};
