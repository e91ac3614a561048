import { compareText } from '../../reconciler/model/json.ts';
import type { MismatchGroup } from './mismatch-group.ts';
import type { Mismatch } from './types.ts';
import { describeGroup } from './words.ts';

/** What weighs most comes first: changing data, then reading it, then its keys and lists, then what is said about it. */
const WEIGHTS: readonly RegExp[] = [
  /^s3:(Put|Delete|Replicate|Bypass)|^iam:|^sts:|^kms:(Put|Schedule|Create|Disable)|^lakeformation:/,
  /^s3:Get/,
  /^s3:List|^s3:Abort/,
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

const keyOf = (mismatch: Mismatch): string =>
  [mismatch.holder, mismatch.arn, mismatch.tier ?? '', mismatch.dataset ?? '', directionOf(mismatch)].join('\n');

const EXAMPLES = 3;

/** One example an action, so that the few that are shown differ. */
const examplesOf = (sorted: readonly Mismatch[]): readonly Mismatch[] => {
  const byAction = new Map<string, Mismatch>();
  for (const mismatch of sorted) if (!byAction.has(mismatch.action)) byAction.set(mismatch.action, mismatch);
  return [...byAction.values()].slice(0, EXAMPLES);
};

const toGroup = (mismatches: readonly Mismatch[]): readonly MismatchGroup[] => {
  const sorted = [...mismatches].sort(compareGravity);
  const [first] = sorted;
  if (first === undefined) return [];
  return [
    {
      holder: first.holder,
      arn: first.arn,
      ...(first.dataset === undefined ? {} : { dataset: first.dataset }),
      ...(first.tier === undefined ? {} : { tier: first.tier }),
      direction: directionOf(first),
      actions: [...new Set(sorted.map(({ action }) => action))].sort(compareText),
      isConditional: sorted.every(({ found }) => found === 'conditional'),
      mismatches: sorted,
      examples: examplesOf(sorted),
    },
  ];
};

const compareGroups = (left: MismatchGroup, right: MismatchGroup): number => {
  const [first, second] = [left.mismatches[0], right.mismatches[0]];
  return (
    Number(left.direction === 'less') - Number(right.direction === 'less') ||
    Number(left.isConditional) - Number(right.isConditional) ||
    weightOf(first?.action ?? '') - weightOf(second?.action ?? '') ||
    compareText(left.holder, right.holder) ||
    compareText(left.tier ?? '', right.tier ?? '') ||
    compareText(left.dataset ?? '', right.dataset ?? '') ||
    compareText(left.arn, right.arn)
  );
};

/** Puts mismatches together as people look at them: by holder, dataset and direction, the worst first. */
export const groupMismatches = (mismatches: readonly Mismatch[]): readonly MismatchGroup[] => {
  const groups = new Map<string, Mismatch[]>();
  for (const mismatch of mismatches) {
    const key = keyOf(mismatch);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [mismatch]);
    else group.push(mismatch);
  }
  return [...groups.values()].flatMap(toGroup).sort(compareGroups);
};

/**
 * Mismatches as sentences without a full stop, for people who approve: one for each holder, dataset and direction, the
 * worst first. Nothing may be decided from the text.
 */
export const describeMismatches = (mismatches: readonly Mismatch[]): readonly string[] =>
  groupMismatches(mismatches).flatMap(describeGroup);
