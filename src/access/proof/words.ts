import { holderText, joined } from '../changes/describe.ts';
import type { DecidingStatement } from '../evaluate/types.ts';
import { ANYBODY } from './anybody.ts';
import { type Deed, deedOf } from './deed.ts';
import type { MismatchGroup } from './mismatch-group.ts';
import { targetText } from './target.ts';
import type { Mismatch } from './types.ts';

/** So many sorts of access are told in one sentence. */
const CLAUSES = 4;

/** So many actions that no documented group has are named. */
const NAMED_ACTIONS = 2;

interface Done {
  readonly deed: Deed;
  readonly mismatches: Mismatch[];
}

/** What is done, in the order of mismatches: the gravest first. */
const doneIn = (mismatches: readonly Mismatch[]): readonly Done[] => {
  const byVerb = new Map<string, Done>();
  for (const mismatch of mismatches) {
    const deed = deedOf(mismatch);
    const known = byVerb.get(deed.verb);
    if (known === undefined) byVerb.set(deed.verb, { deed, mismatches: [mismatch] });
    else known.mismatches.push(mismatch);
  }
  return [...byVerb.values()];
};

/** What goes without saying beside something else that is said. */
const IMPLIED: readonly (readonly [verb: RegExp, by: RegExp])[] = [
  [/^handle uploads$/, /^write /],
  [/^write files$/, /^write (raw )?data$/],
  [/^delete files$/, /^delete (raw )?data$/],
  [/^read files$/, /^read (raw )?data$/],
  [/^decrypt objects otherwise than through S3$/, /^decrypt objects$/],
  [/^encrypt objects otherwise than through S3$/, /^encrypt objects$/],
  [/^(see|change) the catalog$/, /^(see|change|make or drop) (tables|the database)$/],
  [/^(see|change) the database$/, /^(see|change) tables$/],
];

const ANCESTORS = /^(see|change) the (catalog|database)$/;

/** Where things are done: of the Glue catalog and of databases, which stand above tables, the tier alone counts. */
const labelsOf = ({ mismatches }: Done, isAncestor: boolean): readonly string[] =>
  mismatches.map(({ tier = '', dataset = '' }) => (isAncestor ? tier : `${tier} ${dataset}`));

/** Whether something is said by something else, everywhere where it is done. */
const isSaidBy = (one: Done, other: Done): boolean => {
  const isAncestor = ANCESTORS.test(one.deed.verb);
  const said = new Set(labelsOf(other, isAncestor));
  return (
    IMPLIED.some(([verb, by]) => verb.test(one.deed.verb) && by.test(other.deed.verb)) &&
    labelsOf(one, isAncestor).every((label) => said.has(label) || (isAncestor && label === ''))
  );
};

const withoutImplied = (done: readonly Done[]): readonly Done[] =>
  done.filter((one) => !done.some((other) => isSaidBy(one, other)));

type And = (parts: readonly string[]) => string;

/** `write and delete data, read raw data and list objects`: verbs of the same thing, then things of the same verbs. */
const verbsText = (verbs: readonly string[], and: And): string => {
  const byObject = new Map<string, string[]>();
  for (const verb of verbs) {
    const [, what = '', object = ''] = /^(\S+|make or drop) (.*)$/.exec(verb) ?? [];
    byObject.set(object, [...(byObject.get(object) ?? []), what]);
  }
  const byWhats = new Map<string, string[]>();
  for (const [object, whats] of byObject) byWhats.set(and(whats), [...(byWhats.get(and(whats)) ?? []), object]);
  return and([...byWhats].map(([whats, objects]) => `${whats} ${and(objects)}`));
};

/** `do a, b and 3 more actions` */
const actionsText = (verbs: readonly string[], and: And): string => {
  const actions = verbs.map((verb) => verb.replace(/^do /, ''));
  const left = actions.length - NAMED_ACTIONS;
  const more = left > 0 ? [`${left} more ${left === 1 ? 'action' : 'actions'}`] : [];
  return `do ${and([...actions.slice(0, NAMED_ACTIONS), ...more])}`;
};

/** Actions that have no words of their own are told at the end, as one. */
const otherClause = (others: readonly Done[], and: And): readonly string[] => {
  const [first] = others;
  if (first === undefined) return [];
  const verbs = others.map(({ deed: { verb } }) => verb);
  const mismatches = others.flatMap((one) => one.mismatches);
  return [`${actionsText(verbs, and)} on ${targetText(mismatches, first.deed, false)}`];
};

/** Things done to the same are told together. Only the first that has examples shows them. */
const clausesOf = (mismatches: readonly Mismatch[], and: And, isOfTiers: boolean): readonly string[] => {
  const done = withoutImplied(doneIn(mismatches));
  const byTarget = new Map<string, { readonly short: string; readonly verbs: string[] }>();
  for (const { deed, mismatches: some } of done.filter(({ deed: { link } }) => link === 'of')) {
    const told = isOfTiers ? { ...deed, isOnDatasets: false } : deed;
    const target = targetText(some, told, false);
    const known = byTarget.get(target);
    if (known === undefined) byTarget.set(target, { short: targetText(some, told, true), verbs: [deed.verb] });
    else known.verbs.push(deed.verb);
  }
  const exemplary = [...byTarget].find(([target, { short }]) => target !== short)?.[0];
  return [
    ...[...byTarget].map(
      ([target, { short, verbs }]) => `${verbsText(verbs, and)} of ${target === exemplary ? target : short}`,
    ),
    ...otherClause(
      done.filter(({ deed: { link } }) => link === 'on'),
      and,
    ),
  ];
};

/** `a, b or c`: what is not possible. */
const either = (parts: readonly string[]): string =>
  parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} or ${parts.at(-1) ?? ''}`;

const withinLimit = (clauses: readonly string[]): readonly string[] =>
  clauses.length <= CLAUSES
    ? clauses
    : [...clauses.slice(0, CLAUSES - 1), `${clauses.length - CLAUSES + 1} more sorts of access`];

const labelOf = ({ index, statement }: DecidingStatement): string => {
  const { Sid: sid } = statement;
  return typeof sid === 'string' ? `"${sid}"` : `${index + 1}`;
};

/** Names of inline policies are anybody's choice and stand in quotes; others say by themselves what they are. */
const policyText = (name: string): string => {
  if (name.startsWith('arn:')) return `policy ${name}`;
  return /^(the permissions boundary|policy of arn:)/.test(name)
    ? name.replace(/^policy/, 'the policy')
    : `policy "${name}"`;
};

/** `: statements 3 and 4 of policy "access"` */
const causeText = (statements: readonly DecidingStatement[]): string => {
  const [first] = statements;
  if (first === undefined) return '';
  const noun = statements.length === 1 ? 'statement' : 'statements';
  return `: ${noun} ${joined(statements.map(labelOf))} of ${policyText(first.policy)}`;
};

/** Why it should not be so. What has ended was granted once. */
const reasonOf = ({ until, at }: Mismatch): string =>
  until === undefined ? 'which nothing grants' : `from ${at} on, though the grant ends with ${until}`;

const grantOf = (mismatches: readonly Mismatch[]): string => {
  const ends = [...new Set(mismatches.map(({ until }) => until ?? ''))].sort();
  const dated = ends.filter((end) => end !== '');
  if (dated.length === 0) return 'granted without an end';
  return ends.length === 1 ? `granted until ${dated.join()}` : `granted, the earliest end being ${dated[0] ?? ''}`;
};

const could = (mismatches: readonly Mismatch[], yes: string, always: string): string => {
  const conditional = mismatches.filter(({ found }) => found === 'conditional').length;
  if (conditional === 0) return yes;
  return conditional === mismatches.length
    ? `could${always} under some conditions`
    : `${yes}, in part under some conditions,`;
};

const bucketOf = ([{ resource }]: MismatchGroup['mismatches']): string =>
  resource.replace(/^arn:aws:s3:::([^/]+).*$/, '$1');

/** A group as one sentence without a full stop. */
export const describeGroup = ({ holder, direction, statements, mismatches }: MismatchGroup): string => {
  if (holder === ANYBODY) {
    const what = withinLimit(clausesOf(mismatches, joined, true)).join('; ');
    return `anybody in the account whose own policies allow it could ${what}: the policy of bucket ${bucketOf(mismatches)} does not keep them out`;
  }
  const [first] = mismatches;
  const who = holderText(holder);
  if (direction === 'more') {
    const what = withinLimit(clausesOf(mismatches, joined, false)).join('; ');
    return `${who} ${could(mismatches, 'could', '')} ${what}, ${reasonOf(first)}${causeText(statements)}`;
  }
  const what = withinLimit(clausesOf(mismatches, either, false)).join(', nor ');
  return `${who} ${could(mismatches, 'could not', ' only')} ${what} at ${first.at}, though it is ${grantOf(mismatches)}${causeText(statements)}`;
};
