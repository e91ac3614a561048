import { glueTable } from '../../reconciler/model/names.ts';
import type { Diagnostic } from '../../reconciler/model/diagnostic.ts';
import type { Lake } from '../../reconciler/model/catalog.ts';
import type { DeclaredDataset, Declarations } from '../declarations.ts';
import { didYouMean, listNames } from '../nearest.ts';
import { locate, type ValuePath } from '../parse.ts';
import { problem } from '../problems.ts';
import { findTypeMistake } from './column-type.ts';
import { holdersOf, isPlaced } from './holders.ts';

/** The partition of every table: the update that its rows came with. */
const UPDATE_COLUMN = 'update_id';
/** Longest name of a table in Glue and Athena. */
const TABLE_NAME_LIMIT = 255;

const checkHolders = ({ source, file, model }: DeclaredDataset, lake: Lake): readonly Diagnostic[] => {
  if (!isPlaced(model, lake) || holdersOf(model, lake).length > 0) return [];
  const path: ValuePath = [file.regions === undefined ? 'instances' : 'regions'];
  const detail = `The dataset ${model.name} is for ${listNames(model.instances)} in ${listNames(model.regions)}, but none of these instances has one of these regions. Name a region that one of them has, or another instance.`;
  return [problem('EDL-1307', locate(source, path), detail)];
};

const checkUpdateColumns = ({ source, file }: DeclaredDataset): readonly Diagnostic[] => {
  const { updates, tables = [] } = file;
  const columns = new Set(tables.flatMap((table) => table.columns.map(({ name }) => name)));
  if (columns.size === 0) return [];
  const used: readonly (readonly [string | undefined, ValuePath])[] = [
    ...(updates.keys ?? []).map((name, index): readonly [string, ValuePath] => [name, ['updates', 'keys', index]]),
    [updates.orderBy, ['updates', 'orderBy']],
    [updates.deletes, ['updates', 'deletes']],
  ];
  return used.flatMap(([name, path]) => {
    if (name === undefined || columns.has(name)) return [];
    const detail = `No table of ${file.name} has a column ${name}${didYouMean(name, columns)} Updates are merged by it, so add the column or correct the name.`;
    return [problem('EDL-1310', locate(source, path), detail)];
  });
};

const checkTwice = (dataset: DeclaredDataset, names: readonly string[], what: string, path: ValuePath): Diagnostic[] =>
  names.flatMap((name, index) => {
    if (names.indexOf(name) === index) return [];
    const detail = `The ${what} ${name} is declared above already, and Glue has it only once. Rename or remove one of the two.`;
    return [problem('EDL-1312', locate(dataset.source, [...path, index, 'name']), detail)];
  });

const checkTables = (dataset: DeclaredDataset): readonly Diagnostic[] => {
  const { source, file } = dataset;
  const tables = file.tables ?? [];
  const twice = checkTwice(
    dataset,
    tables.map(({ name }) => name),
    'table',
    ['tables'],
  );
  const inTables = tables.flatMap((table, index) => {
    const path: ValuePath = ['tables', index];
    const glueName = glueTable(file.name, table.name);
    const tooLong = `The table would be named ${glueName}, which is ${glueName.length} characters long; Glue allows ${TABLE_NAME_LIMIT}. Choose a shorter name.`;
    const columns = table.columns.map(({ name }) => name);
    return [
      ...(glueName.length > TABLE_NAME_LIMIT ? [problem('EDL-1330', locate(source, [...path, 'name']), tooLong)] : []),
      ...checkTwice(dataset, columns, `column of ${table.name}`, [...path, 'columns']),
      ...checkTypes(dataset, index),
      ...checkReserved(dataset, index),
    ];
  });
  return [...twice, ...inTables];
};

const checkReserved = ({ source, file }: DeclaredDataset, table: number): readonly Diagnostic[] => {
  const index = (file.tables?.[table]?.columns ?? []).findIndex(({ name }) => name === UPDATE_COLUMN);
  if (index < 0) return [];
  const detail = `Every table has the partition ${UPDATE_COLUMN} already: the update that a row came with. Choose another name for the column.`;
  return [problem('EDL-1346', locate(source, ['tables', table, 'columns', index, 'name']), detail)];
};

const checkTypes = ({ source, file }: DeclaredDataset, table: number): readonly Diagnostic[] =>
  (file.tables?.[table]?.columns ?? []).flatMap((column, index) => {
    const mistake = findTypeMistake(column.type);
    if (mistake === undefined) return [];
    const hint = mistake.instead === undefined ? '.' : `; did you mean ${mistake.instead}?`;
    const detail = `"${mistake.text}" is no type of a column${hint} Types are string, boolean, tinyint, smallint, int, bigint, float, double, decimal(p,s), date, timestamp, binary, char(n), varchar(n), array<…>, map<…,…> and struct<name:…>.`;
    return [problem('EDL-1311', locate(source, ['tables', table, 'columns', index, 'type']), detail)];
  });

/** What each dataset says about itself: where it is, its tables, how its updates merge. */
export const checkDatasets = ({ datasets, lake }: Declarations): readonly Diagnostic[] =>
  datasets.flatMap((dataset) => [
    ...checkHolders(dataset, lake.model),
    ...checkUpdateColumns(dataset),
    ...checkTables(dataset),
  ]);
