import { AwsError } from '../protocol/errors.ts';
import { liveResources, readLive } from './drift.ts';
import { goForward } from './forward.ts';
import { forgetPaused, rememberPaused } from './paused.ts';
import { cleanUp, removeLeftovers, rollBackCreate, rollBackUpdate } from './rollback.ts';
import type { Run } from './run.ts';
import type { Stack } from './stack.ts';
import { isPreserving, setStatus } from './stack.ts';

const failureReason = (verb: string, failed: readonly string[]): string =>
  `The following resource(s) failed to ${verb}: [${failed.join(', ')}]. `;

const complete = (run: Run): void => {
  run.stack.deployed = run.target;
  run.stack.description = run.target.template.description;
};

/** Creates a stack whose status already is CREATE_IN_PROGRESS. */
export const createStack = async (run: Run): Promise<void> => {
  const { stack } = run;
  stack.deployed = run.target;
  stack.description = run.target.template.description;
  const failed = await goForward(run);
  if (failed.length === 0) {
    setStatus(stack, 'CREATE_COMPLETE');
    return;
  }
  const reason = failureReason('create', failed);
  if (isPreserving(stack)) setStatus(stack, 'CREATE_FAILED', reason);
  else await rollBackCreate(run, `${reason}Rollback requested by user.`);
};

/** Updates a stack whose status already is UPDATE_IN_PROGRESS. */
export const updateStack = async (run: Run): Promise<void> => {
  const { stack } = run;
  await removeLeftovers(run.environment, stack);
  const recorded = new Map(stack.resources);
  const { deployed, description, outputs } = stack;
  if (run.isDriftAware) {
    // From here on each change starts at the live state, and so each rollback ends there (drift-aware-change-sets).
    const live = liveResources(await readLive(run.environment, stack, run.target), run.target);
    for (const id of recorded.keys()) {
      const resource = live.get(id);
      if (resource === undefined) stack.resources.delete(id);
      else stack.resources.set(id, resource);
    }
  }
  const before = new Map(stack.resources);
  const failed = await goForward(run);
  if (failed.length > 0) {
    stack.outputs = outputs;
    const isNew = failed.some((id) => !before.has(id));
    const reason = failureReason(isNew ? 'create' : 'update', failed);
    if (isPreserving(stack)) {
      // The next update may say UsePreviousTemplate to try this one again.
      complete(run);
      rememberPaused(run, failed, recorded, { deployed, description, outputs });
      setStatus(stack, 'UPDATE_FAILED', reason);
    } else await rollBackUpdate(run, recorded, reason);
    return;
  }
  complete(run);
  forgetPaused(stack);
  setStatus(stack, 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS');
  await cleanUp(run, before);
  setStatus(stack, 'UPDATE_COMPLETE');
};

/** Takes existing resources in, and nothing else; if one cannot be had, none is (resource-import). */
export const importStack = async (run: Run): Promise<void> => {
  const { stack, done } = run;
  const failed = await goForward(run);
  if (failed.length === 0) {
    complete(run);
    setStatus(stack, 'IMPORT_COMPLETE');
    return;
  }
  setStatus(stack, 'IMPORT_ROLLBACK_IN_PROGRESS', failureReason('import', failed));
  for (const id of [...done.map((entry) => entry.resource.logicalId), ...failed]) {
    stack.resources.delete(id);
    stack.states.delete(id);
  }
  setStatus(stack, 'IMPORT_ROLLBACK_COMPLETE');
};

/** Starts an operation that no caller waits for. What it cannot foresee ends in a FAILED status with the cause. */
export const inBackground = (stack: Stack, failedStatus: string, operation: () => Promise<void>): void => {
  setImmediate(() => {
    operation().catch((error: unknown) => {
      const reason =
        error instanceof AwsError
          ? error.message
          : error instanceof Error
            ? (error.stack ?? error.message)
            : String(error);
      setStatus(stack, failedStatus, reason);
    });
  });
};
