/** One field of a cron expression: its name, its bounds, and what may stand for numbers in it. */
interface Field {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly words?: readonly string[];
  /** Forms beyond numbers, ranges, lists and steps, such as `L` for the last day. */
  readonly special?: RegExp;
}

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

/** The fields of EventBridge Scheduler: docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#cron-based. */
const FIELDS: readonly Field[] = [
  { name: 'minutes', min: 0, max: 59 },
  { name: 'hours', min: 0, max: 23 },
  { name: 'day of month', min: 1, max: 31, special: /^(\?|L|LW|\d{1,2}W)$/ },
  { name: 'month', min: 1, max: 12, words: MONTHS },
  { name: 'day of week', min: 1, max: 7, words: WEEKDAYS, special: /^(\?|L|[1-7]L|[1-7]#[1-5]|[A-Z]{3}#[1-5])$/ },
  { name: 'year', min: 1970, max: 2199 },
];

const numberOf = (text: string, field: Field): number => {
  const word = field.words?.indexOf(text.toUpperCase()) ?? -1;
  return word >= 0 ? word + field.min : /^\d{1,4}$/.test(text) ? Number(text) : Number.NaN;
};

const isPart = (part: string, field: Field): boolean => {
  if (field.special?.test(part.toUpperCase()) === true) return true;
  const [range = '', step, ...rest] = part.split('/');
  if (rest.length > 0 || (step !== undefined && !/^[1-9]\d{0,3}$/.test(step))) return false;
  if (range === '*') return true;
  const ends = range.split('-').map((end) => numberOf(end, field));
  const [from = Number.NaN, to = from] = ends;
  return ends.length <= 2 && from >= field.min && to <= field.max && from <= to;
};

/** What is wrong with a `cron(…)` schedule, as a sentence without its full stop; `undefined` when it can fire. */
export const findScheduleMistake = (schedule: string): string | undefined => {
  const parts = /^cron\((.*)\)$/.exec(schedule)?.[1]?.trim().split(/\s+/) ?? [];
  if (parts.length !== FIELDS.length)
    return `it has ${parts.length} fields instead of six: minutes, hours, day of month, month, day of week, year`;
  for (const [index, field] of FIELDS.entries()) {
    const text = parts[index] ?? '';
    if (!text.split(',').every((part) => isPart(part, field)))
      return `"${text}" is no ${field.name} (${field.min} to ${field.max})`;
  }
  const unset = [parts[2], parts[4]].filter((part) => part === '?').length;
  return unset === 1 ? undefined : 'exactly one of day of month and day of week must be ?';
};
