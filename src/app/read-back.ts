import { setTimeout as sleep } from 'node:timers/promises';
import { mismatchedPaths, type Outcome } from '../reconciler/diff/mismatch.ts';
import { STACK_KIND } from '../reconciler/live/coverage.ts';
import { withGonePrincipals } from '../reconciler/model/gone-principals.ts';
import { indexKinds } from '../reconciler/live/kinds.ts';
import { referencesOf, resolveReferences, type References } from '../reconciler/live/references.ts';
import type { Diagnostic } from '../reconciler/model/diagnostic.ts';
import { EdlError, invariant } from '../reconciler/model/errors.ts';
import { canonicalJson } from '../reconciler/model/json.ts';
import type { LiveResource, LiveState, ObservedObject } from '../reconciler/model/live.ts';
import type { Change, Plan } from '../reconciler/model/plan.ts';
import type { AwsReads } from '../reconciler/model/reads.ts';
import type { DesiredState, ResourceId } from '../reconciler/model/resource.ts';
import type { ApplyResult } from '../reconciler/model/result.ts';
import { simulate } from '../reconciler/plan/simulate.ts';
import { resourceKinds } from '../resources/index.ts';

/** What was applied, and a way to look at it with fresh eyes. */
export interface ReadBackInput {
  readonly plan: Plan;
  readonly result: ApplyResult;
  readonly desired: DesiredState;
  /** What was live before. */
  readonly live: LiveState;
  readonly tiers: readonly string[];
  /** Readers with an empty memory. */
  readonly freshReads: () => AwsReads;
}

/** IAM and S3 may answer with what was before for a while (IAM/latest/UserGuide/troubleshoot, "eventually consistent"). */
const PAUSES_MS = [0, 500, 2_000, 5_000, 10_000];

const appliedPlan = ({ plan, result }: ReadBackInput): Plan => {
  const applied = new Set(
    result.results.flatMap((one) => (one.outcome === 'applied' || one.outcome === 'failed' ? one.objects : [])),
  );
  return { ...plan, changes: plan.changes.filter((change) => applied.has(change.id) && change.kind !== STACK_KIND) };
};

const lastStep = (id: ResourceId): string => id.slice(id.lastIndexOf('/') + 1);

/**
 * The same readers, blind for what was not touched: reading everything again would double the calls of a small apply.
 * Only the calls that are made one by one for each object are narrowed.
 */
const onlyTouched = (reads: AwsReads, changes: readonly Change[]): AwsReads => {
  const names = new Set(changes.map((change) => lastStep(change.id)));
  const parents = new Set(changes.map((change) => change.id.split('/').at(-2) ?? ''));
  return {
    ...reads,
    bucketNames: async (prefix) => (await reads.bucketNames(prefix)).filter((name) => names.has(name)),
    workGroupNames: async (region) => (await reads.workGroupNames(region)).filter((name) => names.has(name)),
    glueTables: async (region, database) => (parents.has(database) ? reads.glueTables(region, database) : []),
  };
};

const observeTouched = async (
  input: ReadBackInput,
  changes: readonly Change[],
): Promise<ReadonlyMap<ResourceId, ObservedObject>> => {
  const { desired, tiers } = input;
  const reads = onlyTouched(input.freshReads(), changes);
  const kinds = indexKinds(resourceKinds);
  const questions = new Map(changes.map((change) => [`${change.kind} ${change.region}`, change] as const));
  const found = await Promise.all(
    [...questions.values()].map(async ({ kind, region }) => {
      const observed = await kinds.get(kind)?.observe(reads, {
        organization: desired.organization,
        instance: desired.instance,
        account: desired.account,
        region,
        homeRegion: desired.homeRegion,
        tiers,
      });
      return observed ?? [];
    }),
  );
  return new Map(found.flat().map((object) => [object.id, object]));
};

/** Logical id → physical id of the stacks whose objects refer to names that AWS has only now chosen. */
const freshReferences = async (
  input: ReadBackInput,
  changes: readonly Change[],
  expected: LiveState,
): Promise<ReadonlyMap<string, References>> => {
  const ids = new Set(changes.map((change) => change.id));
  const referring = expected.resources.filter(
    (one) => ids.has(one.id) && canonicalJson(one.properties ?? {}).includes('{"Ref":'),
  );
  const regions = new Set(referring.map((one) => one.stackRegion ?? one.region));
  const reads = input.freshReads();
  const stacks = await Promise.all([...regions].map((region) => reads.stacks(region)));
  return new Map(stacks.flat().map((stack) => [stack.name, referencesOf(stack.outputs)]));
};

/** What one object should be by now, and what is declared: not the same where it had drifted beside what was edited. */
type Expected = Pick<Outcome, 'expected' | 'declared'>;

/** What is wrong with one object; empty when all is well. */
const mismatch = (
  change: Change,
  target: Expected | undefined,
  object: ObservedObject | undefined,
): readonly string[] => {
  if (target === undefined) return object === undefined ? [] : ['it is still there'];
  if (object === undefined) return ['it is not there'];
  const kind = indexKinds(resourceKinds).get(change.kind);
  invariant(kind, `no kind ${change.kind} for ${change.id}`);
  const { expected, declared } = target;
  return mismatchedPaths(
    {
      live: kind.normalize(withGonePrincipals(object, declared)),
      expected: kind.normalize(expected),
      declared: kind.normalize(declared),
    },
    kind,
  );
};

const asDiagnostic = (change: Change, paths: readonly string[]): Diagnostic => ({
  code: 'EDL-4120',
  severity: 'error',
  summary: 'Reads back otherwise than applied',
  detail: `AWS reported success for ${change.id} (stack ${change.stack}), but reading it back shows a difference: ${paths.join(', ')}. Somebody may have changed it meanwhile. Plan again to see what is live now.`,
  target: change.id,
  ...(change.declaredIn === undefined ? {} : { file: change.declaredIn.file, line: change.declaredIn.line }),
});

const expectedOf = (
  { stack = '', properties, applied }: LiveResource,
  references: ReadonlyMap<string, References>,
): Expected | undefined => {
  if (properties === undefined) return undefined;
  const refs = references.get(stack) ?? {};
  return { expected: resolveReferences(properties, refs), declared: resolveReferences(applied ?? properties, refs) };
};

const lookOnce = async (input: ReadBackInput, plan: Plan): Promise<readonly Diagnostic[]> => {
  const expected = simulate(input.live, plan, input.desired, resourceKinds);
  const [observed, references] = await Promise.all([
    observeTouched(input, plan.changes),
    freshReferences(input, plan.changes, expected),
  ]);
  const targets = new Map(expected.resources.map((one) => [one.id, expectedOf(one, references)]));
  return plan.changes.flatMap((change) => {
    const paths = mismatch(change, targets.get(change.id), observed.get(change.id));
    return paths.length === 0 ? [] : [asDiagnostic(change, paths)];
  });
};

/**
 * Looks at everything that was applied, because a service that says "complete" may not have done it all. Empty when every
 * object is what the plan said; asks again for a while before it complains, since AWS is eventually consistent.
 */
export const readBack = async (input: ReadBackInput): Promise<readonly Diagnostic[]> => {
  const plan = appliedPlan(input);
  if (plan.changes.length === 0) return [];
  let last: readonly Diagnostic[] = [];
  for (const pause of PAUSES_MS) {
    if (pause > 0) await sleep(pause);
    try {
      last = await lookOnce(input, plan);
    } catch (error) {
      if (!(error instanceof EdlError) || error.disposition === 'bug') throw error;
      return [
        {
          code: 'EDL-4121',
          severity: 'error',
          summary: 'Could not read back what was applied',
          detail: `What was applied could not be read again, so whether it is live is unknown: ${error.message} Plan again when AWS can be read.`,
        },
      ];
    }
    if (last.length === 0) return [];
  }
  return last;
};
