import { STACK_KIND } from '../../reconciler/live/coverage.ts';
import type { HealMode } from '../../reconciler/model/drift-rules.ts';
import type { DriftedPart, DriftEffect, HealResult } from '../../reconciler/model/drift.ts';
import type { LiveState, Unreadable } from '../../reconciler/model/live.ts';
import { resourceKinds } from '../../resources/index.ts';
import type { JudgedDrift } from './entries.ts';

/** An object with what is to be put right of it. */
export interface Selected {
  readonly judged: JudgedDrift;
  readonly mode: HealMode;
  /** Empty: the object as a whole. */
  readonly parts: readonly DriftedPart[];
}

/** What is to be healed, and why the rest is not. */
export interface Selection {
  readonly selected: readonly Selected[];
  readonly results: readonly HealResult[];
}

/** Kinds that must have been read before something is written that hangs on them; each kind hangs on itself. */
const NEEDS: Readonly<Record<string, readonly string[]>> = {
  'glue-job': ['artifact'],
  'glue-table': ['glue-database'],
  'iam-managed-policy': ['iam-role'],
  'iam-role': ['iam-managed-policy'],
  'kms-alias': ['kms-key'],
  'kms-key': ['kms-alias'],
  's3-bucket-policy': ['s3-bucket'],
};

const isGlobal = (kind: string): boolean => resourceKinds.find(({ name }) => name === kind)?.isGlobal === true;

/** What was not read and stands against healing an object; a single property that is unknown stands against nothing else. */
const unreadFor = (judged: JudgedDrift, unreadable: readonly Unreadable[]): Unreadable | undefined => {
  const { kind, region } = judged.entry;
  const isStacked = resourceKinds.find(({ name }) => name === kind)?.driver === 'cloudformation';
  const needed = [kind, ...(NEEDS[kind] ?? []), ...(isStacked ? [STACK_KIND] : [])];
  return unreadable.find(
    (unread) =>
      needed.includes(unread.kind) &&
      unread.part === undefined &&
      (unread.region === region || unread.region === 'global' || isGlobal(unread.kind)),
  );
};

/**
 * The registry lies in a bucket of ours under a name of ours: without its mark it is still no other's. A role that nobody
 * declared lies under our path, whatever its tags say: whoever made it could tag it as he liked.
 */
const isOurs = ({ found, entry }: JudgedDrift, live: LiveState): boolean => {
  if (entry.undeclared === true && found.kind === 'iam-role') return true;
  // A stack without our tags is found by its digest, but it is not to be written either.
  if (found.kind === STACK_KIND)
    return live.stacks.every(
      ({ name, region, ownership }) => name !== found.stack || region !== found.region || ownership === 'ours',
    );
  const owners = live.resources.filter(({ id }) => id === found.id).map(({ ownership }) => ownership);
  const isFree = entry.undeclared === true || found.kind === 'registry';
  return owners.every((owner) => owner === 'ours' || (isFree && owner === 'unowned'));
};

/** What healing goes by beside the drift itself. */
export interface Circumstances {
  readonly live: LiveState;
  /** Git changes nothing but what drifted: everything else is as it was applied. */
  readonly isGitStill: boolean;
}

type Verdict = Pick<HealResult, 'outcome' | 'detail' | 'code'> | undefined;

const objectVerdict = (judged: JudgedDrift, mode: HealMode, live: LiveState): Verdict => {
  const { entry } = judged;
  if (entry.hold !== undefined)
    return { outcome: 'held', detail: `Held until ${entry.hold.until}: ${entry.hold.reason}` };
  if (mode === 'report') return { outcome: 'left', detail: 'Only reported: the mode here is report.' };
  const unread = unreadFor(judged, live.unreadable);
  if (unread !== undefined) {
    const detail = `${entry.id} hangs on ${unread.kind} in ${unread.region}, which could not be read: ${unread.reason}`;
    return { outcome: 'refused', code: 'EDL-4150', detail };
  }
  if (!isOurs(judged, live)) {
    const detail = `${entry.id} carries no mark of this lake, or another's. EDL changes nothing that is not its own.`;
    return { outcome: 'refused', code: 'EDL-4151', detail };
  }
  return undefined;
};

const effectVerdict = (effect: DriftEffect, mode: HealMode): Verdict =>
  mode === 'tighten' && effect !== 'widens'
    ? { outcome: 'left', detail: 'It widens nothing, and tighten undoes only what does.' }
    : undefined;

/** Whether what is declared is what was applied, though no digest says so: of the registry, where git changes nothing else. */
const isDeclaredApplied = ({ found }: JudgedDrift, isGitStill: boolean): boolean =>
  isGitStill && found.kind === 'registry';

/**
 * What git changes beside the drift is not for healing to apply: the part goes back to what was applied last. Where nobody knows
 * that (a mark or a stack's digest that proves neither side), only apply can write it: whoever spoils a digest must not get
 * an edit applied that nobody has decided to apply. That git changes no other object proves nothing about this one.
 */
const editVerdict = (judged: JudgedDrift, part: DriftedPart, { live, isGitStill }: Circumstances): Verdict => {
  const isEdited = part.properties.some(({ cause }) => cause === 'both');
  const isKnown = live.resources.some(({ id, applied }) => id === judged.found.id && applied !== undefined);
  if (!isEdited || isKnown || isDeclaredApplied(judged, isGitStill)) return undefined;
  const detail = `Nobody knows what was applied last of ${part.path} of ${judged.entry.id}, so that git may change it too. Run edl apply: it writes what git says.`;
  return { outcome: 'refused', code: 'EDL-4152', detail };
};

const selectIn = (judged: JudgedDrift, mode: HealMode, circumstances: Circumstances): Selection => {
  const { id, parts, effect, undeclared, state } = judged.entry;
  const isWhole = undeclared === true || state === 'missing';
  const verdict = objectVerdict(judged, mode, circumstances.live);
  if (isWhole) {
    const whole = verdict?.outcome === 'held' ? verdict : (effectVerdict(effect, mode) ?? verdict);
    if (whole !== undefined) return { selected: [], results: [{ id, ...whole }] };
    return { selected: [{ judged, mode, parts: [] }], results: [] };
  }
  const told = parts.map((part) => {
    const held = verdict?.outcome === 'held' ? verdict : undefined;
    return {
      part,
      why: held ?? effectVerdict(part.effect, mode) ?? verdict ?? editVerdict(judged, part, circumstances),
    };
  });
  const healed = told.filter(({ why }) => why === undefined).map(({ part }) => part);
  return {
    selected: healed.length === 0 ? [] : [{ judged, mode, parts: healed }],
    results: told.flatMap(({ part, why }) => (why === undefined ? [] : [{ id, path: part.path, ...why }])),
  };
};

/**
 * What healing is to undo. Pure.
 *
 * | part or object                                        | report | tighten | all     |
 * |-------------------------------------------------------|--------|---------|---------|
 * | under a hold                                          | held   | held    | held    |
 * | narrows, neutral                                      | left   | left    | heal    |
 * | widens                                                | left   | heal    | heal    |
 * | … but it hangs on what could not be read              | left   | refused | refused |
 * | … but it is not ours                                  | left   | refused | refused |
 * | … but git changes it too, and applied is unknown      | left   | refused | refused |
 */
export const selectHealing = (
  judged: readonly JudgedDrift[],
  modeOf: (drift: JudgedDrift) => HealMode,
  circumstances: Circumstances,
): Selection => {
  const each = judged.map((drift) => selectIn(drift, modeOf(drift), circumstances));
  return { selected: each.flatMap(({ selected }) => selected), results: each.flatMap(({ results }) => results) };
};
