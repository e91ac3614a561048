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
