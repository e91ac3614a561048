import type { Gap } from '../gateway.ts';
import { formOf } from '../protocol/call.ts';
import { validationError } from '../protocol/errors.ts';

/** What IAM says of one request field: a text has a length and a pattern, a number has bounds. */
interface Rule {
  readonly field: string;
  /** Those that have the field with other rules, or not at all, are left out; without it, every operation. */
  readonly operations?: readonly string[];
  readonly length?: readonly [number, number];
  readonly pattern?: string;
  readonly range?: readonly [number, number];
  readonly page: string;
}

const NAME = String.raw`[\w+=,.@-]+`;
const PATH = String.raw`(\u002F)|(\u002F[\u0021-\u007E]+\u002F)`;
const POLICY_PATH = String.raw`((/[A-Za-z0-9\.,\+@=_-]+)*)/`;
const TEXT = String.raw`[\u0009\u000A\u000D\u0020-\u007E\u00A1-\u00FF]*`;

const RULES: readonly Rule[] = [
  { field: 'RoleName', length: [1, 64], pattern: NAME, page: 'API_CreateRole' },
  { field: 'PolicyName', length: [1, 128], pattern: NAME, page: 'API_PutRolePolicy' },
  { field: 'Path', operations: ['CreateRole'], length: [1, 512], pattern: PATH, page: 'API_CreateRole' },
  { field: 'Path', operations: ['CreatePolicy'], length: [1, 512], pattern: POLICY_PATH, page: 'API_CreatePolicy' },
  {
    field: 'Description',
    operations: ['CreateRole', 'UpdateRole', 'UpdateRoleDescription'],
    length: [0, 1_000],
    pattern: TEXT,
    page: 'API_CreateRole',
  },
  { field: 'Description', operations: ['CreatePolicy'], length: [0, 1_000], page: 'API_CreatePolicy' },
  { field: 'MaxSessionDuration', range: [3_600, 43_200], page: 'API_UpdateRole' },
];

/** What is wrong with a value, in IAM's words, the pattern last. */
const complaints = ({ length, pattern, range }: Rule, value: string): readonly string[] => {
  const size = value.length;
  const [shortest, longest] = length ?? [0, Number.MAX_SAFE_INTEGER];
  const [least, most] = range ?? [0, 0];
  const isWhole = /^-?\d+$/.test(value);
  return [
    ...(size < shortest ? [`Member must have length greater than or equal to ${shortest}`] : []),
    ...(size > longest ? [`Member must have length less than or equal to ${longest}`] : []),
    ...(range !== undefined && (!isWhole || Number(value) < least)
      ? [`Member must have value greater than or equal to ${least}`]
      : []),
    ...(range !== undefined && isWhole && Number(value) > most
      ? [`Member must have value less than or equal to ${most}`]
      : []),
    ...(pattern !== undefined && !new RegExp(`^(?:${pattern})$`).test(value)
      ? [`Member must satisfy regular expression pattern: ${pattern}`]
      : []),
  ];
};

const check = (operation: string, form: URLSearchParams): void => {
  const errors = RULES.flatMap((rule) => {
    const value = form.get(rule.field);
    if (value === null || rule.operations?.includes(operation) === false) return [];
    const place = `${rule.field.charAt(0).toLowerCase()}${rule.field.slice(1)}`;
    return complaints(rule, value).map(
      (complaint) => `Value '${value}' at '${place}' failed to satisfy constraint: ${complaint}`,
    );
  });
  if (errors.length === 0) return;
  const count = errors.length === 1 ? '1 validation error' : `${errors.length} validation errors`;
  throw validationError(`${count} detected: ${errors.join('; ')}`);
};

/** Names, paths, descriptions and durations that IAM does not allow. */
export const iamValues = (): Gap => ({
  reason: 'moto keeps names, paths, descriptions and session durations of roles and policies whatever they are',
  handlers: {
    'iam:*': async (call, next) => {
      check(call.operation, formOf(call));
      return next(call);
    },
  },
});
