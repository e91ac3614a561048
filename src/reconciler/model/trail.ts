/** One change that CloudTrail recorded. */
export interface TrailEvent {
  readonly id: string;
  /** `AttachRolePolicy`. */
  readonly name: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  /** ARN of who called; of a role's session the session's. Where there is none, the name that CloudTrail gives. */
  readonly by: string;
  /** The AWS service that called for somebody, such as `cloudformation.amazonaws.com`. */
  readonly invokedBy?: string;
  readonly sourceIp?: string;
  /** The call was refused: it changed nothing. */
  readonly isRefused: boolean;
  /** What was asked for, as text. */
  readonly parameters: string;
}

/** What to look for: events of a resource, or all of one name. */
export interface TrailQuestion {
  readonly region: string;
  readonly attribute: 'ResourceName' | 'EventName';
  readonly value: string;
  /** ISO 8601, UTC. */
  readonly since: string;
}

/** CloudTrail's event history: management events of the last 90 days, some minutes late. */
export interface Trail {
  /** The newest first, some hundred at most. Throws EdlError when CloudTrail cannot be asked. */
  readonly events: (question: TrailQuestion) => Promise<readonly TrailEvent[]>;
}
