import { factsOf } from '../../aws/failure-facts.ts';
import type { EdlError } from '../../reconciler/model/errors.ts';
import { isDenied } from './attempt.ts';

/** The line that a policy of the caller lacks, ready to be copied. */
const statement = (action: string): string => JSON.stringify({ Effect: 'Allow', Action: action, Resource: '*' });

/** What to do about something that AWS did not answer: of a denial, the statement to add. */
export const whatToAllow = (failure: EdlError): string => {
  if (!isDenied(failure)) return 'Until it can be read, plan leaves it out and apply is refused.';
  const { action } = factsOf(failure.cause);
  const other = 'or look for a service control policy or boundary that denies it.';
  return action === undefined
    ? `Give the caller this action, ${other}`
    : `Add to a policy of the caller: ${statement(action)}, ${other}`;
};
