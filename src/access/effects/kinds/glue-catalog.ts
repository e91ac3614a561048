import { canonicalJson, type Json, objectOf } from '../../../reconciler/model/json.ts';
import { always, changed, harmless, type KindEffects, rule, type Rule, tagRules } from '../rule.ts';

/** The rights to data are those on buckets and keys: a catalog that tells lies opens nothing, but it can mislead. */
const MISLEADS = 'who queries may be given other data than the published one';

const misleading = (...paths: readonly string[]): readonly Rule[] =>
  paths.map((path) => rule(path, changed, 'neutral', MISLEADS));

/** Databases of the Glue catalog. */
export const GLUE_DATABASE: KindEffects = {
  kind: 'glue-database',
  parts: [
    rule(
      '/DatabaseInput/LocationUri',
      changed,
      'neutral',
      'new tables without a place of their own go to another place',
    ),
    rule(
      '/DatabaseInput/CreateTableDefaultPermissions',
      changed,
      'widens',
      'Lake Formation gives rights on new tables that no policy of the lake tells of',
    ),
    ...misleading('/DatabaseInput/TargetDatabase', '/DatabaseInput/FederatedDatabase'),
    ...harmless('/DatabaseInput/Description'),
    ...tagRules('/DatabaseInput/Parameters'),
    rule('/**', changed, 'neutral', MISLEADS),
  ],
  missing: [always('narrows', 'nobody finds the tables of the tier')],
  undeclared: [always('neutral', 'nobody declared it, and who finds its tables may take them for tables of the lake')],
};

/** Parameters that tell Athena where partitions are (athena/latest/ug/partition-projection-setting-up). */
const projection = (parameters: Json | undefined): string =>
  canonicalJson(
    Object.fromEntries(
      Object.entries(objectOf(parameters)).filter(([key]) => /^(projection|storage\.location)\./.test(key)),
    ),
  );

/** Tables of the Glue catalog. */
export const GLUE_TABLE: KindEffects = {
  kind: 'glue-table',
  parts: [
    rule(
      '/TableInput/StorageDescriptor/Location',
      changed,
      'neutral',
      'queries read from another place, where somebody else may have put false data; rights to data stay as they are',
    ),
    rule(
      '/TableInput/StorageDescriptor/Columns',
      changed,
      'neutral',
      'queries see other columns than the published ones',
    ),
    rule('/TableInput/PartitionKeys', changed, 'neutral', 'queries find other partitions than the published ones'),
    rule('/TableInput/StorageDescriptor/*', changed, 'neutral', 'files are read in another way'),
    ...misleading(
      '/TableInput/TargetTable',
      '/TableInput/ViewOriginalText',
      '/TableInput/ViewExpandedText',
      '/TableInput/TableType',
    ),
    rule(
      '/TableInput/Parameters',
      {
        text: 'partition projection changed',
        holds: ({ live, declared }) => projection(live) !== projection(declared),
      },
      'neutral',
      'queries may look for partitions in other places',
    ),
    ...tagRules('/TableInput/Parameters'),
    ...harmless('/TableInput/Description', '/TableInput/Owner', '/TableInput/Retention'),
    rule('/**', changed, 'neutral', MISLEADS),
  ],
  missing: [always('narrows', 'nobody finds the table, although its data is still there')],
  undeclared: [always('neutral', 'nobody declared it, and who finds it may take its data for published data')],
};
