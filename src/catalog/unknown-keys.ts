import type { ErrorObject } from 'ajv';
import { isRecord, pathOf } from './explain-words.ts';
import { nearest } from './nearest.ts';

/** One parameter of a validator's error. */
export const param = (error: ErrorObject, name: string): unknown => {
  const params: unknown = error.params;
  return isRecord(params) ? params[name] : undefined;
};

/** The keys that the object around an error may have. */
export const knownKeys = (error: ErrorObject): readonly string[] => {
  const properties: unknown = error.parentSchema?.['properties'];
  return isRecord(properties) ? Object.keys(properties) : [];
};

/** The key that somebody meant with an unknown one. */
export const meantBy = (error: ErrorObject): string | undefined =>
  error.keyword === 'additionalProperties'
    ? nearest(String(param(error, 'additionalProperty')), knownKeys(error))
    : undefined;

const rename = (value: unknown, path: readonly string[], from: string, to: string | undefined): unknown => {
  const [step, ...rest] = path;
  if (Array.isArray(value))
    return value.map((child: unknown, index) => (String(index) === step ? rename(child, rest, from, to) : child));
  if (!isRecord(value)) return value;
  if (step !== undefined) return { ...value, [step]: rename(value[step], rest, from, to) };
  const { [from]: moved, ...others } = value;
  return to === undefined || to in others ? others : { ...others, [to]: moved };
};

/**
 * The value as its author probably meant it: mistyped keys renamed, other unknown keys left out. Only to go on checking,
 * so that one mistyped key does not hide the other mistakes of a lake; what has been repaired is never deployed.
 */
export const repairKeys = (value: unknown, errors: readonly ErrorObject[]): unknown =>
  errors
    .filter((error) => error.keyword === 'additionalProperties')
    .reduce(
      (repaired, error) =>
        rename(repaired, pathOf(error.instancePath), String(param(error, 'additionalProperty')), meantBy(error)),
      value,
    );
