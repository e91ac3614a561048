import type { ObserveScope } from '../../reconciler/model/kind.ts';
import { iamPath } from '../../reconciler/model/names.ts';

/**
 * Whether an IAM object belongs to this instance by its path, or stands in the way of one by its name: names of roles and
 * policies are unique in an account, whatever their path.
 */
export const hasOwnName = (object: { readonly name: string; readonly path: string }, scope: ObserveScope): boolean =>
  object.path.startsWith(iamPath(scope.instance)) || object.name.startsWith(`edl-${scope.instance}-`);
