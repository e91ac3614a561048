import { logicalIdOf } from '../../reconciler/model/logical-id.ts';
import type { Change } from '../../reconciler/model/plan.ts';
import type { ResourceId } from '../../reconciler/model/resource.ts';

/** The first part of the ids that plan gives to what it finds in a template of ours without knowing its kind. */
const UNKNOWN = 'unknown/';

/** The type of such a change; the real one stands only in the template. */
export const UNKNOWN_TYPE = 'EDL::Unknown';

/** The logical id that a planned change's object has in its template. */
export const logicalIdOfPlanned = (id: ResourceId): string =>
  id.startsWith(UNKNOWN) ? id.slice(UNKNOWN.length) : logicalIdOf(id);

/** The planned changes by the logical id of their object. Changes of the stack itself match no resource. */
export const byLogicalId = (planned: readonly Change[]): ReadonlyMap<string, Change> =>
  new Map(planned.map((change) => [logicalIdOfPlanned(change.id), change]));
