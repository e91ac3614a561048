import { isJsonArray, isJsonObject, type Json, type JsonObject, objectOf } from '../../reconciler/model/json.ts';
import { joined } from '../changes/describe.ts';
import type { PolicyDifference } from './compare-policies.ts';

/** So many actions, places and callers are named; a sentence with all of them would not be read. */
const MOST_NAMES = 3;

const textsOf = (value: Json | undefined): readonly string[] => {
  const items = value === undefined ? [] : isJsonArray(value) ? value : [value];
  return items.filter((item) => typeof item === 'string');
};

const namesText = (names: readonly string[]): string =>
  names.length > MOST_NAMES
    ? joined([...names.slice(0, MOST_NAMES - 1), `${names.length - MOST_NAMES + 1} more`])
    : joined(names);

const setText = (statement: JsonObject, key: string, all: string): string => {
  const except = textsOf(statement[`Not${key}`]);
  if (except.length > 0) return `${all} but ${namesText(except)}`;
  const names = textsOf(statement[key]);
  return names.includes('*') ? all : namesText(names);
};

const principalNames = (element: Json | undefined): readonly string[] =>
  isJsonObject(element) ? Object.values(element).flatMap(textsOf) : textsOf(element);

const whoText = (statement: JsonObject): string => {
  const except = principalNames(statement['NotPrincipal']);
  if (except.length > 0) return `everybody but ${namesText(except)} `;
  const names = principalNames(statement['Principal']);
  return names.length === 0 ? '' : `${names.includes('*') ? 'everybody' : namesText(names)} `;
};

/** A document can have many statements that read alike. */
const sidText = ({ Sid: sid }: JsonObject): string =>
  typeof sid === 'string' && sid !== '' ? ` (statement ${sid})` : '';

/** `everybody s3:* on everything, under conditions (statement DenyOldTls)`. */
const statementText = (statement: JsonObject): string => {
  const isResourced = statement['Resource'] !== undefined || statement['NotResource'] !== undefined;
  const place = isResourced ? ` on ${setText(statement, 'Resource', 'everything')}` : '';
  const limits = Object.keys(objectOf(statement['Condition'])).length > 0 ? ', under conditions' : '';
  return `${whoText(statement)}${setText(statement, 'Action', 'all actions')}${place}${limits}${sidText(statement)}`;
};

/** `it allows s3:* on everything, which git does not`. */
const differenceText = ({ side, effect, statement }: PolicyDifference): string => {
  if (effect === undefined) return 'it has a statement that EDL cannot read';
  const verb = effect === 'Allow' ? 'allow' : 'deny';
  const text = statementText(objectOf(statement));
  return side === 'live'
    ? `it ${verb === 'deny' ? 'denies' : 'allows'} ${text}`
    : `it no longer ${verb === 'deny' ? 'denies' : 'allows'} ${text}`;
};

/** The first of the differences in words, and how many more there are. */
export const differencesText = (differences: readonly PolicyDifference[]): string | undefined => {
  const [first] = differences;
  if (first === undefined) return undefined;
  const more = differences.length - 1;
  return `${differenceText(first)}${more === 0 ? '' : ` (and ${more} more ${more === 1 ? 'difference' : 'differences'})`}`;
};
