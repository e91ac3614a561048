import type { Catalog, Holding, Rule } from '../../reconciler/model/catalog.ts';
import { UNLESS_ALLOWED } from '../../reconciler/guards/allowances.ts';
import { at, type Diagnostic } from '../../reconciler/model/diagnostic.ts';
import type { AccessRow } from '../../reconciler/model/resource.ts';
import { declaredRows } from '../rows.ts';
import { type Scope, scopeOf } from '../scope.ts';
import { areTwo, type Match, matchesOf } from './matches.ts';
import { narrowestPlace, sourcesOf } from './sources.ts';
import { everyoneOf, groupByHolder, holdersOf, peopleOf, type Subject } from './subjects.ts';
import { holdingText, kindsText, listText, matchText, reasonText, ruleText, subjectText } from './words.ts';

const GUARD = 'access-rules';

type Apart = Extract<Rule, { readonly apart: unknown }>;
type Forbid = Extract<Rule, { readonly forbid: unknown }>;

/** One thing that somebody holds, as a side of a rule means it. */
interface Held {
  readonly match: Match;
  readonly holding: Holding;
}

/** What breaks a rule: what to show, and how many datasets there are beside. */
interface Breach {
  readonly held: readonly Held[];
  readonly more: number;
}

const keyOf = ({ dataset, tier }: Match): string => `${tier} ${dataset}`;

/** The first two things that must stay apart, and how many datasets are held on the two sides beside these. */
const findPair = (subject: Subject, sides: readonly Holding[], scope: Scope): Breach | undefined => {
  const found = sides.map((holding) => ({ holding, matches: matchesOf(subject.rows, holding, scope) }));
  for (const [index, right] of found.entries())
    for (const left of found.slice(0, index))
      for (const match of left.matches) {
        const levels = [left.holding.level, right.holding.level] as const;
        const other = right.matches.find((one) => areTwo(match, one, levels));
        if (other === undefined) continue;
        const held = [
          { match, holding: left.holding },
          { match: other, holding: right.holding },
        ];
        const all = new Set([...left.matches, ...right.matches].map(keyOf));
        return { held, more: all.size - new Set([keyOf(match), keyOf(other)]).size };
      }
  return undefined;
};

const findForbidden = (subject: Subject, { forbid }: Forbid, scope: Scope): Breach | undefined => {
  const matches = matchesOf(subject.rows, forbid, scope);
  const [match] = matches;
  return match === undefined ? undefined : { held: [{ match, holding: forbid }], more: matches.length - 1 };
};

const moreText = (more: number): string =>
  more === 0 ? '' : `, likewise on ${more} more ${more === 1 ? 'dataset' : 'datasets'}`;

const EXCEPTABLE: ReadonlySet<Subject['kind']> = new Set(['team', 'user', 'service', 'pipeline']);

/** The two ways to make an exception; both are reviewed. */
const exceptionText = (subject: Subject, target: string): string => {
  const allowance = `add { guard: ${GUARD}, target: ${target}, reason: …, until: DATE } to "allow" in lake.yaml`;
  return EXCEPTABLE.has(subject.kind)
    ? `${UNLESS_ALLOWED}, ${allowance}; if for good, add except: [${subject.name}] to the rule. Both are reviewed.`
    : `${UNLESS_ALLOWED}, ${allowance}, so that it is reviewed.`;
};

const APART_ADVICE: Readonly<Record<Subject['kind'], string>> = {
  team: 'Take one of the two back, or grant it to another team.',
  user: 'Take one of the two back.',
  service: 'Take one of the two back, or give it to a second service.',
  pipeline: 'Make two pipelines, with a dataset between them that holds no more than is needed.',
  exposed: 'Stop exposing one of the two.',
  everyone: 'Limit a default role, or move a dataset to another tier.',
  person: 'Take the person out of one of them, or take one of the two grants back.',
};

const FORBID_ADVICE: Readonly<Record<Subject['kind'], string>> = {
  ...APART_ADVICE,
  team: 'Take it back, or grant it to users one by one.',
  user: 'Take it back, or grant it to a team.',
  service: 'Take it back, or give the service a dataset that holds no more than it needs.',
  pipeline: 'Let the pipeline use other datasets.',
  exposed: 'Stop exposing the dataset.',
};

interface Finding {
  readonly rule: Rule;
  readonly subject: Subject;
  readonly breach: Breach;
  readonly scope: Scope;
}

const diagnosticOf = (
  { rule, subject, breach, scope }: Finding,
  words: Pick<Diagnostic, 'code' | 'summary'> & { readonly law: string; readonly advice: string },
): Diagnostic => {
  const target = `${rule.name}/${subject.name}`;
  const held = listText(breach.held.map(({ match, holding }) => matchText(match, holding, subject, scope)));
  const sources = breach.held.flatMap(({ match, holding }) => sourcesOf(match, holding.level, scope));
  return {
    code: words.code,
    severity: 'error',
    summary: words.summary,
    detail: `${subjectText(subject)} holds ${held}${moreText(breach.more)}. ${ruleText(rule)} says that ${words.law}: ${reasonText(rule.reason)}. ${words.advice} ${exceptionText(subject, target)}`,
    ...at(narrowestPlace(sources) ?? rule.declaredIn),
    guard: GUARD,
    target,
  };
};

const apartFinding = (finding: Finding, rule: Apart): Diagnostic => {
  const sides = rule.apart.map(holdingText);
  const law =
    sides.length > 2 ? `nobody may hold two of ${listText(sides)}` : `nobody may hold ${sides.join(' together with ')}`;
  const advice = APART_ADVICE[finding.subject.kind];
  return finding.subject.kind === 'person'
    ? diagnosticOf(finding, { code: 'EDL-3061', summary: 'One person combines what must stay apart', law, advice })
    : diagnosticOf(finding, { code: 'EDL-3060', summary: 'Access that must stay apart is held together', law, advice });
};

const forbidFinding = (finding: Finding, { forbid }: Forbid): Diagnostic =>
  diagnosticOf(finding, {
    code: 'EDL-3062',
    summary: 'Access that a rule forbids to such holders',
    law: `${holdingText(forbid)} is not for ${kindsText(forbid.kinds)}`,
    advice: FORBID_ADVICE[finding.subject.kind],
  });

/**
 * Everyone first: while the default roles alone break a rule, each team and person does, and saying so for each would hide
 * it. People last, and only those who combine what none of their principals holds alone.
 */
const judgeApart = (rule: Apart, rows: readonly AccessRow[], scope: Scope): readonly Diagnostic[] => {
  const groups = groupByHolder(rows, rule.except);
  const everyone = everyoneOf(groups);
  const judge = (subjects: readonly Subject[]): readonly Finding[] =>
    subjects.flatMap((subject) => {
      const breach = findPair(subject, rule.apart, scope);
      return breach === undefined ? [] : [{ rule, subject, breach, scope }];
    });
  const byAll = judge([everyone]);
  const isByAll = byAll.length > 0;
  const judged = holdersOf(groups, everyone).filter(({ kind }) => !isByAll || (kind !== 'team' && kind !== 'user'));
  const byOne = judge(judged);
  const told = new Set(byOne.map(({ subject }) => subject.name));
  const people = isByAll ? [] : peopleOf(scope.catalog.principals, groups, everyone);
  const byPeople = judge(people.filter(({ holders }) => !holders.some((holder) => told.has(holder))));
  return [...byAll, ...byOne, ...byPeople].map((finding) => apartFinding(finding, rule));
};

const judgeForbid = (rule: Forbid, rows: readonly AccessRow[], scope: Scope): readonly Diagnostic[] => {
  const groups = groupByHolder(rows, rule.except);
  const nobody: Subject = { name: 'everyone', kind: 'everyone', holders: [], rows: [] };
  return [everyoneOf(groups), ...holdersOf(groups, nobody)].flatMap((subject) => {
    if (!rule.forbid.kinds.some((kind) => kind === subject.kind)) return [];
    const breach = findForbidden(subject, rule, scope);
    return breach === undefined ? [] : [forbidFinding({ rule, subject, breach, scope }, rule)];
  });
};

/**
 * Where effective access breaks a rule of lake.yaml: one diagnostic of the guard `access-rules` for each rule and holder or
 * person. Judged over rows, so that it makes no difference how access came about: by name, selector, whole tier, default
 * role, exposed role, pipeline or open metadata.
 */
export const judgeAccessRules = (catalog: Catalog, instance: string, asOf: string): readonly Diagnostic[] => {
  const rules = (catalog.lake.rules ?? []).filter((rule) => rule.instances?.includes(instance) ?? true);
  if (rules.length === 0) return [];
  const scope = scopeOf(catalog, instance, asOf);
  const { rows } = declaredRows(catalog, instance, asOf);
  return rules.flatMap((rule) => ('apart' in rule ? judgeApart(rule, rows, scope) : judgeForbid(rule, rows, scope)));
};
