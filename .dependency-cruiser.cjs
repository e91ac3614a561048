/** Imports run one way (docs/ARCHITECTURE.md). There is no baseline of old sins: every rule is an error. */
const only = (name, comment, from, allowed) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from },
  to: { path: '^(src|sandbox|bench|test|spec)/', pathNot: allowed },
});

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-orphans',
      severity: 'error',
      from: { orphan: true, pathNot: '(\\.gen\\.ts$|\\.test\\.ts$|main\\.ts$)' },
      to: {},
    },
    only('model-knows-nothing', 'The model is data and names.', '^src/reconciler/model/', '^src/reconciler/model/'),
    only('core-is-pure', 'The core knows only itself.', '^src/reconciler/(?!model/)', '^src/reconciler/'),
    only('access-knows-the-core', 'Access is pure policy over the model.', '^src/access/', '^src/(access|reconciler)/'),
    only(
      'catalog-is-an-edge',
      'Files become a Catalog; nothing else.',
      '^src/catalog/',
      '^src/(catalog|access|reconciler)/',
    ),
    only('aws-is-an-edge', 'The SDK becomes ports of the model.', '^src/aws/', '^src/(aws|access|reconciler)/'),
    only(
      'report-stays-in-report',
      'Renderers are pure functions of results.',
      '^src/report/',
      '^src/(report|access|reconciler)/',
    ),
    only(
      'resources-know-the-model',
      'The registry and shared parts.',
      '^src/resources/(index\\.ts|shared/)',
      '^(src/(resources|access|reconciler/model)/|spec/)',
    ),
    {
      name: 'kinds-know-only-the-model',
      comment: 'A kind is one folder: it may not reach into another kind.',
      severity: 'error',
      from: { path: '^src/resources/([^/]+)/', pathNot: '^src/resources/shared/' },
      to: {
        path: '^(src|sandbox|bench|test|spec)/',
        pathNot: '^(src/resources/($1|shared)/|src/access/|src/reconciler/model/|spec/)',
      },
    },
    only(
      'app-knows-no-shell',
      'Use cases serve every shell.',
      '^src/app/',
      '^src/(app|catalog|resources|aws|report|access|reconciler)/',
    ),
    only(
      'shells-use-the-app',
      'Shells are thin.',
      '^src/cli/',
      '^(src/(cli|app|report|reconciler/model)/|sandbox/index\\.ts$)',
    ),
    {
      name: 'sdk-only-in-aws',
      comment: 'One place knows the SDK.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/aws/' },
      to: { path: 'node_modules/@aws-sdk/|node_modules/@smithy/' },
    },
    only('sandbox-is-independent', 'What we test against may not share our mistakes.', '^sandbox/', '^(sandbox|spec)/'),
    {
      name: 'no-test-in-product',
      severity: 'error',
      from: { path: '^(src|sandbox|bench)/', pathNot: '\\.test\\.ts$|^sandbox/test/' },
      to: { path: '^test/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^dist/' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};
