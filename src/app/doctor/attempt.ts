import { EdlError } from '../../reconciler/model/errors.ts';

/** What a question to AWS brought: an answer, or the failure that AWS explains. */
export type Attempt<Value> =
  { readonly status: 'answered'; readonly value: Value } | { readonly status: 'failed'; readonly failure: EdlError };

/** Asks AWS; a failure is a finding here. A bug of ours still stops the run. */
export const attempt = async <Value>(ask: () => Promise<Value>): Promise<Attempt<Value>> => {
  try {
    return { status: 'answered', value: await ask() };
  } catch (failure) {
    if (failure instanceof EdlError && failure.disposition !== 'bug') return { status: 'failed', failure };
    throw failure;
  }
};

/** Whether AWS refused for want of a permission. */
export const isDenied = (failure: EdlError): boolean => failure.code === 'EDL-4004';
