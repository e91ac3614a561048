import { CFN_TYPES } from '../../../spec/cloudformation.gen.ts';
import type { Json, JsonObject } from '../../json.ts';
import { isList, isObject } from '../../json.ts';
import type { Clients } from '../support.ts';

/** Asks the service API; `id` is what Ref gave. */
export type Ask = (clients: Clients, id: string) => Promise<unknown>;

/** A property that can be changed: two values, and what the service shows after each, and after it was taken away. */
export interface Changeable {
  readonly first: Json;
  readonly second: Json;
  readonly live: Ask;
  /** The third is missing where the property has to stay: it is required, or the service has no call to take it away. */
  readonly shows: readonly [unknown, unknown, unknown?];
}

/** A property that AWS lets be changed, and the sandbox models for one value only. */
export interface Fixed {
  readonly first: Json;
  readonly refused: Json;
}

/** A property that acts on deletion only, and the SPEC line whose test shows it. */
export interface Late {
  readonly first: Json;
  readonly second: Json;
  readonly shownBy: string;
}

/** How one resource type is tried; a type may have several cases where its properties exclude each other. */
export interface TypeCase {
  readonly type: string;
  readonly name: string;
  /** Other resources that the type's own needs. */
  readonly around?: JsonObject;
  /** Properties that are set on creation and never change. */
  readonly fixed: JsonObject;
  readonly ref: RegExp;
  readonly attributes: Readonly<Record<string, RegExp>>;
  readonly properties: Readonly<Record<string, Changeable | Fixed | Late>>;
  /** True once the resource is deleted. */
  readonly gone: (clients: Clients, id: string) => Promise<boolean>;
}

/** The answer, or 'none' where the service says by one of these errors that there is none. */
export const orNone = async (errors: readonly string[], answer: () => Promise<unknown>): Promise<unknown> => {
  try {
    return await answer();
  } catch (error) {
    if (error instanceof Error && errors.includes(error.name)) return 'none';
    throw error;
  }
};

export const tagsWith = (value: string): Json => [{ Key: 'k', Value: value }];

/** A property whose value the service shows as it is. */
export const plain = (
  first: Json,
  second: Json,
  live: Ask,
  ...removed: readonly [] | readonly [unknown]
): Changeable => ({ first, second, live, shows: [first, second, ...removed] });

export const isChangeable = (property: Changeable | Fixed | Late): property is Changeable => 'live' in property;
export const isFixed = (property: Changeable | Fixed | Late): property is Fixed => 'refused' in property;

/** Properties of a type by whether an update of them makes the resource anew. */
export const propertiesOf = (type: string, isCreateOnly: boolean): readonly string[] =>
  Object.entries(CFN_TYPES[type]?.properties ?? {})
    .filter(([, property]) => (property.update === 'replaces') === isCreateOnly)
    .map(([name]) => name);

export const isRequired = (type: string, name: string): boolean => CFN_TYPES[type]?.properties[name]?.required === true;

const DOCUMENTS = ['AssumeRolePolicyDocument', 'KeyPolicy', 'PolicyDocument'];

const isFunction = (value: JsonObject): boolean => /^(?:Ref|Fn::\w+)$/.test(Object.keys(value).join(' '));

/** Every place of a value that holds something, without the indexes of lists; policies count as one value. */
export const placesOf = (value: Json | undefined, place = ''): readonly string[] => {
  if (isList(value)) return value.flatMap((item) => placesOf(item, `${place}[]`));
  if (!isObject(value) || isFunction(value) || DOCUMENTS.some((name) => place.endsWith(`/${name}`))) return [place];
  return Object.entries(value).flatMap(([name, item]) => placesOf(item, `${place}/${name}`));
};
