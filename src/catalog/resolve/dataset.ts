import type { Dataset, Exposure, Lake, Level, Privacy, Table, Updates } from '../../reconciler/model/catalog.ts';
import { invariant } from '../../reconciler/model/errors.ts';
import { sortByName } from '../catalog-digest.ts';
import type {
  DatasetFile,
  Exposures,
  Privacy as PrivacyFile,
  Table as TableFile,
  Updates as UpdatesFile,
} from '../files.gen.ts';
import type { ParsedFile } from '../parse.ts';
import { instanceNames } from './lake.ts';
import { declaredAt, resolveCallers, sorted, toPrincipalRef } from './refs.ts';

const LEVELS: readonly Level[] = ['discover', 'read', 'read-raw', 'write', 'admin'];

const resolveUpdates = (file: UpdatesFile): Updates => {
  if (file.kind === 'snapshot') return { kind: 'snapshot' };
  const { keys, orderBy, deletes } = file;
  invariant(keys !== undefined && orderBy !== undefined, 'Updates of kind delta have keys and orderBy.');
  return { kind: 'delta', keys, orderBy, ...(deletes === undefined ? {} : { deletes }) };
};

const resolvePrivacy = (file: PrivacyFile): Privacy => ({
  personalData: file.personalData,
  categories: sorted(file.categories ?? []),
  ...(file.retention === undefined ? {} : { retention: file.retention }),
});

const resolveTable = (file: TableFile): Table => ({
  name: file.name,
  ...(file.description === undefined ? {} : { description: file.description }),
  columns: file.columns,
});

const resolveExposures = (file: Exposures, source: ParsedFile): readonly Exposure[] =>
  LEVELS.flatMap((level) => {
    const exposure = file[level];
    return exposure === undefined
      ? []
      : [{ level, assumedBy: resolveCallers(exposure.assumedBy), declaredIn: declaredAt(source, 'expose', level) }];
  });

/** A dataset with its defaults. */
export const resolveDataset = (file: DatasetFile, source: ParsedFile, lake: Lake): Dataset => ({
  name: file.name,
  tier: file.tier,
  owner: toPrincipalRef(file.owner),
  description: file.description,
  ...(file.domain === undefined ? {} : { domain: file.domain }),
  regions: sorted(file.regions ?? [lake.homeRegion]),
  instances: file.instances === undefined ? instanceNames(lake) : sorted(file.instances),
  updates: resolveUpdates(file.updates),
  ...(file.privacy === undefined ? {} : { privacy: resolvePrivacy(file.privacy) }),
  tables: sortByName((file.tables ?? []).map(resolveTable)),
  expose: resolveExposures(file.expose ?? {}, source),
  ...(file.retired === undefined ? {} : { retired: file.retired }),
  declaredIn: declaredAt(source, 'name'),
});
