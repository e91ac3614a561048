import { createHash } from 'node:crypto';
import type { Call, Reply } from './protocol/call.ts';
import { AwsError, JSON_SERVICES, errorReply } from './protocol/errors.ts';

/** What goes wrong between clients and the sandbox, and how slow its stacks are. CloudFormation's own calls are spared: AWS tries those again by itself. */
export interface Faults {
  /** Each call waits this long before it is looked at. */
  readonly latencyMs: number;
  /** The share of calls that are refused as too many, from 0 to 1. */
  readonly throttle: number;
  /** The share of calls whose connection ends without an answer; half of them have done their work by then. */
  readonly drop: number;
  /** After so many more calls none is answered any more; null for never. */
  readonly crashAfter: number | null;
  /** Chooses which calls are hit: the same ones in each run, as long as each operation is called as often. */
  readonly seed: number;
  /** The pace of stacks: 1 is about that of AWS, 10 ten times that; 0 waits nowhere. */
  readonly speed: number;
}

export const NO_FAULTS: Faults = { latencyMs: 0, throttle: 0, drop: 0, crashAfter: null, seed: 1, speed: 0 };

/** What a step of a stack's resource takes in AWS, about: a bucket or a policy some seconds, a role up to twenty. */
const STEP_MS = 10_000;

/** How long each step of a stack's resource and each change set waits. */
export const stackDelayMs = ({ speed }: Pick<Faults, 'speed'>): number => (speed === 0 ? 0 : STEP_MS / speed);

/** The speed that lets each step wait so long. */
export const speedOf = (delayMs: number): number => (delayMs === 0 ? 0 : STEP_MS / delayMs);

/** What becomes of one call. */
export type Fate = 'answered' | 'throttled' | 'dropped before' | 'dropped after' | 'crashed';

interface Rule {
  readonly isValid: (value: number) => boolean;
  readonly form: string;
}

const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;
const COUNT: Rule = { isValid: isCount, form: 'a whole number' };
const SHARE: Rule = { isValid: (value) => value >= 0 && value <= 1, form: 'a share from 0 to 1' };

const RULES: Readonly<Record<keyof Faults, Rule>> = {
  latencyMs: COUNT,
  throttle: SHARE,
  drop: SHARE,
  crashAfter: { isValid: isCount, form: 'a whole number of calls, or null for never' },
  seed: COUNT,
  speed: {
    isValid: (value) => value === 0 || (Number.isFinite(value) && value >= 0.001),
    form: 'a factor from 0.001 (1 for the pace of AWS), or 0 to wait nowhere',
  },
};

/** The faults after a change, by their names; what it leaves out stays. A name or a value that makes no sense is a RangeError. */
export const changedFaults = (current: Faults, change: object): Faults => {
  const given = new Map<string, unknown>(Object.entries(change));
  for (const name of given.keys())
    if (!(name in RULES)) throw new RangeError(`There is no fault "${name}", only ${Object.keys(RULES).join(', ')}.`);
  const numberOf = <Otherwise>(name: keyof Faults, otherwise: Otherwise): number | Otherwise => {
    const value = given.get(name);
    if (value === undefined) return otherwise;
    if (typeof value === 'number' && RULES[name].isValid(value)) return value;
    throw new RangeError(`${name} must be ${RULES[name].form}, not ${JSON.stringify(value)}.`);
  };
  const faults = {
    latencyMs: numberOf('latencyMs', current.latencyMs),
    throttle: numberOf('throttle', current.throttle),
    drop: numberOf('drop', current.drop),
    crashAfter: given.get('crashAfter') === null ? null : numberOf('crashAfter', current.crashAfter),
    seed: numberOf('seed', current.seed),
    speed: numberOf('speed', current.speed),
  };
  if (faults.throttle + faults.drop <= 1) return faults;
  throw new RangeError('throttle and drop together are more than 1: there are not so many calls.');
};

/** A number from 0 to 1 that depends on nothing but its seed: calls of other operations in between change no run. */
const chance = (...seed: readonly (string | number)[]): number =>
  createHash('sha256').update(seed.join('\n')).digest().readUInt32BE() / 2 ** 32;

/** The faults in force, and how far the run has come with them. */
export interface FaultMachine {
  current(): Faults;
  /** Changes some faults, and begins their run anew: no call has been made, nothing has crashed. */
  change(faults: object): void;
  /** Decides about the next call of an operation (`service:Operation`). */
  next(operation: string): Fate;
}

export const newFaultMachine = (initial: Partial<Faults>): FaultMachine => {
  let faults = changedFaults(NO_FAULTS, initial);
  let calls = 0;
  const callsOf = new Map<string, number>();
  return {
    current: () => faults,
    change(changed) {
      faults = changedFaults(faults, changed);
      calls = 0;
      callsOf.clear();
    },
    next(operation) {
      if (faults.crashAfter !== null && calls >= faults.crashAfter) return 'crashed';
      calls += 1;
      const count = (callsOf.get(operation) ?? 0) + 1;
      callsOf.set(operation, count);
      const draw = chance(faults.seed, operation, count);
      if (draw < faults.throttle) return 'throttled';
      if (draw >= faults.throttle + faults.drop) return 'answered';
      return chance(faults.seed, operation, count, 'moment') < 0.5 ? 'dropped before' : 'dropped after';
    },
  };
};

/** "Too many calls" in the words of the service that was called (AmazonS3/latest/API/ErrorResponses, CommonErrors of the others). */
export const throttledReply = (call: Pick<Call, 'service'>): Reply => {
  if (call.service === 's3') return errorReply(call, new AwsError('SlowDown', 'Please reduce your request rate.', 503));
  const code = JSON_SERVICES.has(call.service) ? 'ThrottlingException' : 'Throttling';
  return errorReply(call, new AwsError(code, 'Rate exceeded', 400));
};
