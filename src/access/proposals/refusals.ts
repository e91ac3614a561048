import type { Allowance, Catalog } from '../../reconciler/model/catalog.ts';
import type { Diagnostic } from '../../reconciler/model/diagnostic.ts';
import { judgeRules } from '../rules/judge-rules.ts';
import { dayOf } from '../time.ts';
import type { Refusal } from './proposal.ts';

const keyOf = ({ code, target = '' }: Diagnostic): string => `${code} ${target}`;

const isAllowed = ({ guard, target }: Diagnostic, allowances: readonly Allowance[]): boolean =>
  allowances.some((one) => one.guard === guard && (one.target === undefined || one.target === target));

/** Targets of access rules begin with the rule that is broken; other guards have no names beside their own. */
const ruleOf = ({ guard = '', target = '' }: Diagnostic): string =>
  guard === 'access-rules' ? target.slice(0, target.indexOf('/')) : guard;

const refusalOf = (found: Diagnostic): Refusal => ({
  code: found.code,
  rule: ruleOf(found),
  summary: found.summary,
  detail: found.detail,
});

/**
 * What the rules of the lake would refuse in a changed catalog and do not refuse now, in any instance: a line that is meant for
 * one may hold in others. What an allowance passes is not among it.
 */
export const newRefusals = (before: Catalog, after: Catalog, asOf: string): readonly Refusal[] => {
  const allowances = after.lake.allow.filter(({ until }) => until >= dayOf(asOf));
  const found = new Map<string, Diagnostic>();
  for (const { name } of after.lake.instances) {
    const known = new Set(judgeRules(before, name, asOf).map(keyOf));
    for (const one of judgeRules(after, name, asOf))
      if (one.severity === 'error' && !known.has(keyOf(one)) && !isAllowed(one, allowances)) found.set(keyOf(one), one);
  }
  return [...found.values()].map(refusalOf);
};
