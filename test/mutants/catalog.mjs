const MISTAKES = ['test/catalog/mistakes.test.ts'];
const RULES = ['test/catalog/rules.test.ts'];

/** Ways to break the loader: mistakes that pass unnoticed. */
export const mutants = [
  {
    name: 'duplicate-keys-allowed',
    file: 'src/catalog/compose.ts',
    find: 'uniqueKeys: true',
    replace: 'uniqueKeys: false',
    tests: [...MISTAKES, 'test/catalog/files.test.ts'],
  },
  {
    name: 'dangling-references-allowed',
    file: 'src/catalog/check/references.ts',
    find: 'candidates === undefined || candidates.has(reference.name) ? []',
    replace: 'candidates !== null ? []',
    tests: MISTAKES,
  },
  {
    name: 'two-files-of-one-name',
    file: 'src/catalog/check/duplicates.ts',
    find: 'if (earlier === undefined) {',
    replace: 'if (earlier === undefined || earlier !== claim) {',
    tests: [...MISTAKES, ...RULES],
  },
  {
    name: 'longest-grant-unchecked',
    file: 'src/catalog/check/grants.ts',
    find: 'if (expires <= latest) return [];',
    replace: "if (expires <= '9999') return [];",
    tests: RULES,
  },
  {
    name: 'end-of-grant-not-asked-for',
    file: 'src/catalog/check/grants.ts',
    find: 'if (strictest === undefined || !isLimited(grant)) return [];',
    replace: 'if (strictest === undefined || expires === undefined || !isLimited(grant)) return [];',
    tests: RULES,
  },
  {
    name: 'selectors-on-sensitive-data',
    file: 'src/catalog/check/grants.ts',
    find: 'if (entry.select === undefined || forbidden === undefined) return [];',
    replace: 'if (entry.select !== null || forbidden === undefined) return [];',
    tests: RULES,
  },
  {
    name: 'reason-not-asked-for',
    file: 'src/catalog/check/grants.ts',
    find: 'if (grant.file.reason !== undefined) return [];',
    replace: "if (grant.file.reason !== '') return [];",
    tests: RULES,
  },
  {
    name: 'names-beyond-aws-limits',
    file: 'src/catalog/check/aws-names.ts',
    find: 'if (longest.length <= limit) return [];',
    replace: 'if (longest.length <= 10 * limit) return [];',
    tests: RULES,
  },
  {
    name: 'two-writers-of-one-dataset',
    file: 'src/catalog/check/pipelines.ts',
    find: 'if (other === undefined) {',
    replace: 'if (other === undefined || other !== pipeline) {',
    tests: RULES,
  },
  {
    name: 'digest-depends-on-place',
    file: 'src/catalog/catalog-digest.ts',
    find: 'if (!PLACES.has(key) && child !== undefined)',
    replace: 'if (child !== undefined)',
    tests: ['test/catalog/catalog-laws.test.ts'],
  },
];
