import { at, type Diagnostic } from '../model/diagnostic.ts';
import type { ResourceKind } from '../model/kind.ts';
import type { Change, Impact, PropertyChange } from '../model/plan.ts';
import type { Guard } from './guard.ts';

const NAME = 'replacement';

const pathsWith = (kind: ResourceKind | undefined, properties: readonly PropertyChange[], impact: Impact): string =>
  properties
    .filter((property) => kind?.impactOf(property.path) === impact)
    .map((property) => property.path)
    .join(', ');

const refused = (change: Change, paths: string): Diagnostic => ({
  code: 'EDL-3020',
  severity: 'error',
  summary: 'Object with a name of its own would be replaced',
  detail: `Changing ${paths} of ${change.id} makes CloudFormation replace it, and it refuses to replace what has a name of its own: the new one could not exist beside the old one. Take the edit back; or do it in two steps: remove the declaration and apply, then declare it with the new value and apply again. Between the two the object is gone.`,
  ...at(change.declaredIn),
  guard: NAME,
  target: change.id,
});

const possible = (change: Change, paths: string): Diagnostic => ({
  code: 'EDL-3021',
  severity: 'warning',
  summary: 'Object may be replaced',
  detail: `Whether changing ${paths} of ${change.id} replaces it depends on the value. If it does, CloudFormation refuses, because the object has a name of its own, and the stack stays as it is.`,
  ...at(change.declaredIn),
  guard: NAME,
  target: change.id,
});

/**
 * CloudFormation cannot replace a resource with a custom name
 * (AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-update-behaviors), and nearly all of ours have one.
 */
export const replacement: Guard = {
  name: NAME,
  protects: 'objects with a name of their own, which CloudFormation cannot replace',
  isAllowable: true,
  check: ({ plan, kinds }) =>
    plan.changes.flatMap((change) => {
      if (change.action !== 'update' && change.action !== 'adopt') return [];
      const kind = kinds.find((one) => one.name === change.kind);
      const certain = pathsWith(kind, change.properties, 'replaces');
      if (certain !== '') return [refused(change, certain)];
      const maybe = pathsWith(kind, change.properties, 'may-replace');
      return maybe === '' ? [] : [possible(change, maybe)];
    }),
};
