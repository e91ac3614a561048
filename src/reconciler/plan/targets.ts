import type { Diagnostic } from '../model/diagnostic.ts';
import { compareText } from '../model/json.ts';
import type { Change, Plan } from '../model/plan.ts';
import type { DesiredState } from '../model/resource.ts';
import { stacksOfAccess } from './access-stacks.ts';
import { summarise, withDiagnostics } from './make-plan.ts';
import { planDigest } from './plan-digest.ts';
import { scheduleChanges, type Schedule } from './waves.ts';

/** What `--target` and `--exclude` name: ids of resources, or names of stacks. */
export interface Selection {
  readonly targets: readonly string[];
  readonly excludes: readonly string[];
}

const note = (code: Diagnostic['code'], summary: string, detail: string, target: string): Diagnostic => ({
  code,
  severity: 'note',
  summary,
  detail,
  target,
});

const names = (change: Change, word: string): boolean => change.id === word || change.stack === word;

const unmatched = (plan: Plan, desired: DesiredState, words: readonly string[]): readonly Diagnostic[] =>
  words
    .filter((word) => !plan.changes.some((change) => names(change, word)))
    .map((word): Diagnostic => {
      const isKnown =
        desired.resources.some((resource) => resource.id === word) ||
        desired.stacks.some((stack) => stack.name === word);
      return isKnown
        ? note(
            'EDL-3111',
            'Selection has no changes',
            `${word} is as it should be, so selecting it changes nothing.`,
            word,
          )
        : {
            code: 'EDL-3110',
            severity: 'error',
            summary: 'Selection matches nothing',
            detail: `Neither a resource id nor a stack of this plan is called "${word}". Run the plan without --target and --exclude and copy an id or a stack's name from it.`,
            target: word,
          };
    });

/** The words of the selection, spread over what can only be applied together: all changes of a CloudFormation stack. */
const spread = (plan: Plan, desired: DesiredState, words: readonly string[]) => {
  const partial = new Set(
    desired.stacks.filter((stack) => stack.driver !== 'cloudformation').map((stack) => stack.name),
  );
  const named = plan.changes.filter((change) => words.some((word) => names(change, word)));
  const whole = new Set(named.filter((change) => !partial.has(change.stack)).map((change) => change.stack));
  const all = plan.changes.filter((change) => whole.has(change.stack) || named.includes(change));
  const notes = [...whole]
    .filter((stack) => all.some((change) => change.stack === stack && !named.includes(change)))
    .map((stack) =>
      note(
        'EDL-3112',
        'Stack is applied as a whole',
        `CloudFormation takes the template of stack ${stack} as a whole, so all its changes go together with the selected one.`,
        stack,
      ),
    );
  return { changes: new Set(all), notes };
};

const nodeOf = (schedule: Schedule, stack: string) => schedule.nodes.find((node) => node.stack === stack);

const creates = (schedule: Schedule, stack: string): boolean =>
  nodeOf(schedule, stack)?.changes.some((change) => change.action === 'create') === true;

/** Stacks that must make something before the selected ones can be applied. */
const pullIn = (plan: Plan, schedule: Schedule, selected: ReadonlySet<Change>) => {
  const stacks = new Set([...selected].map((change) => change.stack));
  const needed = new Set(
    [...stacks].flatMap((stack) => nodeOf(schedule, stack)?.needs ?? []).filter((stack) => creates(schedule, stack)),
  );
  const missing = plan.changes.filter((change) => needed.has(change.stack) && !selected.has(change));
  const notes = [...new Set(missing.map((change) => change.stack))].map((stack) =>
    note(
      'EDL-3113',
      'Dependency added to the selection',
      `Stack ${stack} is not selected, but something selected needs what it creates, so its changes are applied first.`,
      stack,
    ),
  );
  return { changes: new Set([...selected, ...missing]), notes };
};

/** Takes out the excluded changes, and with a stack that would have made something all that depend on it. */
const takeOut = (schedule: Schedule, selected: ReadonlySet<Change>, excluded: ReadonlySet<Change>) => {
  const gone = new Set([...excluded].filter((change) => change.action === 'create').map((change) => change.stack));
  const dependants = schedule.nodes.filter((node) => node.needs.some((stack) => gone.has(stack)));
  const kept = [...selected].filter(
    (change) => !excluded.has(change) && !dependants.some((node) => node.stack === change.stack),
  );
  const notes = dependants
    .filter((node) => node.changes.some((change) => selected.has(change) && !excluded.has(change)))
    .map((node) =>
      note(
        'EDL-3114',
        'Dependant left out too',
        `Stack ${node.stack} needs something that an excluded stack would create, so its changes are left out as well.`,
        node.stack,
      ),
    );
  return { changes: new Set(kept), notes };
};

/**
 * The part of a plan that `--target` and `--exclude` select. What selected changes need is pulled in, what excluded changes
 * would have made takes its dependants out, and both are said. Without targets everything is selected.
 */
export const selectTargets = (plan: Plan, desired: DesiredState, selection: Selection): Plan => {
  if (selection.targets.length === 0 && selection.excludes.length === 0) return plan;
  const schedule = scheduleChanges(plan.changes, desired);
  const targeted =
    selection.targets.length === 0
      ? { changes: new Set(plan.changes), notes: [] }
      : spread(plan, desired, selection.targets);
  const pulled = pullIn(plan, schedule, targeted.changes);
  const excluded = spread(plan, desired, selection.excludes);
  const kept = takeOut(schedule, pulled.changes, excluded.changes);
  const changes = plan.changes.filter((change) => kept.changes.has(change));
  const stacks = new Set(changes.map((change) => change.stack));
  const access = plan.access.filter((row) =>
    stacksOfAccess(row, plan.instance, desired.regions).some((stack) => stacks.has(stack)),
  );
  const selected: Plan = {
    ...plan,
    digest: planDigest(plan.instance, changes, access),
    summary: summarise(changes, plan.summary.unchanged),
    changes,
    waves: scheduleChanges(changes, desired).waves,
    access,
  };
  const left = plan.changes.length - changes.length;
  const partial =
    left === 0
      ? []
      : [
          note(
            'EDL-3115',
            'Plan is a selection',
            `${left} of ${plan.changes.length} changes are not selected.`,
            'selection',
          ),
        ];
  return withDiagnostics(selected, [
    ...unmatched(plan, desired, [...selection.targets, ...selection.excludes]),
    ...[...targeted.notes, ...pulled.notes, ...excluded.notes, ...kept.notes].sort((left_, right) =>
      compareText(left_.detail, right.detail),
    ),
    ...partial,
  ]);
};
