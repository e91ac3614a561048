import type { DriftRules, HoldRule, IgnoreRule } from '../model/drift-rules.ts';
import type { Drift } from '../model/plan.ts';
import type { ResourceId } from '../model/resource.ts';

/** What is left of drift, and what a rule took out of it. */
export interface Sifted {
  readonly drift: readonly Drift[];
  /** In the order of the drift; each with only what the rule took. */
  readonly ignored: readonly { readonly drift: Drift; readonly rule: IgnoreRule }[];
}

/** Whether an id is what a target means: `*` stands for any text, also for none and for more than one step. */
export const isTargeted = (target: string, id: ResourceId): boolean => {
  const [first = '', ...rest] = target.split('*');
  const last = rest.pop();
  if (last === undefined) return id === target;
  if (!id.startsWith(first)) return false;
  let from = first.length;
  for (const part of rest) {
    const found = id.indexOf(part, from);
    if (found < 0) return false;
    from = found + part.length;
  }
  return id.endsWith(last) && id.length - last.length >= from;
};

const stepsOf = (pointer: string): readonly string[] => pointer.split('/').slice(1);

/** Whether a rule's pointer means a place: the same, or one above it; `*` stands for one step. */
export const isWithin = (path: string, pointer: string): boolean => {
  const steps = stepsOf(path);
  return stepsOf(pointer).every((step, index) => index < steps.length && (step === '*' || step === steps[index]));
};

/** Through the end of its last day. */
const isCurrent = ({ until }: Pick<IgnoreRule, 'until'>, asOf: string): boolean => until >= asOf.slice(0, 10);

/**
 * The rule that takes a place out. Several may: the one that holds longest tells, then the one of the earliest line, so that
 * the order of the file decides nothing.
 */
const strongest = <Rule extends HoldRule>(rules: readonly Rule[]): Rule | undefined =>
  rules.reduce<Rule | undefined>((best, rule) => {
    if (best === undefined || rule.until !== best.until)
      return best === undefined || rule.until > best.until ? rule : best;
    const [left, right] = [keyOf(rule), keyOf(best)];
    return left < right ? rule : best;
  }, undefined);

/** Of the rule's words, not of its line: sorting the list of rules must not change what is told. */
const keyOf = (rule: HoldRule & Pick<IgnoreRule, 'path'>): string =>
  JSON.stringify([rule.target, rule.path ?? '', rule.reason]);

const ruleForWhole = (rules: readonly IgnoreRule[]): IgnoreRule | undefined =>
  strongest(rules.filter(({ path }) => path === undefined));

/** Drift of one object, taken apart by the rules that speak of it. */
const sift = (drift: Drift, rules: readonly IgnoreRule[]): Sifted => {
  const whole = ruleForWhole(rules);
  if (whole !== undefined) return { drift: [], ignored: [{ drift, rule: whole }] };
  // An object that is gone has no properties left to ignore.
  if (drift.status === 'missing') return { drift: [drift], ignored: [] };
  const taken = new Map<IgnoreRule, Drift['properties'][number][]>();
  const left: Drift['properties'][number][] = [];
  for (const property of drift.properties) {
    const rule = strongest(rules.filter(({ path }) => path !== undefined && isWithin(property.path, path)));
    if (rule === undefined) left.push(property);
    else taken.set(rule, [...(taken.get(rule) ?? []), property]);
  }
  return {
    // Drift without properties is not of our making: it stays as it is.
    drift: left.length === 0 && taken.size > 0 ? [] : [{ ...drift, properties: left }],
    ignored: [...taken].map(([rule, properties]) => ({ drift: { ...drift, properties }, rule })),
  };
};

/**
 * Takes out what a rule ignores at `asOf` (ISO 8601, UTC). A rule with a path takes the properties at and below it; one
 * without takes the object, also one that is missing. What no rule matches is left as it is.
 */
export const siftDrift = (drift: readonly Drift[], rules: DriftRules | undefined, asOf: string): Sifted => {
  const current = (rules?.ignore ?? []).filter((rule) => isCurrent(rule, asOf));
  if (current.length === 0) return { drift, ignored: [] };
  const sifted = drift.map((one) =>
    sift(
      one,
      current.filter(({ target }) => isTargeted(target, one.id)),
    ),
  );
  return { drift: sifted.flatMap((one) => one.drift), ignored: sifted.flatMap((one) => one.ignored) };
};

/** The rule that keeps healing from an object at `asOf`. */
export const holdOn = (id: ResourceId, rules: DriftRules | undefined, asOf: string): HoldRule | undefined =>
  strongest((rules?.hold ?? []).filter((rule) => isCurrent(rule, asOf) && isTargeted(rule.target, id)));
