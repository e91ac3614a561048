import type { HealResult } from '../../reconciler/model/drift.ts';
import type { HealPart, HealWork } from '../../reconciler/model/heal.ts';
import { isJsonArray, isJsonObject, listOf, type Json, type JsonObject } from '../../reconciler/model/json.ts';

/** One thing that healing does. `paths` are the parts that it puts right; none: the object as a whole. */
export type HealStep =
  | {
      readonly paths: readonly string[];
      /** A clause in the third person: `detaches X (iam:DetachRolePolicy)`. */
      readonly does: string;
      readonly run: () => Promise<unknown>;
    }
  | {
      readonly paths: readonly string[];
      readonly code: NonNullable<HealResult['code']>;
      /** A sentence: why nothing is done. */
      readonly refused: string;
    };

/** The step that refuses a property for which AWS has no call that puts it right. */
export const refusePart = (work: HealWork, { path }: HealPart): HealStep => ({
  paths: [path],
  code: 'EDL-4155',
  refused: `EDL knows no call of AWS that puts ${path} of ${work.id} right alone. Put it right by hand.`,
});

/** The step that refuses what only CloudFormation can make anew. */
export const refuseMissing = (work: HealWork): HealStep => ({
  paths: [],
  code: 'EDL-4153',
  refused: `${work.id} is gone, and only a change set of stack ${work.stack} makes it anew, so that the stack knows it. Run edl drift --heal all.`,
});

/** The step that refuses what nobody declared: EDL removes nothing that it did not make. */
export const refuseUndeclared = (work: HealWork): HealStep => ({
  paths: [],
  code: 'EDL-4156',
  refused: `${work.id} is in no file of the catalog, and healing removes nothing that EDL did not make. Remove it by hand, or declare it.`,
});

/** The first step of a pointer: `Policies` of `/Policies/0`. */
export const propertyOf = (path: string): string =>
  (path.split('/')[1] ?? '').replaceAll('~1', '/').replaceAll('~0', '~');

const isItem = (path: string): boolean => path.split('/').length > 2;

/** The items of a list that differ; a part is one item, or the list as a whole where items have no names. */
export const itemsOf = ({ path, live, wanted }: HealPart): { live: readonly Json[]; wanted: readonly Json[] } =>
  isItem(path)
    ? { live: live === undefined ? [] : [live], wanted: wanted === undefined ? [] : [wanted] }
    : { live: listOf(live), wanted: listOf(wanted) };

/** The properties with the named parts as they should be, and all others as they are. */
export const withParts = (live: JsonObject, parts: readonly HealPart[]): JsonObject =>
  parts.reduce<JsonObject>((properties, { path, wanted }) => {
    const key = propertyOf(path);
    const { [key]: _removed, ...rest } = properties;
    return wanted === undefined ? rest : { ...rest, [key]: wanted };
  }, live);

const LISTS: ReadonlySet<string> = new Set(['Action', 'NotAction', 'Resource', 'NotResource']);
const MAPS: ReadonlySet<string> = new Set(['Principal', 'NotPrincipal']);

const single = (value: Json): Json => (isJsonArray(value) && value.length === 1 ? (value[0] ?? value) : value);

const eachValue = (value: Json, change: (child: Json) => Json): Json =>
  isJsonObject(value) ? Object.fromEntries(Object.entries(value).map(([key, child]) => [key, change(child)])) : value;

const compactStatement = (statement: Json): Json =>
  isJsonObject(statement)
    ? Object.fromEntries(
        Object.entries(statement).map(([key, value]): [string, Json] => {
          if (LISTS.has(key)) return [key, single(value)];
          if (MAPS.has(key)) return [key, eachValue(value, single)];
          if (key === 'Condition') return [key, eachValue(value, (block) => eachValue(block, single))];
          return [key, value];
        }),
      )
    : statement;

/**
 * A policy document as it is sent: lists of one as the one value, because IAM counts characters and the normal form has lists
 * everywhere (IAM/latest/UserGuide/reference_iam-quotas).
 */
export const policyText = (document: Json | undefined): string => {
  if (!isJsonObject(document)) return JSON.stringify(document ?? {});
  return JSON.stringify({ ...document, Statement: listOf(document['Statement']).map(compactStatement) });
};
