import type { ObserveScope } from '../../reconciler/model/kind.ts';
import { glueDatabase } from '../../reconciler/model/names.ts';
import type { AwsReads, LiveGlueObject } from '../../reconciler/model/reads.ts';

/** Every Glue database in AWS with a name of this instance's, in one region. */
export const readDatabases = async (reads: AwsReads, scope: ObserveScope): Promise<readonly LiveGlueObject[]> => {
  const prefix = glueDatabase(scope.instance, '');
  return (await reads.glueDatabases(scope.region)).filter(({ name }) => name.startsWith(prefix));
};
