import type { ErrorObject } from 'ajv';
import type { Diagnostic } from '../reconciler/model/diagnostic.ts';
import {
  actualType,
  expectedType,
  helpOfList,
  helpOf,
  isDay,
  isRecord,
  listOf,
  nameOf,
  pathOf,
  show,
} from './explain-words.ts';
import { didYouMean, listNames } from './nearest.ts';
import { locate, type ParsedFile } from './parse.ts';
import { problem } from './problems.ts';
import { SCHEMAS } from './schemas.gen.ts';
import { knownKeys, meantBy, param } from './unknown-keys.ts';

/** Errors that only repeat others (`if` and `propertyNames` say that a part failed, and the part says why). */
const ECHOES = new Set(['if', 'propertyNames']);
/** Of several complaints about one plain value, the first is enough. */
const PLAIN = new Set(['type', 'enum', 'pattern', 'format', 'not', 'minLength', 'maxLength']);

const BOUNDS: Readonly<Record<string, (limit: string) => string>> = {
  maxLength: (limit) => `may have at most ${limit} characters`,
  minLength: (limit) => (limit === '1' ? 'must not be empty' : `must have at least ${limit} characters`),
  minItems: (limit) => `must list at least ${limit}`,
  maxItems: (limit) => `may list at most ${limit}`,
  minProperties: (limit) => `must have at least ${limit} key`,
  minimum: (limit) => `must be at least ${limit}`,
  maximum: (limit) => `may be at most ${limit}`,
};

/** The keys of an "exactly one of" rule; `oneOf` in our schemas says nothing else. */
const alternativesOf = (error: ErrorObject): readonly string[] =>
  listOf(error.schema).flatMap((branch) => (isRecord(branch) ? listOf(branch['required']).map(String) : []));

const givenOf = (error: ErrorObject): readonly string[] =>
  alternativesOf(error).filter((key) => isRecord(error.data) && key in error.data);

/** Leaves out what another error already says: a mistyped key is one mistake, not an unknown and a missing key. */
const withoutEchoes = (errors: readonly ErrorObject[]): readonly ErrorObject[] => {
  const meant = new Set(errors.map((error) => `${error.instancePath} ${meantBy(error) ?? ''}`));
  const isMeant = (error: ErrorObject, key: string): boolean => meant.has(`${error.instancePath} ${key}`);
  const seen = new Set<string>();
  return errors.filter((error) => {
    if (ECHOES.has(error.keyword) || /\/oneOf\/\d+\/required$/.test(error.schemaPath)) return false;
    if (error.keyword === 'required') return !isMeant(error, String(param(error, 'missingProperty')));
    if (error.keyword === 'oneOf')
      return givenOf(error).length > 0 || !alternativesOf(error).some((key) => isMeant(error, key));
    if (!PLAIN.has(error.keyword)) return true;
    const key = `${error.instancePath} ${error.propertyName ?? ''}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
};

/** The schema's words for a value. Of an item, the list's words tell the form where its own schema has none. */
const helpFor = (file: ParsedFile, error: ErrorObject): string =>
  helpOf(error.parentSchema) || helpOfList(SCHEMAS[file.kind], pathOf(error.instancePath));

const explainUnknownKey = (file: ParsedFile, error: ErrorObject, where: string): Diagnostic => {
  const key = String(param(error, 'additionalProperty'));
  const known = knownKeys(error);
  const hint = didYouMean(key, known);
  const detail = `${where} has no key "${key}"${hint}${hint === '.' ? ` The keys are: ${listNames(known, 20)}.` : ''}`;
  return problem('EDL-1201', locate(file, [...pathOf(error.instancePath), key], 'key'), detail);
};

const explainMissingKey = (file: ParsedFile, error: ErrorObject, where: string): Diagnostic => {
  const key = String(param(error, 'missingProperty'));
  const properties: unknown = error.parentSchema?.['properties'];
  const help = helpOf(isRecord(properties) ? properties[key] : undefined);
  return problem('EDL-1202', locate(file, pathOf(error.instancePath)), `${where} needs the key "${key}".${help}`);
};

/** A number as the file has it: 012345678901 is another account than 12345678901. */
const asWritten = (file: ParsedFile, value: number | boolean): string =>
  new RegExp(`\\b0*${String(value).replaceAll('.', '\\.')}\\b`).exec(file.text)?.[0] ?? String(value);

/** How to write a number or a boolean that should be text. A day does not become one by quotes. */
const wayToWrite = (written: string, schema: ErrorObject['parentSchema']): string => {
  if (schema?.['format'] !== 'date') return `Write it in quotes: "${written}".`;
  const day = written.replace(/^(\d{4})(\d{2})(\d{2})$/, '$1-$2-$3');
  return isDay(day) ? `Write it with hyphens: ${day}.` : 'Write a day: YYYY-MM-DD.';
};

const explainType = (file: ParsedFile, error: ErrorObject, where: string): string => {
  const value: unknown = error.data;
  const isPlain = typeof value === 'number' || typeof value === 'boolean';
  const isText = isPlain && param(error, 'type') === 'string';
  const way = isText ? ` ${wayToWrite(asWritten(file, value), error.parentSchema)}` : '';
  return `${where} must be ${expectedType(param(error, 'type'))}, but is ${actualType(value)}.${way}${helpFor(file, error)}`;
};

const explainAlternatives = (error: ErrorObject, where: string): string => {
  const given = givenOf(error);
  const has = given.length === 0 ? 'none of them' : given.join(' and ');
  return `${where} must have exactly one of ${alternativesOf(error).join(', ')}, but has ${has}.`;
};

const explainEnum = (error: ErrorObject, where: string): string => {
  const values = listOf(param(error, 'allowedValues')).map(String);
  const value: unknown = error.data;
  const hint = typeof value === 'string' ? didYouMean(value, values) : '.';
  return `${where} cannot be ${show(value)}${hint} It may be: ${values.join(', ')}.`;
};

const explainName = (file: ParsedFile, error: ErrorObject, where: string, key: string): Diagnostic => {
  const owner = pathOf(error.instancePath);
  const detail = `${where} cannot have the name ${show(key)}.${helpOf(error.parentSchema)}`;
  return problem('EDL-1205', locate(file, [...owner, key], 'key'), detail);
};

const explainOne = (file: ParsedFile, error: ErrorObject): Diagnostic => {
  const path = pathOf(error.instancePath);
  const where = path.length === 0 ? `The ${file.kind}` : nameOf(path);
  const help = helpFor(file, error);
  const place = locate(file, path);
  if (error.propertyName !== undefined) return explainName(file, error, where, error.propertyName);
  const bound = BOUNDS[error.keyword];
  if (bound !== undefined)
    return problem('EDL-1206', place, `${where} ${bound(String(param(error, 'limit')))}.${help}`);
  switch (error.keyword) {
    case 'additionalProperties':
      return explainUnknownKey(file, error, where);
    case 'required':
      return explainMissingKey(file, error, where);
    case 'type':
      return problem('EDL-1203', place, explainType(file, error, where));
    case 'enum':
      return problem('EDL-1204', place, explainEnum(error, where));
    case 'oneOf':
      return problem('EDL-1207', place, explainAlternatives(error, where));
    case 'uniqueItems': {
      const again = String(Math.max(Number(param(error, 'i')), Number(param(error, 'j'))));
      return problem('EDL-1208', locate(file, [...path, again]), `${where} lists this item twice. Remove one of them.`);
    }
    case 'not':
      if (isRecord(error.schema) && Object.keys(error.schema).length === 0)
        return problem('EDL-1209', locate(file, path, 'key'), `${where} does not belong here.${help} Remove it.`);
      return problem('EDL-1205', place, `${where} cannot be ${show(error.data)}.${help}`);
    default:
      return problem('EDL-1205', place, `${where} cannot be ${show(error.data)}.${help}`);
  }
};

/** The validator's errors in plain words, each at the exact key or value, each mistake once. */
export const explainErrors = (file: ParsedFile, errors: readonly ErrorObject[]): readonly Diagnostic[] =>
  withoutEchoes(errors).map((error) => explainOne(file, error));
