import type { JsonObject } from '../../reconciler/model/json.ts';
import { matchesConditions } from './conditions.ts';
import { requestLookup } from './lookup.ts';
import { type Candidate, candidates, compileDocuments, type PolicySet } from './policy-set.ts';
import { accountOf, type Meant, matchPrincipal } from './principals.ts';
import { type CompiledStatement, statementLabel } from './statements.ts';
import { type AccessRequest, both, type Decision, either, type EvaluationContext, type Match } from './types.ts';
import type { Lookup } from './variables.ts';

/** An evaluation context compiled once for many checks. */
export interface CompiledPolicies {
  readonly identity: PolicySet;
  readonly boundary?: PolicySet;
  readonly resources: readonly ResourcePolicy[];
  /** The same by their ARN. */
  readonly byArn: ReadonlyMap<string, ResourcePolicy>;
}

/** The policy of a bucket or a key. */
export interface ResourcePolicy {
  readonly arn: string;
  readonly policies: PolicySet;
}

const compiled = new WeakMap<EvaluationContext, CompiledPolicies>();

const compileResource = ({
  arn,
  document,
}: {
  readonly arn: string;
  readonly document: JsonObject;
}): ResourcePolicy => ({
  arn,
  policies: compileDocuments([{ name: `policy of ${arn}`, document }], 'resource'),
});

/** Compiles the documents of a context. `evaluate` does this once a context by itself; call it to pay early. */
export const compilePolicies = (context: EvaluationContext): CompiledPolicies => {
  const known = compiled.get(context);
  if (known !== undefined) return known;
  const resources = (context.resources ?? []).map(compileResource);
  const policies: CompiledPolicies = {
    identity: compileDocuments(context.identity, 'identity'),
    ...(context.boundary === undefined ? {} : { boundary: compileDocuments([context.boundary], 'identity') }),
    resources,
    byArn: new Map(resources.map((policy) => [policy.arn, policy])),
  };
  compiled.set(context, policies);
  return policies;
};

/** The strongest match so far, and the statement that made it. */
interface Best {
  readonly match: Match;
  readonly by?: CompiledStatement;
}

const NO: Best = { match: 'no' };

const better = (left: Best, right: Best): Best => (either(left.match, right.match) === left.match ? left : right);

/** What one set of policies says: by a deny, and by an allow for each way the caller is meant. */
interface Verdict {
  readonly deny: Best;
  readonly allow: Partial<Record<Meant | 'own', Best>>;
}

const judge = (
  found: readonly Candidate[],
  lookup: Lookup,
  meant: (statement: CompiledStatement) => { readonly match: Match; readonly as: Meant | 'own' },
): Verdict => {
  let deny = NO;
  const allow: Partial<Record<Meant | 'own', Best>> = {};
  for (const { statement, match } of found) {
    const principal = meant(statement);
    const holds = both(both(match, principal.match), matchesConditions(statement.conditions, lookup));
    if (holds === 'no') continue;
    const best: Best = { match: holds, by: statement };
    if (statement.effect === 'Deny') deny = better(deny, best);
    else allow[principal.as] = better(allow[principal.as] ?? NO, best);
  }
  return { deny, allow };
};

const SILENT: Verdict = { deny: NO, allow: {} };

const OWN = { match: 'yes', as: 'own' } as const;

/**
 * A request with the statements that could decide it, whatever their conditions say: found once, judged at many times.
 * Policy variables of time in a resource are judged at the request's own time.
 */
export interface PreparedRequest {
  readonly request: AccessRequest;
  readonly own: readonly Candidate[];
  /** Absent: the role has no boundary. */
  readonly boundary?: readonly Candidate[];
  readonly resource: readonly Candidate[];
  /** The role's own policies count only as far as the resource's policy leaves it to the account: keys. */
  readonly needsDelegation?: boolean;
}

/** The policy that judges a resource: its own, or that of the bucket which an object is in. */
export const policyOf = ({ byArn }: CompiledPolicies, resource: string): ResourcePolicy | undefined => {
  if (byArn.size === 0) return undefined;
  let found = byArn.get(resource);
  for (let slash = resource.indexOf('/'); found === undefined && slash >= 0; slash = resource.indexOf('/', slash + 1))
    found = byArn.get(resource.slice(0, slash));
  return found;
};

/**
 * Whether a resource's policy must let the account decide before the account's own policies count. So it is with keys,
 * unlike buckets. https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html
 */
export const needsDelegation = (resource: string): boolean => /^arn:[^:]+:kms:[^:]*:[^:]*:key\//.test(resource);

/** Looks up the statements that speak of a request's action and resource. */
export const prepareRequest = (context: EvaluationContext, request: AccessRequest): PreparedRequest => {
  const policies = compilePolicies(context);
  const lookup = requestLookup(request);
  const find = (set: PolicySet): readonly Candidate[] => candidates(set, request.action, request.resource, lookup);
  const ofResource = policyOf(policies, request.resource);
  return {
    request,
    own: find(policies.identity),
    ...(policies.boundary === undefined ? {} : { boundary: find(policies.boundary) }),
    resource: ofResource === undefined ? [] : find(ofResource.policies),
    ...(ofResource !== undefined && needsDelegation(request.resource) ? { needsDelegation: true } : {}),
  };
};

const capped = (best: Best | undefined, cap: Match): Best => {
  if (best === undefined) return NO;
  const match = both(best.match, cap);
  return match === 'no' ? NO : { ...best, match };
};

/**
 * Allows within one account: the role's own policies or the resource's policy, either suffices. A boundary caps the role's
 * own policies and a resource's policy that names the role, not one that names a user; naming the account only delegates.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
 */
const combineAllows = (own: Verdict, resource: Verdict, boundary: Match, delegated: Match): Best => {
  const uncertain: Match = boundary === 'yes' ? 'yes' : 'maybe';
  return [
    capped(own.allow.own, both(boundary, delegated)),
    capped(resource.allow.role, boundary),
    resource.allow.user ?? NO,
    capped(resource.allow.everyone, uncertain),
    capped(resource.allow.session, uncertain),
  ].reduce(better, NO);
};

/** An answer before it is put into words. */
export interface Judgement {
  readonly answer: Decision['answer'];
  readonly words: string;
  readonly by?: CompiledStatement;
}

const judged = (answer: Decision['answer'], words: string, best: Best): Judgement =>
  best.by === undefined ? { answer, words } : { answer, words, by: best.by };

const whyNothing = (own: Verdict, cap: Match): string => {
  if (own.allow.own === undefined) return 'no statement allows it';
  return cap === 'no'
    ? 'the permissions boundary does not allow it'
    : "the key's policy leaves nothing of it to the account's own policies";
};

/**
 * What the role's own policies say alone. An object of another account needs that account's word too, which nobody told us.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
 */
const ownSay = ({ resource, principalArn }: AccessRequest, prepared: PreparedRequest): Match => {
  if (prepared.resource.length > 0) return 'yes';
  const account = accountOf(resource);
  return /^\d{12}$/.test(account) && account !== accountOf(principalArn) ? 'maybe' : 'yes';
};

/** Judges a prepared request at another time than its own, perhaps. */
export const judgeAt = (prepared: PreparedRequest, at: string): Judgement => {
  const request = { ...prepared.request, at };
  const lookup = requestLookup(request);
  const own = judge(prepared.own, lookup, () => OWN);
  const boundary = prepared.boundary === undefined ? undefined : judge(prepared.boundary, lookup, () => OWN);
  const resource =
    prepared.resource.length === 0
      ? SILENT
      : judge(prepared.resource, lookup, (statement) =>
          matchPrincipal(statement.origin.statement, request.principalArn),
        );
  const deny = better(better(own.deny, boundary?.deny ?? NO), resource.deny);
  if (deny.match === 'yes') return judged('denied', 'denied by', deny);
  const cap = boundary === undefined ? 'yes' : (boundary.allow.own?.match ?? 'no');
  const delegated =
    prepared.needsDelegation === true ? (resource.allow.account?.match ?? 'no') : ownSay(request, prepared);
  const allow = combineAllows(own, resource, cap, delegated);
  if (allow.match === 'no') return judged('denied', whyNothing(own, cap), NO);
  if (deny.match === 'maybe') return judged('conditional', 'allowed, unless denied by', deny);
  return allow.match === 'yes'
    ? judged('allowed', 'allowed by', allow)
    : judged('conditional', 'allowed, if its conditions hold, by', allow);
};

/**
 * Answers "may this role do this on this object, now?" for requests within one account. A deny wins; then something must
 * allow; what depends on an unknown key, operator or session is conditional.
 */
export const evaluate = (context: EvaluationContext, request: AccessRequest): Decision => {
  const { answer, words, by } = judgeAt(prepareRequest(context, request), request.at);
  if (by === undefined) return { answer, reason: words };
  const { origin } = by;
  return { answer, reason: `${words} statement ${statementLabel(origin)} of ${origin.policy}`, statement: origin };
};
