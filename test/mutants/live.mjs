const JOIN = ['test/reconciler/join.test.ts', 'test/reconciler/decision-table-marks.test.ts'];
const TABLE = ['test/reconciler/decision-table.test.ts', 'test/reconciler/decision-table-marks.test.ts'];

/** Ways to break what is believed to be live, and what follows from it. */
export const mutants = [
  {
    name: 'foreign-counts-as-ours',
    file: 'src/reconciler/live/ownership.ts',
    find: "return isOurs ? 'ours' : 'foreign';",
    replace: "return 'ours';",
    tests: JOIN,
  },
  {
    name: 'copy-counts-as-ours',
    file: 'src/reconciler/live/ownership.ts',
    find: '&& object.mark.id === object.id',
    replace: '',
    tests: JOIN,
  },
  {
    name: 'instance-tag-ignored',
    file: 'src/reconciler/live/ownership.ts',
    find: "return ours.every(([key, value]) => tags[key] === value) ? 'ours' : 'foreign';",
    replace: "return ours.some(([key, value]) => tags[key] === value) ? 'ours' : 'foreign';",
    tests: [...JOIN, ...TABLE],
  },
  {
    name: 'unreadable-kind-reads-as-empty',
    file: 'src/reconciler/live/coverage.ts',
    find: "for (const entry of observed) if (entry.status === 'unreadable') add(entry.kind, entry.region, entry.reason);",
    replace: '',
    tests: ['test/reconciler/laws.test.ts', ...JOIN],
  },
  {
    name: 'unread-kind-reads-as-empty',
    file: 'src/reconciler/live/coverage.ts',
    find: 'if (!observed.some((entry) => hits(entry, kind, region, isGlobal)))',
    replace: 'if (observed.length < 0)',
    tests: ['test/reconciler/laws.test.ts', ...JOIN],
  },
  {
    name: 'rolled-back-stack-holds-objects',
    file: 'src/reconciler/live/ownership.ts',
    find: "'ROLLBACK_COMPLETE',",
    replace: '',
    tests: [...JOIN, ...TABLE],
  },
  {
    name: 'mark-digest-not-checked',
    file: 'src/reconciler/live/join.ts',
    find: 'if (appliedDigest === digestOfProperties(live)) return { applied: live, appliedDigest };',
    replace: 'return { applied: live, appliedDigest };',
    tests: JOIN,
  },
  {
    name: 'adopt-nothing',
    file: 'src/reconciler/diff/decide.ts',
    find: "if (first.ownership === 'unowned' || first.stack === undefined) return adopt(subject, first);",
    replace: '',
    tests: TABLE,
  },
  {
    name: 'touch-foreign-object',
    file: 'src/reconciler/diff/decide.ts',
    find: "if (first.ownership === 'foreign') return NOTHING;",
    replace: '',
    tests: TABLE,
  },
  {
    name: 'decide-on-unreadable',
    file: 'src/reconciler/diff/decide.ts',
    find: 'if (!subject.isReadable || (',
    replace: 'if ((',
    tests: ['test/reconciler/laws.test.ts', ...TABLE],
  },
  {
    name: 'move-between-stacks',
    file: 'src/reconciler/diff/decide.ts',
    find: 'if (elsewhere !== undefined) return moves(subject, elsewhere);',
    replace: '',
    tests: TABLE,
  },
  {
    name: 'prune-what-nobody-marked',
    file: 'src/reconciler/diff/prune.ts',
    find: "live.ownership === 'ours' && live.stack !== undefined",
    replace: "live.ownership !== 'foreign'",
    tests: ['test/reconciler/laws.test.ts', ...TABLE],
  },
  {
    name: 'prune-foreign',
    file: 'src/reconciler/diff/prune.ts',
    find: "live.ownership === 'ours' && live.stack !== undefined",
    replace: "live.ownership !== 'unowned'",
    tests: ['test/reconciler/laws.test.ts', ...TABLE],
  },
  {
    name: 'prune-older-files',
    file: 'src/reconciler/diff/prune.ts',
    find: '|| kind?.contentAddressed === true',
    replace: '',
    tests: ['test/reconciler/laws.test.ts', ...TABLE],
  },
];
