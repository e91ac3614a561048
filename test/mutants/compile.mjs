const COMPILE = ['test/compile/compile.test.ts'];

/** Ways to break compile: what is deployed no longer is what was declared. */
export const mutants = [
  {
    name: 'forget-deletion-policy',
    file: 'src/reconciler/compile/template.ts',
    find: '...(holdsData ? RETAIN : {}),',
    replace: '',
    tests: COMPILE,
  },
  {
    name: 'delete-replaced-data',
    file: 'src/reconciler/compile/template.ts',
    find: "UpdateReplacePolicy: 'Retain'",
    replace: "UpdateReplacePolicy: 'Delete'",
    tests: COMPILE,
  },
  {
    name: 'forget-digest-output',
    file: 'src/reconciler/compile/template.ts',
    find: '{ ...outputs, [DIGEST_OUTPUT]: { Description: DIGEST_DESCRIPTION, Value: digest } }',
    replace: 'outputs',
    tests: COMPILE,
  },
  {
    name: 'lose-resource-dependency',
    file: 'src/reconciler/compile/template.ts',
    find: '.filter((logicalId) => !referred.has(logicalId))',
    replace: '.filter(() => false)',
    tests: COMPILE,
  },
  {
    name: 'lose-reference-output',
    file: 'src/reconciler/compile/template.ts',
    find: '.filter((resource) => referred.has(logicalIdOf(resource.id)))',
    replace: '.filter(() => false)',
    tests: COMPILE,
  },
  {
    name: 'lose-stack-dependency',
    file: 'src/reconciler/compile/stacks.ts',
    find: 'dependsOn: [stack, objectsStack(instance.name, region), catalogStack(instance.name, region)],',
    replace: 'dependsOn: [],',
    tests: COMPILE,
  },
  {
    name: 'list-jobs-before-they-are-made',
    file: 'src/reconciler/compile/stacks.ts',
    find: 'dependsOn: [bootstrap, ...jobs],',
    replace: 'dependsOn: [bootstrap],',
    tests: COMPILE,
  },
  {
    name: 'accept-two-of-one-object',
    file: 'src/reconciler/compile/compile.ts',
    find: 'resources.flatMap((resource, index) => resources[index - 1]?.id === resource.id ?',
    replace: 'resources.flatMap((resource, index) => index < 0 ?',
    tests: [...COMPILE, 'test/compile/limits.test.ts'],
  },
  {
    name: 'forget-order-of-resources',
    file: 'src/reconciler/compile/compile.ts',
    find: 'resources.map((resource) => settle(kind, resource))).sort(byId);',
    replace: 'resources.map((resource) => settle(kind, resource)));',
    tests: COMPILE,
  },
  {
    name: 'ignore-size-limits',
    file: 'src/reconciler/compile/limits.ts',
    find: 'measure.size > measure.limit',
    replace: 'measure.size > 10 * measure.limit',
    tests: ['test/compile/limits.test.ts'],
  },
];
