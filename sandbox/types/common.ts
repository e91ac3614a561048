import { randomBytes } from 'node:crypto';
import type { Json, JsonObject } from '../json.ts';
import { isList, isObject, textAt, textOf } from '../json.ts';
import { AwsError, notModelled } from '../protocol/errors.ts';
import type { Context, Kind, ResourceType, Tag } from './resource-type.ts';

/** The name of a resource that the template does not name: stack, logical id and chance; the longer part gives way to the service's limit. */
export const generatedName = (context: Context, longest: number): string => {
  const { stackName: stack, logicalId: id } = context;
  const chance = randomBytes(6).toString('hex').toUpperCase();
  const room = longest - chance.length - 2;
  const half = Math.floor(room / 2);
  const first = stack.slice(0, Math.max(half, room - id.length));
  return `${first}-${id.slice(0, room - first.length)}-${chance}`;
};

/** Runs a call whose target may be gone, or not there yet, already. */
export const unless = async (codes: readonly string[], call: () => Promise<unknown>): Promise<void> => {
  try {
    await call();
  } catch (error) {
    if (!(error instanceof AwsError && codes.includes(error.code))) throw error;
  }
};

/** The answer of a call, or undefined where its target does not exist. */
export const found = async <T>(codes: readonly string[], call: () => Promise<T>): Promise<T | undefined> => {
  try {
    return await call();
  } catch (error) {
    if (error instanceof AwsError && codes.includes(error.code)) return undefined;
    throw error;
  }
};

/** Tags to set and keys to take away to get from one list to the other. */
export const tagChanges = (
  before: readonly Tag[],
  after: readonly Tag[],
): { readonly set: readonly Tag[]; readonly removed: readonly string[] } => {
  const values = new Map(before.map((tag) => [tag.Key, tag.Value]));
  const kept = new Set(after.map((tag) => tag.Key));
  return {
    set: after.filter((tag) => values.get(tag.Key) !== tag.Value),
    removed: before.map((tag) => tag.Key).filter((key) => !kept.has(key)),
  };
};

/** A list as the query protocol takes it. */
export const numbered = (name: string, values: readonly string[]): Record<string, string> =>
  Object.fromEntries(values.map((value, index) => [`${name}.${index + 1}`, value]));

export const queryTags = (tags: readonly Tag[]): Record<string, string> =>
  Object.fromEntries(
    tags.flatMap((tag, index) => [
      [`Tags.member.${index + 1}.Key`, tag.Key],
      [`Tags.member.${index + 1}.Value`, tag.Value],
    ]),
  );

/** A policy document as the services want it: templates may give an object or its text. */
export const documentText = (value: Json | undefined): string =>
  value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value);

const kindOf = (value: Json): string =>
  isList(value) ? 'JSONArray' : isObject(value) ? 'JSONObject' : typeof value === 'string' ? 'String' : 'a scalar';

const WANTED = { list: 'JSONArray', object: 'JSONObject', document: 'JSONObject', value: 'String' } as const;

/** Refuses a value of the wrong kind in the words of AWS's schema check: reading it would find nothing there, and ignore it. */
export const checkKind = (path: string, kind: Kind | 'value', value: Json | undefined): void => {
  if (value === undefined) return;
  const isRight =
    kind === 'list'
      ? isList(value)
      : kind === 'object'
        ? isObject(value)
        : kind === 'document'
          ? isObject(value) || typeof value === 'string'
          : textOf(value) !== undefined;
  if (isRight) return;
  throw new AwsError(
    'ValidationError',
    `Properties validation failed: #/${path}: expected type: ${WANTED[kind]}, found: ${kindOf(value)}`,
  );
};

/** The kinds of all properties of a resource. */
export const checkKinds = ({ kinds = {} }: Pick<ResourceType, 'kinds'>, properties: JsonObject): void => {
  for (const [name, value] of Object.entries(properties)) checkKind(name, kinds[name] ?? 'value', value);
};

/** Refuses nested properties that a type does not act on. */
export const onlyKnown = (what: string, value: Json | undefined, known: readonly string[]): void => {
  if (!isObject(value)) return;
  const others = Object.keys(value).filter((key) => !known.includes(key));
  if (others.length > 0) throw notModelled(`${what} ${others.join(', ')}`);
};

/** True, false or undefined for a property that may be absent. */
export const optionalFlag = (value: JsonObject, key: string): boolean | undefined => {
  const text = textAt(value, key);
  return text === undefined ? undefined : text === 'true';
};

export const iamCapability =
  (nameProperty: string) =>
  (properties: JsonObject): 'CAPABILITY_IAM' | 'CAPABILITY_NAMED_IAM' =>
    properties[nameProperty] === undefined ? 'CAPABILITY_IAM' : 'CAPABILITY_NAMED_IAM';
