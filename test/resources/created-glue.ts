import { objectOf, textOf } from '../../src/reconciler/model/json.ts';
import { digestOfProperties, withJobMark, withTableMark } from '../../src/reconciler/model/mark.ts';
import type { Mark } from '../../src/reconciler/model/live.ts';
import { markOwner } from '../../src/reconciler/model/names.ts';
import type { AwsReads, LiveGlueObject } from '../../src/reconciler/model/reads.ts';
import type { DesiredState, Resource } from '../../src/reconciler/model/resource.ts';

/** A desired state that was created, and its resources by kind and region. */
export interface Created {
  readonly desired: DesiredState;
  readonly of: (kind: string, region?: string) => readonly Resource[];
}

const text = (resource: Resource, key: string): string => textOf(resource.properties[key]);

/** The mark that a driver would have left. */
export const markFor = (desired: DesiredState, resource: Resource): Mark => ({
  owner: markOwner(desired.organization, desired.instance),
  id: resource.id,
  digest: digestOfProperties(resource.properties),
});

/** What Glue answers, with everything that it adds by itself. */
export const glueReads = ({ desired, of }: Created): Pick<AwsReads, 'glueDatabases' | 'glueTables' | 'glueJobs'> => {
  const marked = (resource: Resource, key: string): LiveGlueObject => {
    const input = objectOf(resource.properties[key]);
    return {
      name: textOf(input['Name']),
      body: { ...input, Parameters: withTableMark(input['Parameters'], markFor(desired, resource)) },
    };
  };
  return {
    glueDatabases: (region) =>
      Promise.resolve([
        { name: 'default', body: { Name: 'default' } },
        ...of('glue-database', region).map((resource) => {
          const { name, body } = marked(resource, 'DatabaseInput');
          const everyone = { DataLakePrincipalIdentifier: 'IAM_ALLOWED_PRINCIPALS' };
          return {
            name,
            body: { ...body, CreateTableDefaultPermissions: [{ Principal: everyone, Permissions: ['ALL'] }] },
          };
        }),
      ]),
    glueTables: (region, database) =>
      Promise.resolve(
        of('glue-table', region)
          .filter((resource) => text(resource, 'DatabaseName') === database)
          .map((resource) => {
            const { name, body } = marked(resource, 'TableInput');
            const storage = {
              ...objectOf(body['StorageDescriptor']),
              BucketColumns: [],
              Compressed: false,
              NumberOfBuckets: 0,
              Parameters: {},
              SkewedInfo: {
                SkewedColumnNames: [],
                SkewedColumnValueLocationMaps: {},
                SkewedColumnValues: [],
              },
              SortColumns: [],
              StoredAsSubDirectories: false,
            };
            return { name, body: { ...body, Retention: 0, StorageDescriptor: storage } };
          }),
      ),
    glueJobs: (region) =>
      Promise.resolve(
        of('glue-job', region).map((resource) => ({
          name: text(resource, 'Name'),
          body: {
            ...resource.properties,
            Connections: { Connections: [] },
            ExecutionClass: 'STANDARD',
            JobMode: 'SCRIPT',
            JobRunQueuingEnabled: false,
            MaxCapacity: 2,
            MaxRetries: 0,
            NotificationProperty: {},
            NonOverridableArguments: withJobMark(
              resource.properties['NonOverridableArguments'],
              markFor(desired, resource),
            ),
          },
        })),
      ),
  };
};
