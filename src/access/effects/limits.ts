import { isJsonArray, isJsonObject, type Json } from '../../reconciler/model/json.ts';
import { OPERATORS, parseTime, valuePattern } from '../evaluate/operators.ts';
import { hasVariable } from '../evaluate/variables.ts';
import { includesGlob } from './globs.ts';
import { includesPattern, readPattern, type Pattern } from './patterns.ts';

/** One operator on one key: a limit that a statement puts on its requests. All of them must hold. */
export interface Limit {
  /** Without qualifier and `IfExists`. */
  readonly operator: string;
  readonly qualifier: string;
  readonly ifExists: boolean;
  /** In lower case. */
  readonly key: string;
  readonly values: readonly Pattern[];
  /** Only the very same limit says the same: an operator that we do not decide, or a variable where AWS takes none. */
  readonly isOpaque: boolean;
}

type Includes = (outer: Pattern, inner: Pattern) => boolean;

/** Operators of one family say the same of a value, but for the negation. */
interface Family {
  readonly name: string;
  readonly isNegated: boolean;
  /** Whether all that one value of the policy lets through is let through by another. */
  readonly includes: Includes;
}

const lower = (pattern: Pattern): Pattern => ({
  ...pattern,
  text: pattern.text.toLowerCase(),
  widest: pattern.widest.toLowerCase(),
});

const isSame: Includes = (outer, inner) => outer.text === inner.text && outer.hasVariables === inner.hasVariables;

const ignoringCase: Includes = (outer, inner) => includesPattern(lower(outer), lower(inner));

const arnParts = (arn: string): readonly string[] => {
  const parts = arn.split(':');
  return [...parts.slice(0, 5), parts.slice(5).join(':')];
};

/** ARNs compare part by part: a star does not cross a colon. */
const arns: Includes = (outer, inner) => {
  if (isSame(outer, inner)) return true;
  if (outer.hasVariables || inner.hasVariables) return false;
  if ([outer, inner].some(({ text }) => text.split(':').length < 6)) return false;
  const wanted = arnParts(outer.text);
  return arnParts(inner.text).every((part, index) => includesGlob(wanted[index] ?? '', part));
};

const parseNumber = (text: string): number => (text.trim() === '' ? Number.NaN : Number(text));

const ordered =
  (parse: (text: string) => number, holds: (outer: number, inner: number) => boolean): Includes =>
  (outer, inner) =>
    isSame(outer, inner) || holds(parse(outer.text), parse(inner.text));

const isSameWord: Includes = (outer, inner) => isSame(lower(outer), lower(inner));

const single = (operator: string, includes: Includes): [string, Family] => [
  operator,
  { name: operator, isNegated: false, includes },
];

const pair = (name: string, includes: Includes, operators: readonly [string, string][]): [string, Family][] =>
  operators.flatMap(([plain, negated]): [string, Family][] => [
    [plain, { name, isNegated: false, includes }],
    [negated, { name, isNegated: true, includes }],
  ]);

const comparisons = (sort: 'Numeric' | 'Date', parse: (text: string) => number): [string, Family][] => {
  const one = (suffix: string, holds: (outer: number, inner: number) => boolean): [string, Family] =>
    single(`${sort}${suffix}`, ordered(parse, holds));
  return [
    ...pair(
      sort,
      ordered(parse, (outer, inner) => outer === inner),
      [[`${sort}Equals`, `${sort}NotEquals`]],
    ),
    one('LessThan', (outer, inner) => inner <= outer),
    one('LessThanEquals', (outer, inner) => inner <= outer),
    one('GreaterThan', (outer, inner) => inner >= outer),
    one('GreaterThanEquals', (outer, inner) => inner >= outer),
  ];
};

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html */
const FAMILIES: ReadonlyMap<string, Family> = new Map([
  ...pair('text', includesPattern, [
    ['StringEquals', 'StringNotEquals'],
    ['StringLike', 'StringNotLike'],
  ]),
  ...pair('text in any case', ignoringCase, [['StringEqualsIgnoreCase', 'StringNotEqualsIgnoreCase']]),
  ...pair('ARN', arns, [
    ['ArnEquals', 'ArnNotEquals'],
    ['ArnLike', 'ArnNotLike'],
  ]),
  ...pair('address', isSame, [['IpAddress', 'NotIpAddress']]),
  single('Bool', isSameWord),
  single('Null', isSameWord),
  ...comparisons('Numeric', parseNumber),
  ...comparisons('Date', parseTime),
]);

const textsOf = (value: Json): readonly string[] | undefined => {
  const items = isJsonArray(value) ? value : [value];
  const texts = items.flatMap((item) => (item === null || typeof item === 'object' ? [] : [String(item)]));
  return texts.length === items.length ? texts : undefined;
};

const PARTS = /^(ForAnyValue:|ForAllValues:)?(.*?)(IfExists)?$/;

const readLimit = (name: string, key: string, value: Json, knowsVariables: boolean): Limit | undefined => {
  const texts = textsOf(value);
  if (texts === undefined) return undefined;
  const [, qualifier = '', operator = '', ifExists] = PARTS.exec(name) ?? [];
  const known = OPERATORS.get(operator);
  const isMisplaced = knowsVariables && known?.takesVariables === false && texts.some(hasVariable);
  return {
    operator,
    qualifier,
    ifExists: ifExists !== undefined,
    key: key.toLowerCase(),
    values: texts.map((text) =>
      readPattern(known === undefined ? text : valuePattern(known, text), knowsVariables && known !== undefined),
    ),
    isOpaque: isMisplaced || !FAMILIES.has(operator),
  };
};

/** Reads a statement's Condition element; undefined where it is malformed. */
export const readLimits = (element: Json | undefined, knowsVariables: boolean): readonly Limit[] | undefined => {
  if (element === undefined) return [];
  if (!isJsonObject(element)) return undefined;
  const limits: Limit[] = [];
  for (const [name, keys] of Object.entries(element)) {
    if (!isJsonObject(keys)) return undefined;
    for (const [key, value] of Object.entries(keys)) {
      const limit = readLimit(name, key, value, knowsVariables);
      if (limit === undefined) return undefined;
      limits.push(limit);
    }
  }
  return limits;
};

const isEqual = (left: Limit, right: Limit): boolean =>
  left.operator === right.operator &&
  left.ifExists === right.ifExists &&
  [left, right].every(({ values }, index) =>
    values.every((value) => (index === 0 ? right : left).values.some((other) => isSame(value, other))),
  );

/** Whether a request that keeps the first limit surely keeps the second too. */
const implies = (strict: Limit, loose: Limit): boolean => {
  if (strict.key !== loose.key || strict.qualifier !== loose.qualifier) return false;
  if (strict.isOpaque || loose.isOpaque) return isEqual(strict, loose);
  const family = FAMILIES.get(strict.operator);
  const other = FAMILIES.get(loose.operator);
  if (family === undefined || other === undefined) return false;
  if (family.name !== other.name || family.isNegated !== other.isNegated) return false;
  if (strict.ifExists && !loose.ifExists) return false;
  // A negated operator forbids its values: the stricter one forbids all that the looser one does.
  const [outer, inner] = family.isNegated ? [strict, loose] : [loose, strict];
  return inner.values.every((value) => outer.values.some((wide) => family.includes(wide, value)));
};

/** Whether requests that keep all of the first limits surely keep all of the others. */
export const impliesAll = (strict: readonly Limit[], loose: readonly Limit[]): boolean =>
  loose.every((limit) => strict.some((held) => implies(held, limit)));
