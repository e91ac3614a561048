import { literal, matchesGlob } from './glob.ts';
import type { Match } from './types.ts';

/** Compares one value of the request with one pattern of the policy (variables already replaced). */
export type Compare = (value: string, pattern: string) => Match;

/** An operator of conditions. A negated one is true where its opposite is not. */
export interface Operator {
  readonly compare: Compare;
  readonly isNegated: boolean;
  /** Whether `*` and `?` in the policy's value are wildcards. */
  readonly hasWildcards: boolean;
  /** Whether policy variables may stand in the policy's value: in texts and ARNs only. */
  readonly takesVariables: boolean;
}

const yesNo = (isMatch: boolean): Match => (isMatch ? 'yes' : 'no');

const glob: Compare = (value, pattern) => yesNo(matchesGlob(pattern, value));
const ignoringCase: Compare = (value, pattern) => yesNo(matchesGlob(pattern.toLowerCase(), value.toLowerCase()));

/** Six parts, the last with whatever colons are left. */
const arnParts = (arn: string): readonly string[] => {
  const parts = arn.split(':');
  return [...parts.slice(0, 5), parts.slice(5).join(':')];
};

/** ARNs compare part by part, so that a star does not cross a colon; ArnEquals and ArnLike behave alike. */
const arn: Compare = (value, pattern) => {
  if (value.split(':').length < 6 || pattern.split(':').length < 6) return 'no';
  const wanted = arnParts(pattern);
  return yesNo(arnParts(value).every((part, index) => matchesGlob(wanted[index] ?? '', part)));
};

const ordered =
  (parse: (text: string) => number, holds: (left: number, right: number) => boolean): Compare =>
  (value, pattern) => {
    const left = parse(value);
    const right = parse(pattern);
    return Number.isNaN(left) || Number.isNaN(right) ? 'no' : yesNo(holds(left, right));
  };

const parseNumber = (text: string): number => (text.trim() === '' ? Number.NaN : Number(text));

/** The forms of ISO 8601 that the W3C's note on dates names, and no others that `Date` happens to read. */
const ISO_TIME = /^\d{4}(-\d{2}(-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?)?)?$/;

/** ISO 8601, or seconds since 1970, as milliseconds; nothing else is a time. */
export const parseTime = (text: string): number => {
  if (ISO_TIME.test(text) && text.length !== 4) return Date.parse(text);
  return /^\d+$/.test(text) ? Number(text) * 1000 : Number.NaN;
};

const bool: Compare = (value, pattern) => yesNo(value.toLowerCase() === pattern.toLowerCase());

const ipv4 = (text: string): number | undefined => {
  const parts = text.split('.');
  if (parts.length !== 4 || parts.some((part) => !/^\d{1,3}$/.test(part) || Number(part) > 255)) return undefined;
  return parts.reduce((sum, part) => sum * 256 + Number(part), 0);
};

/** Only version 4 is decided; anything else stays unknown. */
const ip: Compare = (value, pattern) => {
  const [network = '', bits = '32'] = pattern.split('/');
  const left = ipv4(value);
  const right = ipv4(network);
  if (left === undefined || right === undefined || !/^\d{1,2}$/.test(bits) || Number(bits) > 32) return 'maybe';
  const size = 2 ** (32 - Number(bits));
  return yesNo(Math.floor(left / size) === Math.floor(right / size));
};

const pair = (
  name: string,
  negatedName: string,
  compare: Compare,
  { hasWildcards = false, takesVariables = true } = {},
): [string, Operator][] => [
  [name, { compare, isNegated: false, hasWildcards, takesVariables }],
  [negatedName, { compare, isNegated: true, hasWildcards, takesVariables }],
];

const PATTERNS = { hasWildcards: true };
const VALUES = { takesVariables: false };

const comparisons = (family: 'Numeric' | 'Date', parse: (text: string) => number): [string, Operator][] => {
  const one = (suffix: string, holds: (left: number, right: number) => boolean): [string, Operator] => [
    `${family}${suffix}`,
    { compare: ordered(parse, holds), isNegated: false, hasWildcards: false, takesVariables: false },
  ];
  return [
    ...pair(
      `${family}Equals`,
      `${family}NotEquals`,
      ordered(parse, (left, right) => left === right),
      VALUES,
    ),
    one('LessThan', (left, right) => left < right),
    one('LessThanEquals', (left, right) => left <= right),
    one('GreaterThan', (left, right) => left > right),
    one('GreaterThanEquals', (left, right) => left >= right),
  ];
};

/**
 * The operators that we decide, by name. What is not here is conditional.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 */
export const OPERATORS: ReadonlyMap<string, Operator> = new Map([
  ...pair('StringEquals', 'StringNotEquals', glob),
  ...pair('StringEqualsIgnoreCase', 'StringNotEqualsIgnoreCase', ignoringCase),
  ...pair('StringLike', 'StringNotLike', glob, PATTERNS),
  ...pair('ArnEquals', 'ArnNotEquals', arn, PATTERNS),
  ...pair('ArnLike', 'ArnNotLike', arn, PATTERNS),
  ...pair('IpAddress', 'NotIpAddress', ip, VALUES),
  ...comparisons('Numeric', parseNumber),
  ...comparisons('Date', parseTime),
  ['Bool', { compare: bool, isNegated: false, hasWildcards: false, takesVariables: false }],
]);

/** A policy's value as a pattern for this operator: exact operators take wildcards literally, but not their variables. */
export const valuePattern = (operator: Operator, value: string): string =>
  operator.hasWildcards
    ? value
    : value.replace(/\$\{[^}]*\}|[*?]/g, (part) => (part.length > 1 ? part : literal(part)));
