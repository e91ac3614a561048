import { canonicalJson, compareText, type Json, type JsonObject } from '../../reconciler/model/json.ts';
import { type End, laterEnd, NEVER, startAfter } from '../time.ts';

/** The smallest piece of a policy: one action set on one resource, perhaps under conditions, perhaps until a day. */
export interface Permit {
  readonly effect: 'Allow' | 'Deny';
  readonly actions: readonly string[];
  readonly resource: string;
  /** Permits of different scopes never share a statement: a bucket for objects, nothing for others. */
  readonly scope?: string;
  /** Listing only: the prefix that may be listed. */
  readonly prefix?: string;
  /** Further conditions, the same for all permits of a statement. */
  readonly condition?: JsonObject;
  readonly end: End;
}

const one = (values: readonly string[]): Json => (values.length === 1 ? (values[0] ?? '') : values);

const sorted = (values: Iterable<string>): readonly string[] => [...new Set(values)].sort(compareText);

/** A permit with its keys, which are costly to make and needed at every split of the tree. */
export interface KeyedPermit extends Permit {
  /** What makes two permits the same but for their end. */
  readonly key: string;
  /** What the permits of one statement have in common but for their end. */
  readonly group: string;
}

/** Gives a permit its keys. A prefix condition holds for all resources of a statement, so listing goes by bucket. */
export const keyed = (permit: Permit): KeyedPermit => {
  const { effect, actions, resource, scope = '', prefix } = permit;
  const condition = permit.condition === undefined ? '' : canonicalJson(permit.condition);
  const group = [effect, actions.join(), scope, prefix === undefined ? '' : resource, condition].join('\n');
  return { ...permit, group, key: [group, resource, prefix ?? ''].join('\n') };
};

/**
 * Unites equal permits; the latest end wins. So what several rows share (a bucket's location, a database, a key) ends with
 * the last of them, and what belongs to one row (its objects, its prefix, its tables) ends with that row.
 */
const unitePermits = (permits: readonly KeyedPermit[]): readonly KeyedPermit[] => {
  const united = new Map<string, KeyedPermit>();
  for (const permit of permits) {
    const known = united.get(permit.key);
    if (known === undefined || laterEnd(known.end, permit.end) !== known.end) united.set(permit.key, permit);
  }
  return [...united.values()];
};

const conditionOf = (permits: readonly Permit[], sample: Permit): JsonObject => ({
  ...sample.condition,
  ...(sample.prefix === undefined
    ? {}
    : { StringLike: { 's3:prefix': one(sorted(permits.map((permit) => permit.prefix ?? ''))) } }),
  ...(sample.end === NEVER ? {} : { DateLessThan: { 'aws:CurrentTime': startAfter(sample.end) } }),
});

const toStatement = (permits: readonly Permit[], sample: Permit): JsonObject => {
  const condition = conditionOf(permits, sample);
  return {
    Effect: sample.effect,
    Action: one(sample.actions),
    Resource: one(sorted(permits.map((permit) => permit.resource))),
    ...(Object.keys(condition).length === 0 ? {} : { Condition: condition }),
  };
};

/** Writes permits as statements, grouped and in a fixed order. */
export const toStatements = (permits: readonly KeyedPermit[]): readonly JsonObject[] => {
  const groups = new Map<string, { readonly sample: Permit; readonly permits: Permit[] }>();
  for (const permit of unitePermits(permits)) {
    const key = `${permit.group}\n${permit.end}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { sample: permit, permits: [permit] });
    else group.permits.push(permit);
  }
  return [...groups]
    .sort(([left], [right]) => compareText(left, right))
    .map(([, group]) => toStatement(group.permits, group.sample));
};

/** A policy document of the version that knows policy variables. */
export const policyDocument = (statements: readonly JsonObject[]): JsonObject => ({
  Version: '2012-10-17',
  Statement: statements,
});

/** The size that IAM judges: characters without white space between tokens. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
export const documentSize = (document: JsonObject): number => JSON.stringify(document).length;
