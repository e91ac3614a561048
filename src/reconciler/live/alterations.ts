import type { JsonObject } from '../model/json.ts';
import type { ObservedStack } from '../model/live.ts';
import { changeSetPrefix, DIGEST_OUTPUT } from '../model/names.ts';
import type { Stack } from '../model/resource.ts';
import { isSameTemplate, mayBeLossy, templateDigest } from '../model/template-digest.ts';

/**
 * What EDL applied last to a stack of ours, judged by its output `EdlDigest` and, where it was fetched, by its template.
 *
 * | output            | template                     | what was applied                                              |
 * |-------------------|------------------------------|---------------------------------------------------------------|
 * | as desired        | not fetched, or as desired   | what is desired                                               |
 * | as desired        | another                      | what is desired; somebody wrote the template past EDL         |
 * | another, or none  | has the digest of the output | the template: git has moved since                             |
 * | another, or none  | has another digest           | nobody knows; somebody wrote the template past EDL            |
 * | another, or none  | not fetched                  | nobody knows; the stack counts as unreadable                  |
 *
 * A stack whose last operation runs or did not succeed proves nothing: its outputs and its template may be of two templates.
 */
export type LastApplied = 'desired' | 'template' | 'unknown';

/** Which row of the table a stack is, and whether its template is somebody else's. */
export interface Provenance {
  readonly applied: LastApplied;
  readonly isAltered: boolean;
}

/** Statuses in which outputs and template belong together. */
const SETTLED: ReadonlySet<string> = new Set(['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'IMPORT_COMPLETE']);

/** Compares a stack's output and template with each other and with what is desired. */
export const provenanceOf = (
  stack: ObservedStack,
  target: Stack | undefined,
  template: JsonObject | undefined,
): Provenance => {
  const output = stack.outputs[DIGEST_OUTPUT];
  const isSettled = SETTLED.has(stack.status);
  if (target !== undefined && target.digest === output)
    return {
      applied: 'desired',
      isAltered: isSettled && template !== undefined && !isSameTemplate(template, target.template ?? {}),
    };
  if (template === undefined) return { applied: 'unknown', isAltered: false };
  // No output at all was never applied by us; a lossy template is believed, as its digest can prove nothing.
  const isOurs = !isSettled || (output !== undefined && (output === templateDigest(template) || mayBeLossy(template)));
  return isOurs ? { applied: 'template', isAltered: false } : { applied: 'unknown', isAltered: true };
};

const outputNames = (template: JsonObject | undefined): readonly string[] => {
  const outputs = template?.['Outputs'];
  return typeof outputs === 'object' && outputs !== null ? Object.keys(outputs).sort() : [];
};

/**
 * Whether DescribeStacks alone tells that somebody else may have written the template of a stack that says it is as desired:
 * the last change set is not one that applied this digest (none, after an update without one), or its outputs are others.
 * Costs a GetTemplate for such a stack, and no call for any other. What nobody can see without fetching every template: a
 * rewritten one that keeps the outputs, under a change set that was named like ours, while all our objects are as declared.
 */
export const isSuspicious = (stack: ObservedStack, target: Stack): boolean => {
  const { changeSet, outputs } = stack;
  if (changeSet === undefined) return false;
  const isByUs = changeSet.startsWith(changeSetPrefix(target.digest));
  return !isByUs || Object.keys(outputs).sort().join('\n') !== outputNames(target.template).join('\n');
};
