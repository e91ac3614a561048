/** More calls at once only meet AWS's own limits sooner; the control planes of IAM and Glue throttle first. */
export const MOST_IN_FLIGHT = 8;

/** So many answers are looked at together: fewer would take chance for a rate. */
const ROUND = 8;
/** How many of them may be "too many calls" before fewer are made at once. */
const TOLERATED = 3;

/** How many calls may be in flight, and what the answers since it last changed say. */
export interface Flow {
  readonly limit: number;
  readonly answers: number;
  readonly throttled: number;
}

export const FULL_FLOW: Flow = { limit: MOST_IN_FLIGHT, answers: 0, throttled: 0 };

/**
 * The flow after one more answer: half as many calls at once after a round in which AWS throttled more than a third, one more
 * after each other round. A call that is throttled now and then waits by itself, which is enough; only a round full of them
 * says that we ask faster than AWS lets us.
 */
export const nextFlow = ({ limit, answers, throttled }: Flow, isThrottled: boolean): Flow => {
  const total = throttled + (isThrottled ? 1 : 0);
  if (total > TOLERATED) return { limit: Math.max(1, Math.floor(limit / 2)), answers: 0, throttled: 0 };
  if (answers + 1 < ROUND) return { limit, answers: answers + 1, throttled: total };
  return { limit: Math.min(MOST_IN_FLIGHT, limit + 1), answers: 0, throttled: 0 };
};
