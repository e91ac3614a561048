import type { AccessChange, HeldLevel } from '../../reconciler/model/plan.ts';
import type { AccessHolder } from '../../reconciler/model/resource.ts';
import { effectOf } from './effect.ts';
import { implies } from '../levels.ts';
import type { ToldChange } from './listings.ts';
import { endOf } from '../time.ts';

/** A holder as sentences name it. */
export const holderText = (holder: AccessHolder): string => {
  if (holder.startsWith('everyone:')) return 'everyone';
  return holder.startsWith('exposed:') ? `the exposed role ${holder.slice('exposed:'.length)}` : holder;
};

const peopleText = (people: number | undefined): string =>
  people === undefined ? '' : people === 1 ? ' (1 person)' : ` (${people} people)`;

/** Who a change is about: the holder, and how many people stand behind it. */
export const whoText = ({ principal, people }: Pick<AccessChange, 'principal' | 'people'>): string =>
  `${holderText(principal)}${peopleText(people)}`;

/** A dataset as sentences name it: with its tier, or all of the tier. */
export const datasetText = (change: { readonly dataset: string; readonly tier: string }): string =>
  change.dataset === '*' ? `all ${change.tier} datasets` : `${change.tier} ${change.dataset}`;

/** `a`, `a and b`, `a, b and c`. */
export const joined = (parts: readonly string[]): string =>
  parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1) ?? ''}`;

const untilText = (held: HeldLevel): string => (held.until === undefined ? '' : ` until ${held.until}`);

const isOneEnd = (levels: readonly HeldLevel[]): boolean =>
  levels.every((held) => endOf(held.until) === endOf(levels[0]?.until));

/** `read on X until D`; with different ends, each level carries its own. */
export const levelsOn = (levels: readonly HeldLevel[], dataset: string): string => {
  const [first] = levels;
  if (first !== undefined && isOneEnd(levels))
    return `${joined(levels.map((held) => held.level))} on ${dataset}${untilText(first)}`;
  return `${joined(levels.map((held) => `${held.level}${untilText(held)}`))} on ${dataset}`;
};

/** Without ends: "loses read until Friday" would read as if it came back. */
export const lostOn = (levels: readonly HeldLevel[], dataset: string): string =>
  `${joined(levels.map((held) => held.level))} on ${dataset}`;

const levelsOnly = (levels: readonly HeldLevel[]): string =>
  joined(levels.map((held) => `${held.level}${untilText(held)}`));

const endText = (held: HeldLevel): string => (held.until === undefined ? 'without end' : `until ${held.until}`);

const holds = (levels: readonly HeldLevel[], level: HeldLevel['level']): boolean =>
  levels.some((held) => implies(held.level, level));

/** The entry of a list that gives a level the longest. */
const giving = (levels: readonly HeldLevel[], level: HeldLevel['level']): HeldLevel | undefined =>
  levels
    .filter((held) => implies(held.level, level))
    .reduce<HeldLevel | undefined>(
      (best, held) => (best === undefined || endOf(held.until) > endOf(best.until) ? held : best),
      undefined,
    );

const keeps = (change: AccessChange, dataset: string): string => {
  const moved = change.after.filter((held) => endOf(giving(change.before, held.level)?.until) !== endOf(held.until));
  if (moved.length === 0) return `keeps ${levelsOn(change.after, dataset)}`;
  return `keeps ${joined(
    moved.map((held) => {
      const before = giving(change.before, held.level)?.until ?? 'without end';
      return `${held.level} on ${dataset} ${endText(held)} instead of ${before}`;
    }),
  )}`;
};

const verbs = (change: AccessChange): string => {
  const dataset = datasetText(change);
  if (change.expired === true)
    return `loses ${lostOn(change.before, dataset)}: the grant ended with ${joined([...new Set(change.before.flatMap((held) => held.until ?? []))])}`;
  if (change.before.length === 0) return `gains ${levelsOn(change.after, dataset)}`;
  if (change.after.length === 0) return `loses ${lostOn(change.before, dataset)}`;
  const gained = change.after.filter((held) => !holds(change.before, held.level));
  const lost = change.before.filter((held) => !holds(change.after, held.level));
  if (gained.length > 0 && lost.length > 0)
    return `gains ${levelsOn(gained, dataset)} and loses ${joined(lost.map((held) => held.level))}`;
  if (gained.length > 0) return `gains ${levelsOn(gained, dataset)} (had ${levelsOnly(change.before)})`;
  if (lost.length > 0) return `loses ${lostOn(lost, dataset)}, keeps ${levelsOnly(change.after)}`;
  return keeps(change, dataset);
};

/** What a listing adds to the sentence that it comes with. */
const listingText = (change: AccessChange, listing: AccessChange | undefined): string => {
  if (listing === undefined) return '';
  const { gained, lost } = effectOf(listing);
  if (lost.length > 0) return " and no longer lists the tier's tables";
  const [held] = listing.after;
  const isAsLong = held === undefined || change.after.some(({ until }) => endOf(until) === endOf(held.until));
  if (gained.length === 0) return " and lists the tier's tables as long";
  return ` and lists the tier's tables${isAsLong ? '' : ` ${endText(held)}`}`;
};

/**
 * One change as a sentence without a full stop, such as `team:oncology gains read on sensitive clinical-trials until
 * 2026-12-31`. For people who approve; nothing may be decided from the text.
 */
export const describeAccess = (change: AccessChange): string => `${whoText(change)} ${verbs(change)}`;

/** The sentence of a change together with the listing of the tier that belongs to it. */
export const describeTold = ({ change, listing }: ToldChange): string =>
  `${describeAccess(change)}${listingText(change, listing)}`;
