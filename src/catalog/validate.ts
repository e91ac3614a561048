import type { ErrorObject } from 'ajv';
import type { FilesByKind } from './files.gen.ts';
import type { FileKind } from './parse.ts';
import { VALIDATORS } from './validators.gen.ts';

/** A file's value with its type, or everything that its schema has against it. */
export type Validated<Kind extends FileKind> =
  { readonly value: FilesByKind[Kind] } | { readonly errors: readonly ErrorObject[] };

/** Checks a value against the schema of its kind. */
export const validate = <Kind extends FileKind>(kind: Kind, value: unknown): Validated<Kind> => {
  const check = VALIDATORS[kind];
  return check(value) ? { value } : { errors: check.errors ?? [] };
};
