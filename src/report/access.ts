import { datasetText, describeAccess, holderText } from '../access/describe.ts';
import { implied } from '../access/levels.ts';
import type { AccessChange, HeldLevel } from '../reconciler/model/plan.ts';

/** What an access change does, as far as a sign and a count can tell. */
export interface AccessEffect {
  readonly gains: boolean;
  readonly loses: boolean;
  readonly symbol: string;
}

const heldBy = (levels: readonly HeldLevel[]): ReadonlySet<string> =>
  new Set(levels.flatMap(({ level }) => implied(level)));

/** Whether a change widens or narrows what somebody may do; `⏲` when only dates move. */
export const effectOf = (change: AccessChange): AccessEffect => {
  if (change.expired === true) return { gains: false, loses: true, symbol: '↓' };
  const before = heldBy(change.before);
  const after = heldBy(change.after);
  const gains = [...after].some((level) => !before.has(level));
  const loses = [...before].some((level) => !after.has(level));
  const symbol = gains && loses ? '↑↓' : gains ? '↑' : loses ? '↓' : '⏲';
  return { gains, loses, symbol };
};

/** One line about access: a change, or many of the same that give no more than names. */
export interface AccessLine {
  readonly effect: AccessEffect;
  /** Without a full stop. */
  readonly text: string;
  readonly isFolded: boolean;
}

const FOLD_FROM = 4;

/** Whether somebody may only list a whole tier from now on, which comes with any first grant where metadata is open. */
const isListing = ({ dataset, before, after }: AccessChange): boolean =>
  dataset === '*' && before.length === 0 && after.length === 1 && after[0]?.level === 'discover';

const listingText = (first: AccessChange, alike: readonly AccessChange[]): string => {
  const names = alike.map(({ principal, after }) => {
    const until = after[0]?.until;
    return `${holderText(principal)}${until === undefined ? '' : ` until ${until}`}`;
  });
  return `${alike.length} principals gain discover on ${datasetText(first)}: ${names.join(', ')}`;
};

/** The changes as sentences, in their order. Nobody is left out: who only may list a tier is named in one sentence for all. */
export const tellAccess = (access: readonly AccessChange[]): readonly AccessLine[] =>
  access.flatMap((change): readonly AccessLine[] => {
    const effect = effectOf(change);
    const alike = isListing(change) ? access.filter((one) => isListing(one) && one.tier === change.tier) : [];
    if (alike.length < FOLD_FROM) return [{ effect, text: describeAccess(change), isFolded: false }];
    return alike[0] === change ? [{ effect, text: listingText(change, alike), isFolded: true }] : [];
  });

/** How many gain, and how many lose. Who gains one level and loses another counts as both. */
export const countEffects = (access: readonly AccessChange[]): { readonly gain: number; readonly lose: number } => {
  const effects = access.map(effectOf);
  return { gain: effects.filter(({ gains }) => gains).length, lose: effects.filter(({ loses }) => loses).length };
};
