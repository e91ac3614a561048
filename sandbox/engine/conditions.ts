import type { Json } from '../json.ts';
import { isList, isObject, textOf } from '../json.ts';
import { notModelled } from '../protocol/errors.ts';
import type { Need } from './needs.ts';

/** The texts of a policy element, which is one text or a list of them. */
export const textsOf = (value: Json | undefined): readonly string[] =>
  (isList(value) ? value : [value]).flatMap((item) => textOf(item) ?? []);

/** Whether a pattern of a policy (`*` and `?`) covers a value. */
export const covers = (pattern: string, value: string, flags = ''): boolean => {
  if (pattern.includes('${')) throw notModelled(`the policy variable in ${pattern} of a service role's policies`);
  const escaped = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${escaped}$`, flags).test(value);
};

const arnParts = (arn: string): readonly string[] => {
  const parts = arn.split(':');
  return [...parts.slice(0, 5), parts.slice(5).join(':')];
};

/** Each of the six parts of an ARN is compared by itself (reference_policies_elements_condition_operators). */
const coversArn = (pattern: string, value: string): boolean => {
  const [wanted, given] = [arnParts(pattern), arnParts(value)];
  return wanted.every((part, index) => covers(part, given[index] ?? ''));
};

type Compare = (wanted: string, given: string) => boolean;

const equals: Compare = (wanted, given) => wanted === given;
const equalsIgnoringCase: Compare = (wanted, given) => wanted.toLowerCase() === given.toLowerCase();

const OPERATORS: Readonly<Record<string, { readonly compare: Compare; readonly isNegated?: boolean }>> = {
  ArnEquals: { compare: coversArn },
  ArnLike: { compare: coversArn },
  ArnNotEquals: { compare: coversArn, isNegated: true },
  ArnNotLike: { compare: coversArn, isNegated: true },
  Bool: { compare: equalsIgnoringCase },
  StringEquals: { compare: equals },
  StringEqualsIgnoreCase: { compare: equalsIgnoringCase },
  StringLike: { compare: (wanted, given) => covers(wanted, given) },
  StringNotEquals: { compare: equals, isNegated: true },
  StringNotEqualsIgnoreCase: { compare: equalsIgnoringCase, isNegated: true },
  StringNotLike: { compare: (wanted, given) => covers(wanted, given), isNegated: true },
};

/** The values that a request has for a condition key, none where it is known not to have the key. */
const valuesOf = (need: Need, key: string): readonly string[] => {
  const name = key.toLowerCase();
  const values = need.keys.get(name);
  if (values !== undefined) return values;
  if (need.absent.some((pattern) => covers(pattern, name))) return [];
  throw notModelled(`the condition key ${key} of ${need.action} in the policies of a service role`);
};

const isMetBy = (operator: string, wanted: readonly string[], given: readonly string[]): boolean => {
  const [, set, name = '', ifExists] = /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/.exec(operator) ?? [];
  if (name === 'Null') return wanted.some((text) => (text === 'true') === (given.length === 0));
  const found = OPERATORS[name];
  if (found === undefined) throw notModelled(`the condition operator ${operator} in the policies of a service role`);
  const { compare, isNegated = false } = found;
  if (given.length === 0) return ifExists !== undefined || set === 'ForAllValues' || (isNegated && set === undefined);
  const fits = (value: string): boolean => wanted.some((text) => compare(text, value)) !== isNegated;
  return set === 'ForAnyValue' ? given.some(fits) : given.every(fits);
};

/** Whether all of a statement's conditions hold; what the engine cannot judge is refused, not guessed. */
export const isMet = (condition: Json | undefined, need: Need): boolean =>
  !isObject(condition) ||
  Object.entries(condition).every(
    ([operator, keys]) =>
      isObject(keys) &&
      Object.entries(keys).every(([key, wanted]) => isMetBy(operator, textsOf(wanted), valuesOf(need, key))),
  );
