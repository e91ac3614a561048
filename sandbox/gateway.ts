import type { Call, Handler, Next, Reply } from './protocol/call.ts';
import { AwsError, errorReply } from './protocol/errors.ts';

/** One thing that moto does not do, or does wrong, filled by the gateway. */
export interface Gap {
  /** Why moto's own answer is not used. */
  readonly reason: string;
  /** By `service:Operation`, or `service:*` for all of a service. */
  readonly handlers: Readonly<Record<string, Handler>>;
  /** Forgets everything, as a new account would. */
  readonly reset?: () => void;
}

const isMatch = (gap: Gap, call: Call): Handler | undefined =>
  gap.handlers[`${call.service}:${call.operation}`] ?? gap.handlers[`${call.service}:*`];

/** Sends a call through the gaps that know its operation, in their order, and then to moto. Refusals become answers. */
export const dispatcher = (gaps: readonly Gap[], forward: Next): Next => {
  const pass = (call: Call, from: number): Promise<Reply> => {
    for (let index = from; index < gaps.length; index += 1) {
      const gap = gaps[index];
      const handler = gap === undefined ? undefined : isMatch(gap, call);
      if (handler !== undefined) return handler(call, (next) => pass(next, index + 1));
    }
    return forward(call);
  };
  return async (call) => {
    try {
      return await pass(call, 0);
    } catch (error) {
      if (error instanceof AwsError) return errorReply(call, error);
      const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
      return errorReply(call, new AwsError('InternalFailure', message, 500));
    }
  };
};

/** Lets work pass while it is open. */
export interface Gate {
  pass<Result>(work: () => Promise<Result>): Promise<Result>;
  /** Waits for what is inside, runs alone, and only then lets in what came meanwhile. */
  alone(work: () => Promise<void>): Promise<void>;
}

/** Keeps a reset and the calls of clients apart: a call that was half done would leave half of its traces behind. */
export const newGate = (): Gate => {
  const inside = new Set<Promise<unknown>>();
  let closed: Promise<void> | undefined;
  return {
    async pass(work) {
      while (closed !== undefined) await closed;
      const result = work();
      inside.add(result);
      try {
        return await result;
      } finally {
        inside.delete(result);
      }
    },
    async alone(work) {
      while (closed !== undefined) await closed;
      const run = (async () => {
        await Promise.allSettled(inside);
        await work();
      })();
      closed = run.then(
        () => undefined,
        () => undefined,
      );
      try {
        await run;
      } finally {
        closed = undefined;
      }
    },
  };
};

/** What CloudFormation calls between two resets. */
export interface Era {
  readonly dispatch: Next;
  /** Refuses what is called from now on, and waits for what is under way. */
  end(): Promise<void>;
}

/** Stacks go on by themselves. After a reset, what those of before still want must not reach the emptied accounts. */
export const newEra = (dispatch: Next): Era => {
  const underWay = new Set<Promise<Reply>>();
  let isOver = false;
  return {
    async dispatch(call) {
      if (isOver) throw new AwsError('ServiceUnavailable', 'The sandbox was reset.', 503);
      const reply = dispatch(call);
      underWay.add(reply);
      try {
        return await reply;
      } finally {
        underWay.delete(reply);
      }
    },
    async end() {
      isOver = true;
      await Promise.allSettled(underWay);
    },
  };
};
