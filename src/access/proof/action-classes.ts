import { ACTION_GROUPS, type ActionGroup, BASE_GROUPS } from '../actions.ts';
import { groupsOf, type TableGroup } from './action-sets.ts';
import { NOBODYS_ACTIONS, type Target } from './nobodys-actions.ts';

/** Actions that are answered alike on every resource, because the documented table always names them together. */
export interface ActionClass {
  readonly actions: readonly string[];
  /** Any of them. */
  readonly sample: string;
  /** The table knows none of them, so that nobody may do them anywhere. */
  readonly isNobodys: boolean;
}

/** Everything that is asked on a resource. */
export type ActionClasses = readonly ActionClass[];

/** Puts actions together that the table never tells apart. */
export const classify = (actions: readonly string[]): ActionClasses => {
  const classes = new Map<string, string[]>();
  for (const action of actions) {
    const key = groupsOf(action);
    const known = classes.get(key);
    if (known === undefined) classes.set(key, [action]);
    else if (!known.includes(action)) known.push(action);
  }
  return [...classes].map(([key, list]) => ({ actions: list, sample: list[0] ?? '', isNobodys: key === '' }));
};

const GROUPS: Readonly<Record<TableGroup, ActionGroup>> = { ...ACTION_GROUPS, ...BASE_GROUPS };

/** The groups of the documented table that are about a sort of resource. */
const ASKED_GROUPS: Readonly<Record<Target, readonly TableGroup[]>> = {
  object: ['readObjects', 'writeObjects', 'dropObjects', 'readCode'],
  bucket: ['locateBucket', 'listObjects', 'listUploads', 'findCode'],
  glue: ['seeDatabases', 'seeTables', 'writeTables', 'startCatalog', 'startSpark', 'createDefault'],
  key: ['decrypt', 'encrypt'],
  workgroup: ['runQueries'],
  dataCatalog: ['browseCatalog'],
  logGroup: ['writeLogs'],
  role: [],
  policy: [],
  job: [],
  stack: [],
  anything: ['listAthena', 'writeMetrics'],
};

const actionsOn = (target: Target): readonly string[] => [
  ...ASKED_GROUPS[target].flatMap((group) => GROUPS[group].actions),
  ...NOBODYS_ACTIONS.filter(({ on }) => on === target).flatMap(({ actions }) => actions),
];

/** Everything that is asked on each sort of resource: what the table knows, and what nobody may ever do. */
export const ASKED_ACTIONS: Readonly<Record<Target, ActionClasses>> = {
  object: classify(actionsOn('object')),
  bucket: classify(actionsOn('bucket')),
  glue: classify(actionsOn('glue')),
  key: classify(actionsOn('key')),
  workgroup: classify(actionsOn('workgroup')),
  dataCatalog: classify(actionsOn('dataCatalog')),
  logGroup: classify(actionsOn('logGroup')),
  role: classify(actionsOn('role')),
  policy: classify(actionsOn('policy')),
  job: classify(actionsOn('job')),
  stack: classify(actionsOn('stack')),
  anything: classify(actionsOn('anything')),
};

/** What is asked under a prefix: only listing looks at it. */
export const LISTING: ActionClasses = classify(['s3:ListBucket', 's3:ListBucketVersions']);
