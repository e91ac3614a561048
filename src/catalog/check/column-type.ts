/** Plain types of Hive that Athena, Glue and Spark all read. */
const PLAIN = new Set([
  'string',
  'boolean',
  'tinyint',
  'smallint',
  'int',
  'bigint',
  'float',
  'double',
  'date',
  'timestamp',
  'binary',
]);

/** Names from other languages, and what they are called here. */
const FOREIGN: Readonly<Record<string, string>> = {
  integer: 'int',
  long: 'bigint',
  text: 'string',
  bool: 'boolean',
  datetime: 'timestamp',
  numeric: 'decimal(18,2)',
  number: 'decimal(18,2)',
  real: 'float',
  short: 'smallint',
  byte: 'tinyint',
  varchar: 'string',
  char: 'string',
  json: 'string',
  uuid: 'string',
};

/** What the type is not, and what it could be instead. */
export interface TypeMistake {
  readonly text: string;
  readonly instead?: string;
}

/** Splits at commas that stand outside of all brackets; `undefined` when brackets do not match. */
const splitParts = (text: string): readonly string[] | undefined => {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (const [index, character] of Array.from(text).entries()) {
    if (character === '<' || character === '(') depth += 1;
    if (character === '>' || character === ')') depth -= 1;
    if (depth < 0) return undefined;
    if (character === ',' && depth === 0) {
      parts.push(text.slice(start, index));
      start = index + 1;
    }
  }
  return depth === 0 ? [...parts, text.slice(start)] : undefined;
};

const findInParts = (parts: readonly string[]): TypeMistake | undefined =>
  parts.map(findTypeMistake).find((mistake) => mistake !== undefined);

const checkDecimal = (text: string, precision: number, scale: number): TypeMistake | undefined =>
  precision >= 1 && precision <= 38 && scale <= precision ? undefined : { text, instead: 'decimal(38,10)' };

const checkStruct = (text: string, parts: readonly string[]): TypeMistake | undefined => {
  const fields = parts.map((part) => /^([a-z0-9_]+):(.+)$/.exec(part));
  const types = fields.flatMap((field) => (field?.[2] === undefined ? [] : [field[2]]));
  return types.length < fields.length ? { text, instead: 'struct<name:string>' } : findInParts(types);
};

/** What is wrong with a column type in Hive's language, innermost part first; `undefined` when nothing is. */
export const findTypeMistake = (type: string): TypeMistake | undefined => {
  const text = type.replaceAll(/\s+/g, '');
  if (PLAIN.has(text)) return undefined;
  const decimal = /^decimal\((\d{1,2}),(\d{1,2})\)$/.exec(text);
  if (decimal !== null) return checkDecimal(text, Number(decimal[1]), Number(decimal[2]));
  const sized = /^(?:var)?char\((\d{1,5})\)$/.exec(text);
  if (sized !== null) return Number(sized[1]) >= 1 ? undefined : { text };
  const nested = /^(array|map|struct)<(.+)>$/.exec(text);
  if (nested === null) {
    const instead = FOREIGN[text.toLowerCase()] ?? (PLAIN.has(text.toLowerCase()) ? text.toLowerCase() : undefined);
    return instead === undefined ? { text } : { text, instead };
  }
  const parts = splitParts(nested[2] ?? '');
  if (parts === undefined) return { text };
  if (nested[1] === 'struct') return checkStruct(text, parts);
  const expected = nested[1] === 'array' ? 1 : 2;
  return parts.length === expected ? findInParts(parts) : { text };
};
