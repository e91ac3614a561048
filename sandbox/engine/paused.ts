import { undoAll } from './rollback.ts';
import type { Done, Run } from './run.ts';
import type { Stack, StackResource } from './stack.ts';
import { STACK_TYPE } from './stack.ts';

/** What a stack was deployed from and gave out. */
type Deployed = Pick<Stack, 'deployed' | 'description' | 'outputs'>;

/** Updates that failed one after another with rollback disabled, and what there was before the first of them. */
interface Paused {
  readonly run: Run;
  readonly stable: Deployed;
  readonly before: ReadonlyMap<string, StackResource>;
}

const PAUSED = new WeakMap<Stack, Paused>();

/** Of a failed creation nothing is left once the next update has begun. */
const isStillThere = (entry: Done): boolean => entry.kind !== 'created' || !entry.isFailed;

/** What an update that failed did and has not already put back by itself. */
const doneBy = ({ done }: Run, failed: readonly string[]): readonly Done[] =>
  done.filter((entry) => entry.kind !== 'updated' || !failed.includes(entry.resource.logicalId));

/** Remembers an update that failed with rollback disabled, so that RollbackStack can take it back. */
export const rememberPaused = (
  run: Run,
  failed: readonly string[],
  before: ReadonlyMap<string, StackResource>,
  stable: Deployed,
): void => {
  const earlier = PAUSED.get(run.stack);
  const done = [...(earlier?.run.done ?? []).filter(isStillThere), ...doneBy(run, failed)];
  PAUSED.set(run.stack, {
    run: { ...run, done },
    stable: earlier?.stable ?? stable,
    before: earlier?.before ?? before,
  });
};

/** After an operation that ended well there is nothing to go back from. */
export const forgetPaused = (stack: Stack): void => {
  PAUSED.delete(stack);
};

/** Whether a stack ever was in a state that it can go back to (API_RollbackStack lists them). */
export const wasStable = (stack: Stack): boolean =>
  stack.events.some(
    ({ type, physicalId, status }) =>
      type === STACK_TYPE &&
      physicalId === stack.id &&
      /^(CREATE|UPDATE|UPDATE_ROLLBACK|IMPORT|IMPORT_ROLLBACK)_COMPLETE$/.test(status),
  );

/** Takes back all that was done since the stack was stable. */
export const rollBackPaused = async (stack: Stack, dropsRetained: boolean): Promise<void> => {
  const paused = PAUSED.get(stack);
  if (paused === undefined) throw new Error(`Nobody knows what became of the last update of ${stack.name}.`);
  PAUSED.delete(stack);
  Object.assign(stack, paused.stable);
  stack.leftovers = [];
  await undoAll({ ...paused.run, dropsRetained }, paused.before);
};
