import { judgeAccessRules } from '../../src/access/rules/access-rules.ts';
import type {
  Catalog,
  HolderKind,
  Holding,
  Level,
  PrincipalRef,
  Rule,
  Selector,
} from '../../src/reconciler/model/catalog.ts';
import { AS_OF, catalogOf, type Parts } from './support.ts';

const at = { file: 'lake.yaml', line: 9 };

/** `read` on a dataset, or on what a selector means. */
export const holding = (target: string | Selector, level: Level = 'read'): Holding => ({
  target: typeof target === 'string' ? { dataset: target } : { select: target },
  level,
});

export interface RuleMore {
  readonly name?: string;
  readonly instances?: readonly string[];
  readonly except?: readonly PrincipalRef[];
}

export const apart = (sides: readonly Holding[], more: RuleMore = {}): Rule => ({
  name: 'chinese-wall',
  reason: 'They compete.',
  except: [],
  declaredIn: at,
  apart: sides,
  ...more,
});

export const forbid = (kinds: readonly HolderKind[], what: Holding, more: RuleMore = {}): Rule => ({
  name: 'keep-out',
  reason: 'Not for them',
  except: [],
  declaredIn: at,
  forbid: { ...what, kinds },
  ...more,
});

export const withRules = (parts: Parts, ...rules: readonly Rule[]): Catalog => {
  const catalog = catalogOf(parts);
  return { ...catalog, lake: { ...catalog.lake, rules } };
};

/** Who breaks a rule: the targets without the rule's name. */
export const brokenBy = (parts: Parts, rule: Rule, instance = 'dev01', asOf = AS_OF): readonly string[] =>
  judgeAccessRules(withRules(parts, rule), instance, asOf).map(({ target = '' }) => target.slice(rule.name.length + 1));
