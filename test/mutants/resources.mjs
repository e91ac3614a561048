const POLICIES = ['test/resources/bucket-policies.test.ts'];

/** Ways to break what is declared for buckets, jobs and files, and what reports tell of it. */
export const mutants = [
  {
    name: 'no-tls-deny',
    file: 'src/resources/s3-bucket-policy/statements.ts',
    find: '...transport(bucket),',
    replace: '',
    tests: POLICIES,
  },
  {
    name: 'anybody-writes-data',
    file: 'src/resources/s3-bucket-policy/statements.ts',
    find: '...reservedWrites(bucket, scope),',
    replace: '',
    tests: POLICIES,
  },
  {
    name: 'outsiders-welcome',
    file: 'src/resources/s3-bucket-policy/statements.ts',
    find: '...organization(bucket, scope),',
    replace: '',
    tests: POLICIES,
  },
  {
    name: 'any-encryption',
    file: 'src/resources/s3-bucket-policy/statements.ts',
    find: '...encryption(bucket, scope),',
    replace: '',
    tests: POLICIES,
  },
  {
    name: 'packages-depend-on-the-clock',
    file: 'src/resources/shared/packaging.ts',
    find: 'mtime: ZIP_TIME',
    replace: 'mtime: new Date()',
    tests: ['test/resources/packaging.test.ts'],
  },
  {
    name: 'packages-depend-on-order',
    file: 'src/resources/shared/packaging.ts',
    find: '.sort((left, right) => compareText(left.path, right.path))',
    replace: '',
    tests: ['test/resources/packaging.test.ts'],
  },
  {
    name: 'policies-compare-in-order',
    file: 'src/resources/shared/policy.ts',
    find: '.sort(compareText); }',
    replace: '; }',
    tests: ['test/resources/policy.test.ts'],
  },
  {
    name: 'report-prints-any-text',
    file: 'src/report/values.ts',
    find: "return typeof value === 'string' && PRINTABLE.has(keyOf(path));",
    replace: "return typeof value === 'string';",
    tests: ['test/report/report.test.ts'],
  },
  {
    name: 'report-forgets-refusal',
    file: 'src/report/summary.ts',
    find: "return 'refused';",
    replace: "return 'ready';",
    tests: ['test/report/report.test.ts'],
  },
];
