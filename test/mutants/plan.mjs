const SAVED = ['test/reconciler/saved-plan.test.ts'];
const APPLY = ['test/reconciler/apply.test.ts'];
const LAWS = ['test/reconciler/laws.test.ts'];

/** Ways to break the plan as a document, its order, and its execution. */
export const mutants = [
  {
    name: 'no-wave-order',
    file: 'src/reconciler/plan/waves.ts',
    find: 'dependencies.get(stack)?.has(other) === true',
    replace: 'dependencies.get(stack) === undefined',
    tests: [...APPLY, ...LAWS],
  },
  {
    name: 'prune-before-the-rest',
    file: 'src/reconciler/plan/waves.ts',
    find: 'return { ...base, needs, follows: kept, isPruned: true };',
    replace: 'return { ...base, needs, follows: [], isPruned: true };',
    tests: [...APPLY, ...LAWS],
  },
  {
    name: 'digest-forgets-access',
    file: 'src/reconciler/plan/plan-digest.ts',
    find: '.map((change) => asJson(withoutPeople(change)))',
    replace: '.map(() => null)',
    tests: [...SAVED, ...LAWS],
  },
  {
    name: 'digest-covers-places',
    file: 'src/reconciler/plan/plan-digest.ts',
    find: '.map((change) => asJson(withoutLocation(change)))',
    replace: '.map((change) => asJson(change))',
    tests: [...SAVED, ...LAWS],
  },
  {
    name: 'subset-check-skipped',
    file: 'src/reconciler/plan/subset.ts',
    find: 'return { subset: extra.length === 0, extra };',
    replace: 'return { subset: true, extra };',
    tests: SAVED,
  },
  {
    name: 'subset-forgets-access',
    file: 'src/reconciler/plan/subset.ts',
    find: ', ...extraOfAccess(newPlan.access, savedPlan.access)]',
    replace: ']',
    tests: SAVED,
  },
  {
    name: 'subset-forgets-impact',
    file: 'src/reconciler/plan/subset.ts',
    find: 'rank[change.impact] > rank[approved.impact]',
    replace: 'rank[change.impact] > 2',
    tests: SAVED,
  },
  {
    name: 'saved-plan-may-be-altered',
    file: 'src/reconciler/plan/serialise.ts',
    find: 'if (planDigest(json.instance, json.changes, json.access) !== json.digest)',
    replace: "if (json.digest === 'sha256:')",
    tests: SAVED,
  },
  {
    name: 'simulate-heals-drift',
    file: 'src/reconciler/plan/simulate.ts',
    find: 'live.properties && mergeEdits({ applied: live.applied, live: live.properties, desired })',
    replace: 'live.properties && desired',
    tests: [...LAWS, 'test/reconciler/compare.test.ts'],
  },
  {
    name: 'target-forgets-dependencies',
    file: 'src/reconciler/plan/targets.ts',
    find: 'plan.changes.filter((change) => needed.has(change.stack) && !selected.has(change))',
    replace: 'plan.changes.filter((change) => !needed.has(change.stack) && !plan.changes.includes(change))',
    tests: ['test/reconciler/targets.test.ts'],
  },
  {
    name: 'target-splits-a-stack',
    file: 'src/reconciler/plan/targets.ts',
    find: 'plan.changes.filter((change) => whole.has(change.stack) || named.includes(change))',
    replace: 'plan.changes.filter((change) => named.includes(change))',
    tests: ['test/reconciler/targets.test.ts'],
  },
  {
    name: 'go-on-after-a-failure',
    file: 'src/reconciler/apply/apply-plan.ts',
    find: 'if (broken !== undefined) return {',
    replace: 'if (broken?.stack === node.stack) return {',
    tests: APPLY,
  },
  {
    name: 'ignore-cancellation',
    file: 'src/reconciler/apply/apply-plan.ts',
    find: "return input.cancelled() ? { outcome: 'skipped', stack: node.stack, because: 'cancelled' } : undefined;",
    replace: 'return undefined;',
    tests: APPLY,
  },
  {
    name: 'unbounded-parallelism',
    file: 'src/reconciler/apply/apply-plan.ts',
    find: 'pLimit(Math.max(1, Math.floor(input.parallelism)))',
    replace: 'pLimit(1000)',
    tests: APPLY,
  },
  {
    name: 'upload-nothing',
    file: 'src/reconciler/apply/work.ts',
    find: 'desired.blobs.filter((blob) => named.has(blob.sha256))',
    replace: 'desired.blobs.filter((blob) => named.size < 0 && blob.sha256 !== undefined)',
    tests: APPLY,
  },
  {
    name: 'bootstrap-with-the-service-role',
    file: 'src/reconciler/apply/work.ts',
    find: 'const isBootstrap = stack?.bootstrap === true;',
    replace: 'const isBootstrap = false;',
    tests: APPLY,
  },
];
