import { isJsonArray, isJsonObject, type Json } from '../../reconciler/model/json.ts';

/** Who a statement of a resource's policy or of a trust policy means: these, or everybody but these. */
export interface Principals {
  readonly isExcept: boolean;
  /** `*`, or the sort and the name: `AWS:arn:…`, `Service:glue.amazonaws.com`. */
  readonly entries: readonly string[];
}

const SORTS = ['AWS', 'Service', 'Federated', 'CanonicalUser'];

const EVERYBODY = '*';

/** An account's id and its root mean the same (IAM/latest/UserGuide/reference_policies_elements_principal). */
const entryOf = (sort: string, name: string): string => {
  if (sort !== 'AWS') return `${sort}:${name}`;
  if (name === EVERYBODY) return EVERYBODY;
  return `AWS:${/^\d{12}$/.test(name) ? `arn:aws:iam::${name}:root` : name}`;
};

const entriesOf = (element: Json): readonly string[] | undefined => {
  if (element === EVERYBODY) return [EVERYBODY];
  if (!isJsonObject(element)) return undefined;
  const entries: string[] = [];
  for (const [sort, value] of Object.entries(element)) {
    const names = isJsonArray(value) ? value : [value];
    const texts = names.filter((name) => typeof name === 'string');
    if (!SORTS.includes(sort) || texts.length !== names.length) return undefined;
    entries.push(...texts.map((name) => entryOf(sort, name)));
  }
  return entries.length === 0 ? undefined : entries;
};

/** Reads `Principal` or `NotPrincipal`; undefined where there is none, both, or something that is neither. */
export const readPrincipals = (only: Json | undefined, except: Json | undefined): Principals | undefined => {
  const element = only ?? except;
  if (element === undefined || (only !== undefined && except !== undefined)) return undefined;
  const entries = entriesOf(element);
  if (entries === undefined || (except !== undefined && entries.includes(EVERYBODY))) return undefined;
  return { isExcept: except !== undefined, entries };
};

/**
 * Naming a user or a session gives it what its permissions boundary would hold back; "everybody" does not say so much.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
 */
const OUTRANKS_BOUNDARY = /^AWS:arn:[^:]*:(iam|sts)::\d*:(user|assumed-role|federated-user)\//;

/**
 * Whether the outer principals surely are all of one entry of the inner ones; of an exception, everybody but all of them
 * (`undefined`). An account is not taken for its roles: naming it delegates, and naming a role allows.
 */
export const includesPrincipal = (
  outer: Principals,
  inner: Principals,
  entry: string | undefined,
  effect: 'Allow' | 'Deny',
): boolean => {
  if (entry === undefined && outer.isExcept) return outer.entries.every((one) => inner.entries.includes(one));
  if (outer.isExcept) return false;
  if (entry === undefined) return outer.entries.includes(EVERYBODY);
  if (outer.entries.includes(entry)) return true;
  return outer.entries.includes(EVERYBODY) && !(effect === 'Allow' && OUTRANKS_BOUNDARY.test(entry));
};
