import {
  GlueClient,
  paginateGetDatabases,
  paginateGetJobs,
  paginateGetTables,
  type Database,
  type Job,
  type Table,
} from '@aws-sdk/client-glue';
import { asJsonObject, type JsonObject } from '../../reconciler/model/json.ts';
import type { AwsReads, LiveGlueObject } from '../../reconciler/model/reads.ts';
import { perRegion, type Wire } from '../clients.ts';
import { whileDoing } from '../errors.ts';
import { isFailure } from '../failure-facts.ts';

/** The most that Glue puts into one page of databases or tables, and of jobs. */
const PAGE_SIZE = 100;
const JOB_PAGE_SIZE = 1000;

/** What Glue adds to an object by itself: times, versions, where it is, who made it. Nobody declares these. */
const ECHOES: ReadonlySet<string> = new Set([
  'AllocatedCapacity',
  'AutoUpgradeMetadata',
  'CatalogId',
  'CreateTime',
  'CreatedBy',
  'CreatedOn',
  'DatabaseName',
  'FederatedTable',
  'IsMaterializedView',
  'IsMultiDialectView',
  'IsRegisteredWithLakeFormation',
  'LastAccessTime',
  'LastAnalyzedTime',
  'LastModifiedOn',
  'ProfileName',
  'Status',
  'UpdateTime',
  'VersionId',
]);

const withoutEchoes = (object: object): JsonObject =>
  asJsonObject(Object.fromEntries(Object.entries(object).filter(([key]) => !ECHOES.has(key))));

const asObject = (object: Database | Table): LiveGlueObject => ({
  name: object.Name ?? '',
  body: withoutEchoes(object),
});

/** With a worker type, Glue computes the capacity and returns it as if it were set (glue/latest/webapi/API_Job). */
const asJob = (job: Job): LiveGlueObject => ({
  name: job.Name ?? '',
  body: withoutEchoes(job.WorkerType === undefined ? job : { ...job, MaxCapacity: undefined }),
});

const readTables = async (client: GlueClient, database: string): Promise<readonly LiveGlueObject[]> => {
  const tables: LiveGlueObject[] = [];
  for await (const page of paginateGetTables({ client, pageSize: PAGE_SIZE }, { DatabaseName: database })) {
    tables.push(...(page.TableList ?? []).map(asObject));
  }
  return tables;
};

/** Reads the Glue catalog and jobs in pages. */
export const glueReads = (wire: Wire): Pick<AwsReads, 'glueDatabases' | 'glueTables' | 'glueJobs'> => {
  const clientOf = perRegion((region) => wire.instrument('glue', new GlueClient(wire.settings(region))));
  return {
    glueDatabases: (region) =>
      whileDoing(`list the Glue databases of ${region}`, async () => {
        const databases: LiveGlueObject[] = [];
        for await (const page of paginateGetDatabases({ client: clientOf(region), pageSize: PAGE_SIZE }, {})) {
          databases.push(...(page.DatabaseList ?? []).map(asObject));
        }
        return databases;
      }),
    glueTables: (region, database) =>
      whileDoing(`list the tables of Glue database ${database} in ${region}`, async () => {
        try {
          return await readTables(clientOf(region), database);
        } catch (error) {
          if (isFailure(error, 'EntityNotFoundException')) return [];
          throw error;
        }
      }),
    glueJobs: (region) =>
      whileDoing(`list the Glue jobs of ${region}`, async () => {
        const jobs: LiveGlueObject[] = [];
        for await (const page of paginateGetJobs({ client: clientOf(region), pageSize: JOB_PAGE_SIZE }, {})) {
          jobs.push(...(page.Jobs ?? []).map(asJob));
        }
        return jobs;
      }),
  };
};
