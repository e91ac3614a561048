const APPLY = ['test/aws/apply-stack.test.ts', 'test/aws/create-stack.test.ts'];
const CHECK = ['test/aws/check-change-set.test.ts'];
const PRUNE = ['test/aws/prune-stack.test.ts'];

/** Ways to break the CloudFormation driver: more than was approved, or less than was said. */
export const mutants = [
  {
    name: 'change-set-unchecked',
    file: 'src/aws/cloudformation/apply-stack.ts',
    find: 'if (problems.length > 0) {',
    replace: 'if (problems.length < 0) {',
    tests: APPLY,
  },
  {
    name: 'unplanned-changes-accepted',
    file: 'src/aws/cloudformation/check-change-set.ts',
    find: 'return isFollowUp(change) ? undefined : `${action} of ${name} is not in the plan`;',
    replace: 'return undefined;',
    tests: CHECK,
  },
  {
    name: 'data-removed-by-change-set',
    file: 'src/aws/cloudformation/check-change-set.ts',
    find: 'return holdsData && (isRemoval || mayReplace);',
    replace: 'return holdsData && isRemoval && mayReplace;',
    tests: CHECK,
  },
  {
    name: 'unapproved-replacement',
    file: 'src/aws/cloudformation/check-change-set.ts',
    find: 'replacementRank(change) > IMPACT_RANK[planned.impact]',
    replace: 'replacementRank(change) > 2 + IMPACT_RANK[planned.impact]',
    tests: CHECK,
  },
  {
    name: 'untold-replacement-is-none',
    file: 'src/aws/cloudformation/check-change-set.ts',
    find: "REPLACEMENT_RANK[change.Replacement ?? 'Conditional'] ?? 2",
    replace: "REPLACEMENT_RANK[change.Replacement ?? 'False'] ?? 0",
    tests: CHECK,
  },
  {
    name: 'digest-not-read-back',
    file: 'src/aws/cloudformation/apply-stack.ts',
    find: 'if (live.outputs[DIGEST_OUTPUT] !== desired.digest) {',
    replace: "if (live.outputs[DIGEST_OUTPUT] === '') {",
    tests: APPLY,
  },
  {
    name: 'foundation-unprotected',
    file: 'src/aws/cloudformation/protection.ts',
    find: 'desired.bootstrap || work.name === foundationStack(work.instance, work.region)',
    replace: 'desired.bootstrap && work.name === foundationStack(work.instance, work.region)',
    tests: APPLY,
  },
  {
    name: 'foreign-stack-updated',
    file: 'src/aws/cloudformation/settle.ts',
    find: 'if (expected.every(([key, value]) => live.tags[key] === value)) return;',
    replace: 'if (expected.length > 0) return;',
    tests: [...APPLY, ...PRUNE],
  },
  {
    name: 'rollback-counts-as-success',
    file: 'src/aws/cloudformation/stack-status.ts',
    find: "['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'IMPORT_COMPLETE', 'DELETE_COMPLETE'].includes(status)",
    replace: "status.endsWith('_COMPLETE')",
    tests: [...APPLY, 'test/aws/apply-stack-races.test.ts'],
  },
  {
    name: 'stack-pruned-unseen',
    file: 'src/aws/cloudformation/prune-stack.ts',
    find: 'await checkContent(context, live);',
    replace: '',
    tests: PRUNE,
  },
  {
    name: 'protection-ignored',
    file: 'src/aws/cloudformation/prune-stack.ts',
    find: 'if (live.terminationProtection) {',
    replace: "if (live.name === '') {",
    tests: PRUNE,
  },
  {
    name: 'large-template-in-the-call',
    file: 'src/aws/cloudformation/template-source.ts',
    find: 'if (bytes <= BODY_LIMIT_BYTES) return { TemplateBody: body };',
    replace: 'if (bytes <= URL_LIMIT_BYTES) return { TemplateBody: body };',
    tests: ['test/aws/template-source.test.ts'],
  },
  {
    name: 'service-role-forgotten',
    file: 'src/aws/cloudformation/change-set.ts',
    find: '...(work.roleArn === undefined ? {} : { RoleARN: work.roleArn }),',
    replace: '',
    tests: APPLY,
  },
];
