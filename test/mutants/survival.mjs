const LEASE = ['test/lease/lease.test.ts', 'test/lease/laws.test.ts', 'test/lease/keeper.test.ts'];
const COMPUTER = ['test/lease/computer.test.ts'];
const JOURNAL = ['test/history/long-history.test.ts', 'test/reconciler/journal.property.test.ts'];
const STACKS = ['test/aws/data-types.test.ts', 'test/aws/create-stack.test.ts'];
const IDLE = ['test/app/idle-stacks.test.ts'];

/** Ways to break what keeps an apply whole: two writers at once, a journal that lies, data that goes, a stack that is fought. */
export const mutants = [
  {
    name: 'lease-trusted-for-ever',
    file: 'src/reconciler/model/lease.ts',
    find: 'elapsedSeconds < terms.ttlSeconds - terms.marginSeconds',
    replace: 'elapsedSeconds < terms.ttlSeconds * 100',
    tests: LEASE,
  },
  {
    name: 'another-boot-is-ours',
    file: 'src/reconciler/model/lease.ts',
    find: 'if (process.bootId !== self.bootId || process.namespaces !== self.namespaces) return false;',
    replace: '',
    tests: COMPUTER,
  },
  {
    name: 'reused-number-is-alive',
    file: 'src/reconciler/model/lease.ts',
    find: "|| (state.status === 'alive' && state.startTicks !== process.startTicks)",
    replace: '',
    tests: COMPUTER,
  },
  {
    name: 'written-behind-the-seal',
    file: 'src/app/history/writer.ts',
    find: 'if (isClosed) return;',
    replace: '',
    tests: JOURNAL,
  },
  {
    name: 'own-put-taken-for-another',
    file: 'src/app/history/writer.ts',
    find: 'now.startsWith(found.text)',
    replace: 'false',
    tests: JOURNAL,
  },
  {
    name: 'entry-without-a-lease',
    file: 'src/app/history/writer.ts',
    find: 'await beginning.mayBegin();',
    replace: '',
    tests: JOURNAL,
  },
  {
    name: 'chain-not-checked',
    file: 'src/reconciler/journal/verify.ts',
    find: 'before === undefined || before.digest === previous.digest',
    replace: 'true',
    tests: JOURNAL,
  },
  {
    name: 'busy-stack-is-idle',
    file: 'src/app/idle-stacks.ts',
    find: '?.length === 0 ? true : undefined',
    replace: '?.length !== undefined ? true : undefined',
    tests: IDLE,
  },
  {
    name: 'failed-look-is-idle',
    file: 'src/app/idle-stacks.ts',
    find: "if (error instanceof EdlError && error.disposition !== 'bug') return undefined;",
    replace: "if (error instanceof EdlError && error.disposition !== 'bug') return [];",
    tests: IDLE,
  },
  {
    name: 'memory-kept-after-waiting',
    file: 'src/app/idle-stacks.ts',
    find: 'aws.forget();',
    replace: '',
    tests: IDLE,
  },
  {
    name: 'clock-never-wrong',
    file: 'src/app/check-clock.ts',
    find: 'Math.abs(skewMs) < MOST_SKEW_MS',
    replace: 'skewMs < MOST_SKEW_MS',
    tests: ['test/app/check-clock.test.ts'],
  },
  {
    name: 'unknown-type-is-no-data',
    file: 'src/aws/cloudformation/data-types.ts',
    find: 'type === undefined || !MADE_FROM_GIT.has(type)',
    replace: 'type !== undefined && DATA_TYPES.has(type)',
    tests: STACKS,
  },
  {
    name: 'protected-after-creation-only',
    file: 'src/aws/cloudformation/apply-stack.ts',
    find: 'if (isNew && isProtected(context, desired)) await protect(context, changeSet.stackId);',
    replace: '',
    tests: STACKS,
  },
];
