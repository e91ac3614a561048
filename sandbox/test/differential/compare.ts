import { isDeepStrictEqual } from 'node:util';

const TOKENS: ReadonlySet<string> = new Set(['Marker', 'NextContinuationToken', 'NextMarker', 'NextToken']);
const SECRETS: ReadonlySet<string> = new Set(['AccessKeyId', 'SecretAccessKey', 'SessionToken']);

const normalText = (text: string): string =>
  text
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, '<uuid>')
    .replace(/\bA[A-Z0-9]{16,20}\b/g, '<id>');

/** An answer without what differs from call to call: times, ids, tokens, and the metadata of the request. */
export const normal = (value: unknown, key = ''): unknown => {
  if (value instanceof Date) return '<time>';
  if (typeof value === 'string') return TOKENS.has(key) ? '<token>' : SECRETS.has(key) ? '<secret>' : normalText(value);
  if (Array.isArray(value)) return value.map((item) => normal(item));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name, item]) => name !== '$metadata' && item !== undefined)
      .map(([name, item]) => [name, normal(item, name)]),
  );
};

/** What a call came to: its answer, or its refusal by name and status. */
export const outcome = async (call: Promise<unknown>): Promise<unknown> => {
  try {
    return normal(await call);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    // What the SDK says of an answer that is none, such as a page of HTML, depends on its version and on Node's.
    if (error.name === 'SyntaxError' || error.message.includes('Deserialization error'))
      return { error: 'no readable answer' };
    return { error: error.name, message: normalText(error.message) };
  }
};

/** One place of an answer as both sides have it; a side that has nothing there is left out. */
export interface Difference {
  readonly moto?: unknown;
  readonly sandbox?: unknown;
}

const isBranch = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && Object.keys(value).length > 0;

/** The smallest places in which two answers differ, by path. */
export const differences = (moto: unknown, sandbox: unknown, path = ''): Readonly<Record<string, Difference>> => {
  if (isDeepStrictEqual(moto, sandbox)) return {};
  if (!isBranch(moto) || !isBranch(sandbox) || Array.isArray(moto) !== Array.isArray(sandbox)) {
    const place = path === '' ? '/' : path;
    return {
      [place]: { ...(moto === undefined ? {} : { moto }), ...(sandbox === undefined ? {} : { sandbox }) },
    };
  }
  const [left, right] = [
    new Map<string, unknown>(Object.entries(moto)),
    new Map<string, unknown>(Object.entries(sandbox)),
  ];
  const keys = [...new Set([...left.keys(), ...right.keys()])].sort();
  return Object.assign(
    {},
    ...keys.map((key) => differences(left.get(key), right.get(key), `${path}/${key}`)),
  ) as Record<string, Difference>;
};
