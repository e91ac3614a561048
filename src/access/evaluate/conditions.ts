import { isJsonArray, isJsonObject, type Json } from '../../reconciler/model/json.ts';
import { matchesGlob } from './glob.ts';
import { OPERATORS, type Operator, valuePattern } from './operators.ts';
import { both, either, negate, type Match } from './types.ts';
import { expand, hasVariable, type Lookup } from './variables.ts';

/** One operator, one key, its values. All conditions of a statement must hold. */
export interface Condition {
  /** Absent: `Null`. */
  readonly operator?: Operator;
  readonly qualifier?: 'any' | 'all';
  readonly matchesAbsent: boolean;
  readonly key: string;
  readonly values: readonly string[];
  /** Policy variables in the values count (documents of 2012). */
  readonly knowsVariables: boolean;
  /** Known to be beyond us: an operator that we do not decide, or a malformed condition. */
  readonly isUndecidable: boolean;
}

const texts = (value: Json): readonly string[] =>
  isJsonArray(value) ? value.flatMap(texts) : isJsonObject(value) || value === null ? [] : [String(value)];

const QUALIFIERS: readonly [string, 'any' | 'all'][] = [
  ['ForAnyValue:', 'any'],
  ['ForAllValues:', 'all'],
];

const compileOperator = (name: string, key: string, value: Json, knowsVariables: boolean): Condition => {
  const [prefix, qualifier] = QUALIFIERS.find(([start]) => name.startsWith(start)) ?? ['', undefined];
  const unqualified = name.slice(prefix.length);
  const matchesAbsent = unqualified.endsWith('IfExists');
  const base = matchesAbsent ? unqualified.slice(0, -'IfExists'.length) : unqualified;
  const operator = OPERATORS.get(base);
  const given = texts(value);
  const isMisplaced = knowsVariables && operator?.takesVariables === false && given.some(hasVariable);
  return {
    ...(operator === undefined ? {} : { operator }),
    ...(qualifier === undefined ? {} : { qualifier }),
    matchesAbsent,
    key: key.toLowerCase(),
    values: operator === undefined ? given : given.map((text) => valuePattern(operator, text)),
    knowsVariables,
    isUndecidable: isMisplaced || (operator === undefined && base !== 'Null'),
  };
};

const MALFORMED: Condition = {
  matchesAbsent: false,
  key: '',
  values: [],
  knowsVariables: false,
  isUndecidable: true,
};

/** Reads a statement's Condition element; what is malformed becomes undecidable. */
export const compileConditions = (element: Json | undefined, knowsVariables: boolean): readonly Condition[] => {
  if (element === undefined) return [];
  if (!isJsonObject(element)) return [MALFORMED];
  return Object.entries(element).flatMap(([name, keys]) =>
    isJsonObject(keys)
      ? Object.entries(keys).map(([key, value]) => compileOperator(name, key, value, knowsVariables))
      : [MALFORMED],
  );
};

const compareOne = (operator: Operator, value: string, policyValue: string, lookup: Lookup | undefined): Match => {
  if (lookup === undefined) return operator.compare(value, policyValue);
  const expanded = expand(policyValue, lookup);
  if (expanded.certainty === 'absent') return 'no';
  if (expanded.certainty === 'known') return operator.compare(value, expanded.pattern);
  return matchesGlob(expanded.pattern.toLowerCase(), value.toLowerCase()) ? 'maybe' : 'no';
};

const matchesValue = (condition: Condition, operator: Operator, value: string, lookup: Lookup): Match => {
  const matched = condition.values
    .map((policyValue) => compareOne(operator, value, policyValue, condition.knowsVariables ? lookup : undefined))
    .reduce(either, 'no');
  return operator.isNegated ? negate(matched) : matched;
};

const matchesNull = (condition: Condition, isAbsent: boolean): Match =>
  condition.values.some((value) => (value.toLowerCase() === 'true') === isAbsent) ? 'yes' : 'no';

/**
 * Whether one condition holds.
 * Without values: `IfExists` and `ForAllValues` hold, `ForAnyValue` does not, and otherwise only negated operators do.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
 */
const matchesCondition = (condition: Condition, lookup: Lookup): Match => {
  if (condition.isUndecidable) return 'maybe';
  const found = lookup(condition.key);
  if (found === undefined) return 'maybe';
  const { operator, qualifier } = condition;
  // An empty text in a set is no value at all.
  const values = qualifier === undefined ? found : found.filter((value) => value !== '');
  if (operator === undefined) return matchesNull(condition, values.length === 0);
  if (values.length === 0) {
    if (condition.matchesAbsent || qualifier === 'all') return 'yes';
    return qualifier === undefined && operator.isNegated ? 'yes' : 'no';
  }
  const each = values.map((value) => matchesValue(condition, operator, value, lookup));
  const needsAll = qualifier === 'all' || (qualifier === undefined && operator.isNegated);
  return needsAll ? each.reduce(both, 'yes') : each.reduce(either, 'no');
};

/** Whether all conditions of a statement hold. One that fails outweighs those that we cannot decide. */
export const matchesConditions = (conditions: readonly Condition[], lookup: Lookup): Match => {
  let result: Match = 'yes';
  for (const condition of conditions) {
    result = both(result, matchesCondition(condition, lookup));
    if (result === 'no') return 'no';
  }
  return result;
};
