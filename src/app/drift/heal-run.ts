import pLimit from 'p-limit';
import { STACK_KIND } from '../../reconciler/live/coverage.ts';
import type { HealResult } from '../../reconciler/model/drift.ts';
import type { Covered, Healer, HealPart, HealWork, StackHealing } from '../../reconciler/model/heal.ts';
import { artifactsBucket } from '../../reconciler/model/names.ts';
import type { Reporter } from '../../reconciler/model/ports.ts';

/** One thing to do: an object by the API of its service, or a stack by a change set and then what is left of its objects. */
export interface HealTask {
  readonly works: readonly HealWork[];
  /** Absent: no change set is tried. */
  readonly stack?: StackHealing;
  /** What the change set must cover if it is executed. */
  readonly coverable: readonly Covered[];
  readonly widens: boolean;
}

/** More at once only meets the limits of the control planes sooner. */
const TASKS_IN_FLIGHT = 4;

/** What needs others to be right first: tables their database, jobs their code and role. */
const LATE: ReadonlySet<string> = new Set(['glue-table', 'glue-job']);

/** The stack of a work, ready for a change set. */
export const stackHealing = (
  works: readonly HealWork[],
  template?: StackHealing['template'],
): StackHealing | undefined => {
  const [first] = works;
  if (first === undefined) return undefined;
  const { scope, stack: name, region } = first;
  return {
    scope,
    name,
    region,
    objects: works,
    ...(template === undefined ? {} : { template }),
    artifactsBucket: artifactsBucket(scope.organization, scope.instance, region),
  };
};

const isCovered = (covered: readonly Covered[], id: string, path: string | undefined): boolean =>
  covered.some((one) => one.id === id && one.path === path);

/** The work without what is done already; undefined when nothing is left. */
const without = (work: HealWork, covered: readonly Covered[]): HealWork | undefined => {
  if (work.parts.length === 0) return isCovered(covered, work.id, undefined) ? undefined : work;
  // A policy that somebody added can have the place of another one in a list, and no template speaks of it.
  const isDone = ({ path, wanted }: HealPart): boolean =>
    (wanted !== undefined || work.kind === STACK_KIND) && isCovered(covered, work.id, path);
  const parts = work.parts.filter((part) => !isDone(part));
  return parts.length === 0 ? undefined : { ...work, parts };
};

const byStack = (covered: readonly Covered[], stack: string, outcome: 'planned' | 'healed'): readonly HealResult[] =>
  covered.map(({ id, path }) => ({
    id,
    ...(path === undefined ? {} : { path }),
    outcome,
    how: 'stack',
    detail: `${outcome === 'planned' ? 'puts' : 'put'} it back with stack ${stack}, by a change set that reverts drift and does nothing else`,
  }));

/** What the task would do, in words. Calls nothing. */
export const explainTask = async (task: HealTask, healer: Healer): Promise<readonly HealResult[]> => {
  const covered = task.stack === undefined ? [] : task.coverable;
  const rest = task.works.flatMap((work) => without(work, covered) ?? []);
  const explained = await Promise.all(rest.map((work) => healer.explain(work)));
  return [...byStack(covered, task.stack?.name ?? '', 'planned'), ...explained.flat()];
};

/** What only a change set could make anew is refused with the reason why there was none. */
const refuseAnew = (result: HealResult, reason: string): HealResult =>
  result.code === 'EDL-4153'
    ? { ...result, detail: `${result.id} is gone, and it was not made anew: ${reason}` }
    : result;

const runTask = async (task: HealTask, healer: Healer, reporter: Reporter): Promise<readonly HealResult[]> => {
  const { works, stack } = task;
  const byService = async (left: readonly HealWork[]): Promise<readonly HealResult[]> => {
    const results: HealResult[] = [];
    for (const work of left) results.push(...(await healer.heal(work, reporter)));
    return results;
  };
  if (stack === undefined) return byService(works);
  const reverted = await healer.revert(stack, reporter);
  if (reverted.status !== 'reverted') {
    const message = `stack ${stack.name}: ${reverted.reason} The services are called instead.`;
    reporter.emit({ type: 'note', message });
    return (await byService(works)).map((result) => refuseAnew(result, reverted.reason));
  }
  const left = works.flatMap((work) => without(work, reverted.covered) ?? []);
  return [...byStack(reverted.covered, stack.name, 'healed'), ...(await byService(left))];
};

/** Earlier stages are done before later ones begin: first what widens, and what others need before these. */
const stageOf = ({ widens, works }: HealTask): number =>
  (widens ? 0 : 2) + (works.some(({ kind }) => LATE.has(kind)) ? 1 : 0);

/** What the task would have done, had it been begun. */
const leaveTask = async (task: HealTask, healer: Healer): Promise<readonly HealResult[]> =>
  (await explainTask(task, healer)).map(({ how: _, ...result }) =>
    result.outcome === 'planned' ? { ...result, outcome: 'left', detail: 'not begun: the run was stopped' } : result,
  );

/** Does all tasks; what fails is told and stops no other. Once `cancelled`, what runs is finished and nothing else begun. */
export const runTasks = async (
  tasks: readonly HealTask[],
  healer: Healer,
  reporter: Reporter,
  cancelled: () => boolean,
): Promise<readonly HealResult[]> => {
  const limit = pLimit(TASKS_IN_FLIGHT);
  const results: HealResult[] = [];
  for (const stage of [0, 1, 2, 3]) {
    const now = tasks.filter((task) => stageOf(task) === stage);
    const done = await Promise.all(
      now.map((task) => limit(() => (cancelled() ? leaveTask(task, healer) : runTask(task, healer, reporter)))),
    );
    results.push(...done.flat());
  }
  return results;
};
