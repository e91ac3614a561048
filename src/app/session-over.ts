import type { Driver } from '../reconciler/model/ports.ts';
import type { StackResult } from '../reconciler/model/result.ts';
import { isSessionOver } from '../reconciler/model/result.ts';

/** Drivers that notice when AWS takes the credentials no more: then no other stack needs to be begun to find the same. */
export const watchSession = (
  drivers: readonly Driver[],
): { readonly drivers: readonly Driver[]; readonly isOver: () => boolean } => {
  let isOver = false;
  const heard = (result: StackResult): StackResult => {
    isOver ||= isSessionOver(result);
    return result;
  };
  return {
    isOver: () => isOver,
    drivers: drivers.map((driver) => ({
      name: driver.name,
      apply: async (work, reporter) => heard(await driver.apply(work, reporter)),
    })),
  };
};
