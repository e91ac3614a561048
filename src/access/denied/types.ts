/** Which kind of policy said no, in the words of IAM/latest/UserGuide/troubleshoot_access-denied. */
export type DenyingPolicy =
  'identity' | 'resource' | 'boundary' | 'session' | 'service-control' | 'resource-control' | 'vpc-endpoint' | 'trust';

/** Why AWS says it refused: a statement denies (`explicit`), or none allows (`implicit`). */
export interface DenialReason {
  readonly kind: 'explicit' | 'implicit';
  readonly policy: DenyingPolicy;
  /** Since 2026 some messages name the policy. */
  readonly policyArn?: string;
}

/** Who asked. A role's ARN in a message has no path, so only its name is known. */
export interface DenialCaller {
  readonly arn: string;
  readonly account: string;
  readonly role?: string;
  readonly session?: string;
  readonly user?: string;
}

/** A place in S3; the key may be empty. */
export interface S3Location {
  readonly bucket: string;
  readonly key: string;
}

/**
 * What a text says beside action and resource. `not-found` and `session-ended` are not denials, `encoded` hides the facts,
 * `query-results` is about where Athena writes, `lake-formation` is another permission system.
 */
export type DenialSign =
  'encoded' | 'lake-formation' | 'not-found' | 'query-results' | 'session-ended' | 'unknown-key' | 'via-athena';

/** One refusal as its text tells it. Holds nothing of the text but these facts: no tokens, signatures or key ids. */
export interface Denial {
  readonly service?: string;
  /** `s3:GetObject`. */
  readonly action?: string;
  /** Whether the action is what AWS named; else it is what the failed operation usually asks for. */
  readonly isActionStated?: boolean;
  /** An ARN, as far as it is told. */
  readonly resource?: string;
  readonly location?: S3Location;
  readonly table?: { readonly database: string; readonly table: string };
  readonly caller?: DenialCaller;
  readonly why?: DenialReason;
  readonly signs: readonly DenialSign[];
}
