import type { ResourceKind } from '../model/kind.ts';
import type { ObservedObject } from '../model/live.ts';
import { catalogStack, glueJob, JOB_LIST_KEY, jobStack, objectsStack, registryStack } from '../model/names.ts';

/**
 * The stack of our plans that a marked object goes with when nothing desired tells (it is to be pruned). Stacks of the
 * drivers `glue` and `s3` are not in AWS, so only the object can tell: the list of jobs has a key of its own, jobs are named
 * `edl-<instance>-…`, databases and tables never are.
 */
export const placeOf = (
  object: Pick<ObservedObject, 'id' | 'region' | 'properties'>,
  kind: ResourceKind,
  instance: string,
): string => {
  if (kind.driver === 's3') {
    const isJobList = object.properties['Key'] === JOB_LIST_KEY;
    return isJobList ? registryStack(instance, object.region) : objectsStack(instance, object.region);
  }
  const name = object.id.slice(object.id.lastIndexOf('/') + 1);
  const jobPrefix = glueJob(instance, '');
  return name.startsWith(jobPrefix)
    ? jobStack(instance, name.slice(jobPrefix.length))
    : catalogStack(instance, object.region);
};
