import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { fullFormats } from 'ajv-formats/dist/formats.js';
import type { FilesByKind } from './files.gen.ts';
import type { FileKind } from './parse.ts';
import { SCHEMAS } from './schemas.gen.ts';

const createAjv = (): Ajv => {
  const ajv = new Ajv({
    allErrors: true,
    // Messages need the schema's own words: descriptions and examples.
    verbose: true,
    // Alternatives such as "exactly one of" require keys that the object around them describes.
    strictRequired: false,
    strictTypes: false,
    validateFormats: true,
  });
  ajv.addFormat('date', fullFormats.date);
  ajv.addSchema(Object.values(SCHEMAS));
  return ajv;
};

/** Compiling schemas takes longer than checking a small lake, so each is compiled once, and only when a file needs it. */
let sharedAjv: Ajv | undefined;

const validatorOf = <Kind extends FileKind>(kind: Kind): ValidateFunction<FilesByKind[Kind]> => {
  sharedAjv ??= createAjv();
  const validate = sharedAjv.getSchema<FilesByKind[Kind]>(SCHEMAS[kind].$id);
  if (validate === undefined) throw new TypeError(`No schema for ${kind}`);
  return validate;
};

/** A file's value with its type, or everything that its schema has against it. */
export type Validated<Kind extends FileKind> =
  { readonly value: FilesByKind[Kind] } | { readonly errors: readonly ErrorObject[] };

/** Checks a value against the schema of its kind. */
export const validate = <Kind extends FileKind>(kind: Kind, value: unknown): Validated<Kind> => {
  const check = validatorOf(kind);
  return check(value) ? { value } : { errors: check.errors ?? [] };
};
