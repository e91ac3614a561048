import type { ResourceKind } from '../model/kind.ts';
import type { ObservedObject } from '../model/live.ts';
import { catalogStack, glueJob, jobStack, objectsStack } from '../model/names.ts';

/**
 * The stack of our plans that a marked object goes with when nothing desired tells (it is to be pruned). Stacks of the
 * drivers `glue` and `s3` are not in AWS, so only the object's name can tell: jobs are named `edl-<instance>-…`, databases and
 * tables never are.
 */
export const placeOf = (
  object: Pick<ObservedObject, 'id' | 'region'>,
  kind: ResourceKind,
  instance: string,
): string => {
  if (kind.driver === 's3') return objectsStack(instance, object.region);
  const name = object.id.slice(object.id.lastIndexOf('/') + 1);
  const jobPrefix = glueJob(instance, '');
  return name.startsWith(jobPrefix)
    ? jobStack(instance, name.slice(jobPrefix.length))
    : catalogStack(instance, object.region);
};
