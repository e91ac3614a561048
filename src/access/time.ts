import type { Dataset, Day } from '../reconciler/model/catalog.ts';

/** When access ends: a day, or `NEVER`, which sorts after every day. For comparing; rows leave `until` out instead. */
export type End = string;

/** Later than every day. */
export const NEVER: End = '~';

/** The end of something that may have no end. */
export const endOf = (until: Day | undefined): End => until ?? NEVER;

/** The `until` field of a row: absent when there is no end. */
export const untilField = (end: End): { readonly until?: Day } => (end === NEVER ? {} : { until: end });

/** The later of two ends. */
export const laterEnd = (left: End, right: End): End => (left >= right ? left : right);

/** The earlier of two ends. */
export const earlierEnd = (left: End, right: End): End => (left <= right ? left : right);

/** The calendar day, in UTC, of a moment (ISO 8601 or milliseconds). */
export const dayOf = (moment: string | number): Day => new Date(moment).toISOString().slice(0, 10);

/** The day `count` days after another one. */
export const addDays = (day: Day, count: number): Day => dayOf(Date.parse(`${day}T00:00:00Z`) + count * 86_400_000);

/** When a right on a dataset ends: on its own last day, and no later than the day before the dataset is retired. */
export const endOn = ({ retired }: Pick<Dataset, 'retired'>, until?: Day): End =>
  earlierEnd(endOf(until), endOf(retired === undefined ? undefined : addDays(retired.on, -1)));

/** The first moment after a day: what access through the end of that day is less than. */
export const startAfter = (day: Day): string => `${addDays(day, 1)}T00:00:00Z`;
