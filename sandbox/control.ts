import type { FaultMachine } from './faults.ts';
import { isObject, parseJson } from './json.ts';
import type { Reply } from './protocol/call.ts';
import { textReply } from './protocol/call.ts';
import type { RawRequest } from './protocol/server.ts';

/** What can be steered from outside while the sandbox runs. */
export interface Controls {
  readonly faults: FaultMachine;
  readonly calls: Map<string, number>;
  readonly reset: () => Promise<void>;
  /** Whether moto answers. */
  readonly isHealthy: () => Promise<boolean>;
}

const PREFIX = '/_edl/';

/** Bucket names have no underscore, and control requests no signature: nothing that an AWS client sends is taken for one. */
export const isControl = (request: RawRequest): boolean =>
  request.path.startsWith(PREFIX) &&
  request.headers['authorization'] === undefined &&
  !request.path.includes('X-Amz-Credential');

const json = (status: number, value: unknown): Reply => textReply(status, JSON.stringify(value), 'application/json');

/** The count of calls, by operation. */
export const sortedCalls = ({ calls }: Pick<Controls, 'calls'>): Record<string, number> =>
  Object.fromEntries([...calls].sort());

const changeFaults = ({ faults }: Controls, body: string): Reply => {
  const change = parseJson(body);
  if (!isObject(change)) return json(400, { message: 'Faults are sent as a JSON object, such as {"throttle": 0.3}.' });
  faults.change(change);
  return json(200, faults.current());
};

type Route = (controls: Controls, body: string) => Reply | Promise<Reply>;

const ROUTES: Readonly<Record<string, Route>> = {
  'GET /_edl/health': async ({ isHealthy }) =>
    (await isHealthy()) ? json(200, { status: 'ok' }) : json(503, { status: 'moto does not answer' }),
  'GET /_edl/calls': (controls) => json(200, sortedCalls(controls)),
  'POST /_edl/reset-calls': ({ calls }) => {
    calls.clear();
    return json(200, {});
  },
  'GET /_edl/faults': ({ faults }) => json(200, faults.current()),
  'POST /_edl/faults': changeFaults,
  'POST /_edl/reset': async ({ calls, reset }) => {
    await reset();
    calls.clear();
    return json(200, {});
  },
};

/** Answers the requests by which tests and people steer the sandbox itself. Faults never hit these, so that they can be ended. */
export const control = async (controls: Controls, request: RawRequest): Promise<Reply> => {
  const route = `${request.method} ${request.path}`;
  const handle = ROUTES[route];
  if (handle === undefined)
    return json(404, { message: `The sandbox has no ${route}, only ${Object.keys(ROUTES).join(', ')}.` });
  try {
    return await handle(controls, request.body.toString('utf8'));
  } catch (error) {
    // A RangeError says what is wrong with the request; all else is wrong with the sandbox.
    const message = error instanceof Error ? error.message : String(error);
    return json(error instanceof RangeError ? 400 : 500, { message });
  }
};
