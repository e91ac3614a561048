import { compareText } from '../../reconciler/model/json.ts';
import { ANYBODY } from './anybody.ts';
import { deedOf } from './deed.ts';
import type { MismatchGroup } from './mismatch-group.ts';
import type { Mismatch } from './types.ts';
import { describeGroup } from './words.ts';

/** What weighs most comes first: changing data, then reading it, then its keys and lists, then what is said about it. */
const WEIGHTS: readonly RegExp[] = [
  /^s3:(Put|Delete|Replicate|Bypass)|^iam:|^sts:|^kms:(Put|Schedule|Create|Disable)|^lakeformation:/,
  /^s3:GetObject/,
  /^s3:(Get|List|Abort)/,
  /^kms:/,
  /^glue:(Update|Delete|Create|Batch(Delete|Create|Update)|Put|Start)/,
  /^glue:/,
];

const weightOf = (action: string): number => {
  const weight = WEIGHTS.findIndex((pattern) => pattern.test(action));
  return weight < 0 ? WEIGHTS.length : weight;
};

const isRaw = (resource: string): boolean => resource.includes('/raw/');

/** Certain before conditional, then by what the action does, raw data before published. */
const compareGravity = (left: Mismatch, right: Mismatch): number =>
  Number(left.found === 'conditional') - Number(right.found === 'conditional') ||
  weightOf(left.action) - weightOf(right.action) ||
  Number(isRaw(right.resource)) - Number(isRaw(left.resource)) ||
  compareText(left.resource, right.resource) ||
  compareText(left.action, right.action) ||
  compareText(left.at, right.at);

const directionOf = ({ expected }: Mismatch): MismatchGroup['direction'] => (expected === 'denied' ? 'more' : 'less');

/** When it is wrong, where that tells causes apart: what outlives its grant, and what is not there yet or no longer. */
const whenOf = ({ expected, until = '', at, found }: Mismatch): string => {
  if (expected === 'allowed') return `${at} ${found}`;
  return until === '' ? '' : `${until} ${at}`;
};

/** Whose answers belong together. A bucket lets anybody in or nobody, whatever the role is called that asks. */
const whoOf = ({ holder, arn, resource }: Mismatch): string =>
  holder === ANYBODY ? resource.replace(/^(arn:aws:s3:::[^/]+).*$/, '$1') : `${holder} ${arn}`;

/** One role in one direction by one policy: what may have one cause. */
const familyOf = (mismatch: Mismatch): string =>
  [whoOf(mismatch), directionOf(mismatch), whenOf(mismatch), mismatch.statement?.policy ?? ''].join('\n');

type Mismatches = readonly [Mismatch, ...Mismatch[]];

const groupBy = (mismatches: readonly Mismatch[], keyOf: (mismatch: Mismatch) => string): readonly Mismatches[] => {
  const groups = new Map<string, [Mismatch, ...Mismatch[]]>();
  for (const mismatch of mismatches) {
    const key = keyOf(mismatch);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [mismatch]);
    else group.push(mismatch);
  }
  return [...groups.values()];
};

const datasetsOf = (mismatches: Mismatches): string =>
  [...new Set(mismatches.map(({ dataset = '', tier = '' }) => (dataset === '' ? '' : `${tier} ${dataset}`)))]
    .filter((name) => name !== '')
    .sort(compareText)
    .join();

/** Whether a tier's own things, or the account's, go with what is about datasets: its bucket, key and database do. */
const goesWith = (one: Mismatches, other: Mismatches): boolean => {
  const tiers = new Set(other.map(({ tier }) => tier));
  return datasetsOf(other) !== '' && one.every(({ tier }) => tier === undefined || tiers.has(tier));
};

/**
 * One grant is compiled to several statements (objects, lists, tables, keys), so statements of a policy that open the same
 * datasets are one cause, and so is what opens their tier to them.
 */
const causesIn = (family: readonly Mismatch[]): readonly Mismatches[] => {
  const bySet = new Map<string, Mismatches>();
  for (const ofStatement of groupBy(family, ({ statement }) => `${statement?.index ?? ''}`)) {
    const datasets = datasetsOf(ofStatement);
    const same = bySet.get(datasets);
    bySet.set(datasets, same === undefined ? ofStatement : [...same, ...ofStatement]);
  }
  const rest = bySet.get('');
  const home = rest === undefined ? undefined : [...bySet].find(([, other]) => goesWith(rest, other));
  if (rest === undefined || home === undefined) return [...bySet.values()];
  bySet.delete('');
  bySet.set(home[0], [...home[1], ...rest]);
  return [...bySet.values()];
};

const statementsOf = (mismatches: readonly Mismatch[]): MismatchGroup['statements'] => {
  const statements = new Map(
    mismatches.flatMap(({ statement }) => (statement === undefined ? [] : [[statement.index, statement]])),
  );
  return [...statements.values()].sort((left, right) => left.index - right.index);
};

const toGroup = (mismatches: Mismatches): MismatchGroup => {
  const [head, ...rest] = mismatches;
  const [first = head, ...others] = [head, ...rest].sort(compareGravity);
  return {
    holder: first.holder,
    arn: first.arn,
    direction: directionOf(first),
    statements: statementsOf(mismatches),
    mismatches: [first, ...others],
  };
};

const compareGroups = (left: MismatchGroup, right: MismatchGroup): number => {
  const [[first], [second]] = [left.mismatches, right.mismatches];
  return (
    Number(left.direction === 'less') - Number(right.direction === 'less') ||
    compareGravity(first, second) ||
    compareText(left.holder, right.holder) ||
    compareText(left.arn, right.arn)
  );
};

const isCatalog = (mismatch: Mismatch): boolean => /^(see|change) the catalog$/.test(deedOf(mismatch).verb);

/** The Glue catalog is everybody's, as long as anything of theirs: with anything else wrong it is told in that sentence. */
const withoutCatalog = (groups: readonly MismatchGroup[]): readonly MismatchGroup[] =>
  groups.filter(
    ({ arn, direction, mismatches }) =>
      !mismatches.every(isCatalog) ||
      groups.every((other) => other.arn !== arn || other.direction !== direction || other.mismatches.every(isCatalog)),
  );

/** Puts mismatches together as people look at them: by role, direction and cause, the worst first. */
export const groupMismatches = (mismatches: readonly Mismatch[]): readonly MismatchGroup[] =>
  [...withoutCatalog(groupBy(mismatches, familyOf).flatMap(causesIn).map(toGroup))].sort(compareGroups);

/**
 * Mismatches as sentences without a full stop, for people who approve: one for each role, direction and cause, the worst
 * first. Nothing may be decided from the text.
 */
export const describeMismatches = (mismatches: readonly Mismatch[]): readonly string[] =>
  groupMismatches(mismatches).map(describeGroup);
