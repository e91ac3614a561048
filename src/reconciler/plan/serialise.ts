import type { Diagnostic } from '../model/diagnostic.ts';
import { asJson, isJsonArray, isJsonObject, type Json, type JsonObject } from '../model/json.ts';
import type { Plan } from '../model/plan.ts';
import { planDigest } from './plan-digest.ts';

const FORMAT_VERSION = '1';

/** The order in which a reader wants the parts of a plan; everything inside a part is sorted by key. */
const PARTS = [
  'formatVersion',
  'instance',
  'digest',
  'catalog',
  'live',
  'summary',
  'changes',
  'drift',
  'ignored',
  'waves',
  'asOf',
  'people',
  'access',
  'outside',
  'diagnostics',
  'stats',
] as const satisfies readonly (keyof Plan)[];

const sortKeys = (value: Json): Json => {
  if (isJsonArray(value)) return value.map(sortKeys);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sortKeys(value[key] ?? null)] as const),
  );
};

/** A plan as the JSON that is saved and served: stable to the byte for equal plans. */
export const planToJson = (plan: Plan): JsonObject =>
  Object.fromEntries(
    PARTS.filter((part) => plan[part] !== undefined).map((part) => [part, sortKeys(asJson(plan[part]))] as const),
  );

/** A plan as text, for `--out` and `--format json`. */
export const serialisePlan = (plan: Plan): string => `${JSON.stringify(planToJson(plan), null, 2)}\n`;

/** A saved plan that was read back, or why it cannot be used. */
export type ParsedPlan =
  | { readonly plan: Plan; readonly diagnostics: readonly [] }
  | { readonly plan: undefined; readonly diagnostics: readonly Diagnostic[] };

const refuse = (code: Diagnostic['code'], summary: string, detail: string): ParsedPlan => ({
  plan: undefined,
  diagnostics: [{ code, severity: 'error', summary, detail }],
});

const notAPlan = (why: string): ParsedPlan =>
  refuse(
    'EDL-3120',
    'Not a saved plan',
    `The file cannot be read as a plan: ${why}. Make one with "edl plan --out FILE" and give that file to apply.`,
  );

const parseJson = (text: string): Json | undefined => {
  try {
    return asJson(JSON.parse(text));
  } catch {
    return undefined;
  }
};

const isText = (value: Json | undefined): boolean => typeof value === 'string';

const isChange = (value: Json): boolean =>
  isJsonObject(value) &&
  [value['action'], value['id'], value['kind'], value['type'], value['stack'], value['region']].every(isText);

const isAccess = (value: Json): boolean =>
  isJsonObject(value) &&
  [value['principal'], value['dataset'], value['tier']].every(isText) &&
  isJsonArray(value['before']) &&
  isJsonArray(value['after']);

/** The shape that apply relies on; the schema in `schemas/` says all of it, and the digest proves that nobody wrote in it. */
const isPlan = (value: unknown): value is Plan => {
  const json = asJson(value);
  if (!isJsonObject(json)) return false;
  const lists = [json['changes'], json['drift'], json['waves'], json['access'], json['diagnostics']];
  const objects = [json['catalog'], json['live'], json['summary']];
  const { changes, access } = json;
  return (
    [json['instance'], json['digest'], json['asOf']].every(isText) &&
    lists.every(isJsonArray) &&
    objects.every(isJsonObject) &&
    isJsonArray(changes) &&
    changes.every(isChange) &&
    isJsonArray(access) &&
    access.every(isAccess)
  );
};

/** Reads a saved plan. It is refused when its format is another version's, or when it does not match its own digest. */
export const parsePlan = (text: string): ParsedPlan => {
  const json = parseJson(text);
  if (!isJsonObject(json)) return notAPlan('it is not a JSON object');
  const version = json['formatVersion'];
  if (version === undefined) return notAPlan('it has no "formatVersion"');
  if (version !== FORMAT_VERSION)
    return refuse(
      'EDL-3121',
      'Saved plan of another version',
      `The plan has format version ${JSON.stringify(version)}, and this version of edl reads ${FORMAT_VERSION} only. Plan again with the version of edl that will apply it.`,
    );
  if (!isPlan(json)) return notAPlan('parts of it are missing or have another shape');
  if (planDigest(json.instance, json.changes, json.access) !== json.digest)
    return refuse(
      'EDL-3122',
      'Saved plan was altered',
      'The changes in the file do not match the digest that the plan was saved with, so this is not what was reviewed. Plan again and do not edit the file.',
    );
  return { plan: json, diagnostics: [] };
};
