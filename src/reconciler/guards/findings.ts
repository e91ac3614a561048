import type { Guard } from './guard.ts';

/**
 * A guard whose judgement needs the catalog or policy documents, which the core does not know: whoever makes the plan judges,
 * and hands the findings over as facts, each under the name of its guard.
 */
const findingsGuard = (name: string, protects: string, isAllowable: boolean): Guard => ({
  name,
  protects,
  isAllowable,
  check: ({ facts }) => facts.findings.filter((finding) => finding.guard === name),
});

export const accessProof = findingsGuard(
  'access-proof',
  'people from policies that give more or less than the catalog grants',
  false,
);

export const accessRules = findingsGuard('access-rules', 'the rules of lake.yaml on who may hold what', true);

export const quota = findingsGuard('quota', "the apply from the account's quotas", false);

export const tierFlow = findingsGuard('tier-flow', 'confidential data from flowing into a lower tier', false);
