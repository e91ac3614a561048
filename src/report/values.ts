import type { Json } from '../reconciler/model/json.ts';

/**
 * Properties whose short text may be printed. Everything else could be a secret or somebody's address (arguments of jobs are
 * free text), and comments on pull requests are not masked. The JSON form of the plan holds all values.
 */
const PRINTABLE: ReadonlySet<string> = new Set([
  'AliasName',
  'BucketName',
  'Comment',
  'DatabaseName',
  'DeletionPolicy',
  'Description',
  'EffectiveVersion',
  'EngineVersion',
  'ExecutionClass',
  'GlueVersion',
  'KMSMasterKeyID',
  'ManagedPolicyArns',
  'Name',
  'ObjectOwnership',
  'Path',
  'PythonVersion',
  'RoleName',
  'SelectedEngineVersion',
  'SSEAlgorithm',
  'State',
  'Status',
  'TableType',
  'TargetKeyId',
  'Tier',
  'Type',
  'WorkerType',
  'domain',
  'owner',
  'tier',
]);

const LONGEST = 60;

/** The last step of a pointer that is not an index. */
const keyOf = (path: string): string =>
  path
    .split('/')
    .filter((step) => !/^\d+$/.test(step))
    .at(-1) ?? '';

/** Whether a value may stand in a report as it is: numbers and booleans anywhere, text of the properties listed above. */
export const isPrintable = (path: string, value: Json | undefined): boolean => {
  if (value === undefined || value === null || typeof value === 'number' || typeof value === 'boolean') return true;
  return typeof value === 'string' && PRINTABLE.has(keyOf(path));
};

/** A printable value, shortened. Quotes and line breaks are escaped, so that it stays on its line. */
export const formatValue = (value: Json | undefined): string => {
  if (value === undefined) return '(none)';
  if (typeof value !== 'string') return JSON.stringify(value);
  return JSON.stringify(value.length > LONGEST ? `${value.slice(0, LONGEST - 1)}…` : value);
};
