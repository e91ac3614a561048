/**
 * What can be done with a stack:
 * `ready` change sets can be made; `shell` it never succeeded and only its name is taken; `busy` an operation runs;
 * `stuck` somebody must decide, see `stuckAdvice`.
 */
export type StackCondition = 'ready' | 'shell' | 'busy' | 'stuck';

/** Statuses from AWSCloudFormation/latest/UserGuide/view-stack-events (stack status codes). */
const READY: ReadonlySet<string> = new Set([
  'CREATE_COMPLETE',
  'UPDATE_COMPLETE',
  'UPDATE_ROLLBACK_COMPLETE',
  'IMPORT_COMPLETE',
  'IMPORT_ROLLBACK_COMPLETE',
]);

const SHELL: ReadonlySet<string> = new Set(['REVIEW_IN_PROGRESS', 'ROLLBACK_COMPLETE']);

/** What the status of a stack allows. */
export const conditionOf = (status: string): StackCondition => {
  if (READY.has(status)) return 'ready';
  if (SHELL.has(status)) return 'shell';
  return status.endsWith('_IN_PROGRESS') ? 'busy' : 'stuck';
};

/** Whether an operation on a stack ended, and well. Everything else that has ended has failed. */
export const isSuccess = (status: string): boolean =>
  ['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'IMPORT_COMPLETE', 'DELETE_COMPLETE'].includes(status);

/** Whether an operation on a stack has ended. */
export const isEnded = (status: string): boolean => !status.endsWith('_IN_PROGRESS');

const ADVICE: Readonly<Record<string, string>> = {
  UPDATE_ROLLBACK_FAILED:
    'an update failed and so did its rollback. Remove what stops the rollback (the events tell), then run: aws cloudformation continue-update-rollback',
  UPDATE_FAILED:
    'an update failed with its rollback switched off. Return to the last good state with: aws cloudformation rollback-stack',
  CREATE_FAILED:
    'its creation failed with its rollback switched off. Remove what it made with: aws cloudformation delete-stack (buckets and keys are kept)',
  ROLLBACK_FAILED:
    'its creation failed and so did its rollback. Remove what stops the deletion (the events tell), then run: aws cloudformation delete-stack',
  DELETE_FAILED:
    'its deletion failed half-way. Remove what stops it (the events tell), then finish it with: aws cloudformation delete-stack',
  IMPORT_ROLLBACK_FAILED:
    'an adoption failed and so did its rollback. Remove what stops the rollback (the events tell), then run: aws cloudformation continue-update-rollback',
};

/** Why a stuck stack cannot be applied, and the command that frees it. */
export const stuckAdvice = (stack: string, region: string, status: string): string => {
  const advice =
    ADVICE[status] ?? 'EDL does not know this status. Bring it to a …_COMPLETE status with: aws cloudformation';
  return `Stack ${stack} is in ${status}: ${advice} --stack-name ${stack} --region ${region}. Then apply again. See the events with: aws cloudformation describe-stack-events --stack-name ${stack} --region ${region}`;
};
