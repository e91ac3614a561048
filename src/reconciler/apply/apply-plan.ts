import pLimit from 'p-limit';
import { EdlError, invariant } from '../model/errors.ts';
import type { Plan } from '../model/plan.ts';
import type { Clock, Driver, Reporter } from '../model/ports.ts';
import type { ApplyResult, Failure, StackResult } from '../model/result.ts';
import { scheduleChanges, type Node, type Schedule } from '../plan/waves.ts';
import { driverOf, workOf, type WorkInput } from './work.ts';

/** Everything that an apply needs. Drivers, clock and reporter are ports: what happens is the same on AWS and in a test. */
export interface ApplyInput extends WorkInput {
  readonly plan: Plan;
  readonly drivers: readonly Driver[];
  readonly reporter: Reporter;
  /** How many stacks at a time. */
  readonly parallelism: number;
  readonly clock: Clock;
  /** Asked before each stack; once true, no other stack is started. */
  readonly cancelled: () => boolean;
}

const secondsSince = (start: Date, clock: Clock): number => (clock.now().getTime() - start.getTime()) / 1000;

/** Drivers answer with results; one that throws is broken, and still fails its own stack only. */
const failureOf = (error: unknown): Failure =>
  error instanceof EdlError
    ? { code: error.code, message: error.message }
    : { code: 'EDL-9003', message: `The driver broke: ${error instanceof Error ? error.message : String(error)}` };

const runDriver = async (node: Node, input: ApplyInput): Promise<StackResult> => {
  const start = input.clock.now();
  try {
    const name = driverOf(node, input);
    const driver = input.drivers.find((one) => one.name === name);
    invariant(driver, `no driver ${name}`);
    return await driver.apply(workOf(node, input), input.reporter);
  } catch (error) {
    const seconds = secondsSince(start, input.clock);
    return { outcome: 'failed', stack: node.stack, seconds, failures: [failureOf(error)], objects: [] };
  }
};

const isDone = (result: StackResult): boolean => result.outcome === 'applied' || result.outcome === 'unchanged';

/** Why a stack is not even started; undefined when it is. */
const skipReason = (node: Node, needed: readonly StackResult[], input: ApplyInput): StackResult | undefined => {
  const broken = needed.find((result) => !isDone(result));
  if (broken?.outcome === 'skipped' && broken.because === 'cancelled')
    return { outcome: 'skipped', stack: node.stack, because: 'cancelled' };
  if (broken !== undefined)
    return { outcome: 'skipped', stack: node.stack, because: 'dependency-failed', dependency: broken.stack };
  return input.cancelled() ? { outcome: 'skipped', stack: node.stack, because: 'cancelled' } : undefined;
};

/** Tells of a wave when its first stack starts. Stacks do not wait for a whole wave, only for what they depend on. */
const waveTeller = (schedule: Schedule, reporter: Reporter) => {
  const told = new Set<number>();
  return (stack: string): void => {
    const index = schedule.waves.findIndex((wave) => wave.includes(stack));
    if (told.has(index)) return;
    told.add(index);
    reporter.emit({ type: 'wave-started', wave: index + 1, stacks: schedule.waves[index] ?? [] });
  };
};

const runNodes = (schedule: Schedule, input: ApplyInput): ReadonlyMap<string, Promise<StackResult>> => {
  const limit = pLimit(Math.max(1, Math.floor(input.parallelism)));
  const tellWave = waveTeller(schedule, input.reporter);
  const running = new Map<string, Promise<StackResult>>();
  const resultsOf = (names: readonly string[]): Promise<readonly StackResult[]> =>
    Promise.all(names.flatMap((name) => running.get(name) ?? []));
  const run = async (node: Node): Promise<StackResult> => {
    const needed = await resultsOf(node.needs);
    await resultsOf(node.follows);
    return limit(async () => {
      const skipped = skipReason(node, needed, input);
      if (skipped === undefined) {
        tellWave(node.stack);
        input.reporter.emit({ type: 'stack-started', stack: node.stack, changes: node.changes.length });
      }
      const result = skipped ?? (await runDriver(node, input));
      input.reporter.emit({ type: 'stack-finished', stack: node.stack, result });
      return result;
    });
  };
  // In the order of the waves, so that whatever a stack waits for is in the map already.
  for (const stack of schedule.waves.flat()) {
    const node = schedule.nodes.find((one) => one.stack === stack);
    if (node !== undefined) running.set(stack, run(node));
  }
  return running;
};

/**
 * Applies the changes of a plan, stack by stack: each as soon as what it depends on is done, at most `parallelism` at a time.
 * A failed stack fails those that depend on it and no others; stacks that are pruned wait for all the rest to be over. Drift
 * is not touched. Every stack gets a result, in the order of the waves.
 */
export const applyPlan = async (input: ApplyInput): Promise<ApplyResult> => {
  const schedule = scheduleChanges(input.plan.changes, input.desired);
  input.reporter.emit({ type: 'apply-started', stacks: schedule.nodes.length, waves: schedule.waves.length });
  const running = runNodes(schedule, input);
  return { instance: input.plan.instance, results: await Promise.all(running.values()) };
};

/** Whether everything that was planned is done. */
export const isWhole = (result: ApplyResult): boolean => result.results.every(isDone);
