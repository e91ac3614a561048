import { STACK_KIND } from '../../reconciler/live/coverage.ts';
import type { Aws } from '../../aws/create-aws.ts';
import type { HealMode } from '../../reconciler/model/drift-rules.ts';
import type { Diagnostic } from '../../reconciler/model/diagnostic.ts';
import type { HealResult } from '../../reconciler/model/drift.ts';
import type { EdlError } from '../../reconciler/model/errors.ts';
import type { HealWork } from '../../reconciler/model/heal.ts';
import type { JsonObject } from '../../reconciler/model/json.ts';
import type { LiveState } from '../../reconciler/model/live.ts';
import { artifactsBucket } from '../../reconciler/model/names.ts';
import type { Clock, Reporter } from '../../reconciler/model/ports.ts';
import { resourceKinds } from '../../resources/index.ts';
import type { DriftParts, JudgedDrift } from './entries.ts';
import { explainTask, runTasks, stackHealing, type HealTask } from './heal-run.ts';
import { selectHealing, type Selected } from './heal-select.ts';
import { healWorkOf } from './heal-work.ts';
import type { HealedObject } from '../../reconciler/journal/lines.ts';
import { journalHeal } from '../history/journal-heal.ts';
import type { LeaseKeeper } from '../lease/keeper.ts';
import { movedOn } from '../lease/words.ts';
import type { RunControls } from '../run-controls.ts';
import { defaultHeal } from './tiers.ts';

/** What to undo, and how it is asked for. */
export interface HealRequest extends RunControls {
  /** `default`: what `lake.yaml` says for each object's tier. */
  readonly mode: HealMode | 'default';
  /** Asks somebody; sees what would be done. */
  readonly confirm: (steps: readonly HealResult[]) => Promise<boolean>;
}

/** What came of healing. */
export interface Healing {
  readonly status: 'done' | 'declined' | 'nothing-to-do';
  readonly results: readonly HealResult[];
  /** What the journal could not tell of it. */
  readonly problems?: readonly Diagnostic[];
}

interface Chosen extends Selected {
  readonly work: HealWork;
}

const isStacked = ({ kind }: HealWork): boolean =>
  kind === STACK_KIND || resourceKinds.find(({ name }) => name === kind)?.driver === 'cloudformation';

const isDeployed = ({ stack, region }: HealWork, { stacks }: LiveState): boolean =>
  stacks.some((one) => one.name === stack && one.region === region && one.ownership === 'ours');

/** CloudFormation made it and could make it again, but its stack is gone as a whole: that is for apply. */
const withoutStack = ({ work }: Chosen, { live }: DriftParts): HealResult | undefined =>
  work.live === undefined && isStacked(work) && !isDeployed(work, live)
    ? {
        id: work.id,
        outcome: 'refused',
        code: 'EDL-4154',
        detail: `Stack ${work.stack} is not there as a whole. Run edl apply: it makes the stack and all that is in it.`,
      }
    : undefined;

const widensIn = ({ judged, parts }: Chosen): boolean =>
  parts.length === 0 ? judged.entry.effect === 'widens' : parts.some(({ effect }) => effect === 'widens');

/** Whether a change set of its stack may put it right: only where everything is to be undone, and nothing of it is ignored. */
const isForStack = ({ mode, work }: Chosen, { live, plan }: DriftParts): boolean =>
  mode === 'all' &&
  work.wanted !== undefined &&
  isStacked(work) &&
  isDeployed(work, live) &&
  !(plan.ignored ?? []).some(({ id }) => id === work.id);

/**
 * The declared template of a stack whose own one was tampered with; the deployed template is right in all others, and where git
 * changes something of the stack too: that is for apply.
 */
const templateFor = (works: readonly HealWork[], { desired, plan }: DriftParts): JsonObject | undefined => {
  const tampered = works.find(({ kind }) => kind === STACK_KIND);
  if (plan.changes.some(({ stack }) => stack === tampered?.stack)) return undefined;
  return desired.stacks.find(({ name, region }) => name === tampered?.stack && region === tampered.region)?.template;
};

const tasksOf = async (chosen: readonly Chosen[], parts: DriftParts, aws: Aws): Promise<readonly HealTask[]> => {
  const groups = new Map<string, Chosen[]>();
  for (const one of chosen) {
    const key = isForStack(one, parts) ? `stack ${one.work.region} ${one.work.stack}` : `object ${one.work.id}`;
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return Promise.all(
    [...groups].map(async ([key, group]): Promise<HealTask> => {
      const works = group.map(({ work }) => work);
      const coverable = key.startsWith('stack ')
        ? (await Promise.all(works.map((work) => aws.healer.coverable(work)))).flat()
        : [];
      const stack = coverable.length === 0 ? undefined : stackHealing(works, templateFor(works, parts));
      return { works, coverable, widens: group.some(widensIn), ...(stack === undefined ? {} : { stack }) };
    }),
  );
};

const isPlanned = ({ outcome }: HealResult): boolean => outcome === 'planned';

/** Whether a plan would change nothing but what drifted. */
const isGitStill = (judged: readonly JudgedDrift[], { plan }: DriftParts): boolean => {
  const drifted = new Set(judged.map(({ found }) => found.id));
  return plan.changes.every(({ id, action }) => action !== 'prune' && drifted.has(id));
};

/** Why nothing may be written; absent when the lease is held and nobody else wrote since the look. */
const noEntry = async (lease: LeaseKeeper, { plan }: DriftParts): Promise<EdlError | 'stopped' | undefined> => {
  const entered = await lease.enter(plan.catalog.commit);
  switch (entered.status) {
    case 'entered':
      return undefined;
    case 'stopped':
      return 'stopped';
    case 'refused':
      return entered.error;
    case 'moved':
      return movedOn(plan.instance);
  }
};

const refuseStep = (step: HealResult, { code, message }: EdlError): HealResult =>
  isPlanned(step) ? { ...step, outcome: 'refused', code, detail: message } : step;

const journalBucket = ({ desired: { organization, instance, homeRegion } }: DriftParts): string =>
  `s3-bucket/${artifactsBucket(organization, instance, homeRegion)}`;

/** What the journal tells of an object: what people had done to it, and what is done about each part. */
const healedObject = ({ judged, parts, work }: Chosen, steps: readonly HealResult[]): HealedObject => {
  const { id, effect, meaning, access, author } = judged.entry;
  const stepOf = (path: string | undefined): string =>
    steps.find((step) => step.id === id && step.path === path)?.detail ?? 'puts it back';
  const whole = { effect, ...(meaning === undefined ? {} : { meaning }), step: stepOf(undefined) };
  return {
    id,
    effect,
    parts:
      work.parts.length === 0
        ? [whole]
        : parts.map((part) => ({
            path: part.path,
            effect: part.effect,
            ...(part.meaning === undefined ? {} : { meaning: part.meaning }),
            step: stepOf(part.path),
          })),
    access,
    ...(author === undefined ? {} : { author }),
  };
};

/** What healing works with. */
export interface HealTools {
  readonly aws: Aws;
  readonly lease: LeaseKeeper;
  readonly clock: Clock;
}

/** Undoes drift as far as the mode asks for it. Never throws for one object: that is in its result. */
export const healDrift = async (
  request: HealRequest,
  judged: readonly JudgedDrift[],
  parts: DriftParts,
  { aws, lease, clock }: HealTools,
  reporter: Reporter,
): Promise<Healing> => {
  const { mode } = request;
  const modeOf = ({ entry }: JudgedDrift): HealMode =>
    mode === 'default' ? defaultHeal(parts.catalog, entry.tier) : mode;
  const { selected, results: left } = selectHealing(judged, modeOf, {
    live: parts.live,
    isGitStill: isGitStill(judged, parts),
  });
  const chosen = selected.map((one): Chosen => ({ ...one, work: healWorkOf(one, parts) }));
  const refused = chosen.flatMap((one) => withoutStack(one, parts) ?? []);
  const able = chosen.filter((one) => withoutStack(one, parts) === undefined);
  const tasks = await tasksOf(able, parts, aws);
  const steps = (await Promise.all(tasks.map((task) => explainTask(task, aws.healer)))).flat();
  const untouched = [...refused, ...left];
  if (!steps.some(isPlanned)) return { status: 'nothing-to-do', results: [...steps, ...untouched] };
  if (!(await request.confirm([...steps, ...untouched]))) {
    return { status: 'declined', results: [...steps, ...untouched] };
  }
  const barred = await noEntry(lease, parts);
  if (barred === 'stopped') return { status: 'declined', results: [...steps, ...untouched] };
  if (barred !== undefined) {
    return { status: 'nothing-to-do', results: [...steps.map((step) => refuseStep(step, barred)), ...untouched] };
  }
  lease.guard(aws);
  const makesBucket = able.some(({ work }) => work.id === journalBucket(parts));
  let isCut = false;
  const cancelled = (): boolean => (isCut ||= request.cancelled?.() === true);
  const { results, problems } = await journalHeal(
    { ...parts, aws, clock, reporter, held: () => lease.held() },
    aws.healer,
    { ...request, makesBucket, drift: able.map((one) => healedObject(one, steps)), isCut: () => isCut },
    ({ healer, isFenced }) =>
      runTasks(tasks, lease.healer(healer), reporter, () => cancelled() || lease.isLost() || isFenced()),
  );
  return { status: 'done', results: [...results, ...untouched], problems };
};
