import type { JsonObject } from '../../reconciler/model/json.ts';

/** A policy document under the name that messages call it by. */
export interface NamedDocument {
  readonly name: string;
  readonly document: JsonObject;
}

/** Everything that decides: the role's own policies, its permissions boundary, and policies of resources (buckets) by their ARN. */
export interface EvaluationContext {
  readonly identity: readonly NamedDocument[];
  readonly boundary?: NamedDocument;
  readonly resources?: readonly { readonly arn: string; readonly document: JsonObject }[];
}

/**
 * What is known of a request beside action and resource. A key that is missing here is unknown, and a statement that needs
 * it makes the answer conditional; an empty list says that the key is known to be absent.
 */
export type RequestContext = Readonly<Record<string, string | readonly string[]>>;

/** The question: may this role do this on this one resource, at this time? */
export interface AccessRequest {
  readonly principalArn: string;
  readonly action: string;
  readonly resource: string;
  readonly context?: RequestContext;
  /** ISO 8601; becomes `aws:CurrentTime`. */
  readonly at: string;
}

/** The statement that decided: of which document, and which one from 0. */
export interface DecidingStatement {
  readonly policy: string;
  readonly index: number;
  readonly statement: JsonObject;
}

/** What we cannot decide is `conditional`, never `allowed`. `reason` is a sentence without a full stop. */
export interface Decision {
  readonly answer: 'allowed' | 'denied' | 'conditional';
  readonly reason: string;
  readonly statement?: DecidingStatement;
}

/** Whether something matches; `maybe` when it depends on what we do not know. */
export type Match = 'yes' | 'no' | 'maybe';

const rank: Readonly<Record<Match, number>> = { no: 0, maybe: 1, yes: 2 };

/** The better of two matches: one of several is enough. */
export const either = (left: Match, right: Match): Match => (rank[left] >= rank[right] ? left : right);

/** The worse of two matches: all must hold. */
export const both = (left: Match, right: Match): Match => (rank[left] <= rank[right] ? left : right);

/** The opposite; what we do not know stays unknown. */
export const negate = (match: Match): Match => (match === 'yes' ? 'no' : match === 'no' ? 'yes' : 'maybe');
