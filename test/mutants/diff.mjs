const COMPARE = ['test/reconciler/compare.test.ts'];
const UNITS = ['test/reconciler/units.test.ts'];
const TABLE = ['test/reconciler/decision-table.test.ts', 'test/reconciler/decision-table-marks.test.ts'];

/** Ways to break the three-way diff: who moved, and what differs. */
export const mutants = [
  {
    name: 'swap-before-and-after',
    file: 'src/reconciler/diff/compare.ts',
    find: 'propertyChange(pointer, isCatchingUp ? applied : live, desired, cause)',
    replace: 'propertyChange(pointer, desired, isCatchingUp ? applied : live, cause)',
    tests: COMPARE,
  },
  {
    name: 'drift-counts-as-edited',
    file: 'src/reconciler/diff/compare.ts',
    find: "if (sameJson(applied, desired)) return 'drifted';",
    replace: "if (sameJson(applied, desired)) return 'edited';",
    tests: COMPARE,
  },
  {
    name: 'both-counts-as-edited',
    file: 'src/reconciler/diff/compare.ts',
    find: "sameJson(applied, live) ? 'edited' : 'both'",
    replace: "'edited'",
    tests: COMPARE,
  },
  {
    name: 'unknown-counts-as-drifted',
    file: 'src/reconciler/diff/compare.ts',
    find: "if (applied === UNKNOWN) return 'both';",
    replace: "if (applied === UNKNOWN) return 'drifted';",
    tests: COMPARE,
  },
  {
    name: 'apply-drifted-too',
    file: 'src/reconciler/diff/decide.ts',
    find: "all.filter(({ cause }) => cause !== 'drifted')",
    replace: 'all',
    tests: TABLE,
  },
  {
    name: 'edit-leaves-drift-beside-it',
    file: 'src/reconciler/diff/compare.ts',
    find: 'if (!isWritten(sides)) return changes;',
    replace: 'if (!isWritten(sides) || changes.length > 0) return changes;',
    tests: UNITS,
  },
  {
    name: 'overwrite-without-a-word',
    file: 'src/reconciler/diff/decide.ts',
    find: 'diagnostics: overwritten(subject, edited),',
    replace: 'diagnostics: [],',
    tests: TABLE,
  },
  {
    name: 'write-every-policy-of-a-role',
    file: 'src/reconciler/diff/units.ts',
    find: 'separateItems.includes(property.key) ?',
    replace: 'separateItems.includes(property.pointer) ?',
    tests: UNITS,
  },
  {
    name: 'edit-overwrites-the-whole-object',
    file: 'src/reconciler/diff/units.ts',
    find: "kind.driver === 'cloudformation' ? propertiesOf",
    replace: "kind.driver === 's3' ? propertiesOf",
    tests: UNITS,
  },
  {
    name: 'read-back-wants-drift-kept',
    file: 'src/reconciler/diff/mismatch.ts',
    find: ".filter(({ cause }) => cause !== 'edited')",
    replace: '',
    tests: ['test/reconciler/mismatch.test.ts'],
  },
  {
    name: 'read-back-takes-anything',
    file: 'src/reconciler/diff/mismatch.ts',
    find: ".filter(({ cause }) => cause !== 'edited')",
    replace: '.filter(({ cause }) => cause === undefined)',
    tests: ['test/reconciler/mismatch.test.ts'],
  },
  {
    name: 'compare-lists-by-index-only',
    file: 'src/reconciler/diff/sides.ts',
    find: "const IDENTITY_KEYS = ['PolicyName', 'Sid', 'Id', 'Name', 'Key'] as const;",
    replace: "const IDENTITY_KEYS = ['NoSuchKey'] as const;",
    tests: COMPARE,
  },
  {
    name: 'forget-stale-mark',
    file: 'src/reconciler/diff/decide.ts',
    find: 'live.appliedDigest === digest) return [];',
    replace: 'digest !== undefined) return [];',
    tests: TABLE,
  },
  {
    name: 'worst-impact-is-the-first',
    file: 'src/reconciler/diff/decide.ts',
    find: 'impactRank[impact] > impactRank[worst] ? impact : worst',
    replace: 'impactRank[impact] < impactRank[worst] ? impact : worst',
    tests: TABLE,
  },
  {
    name: 'forget-changed-template',
    file: 'src/reconciler/diff/stacks.ts',
    find: 'if (target.digest !== stack.digest) return [updateOf(stack, target.digest)];',
    replace: '',
    tests: [...TABLE, 'test/reconciler/join.test.ts'],
  },
  {
    name: 'touch-half-read-stack',
    file: 'src/reconciler/diff/stacks.ts',
    find: '|| held.has(key)',
    replace: '',
    tests: ['test/reconciler/laws.test.ts', ...TABLE],
  },
];
