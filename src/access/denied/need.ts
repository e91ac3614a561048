import type { Level } from '../../reconciler/model/catalog.ts';
import { ACTION_GROUPS, type ActionGroup, BASE_GROUPS, everyAction } from '../actions.ts';
import type { Place } from './place.ts';
import type { Denial } from './types.ts';

const has = (group: ActionGroup, action: string): boolean =>
  group.actions.some((one) => one.toLowerCase() === action.toLowerCase());

const isOf = (action: string, ...groups: readonly ActionGroup[]): boolean => groups.some((group) => has(group, action));

/** The action of a denial; where only a place in S3 is told, it is about reading. */
export const actionOf = ({ action, location, table }: Denial, place: Place): string | undefined =>
  action ??
  (location !== undefined || place.bucket !== undefined
    ? place.bucket?.use === 'drop'
      ? 's3:PutObject'
      : 's3:GetObject'
    : table === undefined
      ? undefined
      : 'glue:GetTable');

/** Whether any role of the lake may ever do it. */
export const isOffered = (action: string): boolean =>
  everyAction().some((one) => one.toLowerCase() === action.toLowerCase());

const WRITES = /^s3:(Put|Delete|Replicate|Restore|Abort|ListMultipartUploadParts|ListBucketMultipartUploads)/i;

/** Whether the action changes objects. */
export const isWrite = (action: string): boolean => WRITES.test(action);

/** Whether the action changes the catalog of tables, which only EDL and runs do. */
export const isTableWrite = (action: string): boolean =>
  /^glue:(Batch)?(Create|Update|Delete)(Table|Partition|Database|UserDefined)/i.test(action);

/** Whether the action belongs to a workgroup, not to data. */
export const isQueryAction = (action: string): boolean => isOf(action, BASE_GROUPS.runQueries);

const readLevel = ({ part }: Place): Level | undefined => {
  if (part === 'raw') return 'read-raw';
  return part === 'other' || part === 'folder' ? undefined : 'read';
};

/**
 * The level that a grant would have to give for an action at a place. Undefined where no grant could: published data is
 * written by runs, nothing is outside the folders, and workgroups come with the role.
 */
export const levelFor = (denial: Denial, place: Place): Level | undefined => {
  const action = actionOf(denial, place);
  if (action === undefined) return place.dataset === undefined ? undefined : 'read';
  if (isOf(action, ACTION_GROUPS.seeTables, ACTION_GROUPS.seeDatabases))
    return denial.signs.includes('via-athena') ? 'read' : 'discover';
  if (place.bucket?.use === 'drop') return isWrite(action) ? 'write' : undefined;
  if (/^kms:GenerateDataKey/i.test(action)) return 'write';
  if (isOf(action, ACTION_GROUPS.readObjects, ACTION_GROUPS.listObjects, ACTION_GROUPS.decrypt))
    return readLevel(place);
  if (has(ACTION_GROUPS.locateBucket, action)) return 'read';
  if (isWrite(action)) return place.bucket === undefined ? 'write' : undefined;
  return undefined;
};
