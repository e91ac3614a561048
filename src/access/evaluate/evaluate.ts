import { matchesConditions } from './conditions.ts';
import { requestLookup } from './lookup.ts';
import { type Candidate, candidates, compileDocuments, type PolicySet } from './policy-set.ts';
import { type Meant, matchPrincipal } from './principals.ts';
import { type CompiledStatement, statementLabel } from './statements.ts';
import {
  type AccessRequest,
  both,
  type DecidingStatement,
  type Decision,
  either,
  type EvaluationContext,
  type Match,
} from './types.ts';
import type { Lookup } from './variables.ts';

/** An evaluation context compiled once for many checks. */
export interface CompiledPolicies {
  readonly identity: PolicySet;
  readonly boundary?: PolicySet;
  readonly resources: readonly { readonly arn: string; readonly policies: PolicySet }[];
}

const compiled = new WeakMap<EvaluationContext, CompiledPolicies>();

/** Compiles the documents of a context. `evaluate` does this once a context by itself; call it to pay early. */
export const compilePolicies = (context: EvaluationContext): CompiledPolicies => {
  const known = compiled.get(context);
  if (known !== undefined) return known;
  const policies: CompiledPolicies = {
    identity: compileDocuments(context.identity, 'identity'),
    ...(context.boundary === undefined ? {} : { boundary: compileDocuments([context.boundary], 'identity') }),
    resources: (context.resources ?? []).map(({ arn, document }) => ({
      arn,
      policies: compileDocuments([{ name: `policy of ${arn}`, document }], 'resource'),
    })),
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

const judgeOwn = (set: PolicySet, request: AccessRequest, lookup: Lookup): Verdict =>
  judge(candidates(set, request.action, request.resource, lookup), lookup, () => ({ match: 'yes', as: 'own' }));

const judgeResource = (policies: CompiledPolicies, request: AccessRequest, lookup: Lookup): Verdict => {
  const set = policies.resources.find(({ arn }) => request.resource === arn || request.resource.startsWith(`${arn}/`));
  if (set === undefined) return SILENT;
  return judge(candidates(set.policies, request.action, request.resource, lookup), lookup, (statement) =>
    matchPrincipal(statement.origin.statement, request.principalArn),
  );
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
const combineAllows = (own: Verdict, resource: Verdict, boundary: Match): Best => {
  const uncertain: Match = boundary === 'yes' ? 'yes' : 'maybe';
  return [
    capped(own.allow.own, boundary),
    capped(resource.allow.role, boundary),
    resource.allow.user ?? NO,
    capped(resource.allow.everyone, uncertain),
    capped(resource.allow.session, uncertain),
  ].reduce(better, NO);
};

const explain = (answer: Decision['answer'], by: Best, words: string): Decision => {
  if (by.by === undefined) return { answer, reason: words };
  const origin: DecidingStatement = by.by.origin;
  return {
    answer,
    reason: `${words} statement ${statementLabel(origin)} of ${origin.policy}`,
    statement: origin,
  };
};

/**
 * Answers "may this role do this on this object, now?" for requests within one account. A deny wins; then something must
 * allow; what depends on an unknown key, operator or session is conditional.
 */
export const evaluate = (context: EvaluationContext, request: AccessRequest): Decision => {
  const policies = compilePolicies(context);
  const lookup = requestLookup(request);
  const own = judgeOwn(policies.identity, request, lookup);
  const boundary = policies.boundary === undefined ? undefined : judgeOwn(policies.boundary, request, lookup);
  const resource = judgeResource(policies, request, lookup);
  const deny = [own.deny, boundary?.deny ?? NO, resource.deny].reduce(better, NO);
  if (deny.match === 'yes') return explain('denied', deny, 'denied by');
  const cap = boundary === undefined ? 'yes' : (boundary.allow.own?.match ?? 'no');
  const allow = combineAllows(own, resource, cap);
  if (allow.match === 'no') {
    const isCapped = cap === 'no' && own.allow.own !== undefined;
    return isCapped
      ? explain('denied', NO, 'the permissions boundary does not allow it')
      : explain('denied', NO, 'no statement allows it');
  }
  if (deny.match === 'maybe') return explain('conditional', deny, 'allowed, unless denied by');
  return allow.match === 'yes'
    ? explain('allowed', allow, 'allowed by')
    : explain('conditional', allow, 'allowed, if its conditions hold, by');
};

/**
 * The statements that could decide a request, whatever their conditions say. For finding the dates at which an answer can
 * change; not for deciding.
 */
export const statementsAbout = (context: EvaluationContext, request: AccessRequest): readonly CompiledStatement[] => {
  const policies = compilePolicies(context);
  const lookup = requestLookup(request);
  const resource = policies.resources.find(
    ({ arn }) => request.resource === arn || request.resource.startsWith(`${arn}/`),
  );
  const sets = [policies.identity, policies.boundary, resource?.policies].filter((set) => set !== undefined);
  return sets.flatMap((set) =>
    candidates(set, request.action, request.resource, lookup).map(({ statement }) => statement),
  );
};
