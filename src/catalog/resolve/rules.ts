import type { Holding, Rule, Selector } from '../../reconciler/model/catalog.ts';
import { compareText } from '../../reconciler/model/json.ts';
import { invariant } from '../../reconciler/model/errors.ts';
import { sortByContent, sortByName } from '../catalog-digest.ts';
import type { Holding as HoldingFile, LakeFile, Rule as RuleFile } from '../files.gen.ts';
import type { ParsedFile } from '../parse.ts';
import { declaredAt, sorted, toPrincipalRef } from './refs.ts';

const resolveSelector = ({ tier, domain, owner }: HoldingFile): Selector => ({
  ...(tier === undefined ? {} : { tier }),
  ...(domain === undefined ? {} : { domain }),
  ...(owner === undefined ? {} : { owner: toPrincipalRef(owner) }),
});

/** One side of a rule with its defaults. */
export const resolveHolding = (file: HoldingFile): Holding => ({
  target: file.dataset === undefined ? { select: resolveSelector(file) } : { dataset: file.dataset },
  level: file.level ?? 'read',
});

const resolveRule = (file: RuleFile, source: ParsedFile, index: number): Rule => {
  const base = {
    name: file.name,
    reason: file.reason,
    ...(file.instances === undefined ? {} : { instances: sorted(file.instances) }),
    except: (file.except ?? []).map(toPrincipalRef).sort(compareText),
    declaredIn: declaredAt(source, 'rules', index),
  };
  if (file.apart !== undefined) return { ...base, apart: sortByContent(file.apart.map(resolveHolding)) };
  const { forbid } = file;
  invariant(forbid !== undefined, 'A rule has one of apart and forbid.');
  return { ...base, forbid: { ...resolveHolding(forbid), kinds: [...forbid.kinds].sort(compareText) } };
};

/** The rules of lake.yaml with their defaults, sorted by name. */
export const resolveRules = (file: LakeFile, source: ParsedFile): readonly Rule[] =>
  sortByName((file.rules ?? []).map((rule, index) => resolveRule(rule, source, index)));
