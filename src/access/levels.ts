import type { AccessRow } from '../reconciler/model/resource.ts';
import { ACTION_GROUPS, type GroupName } from './actions.ts';

/** What a row may say: the levels of grants, and what a pipeline does to its outputs. */
export type RowLevel = AccessRow['level'];

/** All levels, from the least to the most. */
export const LEVELS: readonly RowLevel[] = ['discover', 'read', 'read-raw', 'write', 'admin', 'run-write'];

/**
 * Levels are sets: each with all that it holds. `run-write` holds reading what it writes, because a committer lists, reads
 * and moves its own files before it publishes them.
 */
const HELD: Readonly<Record<RowLevel, readonly RowLevel[]>> = {
  discover: ['discover'],
  read: ['discover', 'read'],
  'read-raw': ['discover', 'read', 'read-raw'],
  write: ['discover', 'write'],
  admin: ['discover', 'read', 'read-raw', 'write', 'admin'],
  'run-write': ['discover', 'read', 'read-raw', 'run-write'],
};

/** The levels that a level holds, itself among them. */
export const implied = (level: RowLevel): readonly RowLevel[] => HELD[level];

/** Whether who holds `level` also holds `other`. */
export const implies = (level: RowLevel, other: RowLevel): boolean => HELD[level].includes(other);

/** The action groups that each level adds to the levels that it holds. `admin` is a union and adds none. */
export const LEVEL_GROUPS: Readonly<Record<RowLevel, readonly GroupName[]>> = {
  discover: ['seeDatabases', 'seeTables'],
  read: ['locateBucket', 'listObjects', 'readObjects', 'decrypt'],
  'read-raw': ['locateBucket', 'listObjects', 'readObjects', 'decrypt'],
  write: ['dropObjects', 'encrypt'],
  admin: [],
  'run-write': ['writeObjects', 'listUploads', 'encrypt', 'writeTables'],
};

/** Every action of a level with all that it holds, sorted. */
export const actionsOf = (level: RowLevel): readonly string[] => {
  const groups = implied(level).flatMap((held) => LEVEL_GROUPS[held]);
  return [...new Set(groups.flatMap((group) => [...ACTION_GROUPS[group].actions]))].sort();
};
