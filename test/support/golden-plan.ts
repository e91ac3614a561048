import { composePlan } from '../../src/app/compose-plan.ts';
import { findingsOf } from '../../src/app/findings.ts';
import { guardPlan } from '../../src/reconciler/guards/guard-plan.ts';
import { digestOf } from '../../src/reconciler/model/digest.ts';
import { asJson, isJsonArray, isJsonObject, type Json, type JsonObject } from '../../src/reconciler/model/json.ts';
import type { DriftReport } from '../../src/reconciler/model/drift.ts';
import type { LiveState } from '../../src/reconciler/model/live.ts';
import type { Plan } from '../../src/reconciler/model/plan.ts';
import type { DesiredState } from '../../src/reconciler/model/resource.ts';
import { planToJson } from '../../src/reconciler/plan/serialise.ts';
import { simulate } from '../../src/reconciler/plan/simulate.ts';
import { renderDriftJson } from '../../src/report/drift-json.ts';
import { renderDriftMarkdown } from '../../src/report/drift-markdown.ts';
import { renderDriftText } from '../../src/report/drift-text.ts';
import { plain } from '../../src/report/paint.ts';
import { renderPlanMarkdown } from '../../src/report/plan-markdown.ts';
import { renderPlanText } from '../../src/report/plan-text.ts';
import { resourceKinds } from '../../src/resources/index.ts';
import { tellDrift } from './golden-drift.ts';
import { appliedAws, changeByHand, EMPTY_AWS, observeLive, type Aws } from './golden-live.ts';
import { compileBefore, compileNow, readStory, type Compiled } from './golden-story.ts';

/** A story played: the plan, what it was made from, and the plan after it would have been applied. */
export interface Played {
  readonly plan: Plan;
  readonly desired: DesiredState;
  readonly live: LiveState;
  readonly next: Plan;
  /** Where the story tells of a trail. */
  readonly drift?: DriftReport;
}

/** One file that a story's folder must hold; `path` is relative to it. */
export interface GoldenFile {
  readonly path: string;
  readonly text: string;
}

const NOTHING: LiveState = { stacks: [], resources: [], unreadable: [] };
const BIGGEST_BODY = 4096;

/** As the app makes it, but for what only AWS can tell: no new dataset's folder holds objects. */
const planOf = ({ catalog, desired, diagnostics }: Compiled, live: LiveState): Plan => {
  const selection = { targets: [], excludes: [] };
  const whole = composePlan({ catalog, desired, live, diagnostics, meta: {}, selection });
  const findings = findingsOf({ plan: whole, catalog, desired, live });
  return guardPlan(
    { plan: whole, desired, live, kinds: resourceKinds, facts: { prefixesWithObjects: [], findings } },
    { lake: catalog.lake.allow, flags: [] },
  );
};

/** AWS once a plan is applied without failures. */
const applied = (live: LiveState, plan: Plan, desired: DesiredState): Aws =>
  appliedAws(simulate(live, plan, desired, resourceKinds), desired);

/** Plays a story: applies what was before to an empty account, lets people meddle with it, and plans what is now. */
export const play = async (name: string): Promise<Played> => {
  const story = await readStory(name);
  const [before, now] = [await compileBefore(story), await compileNow(story)];
  const clean = before === undefined ? EMPTY_AWS : applied(NOTHING, planOf(before, NOTHING), before.desired);
  const live = observeLive(changeByHand(clean, story.outOfBand), now.desired, story.outOfBand.unreadable);
  const plan = planOf(now, live);
  const next = planOf(now, observeLive(applied(live, plan, now.desired), now.desired, story.outOfBand.unreadable));
  const { trail } = story.settings;
  const drift = trail === undefined ? {} : { drift: await tellDrift({ ...now, live }, trail) };
  return { plan, desired: now.desired, live, next, ...drift };
};

const BODIES: ReadonlySet<string> = new Set(['after', 'before', 'live', 'declared']);

/** Bodies over 4 KB are told by their size and digest: they stand in `templates/` too, and nobody reads them twice. */
const shorten = (value: Json): Json => {
  if (isJsonArray(value)) return value.map(shorten);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, child]) => {
      const bytes = BODIES.has(key) ? JSON.stringify(child).length : 0;
      return [key, bytes > BIGGEST_BODY ? { bytes, digest: digestOf(child) } : shorten(child)];
    }),
  );
};

/** The digest of everything live would change with every story at any change anywhere, and tell nobody anything. */
const withoutLiveDigest = (plan: JsonObject): JsonObject => {
  const { unreadable = [] } = isJsonObject(plan['live']) ? plan['live'] : {};
  return { ...plan, live: { unreadable } };
};

const pretty = (value: Json): string => `${JSON.stringify(value, null, 2)}\n`;

/** Templates that the plan would apply: those whose digest differs from what is deployed. */
const changedTemplates = ({ plan, desired }: Played): readonly GoldenFile[] => {
  const touched = new Set(plan.changes.map((change) => change.stack));
  return desired.stacks
    .filter((stack) => stack.template !== undefined && touched.has(stack.name))
    .map((stack) => ({ path: `templates/${stack.name}.template.json`, text: pretty(asJson(stack.template)) }));
};

/** Everything that a story's folder must hold beside what people wrote. */
export const goldenFiles = (played: Played): readonly GoldenFile[] => [
  { path: 'plan.json', text: pretty(shorten(withoutLiveDigest(planToJson(played.plan)))) },
  { path: 'plan.md', text: renderPlanMarkdown(played.plan) },
  { path: 'plan.txt', text: renderPlanText(played.plan, { paint: plain }) },
  ...(played.drift === undefined ? [] : driftFiles(played.drift)),
  ...changedTemplates(played),
];

const driftFiles = (drift: DriftReport): readonly GoldenFile[] => [
  { path: 'drift.json', text: pretty(shorten(asJson(JSON.parse(renderDriftJson(drift))))) },
  { path: 'drift.md', text: renderDriftMarkdown(drift) },
  { path: 'drift.txt', text: renderDriftText(drift, { paint: plain }) },
];
