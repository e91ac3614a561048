import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../../reconciler/model/json.ts';
import { both, either, negate, type Match } from './types.ts';

/** How a resource's policy means the caller. It matters: an account delegates, and sessions and users outrank boundaries. */
export type Meant = 'everyone' | 'account' | 'session' | 'role' | 'user';

/** Whether a principal element means the caller, and as what. */
export interface PrincipalMatch {
  readonly match: Match;
  readonly as: Meant;
}

const NOBODY: PrincipalMatch = { match: 'no', as: 'everyone' };

/** The account of an ARN. */
export const accountOf = (arn: string): string => arn.split(':')[4] ?? '';

/** Whether an ARN is of a role, whose sessions are the callers. */
export const isRole = (arn: string): boolean => arn.includes(':role/');

const listed = (value: Json | undefined): readonly string[] =>
  isJsonArray(value) ? value.filter((item) => typeof item === 'string') : typeof value === 'string' ? [value] : [];

const sessionRole = (entry: string): string | undefined => /^arn:aws:sts::\d+:assumed-role\/([^/]+)\//.exec(entry)?.[1];

const matchEntry = (entry: string, principalArn: string): PrincipalMatch => {
  if (entry === '*') return { match: 'yes', as: 'everyone' };
  if (entry === principalArn) return { match: 'yes', as: isRole(principalArn) ? 'role' : 'user' };
  const account = accountOf(principalArn);
  if (entry === account || entry === `arn:aws:iam::${account}:root`) return { match: 'yes', as: 'account' };
  const role = sessionRole(entry);
  const isOurs = role !== undefined && accountOf(entry) === account && isRole(principalArn);
  return isOurs && principalArn.endsWith(`/${role}`) ? { match: 'maybe', as: 'session' } : NOBODY;
};

const rank: Readonly<Record<Meant, number>> = { account: 0, session: 1, everyone: 2, role: 3, user: 4 };

const best = (left: PrincipalMatch, right: PrincipalMatch): PrincipalMatch => {
  if (left.match === right.match) return rank[left.as] >= rank[right.as] ? left : right;
  return either(left.match, right.match) === left.match ? left : right;
};

const entriesOf = (element: Json | undefined): readonly string[] =>
  isJsonObject(element) ? listed(element['AWS']) : listed(element);

/**
 * NotPrincipal means everybody but the listed. Naming a role does not spare its sessions unless they are named too, which
 * depends on the session's name. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
 */
const matchExcept = (element: Json, principalArn: string): PrincipalMatch => {
  const found = entriesOf(element)
    .map((entry) => matchEntry(entry, principalArn))
    .filter((entry) => entry.as !== 'account')
    .reduce(best, NOBODY);
  const match = isRole(principalArn) && found.as !== 'everyone' ? both(found.match, 'maybe') : found.match;
  return { match: negate(match), as: 'everyone' };
};

/** Whether a statement of a resource's policy means this caller. Without Principal it means nobody. */
export const matchPrincipal = (statement: JsonObject, principalArn: string): PrincipalMatch => {
  const except = statement['NotPrincipal'];
  if (except !== undefined) return matchExcept(except, principalArn);
  const element = statement['Principal'];
  // Which account a canonical user stands for is not in the policy.
  const canonical: PrincipalMatch =
    isJsonObject(element) && element['CanonicalUser'] !== undefined ? { match: 'maybe', as: 'everyone' } : NOBODY;
  return entriesOf(element)
    .map((entry) => matchEntry(entry, principalArn))
    .reduce(best, canonical);
};
