import type { Json, JsonObject } from '../../reconciler/model/json.ts';
import { isJsonObject, objectOf } from '../../reconciler/model/json.ts';
import { joined } from '../changes/describe.ts';
import { callersOf } from '../changes/callers.ts';
import type { DocumentSort } from './clauses.ts';
import { comparePolicies, type PolicyComparison } from './compare-policies.ts';
import { differencesText } from './policy-words.ts';
import { type Change, otherwise, rule, type Rule } from './rule.ts';

/** How a rule finds the document in what it is told of: an inline policy wraps it. */
type Pick = (value: Json | undefined) => Json | undefined;

const asIs: Pick = (value) => value;

/** The document of an inline policy; what has none is given back whole, so that it counts as unreadable. */
export const inlineDocument: Pick = (value) => (isJsonObject(value) ? (value['PolicyDocument'] ?? value) : value);

const compare = ({ live, declared }: Change, sort: DocumentSort, pick: Pick): PolicyComparison =>
  comparePolicies(pick(declared), pick(live), sort);

/** The rows on a policy document: what it allows is compared with what git allows, statement by statement. */
export const policyRules = (path: string, sort: DocumentSort, pick: Pick = asIs): readonly Rule[] => [
  rule(
    path,
    { text: 'allows something that git does not', holds: (change) => compare(change, sort, pick).more.length > 0 },
    'widens',
    { text: 'names the statement', tell: (change) => differencesText(compare(change, sort, pick).more) },
  ),
  rule(
    path,
    { text: 'allows less than git', holds: (change) => compare(change, sort, pick).less.length > 0 },
    'narrows',
    { text: 'names the statement', tell: (change) => differencesText(compare(change, sort, pick).less) },
  ),
  rule(path, otherwise, 'neutral', 'it says the same in other words'),
];

const without = (callers: readonly string[], others: readonly string[]): readonly string[] =>
  callers.filter((caller) => !others.includes(caller));

/** A star in an AWS principal lets in as many as a star alone. */
const callersIn = (document: Json | undefined): readonly string[] =>
  callersOf(objectOf(document)).map((caller) => caller.replace(/^\*(?=$| where )/, 'anybody at all'));

const MOST_CALLERS = 5;

const callersText = (callers: readonly string[]): string =>
  callers.length > MOST_CALLERS
    ? joined([...callers.slice(0, MOST_CALLERS), `${callers.length - MOST_CALLERS} more`])
    : joined(callers);

const whoGained = (change: Change): string => {
  const callers = without(callersIn(change.live), callersIn(change.declared));
  if (callers.length > 0) return `${callersText(callers)} may now take the role`;
  return differencesText(compare(change, 'trust', asIs).more) ?? 'more may take the role';
};

const whoLost = (change: Change): string => {
  const callers = without(callersIn(change.declared), callersIn(change.live));
  if (callers.length > 0) return `${callersText(callers)} may no longer take the role`;
  return differencesText(compare(change, 'trust', asIs).less) ?? 'fewer may take the role';
};

/** The rows on who may take a role. */
export const trustRules = (path: string): readonly Rule[] => [
  rule(
    path,
    {
      text: 'lets in somebody more, or under weaker conditions',
      holds: (change) => compare(change, 'trust', asIs).more.length > 0,
    },
    'widens',
    { text: 'names who may take the role now', tell: whoGained },
  ),
  rule(
    path,
    {
      text: 'lets in somebody less, or under stricter conditions',
      holds: (change) => compare(change, 'trust', asIs).less.length > 0,
    },
    'narrows',
    { text: 'names who may not take it any more', tell: whoLost },
  ),
  rule(path, otherwise, 'neutral', 'it says the same in other words'),
];

/** Whether a document forbids something: without it, that is allowed to whoever else allows it. */
export const forbids = (document: Json | undefined, sort: DocumentSort): boolean =>
  comparePolicies(document, undefined, sort).more.length > 0;

/** Whether a document allows something. */
export const allows = (document: Json | undefined, sort: DocumentSort): boolean =>
  comparePolicies(undefined, document, sort).more.length > 0;

/** What a document allows, in words; undefined where it allows nothing. */
export const allowedText = (document: Json | undefined, sort: DocumentSort): string | undefined =>
  differencesText(comparePolicies(undefined, document, sort).more);

/** Who may take an undeclared role. */
export const takers = (role: JsonObject): string => {
  const callers = callersIn(role['AssumeRolePolicyDocument']);
  return callers.length === 0 ? 'nobody that its trust policy names' : callersText(callers);
};
