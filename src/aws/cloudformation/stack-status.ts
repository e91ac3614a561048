import { commandLine, inLines } from '../../reconciler/model/message.ts';

/**
 * What can be done with a stack:
 * `ready` change sets can be made; `shell` it never succeeded and only its name is taken; `busy` an operation runs;
 * `halted` its rollback stopped half-way and can be gone on with; `paused` its update failed and was not rolled back;
 * `remains` its creation failed and only its deletion is possible; `half-deleted` somebody's deletion failed;
 * `stuck` somebody must decide, see `stuckAdvice`.
 */
export type StackCondition = 'ready' | 'shell' | 'busy' | 'halted' | 'paused' | 'remains' | 'half-deleted' | 'stuck';

/** Statuses from AWSCloudFormation/latest/UserGuide/view-stack-events (stack status codes). */
const READY: ReadonlySet<string> = new Set([
  'CREATE_COMPLETE',
  'UPDATE_COMPLETE',
  'UPDATE_ROLLBACK_COMPLETE',
  'IMPORT_COMPLETE',
  'IMPORT_ROLLBACK_COMPLETE',
]);

const SHELL: ReadonlySet<string> = new Set(['REVIEW_IN_PROGRESS', 'ROLLBACK_COMPLETE']);

/** Of these CloudFormation takes nothing but a deletion (AWSCloudFormation/latest/UserGuide/troubleshooting). */
const REMAINS: ReadonlySet<string> = new Set(['CREATE_FAILED', 'ROLLBACK_FAILED']);

const MENDED: Readonly<Record<string, StackCondition>> = {
  UPDATE_ROLLBACK_FAILED: 'halted',
  UPDATE_FAILED: 'paused',
  DELETE_FAILED: 'half-deleted',
};

/** What the status of a stack allows. */
export const conditionOf = (status: string): StackCondition => {
  if (READY.has(status)) return 'ready';
  if (SHELL.has(status)) return 'shell';
  if (REMAINS.has(status)) return 'remains';
  return MENDED[status] ?? (status.endsWith('_IN_PROGRESS') ? 'busy' : 'stuck');
};

/** Whether an operation on a stack ended, and well. Everything else that has ended has failed. */
export const isSuccess = (status: string): boolean =>
  ['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'IMPORT_COMPLETE', 'DELETE_COMPLETE'].includes(status);

/** Whether an operation on a stack has ended. */
export const isEnded = (status: string): boolean => !status.endsWith('_IN_PROGRESS');

const eventsOf = (place: string): string =>
  inLines('', 'See what happened with:', commandLine(`aws cloudformation describe-stack-events ${place}`));

/**
 * Why a stuck stack cannot be applied, and what frees it. AWS names no way from IMPORT_ROLLBACK_FAILED to a good state:
 * continue-update-rollback is for UPDATE_ROLLBACK_FAILED alone (AWSCloudFormation/latest/APIReference/API_ContinueUpdateRollback).
 */
export const stuckAdvice = (stack: string, region: string, status: string): string => {
  const place = `--stack-name ${stack} --region ${region}`;
  switch (status) {
    case 'DELETE_FAILED':
      return inLines(
        `Stack ${stack} is in ${status}: its deletion failed half-way.`,
        '',
        'Remove what stops it, then finish it with:',
        commandLine(`aws cloudformation delete-stack ${place}`),
        'Then apply again.',
        eventsOf(place),
      );
    case 'IMPORT_ROLLBACK_FAILED':
      return inLines(
        `Stack ${stack} is in ${status}: an adoption failed, and so did its rollback. CloudFormation takes nothing but a deletion of such a stack, and that deletes what was in it before, so EDL does not.`,
        '',
        'See what it holds with:',
        commandLine(`aws cloudformation describe-stack-resources ${place}`),
        'If all of that was to be adopted (it is retained then), let go of the stack and apply again:',
        commandLine(`aws cloudformation delete-stack ${place}`),
        'If not, ask AWS Support to free it.',
        eventsOf(place),
      );
    default:
      return inLines(
        `Stack ${stack} is in ${status}: EDL does not know this status. Bring it to a …_COMPLETE status, then apply again.`,
        eventsOf(place),
      );
  }
};
