import { indexKinds } from '../live/kinds.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { ResourceKind } from '../model/kind.ts';
import type { DeletedStack, LiveStack, LiveState } from '../model/live.ts';
import type { DesiredState } from '../model/resource.ts';
import { quarantinedObjects } from './undeclared.ts';

const quarantined = (id: string): Diagnostic => ({
  code: 'EDL-3116',
  severity: 'note',
  summary: 'Object is in quarantine',
  detail: `Nobody declared ${id}. It is in quarantine: its policy edl-quarantine denies everything, so it gives nothing to anybody. Find out who made it, then delete it, or take the policy away and declare what it was for.`,
  target: id,
});

const altered = ({ name, region }: LiveStack): Diagnostic => ({
  code: 'EDL-3117',
  severity: 'warning',
  summary: 'Stack was updated past EDL',
  detail: `The template of stack ${name} in ${region} is not the one that EDL applied last: somebody updated the stack by hand. What differs in its objects is shown as drift where its digest tells what was applied, and is brought to what is declared where it does not. See all of it with: edl drift. The next change of this stack in git replaces the template.`,
  target: name,
});

const deleted = ({ name, region, at }: DeletedStack): Diagnostic => ({
  code: 'EDL-3118',
  severity: 'warning',
  summary: 'Stack was deleted past EDL',
  detail: `Stack ${name} in ${region} was deleted${at === undefined ? '' : ` at ${at}`}, and EDL did not ask for that. This plan makes it again, and adopts the buckets and keys that were kept. Find out why it was deleted before you apply.`,
  target: name,
});

/** What people did to the lake by hand and no property of an object shows. */
export const outOfBandNotes = (
  desired: DesiredState,
  live: LiveState,
  kinds: readonly ResourceKind[],
): readonly Diagnostic[] => [
  ...quarantinedObjects(desired, live, indexKinds(kinds)).map(({ id }) => quarantined(id)),
  ...live.stacks.filter((stack) => stack.altered !== undefined).map(altered),
  ...(live.deleted ?? []).map(deleted),
];
