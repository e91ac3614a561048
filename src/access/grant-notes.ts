import { compareText } from '../reconciler/model/json.ts';
import type { Dataset, Grant, GrantEntry, Pipeline } from '../reconciler/model/catalog.ts';
import { at, type Diagnostic } from '../reconciler/model/diagnostic.ts';

const targetText = (entry: GrantEntry): string =>
  'dataset' in entry.target
    ? `dataset ${entry.target.dataset}`
    : `the datasets with ${Object.entries(entry.target.select)
        .sort(([left], [right]) => compareText(left, right))
        .map(([key, value]) => `${key} ${String(value)}`)
        .join(' and ')}`;

/** A grant on a dataset that this instance does not have. */
export const absentDataset = (grant: Grant, entry: GrantEntry, instance: string): Diagnostic => ({
  code: 'EDL-2051',
  severity: 'note',
  summary: 'Grant skipped in this instance',
  detail: `${grant.principal} is granted ${entry.level} on ${targetText(entry)}, which instance ${instance} does not have, so the grant gives nothing there. To silence this, list the grant's instances.`,
  ...at(entry.declaredIn),
});

/** A grant on a dataset that has been retired. */
export const retiredDataset = (grant: Grant, entry: GrantEntry, dataset: Dataset): Diagnostic => ({
  code: 'EDL-2052',
  severity: 'warning',
  summary: 'Grant on a retired dataset',
  detail: `${grant.principal} was granted ${entry.level} on dataset ${dataset.name}, which was retired on ${dataset.retired?.on ?? ''}; its grants have ended. Remove the grant.`,
  ...at(entry.declaredIn),
});

/** A selector that means nothing here. */
export const emptySelector = (grant: Grant, entry: GrantEntry, instance: string): Diagnostic => ({
  code: 'EDL-2053',
  severity: 'note',
  summary: 'Selector without datasets',
  detail: `${grant.principal} is granted ${entry.level} on ${targetText(entry)}, but instance ${instance} has none, so the grant gives nothing there yet.`,
  ...at(entry.declaredIn),
});

/** A pipeline whose input or output is not in this instance. */
export const absentPipelineDataset = (
  pipeline: Pipeline,
  dataset: string,
  use: 'reads' | 'writes',
  instance: string,
): Diagnostic => ({
  code: 'EDL-2054',
  severity: 'warning',
  summary: 'Pipeline without one of its datasets',
  detail: `Pipeline ${pipeline.name} ${use} dataset ${dataset}, which instance ${instance} does not have or which has been retired, so its runs there will fail. Limit the pipeline's instances, or give the dataset to the instance.`,
  ...at(pipeline.declaredIn),
});
