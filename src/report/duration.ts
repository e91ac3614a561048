const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const twoParts = (large: string, small: number, unit: string): string =>
  small === 0 ? large : `${large} ${small} ${unit}`;

/** A time in seconds in the words that people use for it, as `durationBetween`; less than a minute to the second. */
export const durationOf = (seconds: number): string => {
  const whole = Math.round(seconds);
  return whole < MINUTE ? `${Math.max(0, whole)} s` : longDuration(whole);
};

/**
 * The time between two moments (ISO 8601) in the words that people use for it: `3 h 12 min`, `2 days 4 h`. Never more than
 * two parts: nobody needs the minutes of last month. A clock that runs behind gives `less than a minute`.
 */
export const durationBetween = (from: string, to: string): string => {
  const seconds = Math.floor((Date.parse(to) - Date.parse(from)) / 1000);
  return Number.isNaN(seconds) || seconds < MINUTE ? 'less than a minute' : longDuration(seconds);
};

const longDuration = (seconds: number): string => {
  if (seconds < HOUR) return `${Math.floor(seconds / MINUTE)} min`;
  if (seconds < DAY) return twoParts(`${Math.floor(seconds / HOUR)} h`, Math.floor((seconds % HOUR) / MINUTE), 'min');
  const days = Math.floor(seconds / DAY);
  const told = `${days} ${days === 1 ? 'day' : 'days'}`;
  return days < 7 ? twoParts(told, Math.floor((seconds % DAY) / HOUR), 'h') : told;
};
