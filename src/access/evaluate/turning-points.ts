import type { PreparedRequest } from './evaluate.ts';
import { parseTime } from './operators.ts';
import type { Candidate } from './policy-set.ts';
import type { CompiledStatement } from './statements.ts';

const TIME_KEYS = new Set(['aws:currenttime', 'aws:epochtime']);

const timesIn = (statement: CompiledStatement): readonly number[] =>
  statement.conditions
    .filter((condition) => TIME_KEYS.has(condition.key))
    .flatMap((condition) => condition.values.map(parseTime))
    .filter((time) => !Number.isNaN(time));

/** Every statement that could decide a request. */
const candidatesOf = (prepared: PreparedRequest): readonly Candidate[] => [
  ...prepared.own,
  ...(prepared.boundary ?? []),
  ...prepared.resource,
];

/** The moments (milliseconds) at which the answer to a request can change, in order. */
export const turningPoints = (prepared: PreparedRequest): readonly number[] => {
  const times = candidatesOf(prepared).flatMap(({ statement }) => timesIn(statement));
  return [...new Set(times)].sort((left, right) => left - right);
};
