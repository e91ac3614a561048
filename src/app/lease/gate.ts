import { EdlError } from '../../reconciler/model/errors.ts';
import type { Healer } from '../../reconciler/model/heal.ts';
import type { Driver, Reporter, StackWork } from '../../reconciler/model/ports.ts';
import { isLeaseFailure, isWithoutLease, type Failure, type StackResult } from '../../reconciler/model/result.ts';
import { toldBefore } from './words.ts';

/** What is awaited before work on a stack, or on something else. Throws EdlError when it may not be begun. */
export type Gate = (stack?: string) => Promise<void>;

const failureOf = (error: unknown): Failure => {
  if (error instanceof EdlError) return { code: error.code, message: error.message };
  throw error;
};

const begun = async (driver: Driver, work: StackWork, reporter: Reporter, gate: Gate): Promise<StackResult> => {
  try {
    await gate(work.name);
  } catch (error) {
    return { outcome: 'failed', stack: work.name, seconds: 0, failures: [failureOf(error)], objects: [] };
  }
  return driver.apply(work, reporter);
};

/** Several stacks that were at work stop for one reason: the first one tells it, the others say where it is told. */
const tellOnce = (): ((result: StackResult) => StackResult) => {
  let teller: string | undefined;
  return (result) => {
    if (!isWithoutLease(result) || result.outcome !== 'failed') return result;
    const first = (teller ??= result.stack);
    if (first === result.stack) return result;
    const failures = result.failures.map((failure) =>
      isLeaseFailure(failure) ? { ...failure, message: toldBefore(first) } : failure,
    );
    return { ...result, failures };
  };
};

/** Drivers that wait at the gate before each stack. */
export const gateDrivers = (drivers: readonly Driver[], gate: Gate): readonly Driver[] => {
  const told = tellOnce();
  return drivers.map((driver) => ({
    name: driver.name,
    apply: async (work, reporter) => told(await begun(driver, work, reporter, gate)),
  }));
};

/** A healer that does likewise. */
export const gateHealer = (healer: Healer, gate: Gate): Healer => ({
  ...healer,
  heal: async (work, reporter) => {
    try {
      await gate(work.stack);
    } catch (error) {
      const { code, message: detail } = failureOf(error);
      return [{ id: work.id, outcome: 'failed', detail, code }];
    }
    return healer.heal(work, reporter);
  },
  revert: async (stack, reporter) => {
    try {
      await gate(stack.name);
    } catch (error) {
      return { status: 'failed', reason: failureOf(error).message };
    }
    return healer.revert(stack, reporter);
  },
});
