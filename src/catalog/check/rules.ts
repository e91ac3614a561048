import { implies } from '../../access/levels.ts';
import { isMeant, isSelected } from '../../access/selectors.ts';
import type { Holding } from '../../reconciler/model/catalog.ts';
import type { Diagnostic } from '../../reconciler/model/diagnostic.ts';
import type { Declarations } from '../declarations.ts';
import type { Rule } from '../files.gen.ts';
import { didYouMean, listNames } from '../nearest.ts';
import { locate, type ValuePath } from '../parse.ts';
import { problem } from '../problems.ts';
import { resolveHolding } from '../resolve/rules.ts';
import { holdersOf } from './holders.ts';

/** One side of a rule, and where it stands. */
interface Side {
  readonly holding: Holding;
  readonly path: ValuePath;
}

const sidesOf = (rule: Rule, path: ValuePath): readonly Side[] => [
  ...(rule.apart ?? []).map((side, index) => ({ holding: resolveHolding(side), path: [...path, 'apart', index] })),
  ...(rule.forbid === undefined ? [] : [{ holding: resolveHolding(rule.forbid), path: [...path, 'forbid'] }]),
];

const checkNames = ({ lake: { source, file } }: Declarations): readonly Diagnostic[] => {
  const names = (file.rules ?? []).map(({ name }) => name);
  return names.flatMap((name, index) => {
    if (names.indexOf(name) === index) return [];
    const detail = `The rule ${name} is declared above already, and an allowance could not tell the two apart. Rename or remove one of them.`;
    return [problem('EDL-1301', locate(source, ['rules', index, 'name']), detail)];
  });
};

/** Of one dataset, a level and one that includes it are held by whoever holds the larger: that cannot be kept apart. */
const checkBreakable = (rule: Rule, path: ValuePath, { lake }: Declarations): readonly Diagnostic[] => {
  const sides = rule.apart === undefined ? [] : sidesOf(rule, path);
  return sides.flatMap(({ holding: right, path: place }, index) => {
    const same = sides.slice(0, index).find(({ holding: left }) => {
      if (!('dataset' in left.target) || !('dataset' in right.target)) return false;
      const isOneDataset = left.target.dataset === right.target.dataset;
      return isOneDataset && (implies(left.level, right.level) || implies(right.level, left.level));
    });
    if (same === undefined || !('dataset' in right.target)) return [];
    const levels = `${same.holding.level} and ${right.level}`;
    const detail = `Both sides are ${right.target.dataset}, and of ${levels} one includes the other, so that nobody could hold them one by one. Name two datasets, or levels such as read and write.`;
    return [problem('EDL-1360', locate(lake.source, place), detail)];
  });
};

/** Which word of a side no dataset meets. Tiers may wait for their datasets; of unknown owners, the check of names speaks. */
const idleWord = ({ target }: Holding, { datasets, principals }: Declarations): 'domain' | 'owner' | undefined => {
  if ('dataset' in target || target.select.tier !== undefined) return undefined;
  if (datasets.some(({ model }) => isSelected(model, target.select))) return undefined;
  if (target.select.domain !== undefined) return 'domain';
  return principals.some(({ model }) => model.ref === target.select.owner) ? 'owner' : undefined;
};

/** A mistyped domain would make a rule that protects nothing, and nobody would see it. */
const checkWord = (rule: Rule, side: Side, declarations: Declarations): readonly Diagnostic[] => {
  const { target } = side.holding;
  const word = idleWord(side.holding, declarations);
  if (word === undefined || 'dataset' in target) return [];
  const { domain = '', owner = '' } = target.select;
  const domains = new Set(declarations.datasets.flatMap(({ model }) => model.domain ?? []));
  const what =
    word === 'owner'
      ? `${owner} owns no dataset.`
      : `No dataset has the domain ${domain}${didYouMean(domain, domains)}`;
  const detail = `${what} The rule ${rule.name} protects nothing there until one does. Correct the word, or remove the side.`;
  return [problem('EDL-1361', locate(declarations.lake.source, [...side.path, word]), detail, 'warning')];
};

/** A rule for instances that have none of the datasets it means. */
const checkInstances = (rule: Rule, side: Side, { datasets, lake }: Declarations): readonly Diagnostic[] => {
  const { instances = [] } = rule;
  const known = lake.model.instances.map(({ name }) => name);
  if (instances.length === 0 || !instances.every((name) => known.includes(name))) return [];
  const meant = datasets.filter(({ model }) => isMeant(side.holding.target, model));
  const isThere = meant.some(({ model }) => holdersOf(model, lake.model).some((name) => instances.includes(name)));
  if (meant.length === 0 || isThere) return [];
  const detail = `The rule ${rule.name} is for ${listNames(instances)}, but no dataset that it means here is in there, so it protects nothing. Correct instances, or leave them out.`;
  return [problem('EDL-1361', locate(lake.source, side.path), detail, 'warning')];
};

const checkMeaning = (rule: Rule, path: ValuePath, declarations: Declarations): readonly Diagnostic[] =>
  declarations.hasAllDatasets
    ? sidesOf(rule, path).flatMap((side) => [
        ...checkWord(rule, side, declarations),
        ...checkInstances(rule, side, declarations),
      ])
    : [];

/** The guard that judges the rules; the targets of its messages are `<rule>/<who>`. */
const RULES_GUARD = 'access-rules';

/** An allowance for a mistyped rule, or for one that is gone, would wait for ever. */
const checkAllowances = ({ lake: { source, file } }: Declarations): readonly Diagnostic[] => {
  const names = (file.rules ?? []).map(({ name }) => name);
  return (file.allow ?? []).flatMap(({ guard, target }, index) => {
    const [rule = ''] = (target ?? '').split('/');
    if (guard !== RULES_GUARD || target === undefined || names.includes(rule)) return [];
    const known = names.length === 0 ? 'lake.yaml has no rules' : `the rules are ${listNames(names)}`;
    const detail = `The allowance is for ${target}, but there is no rule ${rule}${didYouMean(rule, names)} Targets of ${RULES_GUARD} are <rule>/<who>, and ${known}. Correct the target, or remove the allowance if its rule is gone.`;
    return [problem('EDL-1362', locate(source, ['allow', index, 'target']), detail)];
  });
};

/** Whether the rules of lake.yaml can mean what they say, and allowances name them. What breaks them is judged over everybody's access, not here. */
export const checkRules = (declarations: Declarations): readonly Diagnostic[] => [
  ...checkNames(declarations),
  ...checkAllowances(declarations),
  ...(declarations.lake.file.rules ?? []).flatMap((rule, index) => [
    ...checkBreakable(rule, ['rules', index], declarations),
    ...checkMeaning(rule, ['rules', index], declarations),
  ]),
];
