import type { Column, Dataset, Table } from '../../reconciler/model/catalog.ts';
import { type Json, type JsonObject, listOf, objectOf } from '../../reconciler/model/json.ts';
import { dataBucket, glueDatabase, glueTable } from '../../reconciler/model/names.ts';
import { mapProperty, omitDefaults, omitEmpty } from '../shared/properties.ts';
import type { LakeScope } from '../shared/scope.ts';

/** The partition of every table: the update that its rows came with. */
const UPDATE_COLUMN: Column = { name: 'update_id', type: 'string', description: 'The update that the rows came with' };

/** Glue takes comments of one line only (glue/latest/webapi/API_Column), and people write theirs over several. */
const asOneLine = (text: string | undefined): string | undefined => text?.replace(/\s*[\r\n]+\s*/g, ' ').trim();

const columnOf = ({ name, type, description }: Column): JsonObject =>
  omitEmpty({ Name: name, Type: type, Comment: asOneLine(description) });

/** Hive's classes for parquet (athena/latest/ug/parquet-serde). */
const PARQUET: JsonObject = {
  InputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat',
  OutputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat',
  SerdeInfo: {
    SerializationLibrary: 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe',
    Parameters: { 'serialization.format': '1' },
  },
};

/** A dataset's table in one region, in CloudFormation's shape. Each published update adds a partition of its own. */
export const tableProperties = (dataset: Dataset, table: Table, region: string, scope: LakeScope): JsonObject => {
  const { name: instance } = scope.instance;
  const bucket = dataBucket(scope.organization, instance, dataset.tier, region);
  return {
    CatalogId: scope.account,
    DatabaseName: glueDatabase(instance, dataset.tier),
    TableInput: {
      Name: glueTable(dataset.name, table.name),
      Description: table.description ?? dataset.description,
      TableType: 'EXTERNAL_TABLE',
      Parameters: { EXTERNAL: 'TRUE', classification: 'parquet', 'edl:dataset': dataset.name },
      PartitionKeys: [columnOf(UPDATE_COLUMN)],
      StorageDescriptor: {
        ...PARQUET,
        Columns: table.columns.map(columnOf),
        Location: `s3://${bucket}/${dataset.name}/data/`,
      },
    },
  };
};

/** What Glue says of a table of which nothing was said; Hive's word for "no buckets" is -1. */
const STORAGE_DEFAULTS: JsonObject = { Compressed: false, NumberOfBuckets: 0, StoredAsSubDirectories: false };
const HIVE_DEFAULTS: JsonObject = { NumberOfBuckets: -1 };
const STORAGE_PARTS = ['SerdeInfo', 'SkewedInfo'];

const normalizeColumns = (columns: Json): Json => listOf(columns).map((column) => omitEmpty(objectOf(column)));

const normalizeStorage = (storage: Json): Json => {
  const told = omitDefaults(omitDefaults(objectOf(storage), STORAGE_DEFAULTS), HIVE_DEFAULTS);
  return omitEmpty(
    STORAGE_PARTS.reduce<JsonObject>(
      (parts, part) => mapProperty(parts, part, (value) => omitEmpty(objectOf(value))),
      mapProperty(told, 'Columns', normalizeColumns),
    ),
  );
};

const normalizeInput = (input: Json): Json =>
  omitEmpty(
    mapProperty(
      mapProperty(omitDefaults(objectOf(input), { Retention: 0 }), 'StorageDescriptor', normalizeStorage),
      'PartitionKeys',
      normalizeColumns,
    ),
  );

/** Tables in the one form that compares: what Glue adds by itself left out. The order of columns counts. */
export const normalizeTable = (properties: JsonObject): JsonObject =>
  mapProperty(properties, 'TableInput', normalizeInput);
