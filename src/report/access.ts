import { datasetText, describeTold, holderText, joined } from '../access/changes/describe.ts';
import { effectOf } from '../access/changes/effect.ts';
import { withListings, type ToldChange } from '../access/changes/listings.ts';
import type { AccessChange, HeldLevel } from '../reconciler/model/plan.ts';
import { placeOf } from './layout.ts';

/** What an access change does, as far as a sign and a count can tell. */
export interface AccessSign {
  readonly gains: boolean;
  readonly loses: boolean;
  readonly symbol: string;
}

/** Whether a change widens or narrows what somebody may do; `⏲` when only dates move. */
export const signOf = (change: AccessChange): AccessSign => {
  const { gained, lost } = effectOf(change);
  const [gains, loses] = [gained.length > 0, lost.length > 0];
  return { gains, loses, symbol: gains && loses ? '↑↓' : gains ? '↑' : loses ? '↓' : '⏲' };
};

/** One line about access: a change, or many of the same that give no more than names. */
export interface AccessLine {
  readonly sign: AccessSign;
  /** Without a full stop. */
  readonly text: string;
  /** Why, where it is declared and whose approval it needs, for gains only; of a run that shares it, only at the last. */
  readonly background?: string;
  readonly isFolded: boolean;
  /** The change, or the first of those that are folded. */
  readonly change: AccessChange;
  /** The row of a table, in the order of `ACCESS_COLUMNS`. */
  readonly cells: readonly string[];
}

/** The columns of a table of access, beside the sign. */
export const ACCESS_COLUMNS = [
  'who',
  'people',
  'dataset',
  'before',
  'after',
  'until',
  'because',
  'needs approval of',
] as const;

const FOLD_FROM = 4;
const APPROVERS_AT_MOST = 4;

const approversText = ({ approvals = [] }: AccessChange): string =>
  joined(
    approvals.length <= APPROVERS_AT_MOST
      ? approvals
      : [...approvals.slice(0, APPROVERS_AT_MOST - 1), `${approvals.length - APPROVERS_AT_MOST + 1} others`],
  );

/** The file, and the line or the lines in it. */
const placesOf = (changes: readonly AccessChange[]): string => {
  const lines = changes.flatMap(({ declaredIn }) => declaredIn?.line ?? []);
  const place = placeOf(changes[0]?.declaredIn);
  const [first, last] = [Math.min(...lines), Math.max(...lines)];
  return first === last || place === '' ? place : `${changes[0]?.declaredIn?.file ?? ''}, lines ${first} to ${last}`;
};

/** What stands behind one change, or behind several that have the same file, reason and approvals. */
const backgroundOf = (changes: readonly AccessChange[]): string => {
  const [first] = changes;
  if (first === undefined) return '';
  const place = placesOf(changes);
  const { reason } = first;
  const why = reason === undefined ? (place === '' ? '' : `declared in ${place}`) : `because ${reason} (${place})`;
  const approvers = approversText(first);
  const needs = approvers === '' ? '' : `${changes.length > 1 ? 'need' : 'needs'} approval of ${approvers}`;
  const parts = [why, needs].filter((part) => part !== '').join(' · ');
  return parts !== '' && changes.length > 1 ? `these ${changes.length} ${parts}` : parts;
};

const backgroundKey = ({ reason, declaredIn, approvals = [] }: AccessChange): string =>
  JSON.stringify([reason ?? '', declaredIn?.file ?? '', approvals]);

/** Puts beneath each line what stands behind it; where several in a row share it, beneath the last of them for all. */
const withBackgrounds = (lines: readonly AccessLine[]): readonly AccessLine[] => {
  let run: AccessChange[] = [];
  return lines.map((line, index) => {
    if (line.isFolded) return line;
    run = [...run, line.change];
    const next = lines[index + 1];
    if (next !== undefined && !next.isFolded && backgroundKey(next.change) === backgroundKey(line.change)) return line;
    const background = backgroundOf(run);
    run = [];
    return background === '' ? line : { ...line, background };
  });
};

const levelsText = (levels: readonly HeldLevel[]): string => joined(levels.map(({ level }) => level));

const endText = ({ until }: HeldLevel): string => until ?? 'no end';

/** One end where all levels share it, else each with its level. */
const endsText = (levels: readonly HeldLevel[]): string => {
  const ends = new Set(levels.map(endText));
  return ends.size <= 1 ? [...ends].join('') : levels.map((held) => `${held.level}: ${endText(held)}`).join(', ');
};

const untilCell = ({ before, after, expired }: AccessChange): string => {
  if (expired === true) return `ended ${endsText(before)}`;
  const [from, to] = [endsText(before), endsText(after)];
  return before.length > 0 && after.length > 0 && from !== to ? `${to} (was ${from})` : to;
};

/** A word or two on the tables of the tier, for the cell that tells the levels. */
const listingCell = (listing: AccessChange | undefined): string => {
  if (listing === undefined) return '';
  return listing.after.length === 0 ? "; no longer lists the tier's tables" : "; lists the tier's tables";
};

/** A user is one person, whether or not members are listed. */
const peopleCell = ({ people, principal }: AccessChange): string =>
  people === undefined ? (principal.startsWith('user:') ? '1' : '') : String(people);

const cellsOf = ({ change, listing }: ToldChange): readonly string[] => {
  const place = placeOf(change.declaredIn);
  const { reason } = change;
  return [
    holderText(change.principal),
    peopleCell(change),
    change.dataset === '*' ? datasetText(change) : change.dataset,
    levelsText(change.before),
    `${levelsText(change.after)}${listingCell(listing)}`.replace(/^; /, ''),
    untilCell(change),
    reason === undefined ? place : `${reason} (${place})`,
    approversText(change),
  ];
};

/** Whether somebody may only list a whole tier from now on, with no other change to tell it with. */
const isListingOnly = ({ dataset, before, after }: AccessChange): boolean =>
  dataset === '*' && before.length === 0 && after.length === 1 && after[0]?.level === 'discover';

const lineOf = (told: ToldChange): AccessLine => {
  const { change } = told;
  return { sign: signOf(change), text: describeTold(told), isFolded: false, change, cells: cellsOf(told) };
};

const foldedLine = (first: ToldChange, alike: readonly ToldChange[]): AccessLine => {
  const names = alike.map(({ change: { principal, after } }) => {
    const until = after[0]?.until;
    return `${holderText(principal)}${until === undefined ? '' : ` until ${until}`}`;
  });
  const text = `${alike.length} principals gain discover on ${datasetText(first.change)}: ${names.join(', ')}`;
  const cells = [names.join(', '), '', datasetText(first.change), '', 'discover', '', '', ''];
  return { sign: signOf(first.change), text, isFolded: true, change: first.change, cells };
};

/** The changes as sentences, in their order. Nobody is left out: who only may list a tier is named in one sentence for all. */
export const tellAccess = (access: readonly AccessChange[]): readonly AccessLine[] => {
  const told = withListings(access);
  const listings = told.filter(({ change }) => isListingOnly(change));
  const lines = told.flatMap((one): readonly AccessLine[] => {
    const alike = isListingOnly(one.change) ? listings.filter(({ change }) => change.tier === one.change.tier) : [];
    if (alike.length < FOLD_FROM) return [lineOf(one)];
    return alike[0] === one ? [foldedLine(one, alike)] : [];
  });
  return withBackgrounds(lines);
};

/** How many gain, and how many lose. Who gains one level and loses another counts as both; listings count with their grant. */
export const countEffects = (access: readonly AccessChange[]): { readonly gain: number; readonly lose: number } => {
  const signs = withListings(access).map(({ change }) => signOf(change));
  return { gain: signs.filter(({ gains }) => gains).length, lose: signs.filter(({ loses }) => loses).length };
};
