import type { Catalog, Dataset, Pipeline } from '../../reconciler/model/catalog.ts';
import { approvalsFor } from '../approvals.ts';
import { yamlName } from './grant-text.ts';
import type { Proposal, Refusal } from './proposal.ts';
import { newRefusals } from './refusals.ts';

/** A dataset that a pipeline would use, and as what. */
export interface PipelineUse {
  readonly catalog: Catalog;
  /** ISO 8601. */
  readonly asOf: string;
  readonly pipeline: Pipeline;
  readonly dataset: Dataset;
  readonly as: 'inputs' | 'outputs';
}

const refusal = (code: Refusal['code'], summary: string, detail: string): Refusal => ({
  code,
  rule: 'pipelines',
  summary,
  detail,
});

/** A pipeline runs in one region and in its instances, and its datasets have to be there. */
const misplaced = ({ pipeline, dataset }: PipelineUse): readonly Refusal[] => {
  const missing = pipeline.instances.filter((instance) => !dataset.instances.includes(instance));
  const wrongs = [
    ...(dataset.regions.includes(pipeline.region)
      ? []
      : [
          `The pipeline ${pipeline.name} runs in ${pipeline.region}, and ${dataset.name} is in ${dataset.regions.join(' and ')}. The dataset would have to be there too, or the pipeline would have to run where all its datasets are.`,
        ]),
    ...(missing.length === 0
      ? []
      : [
          `The pipeline ${pipeline.name} runs in ${pipeline.instances.join(' and ')}, and ${dataset.name} is not in ${missing.join(' and ')}. The dataset would have to be there too, or the pipeline would have to leave ${missing.join(' and ')} under instances.`,
        ]),
  ];
  return wrongs.map((detail) => refusal('EDL-1345', 'Pipeline where its dataset is not', detail));
};

/** A dataset has one writer, and SQL writes one table. */
const unwritable = ({ catalog, pipeline, dataset, as }: PipelineUse): readonly Refusal[] => {
  if (as === 'inputs') return [];
  const writer = catalog.pipelines.find(({ outputs }) => outputs.includes(dataset.name));
  return [
    ...(writer === undefined
      ? []
      : [
          refusal(
            'EDL-1344',
            'Dataset written by two pipelines',
            `The pipeline ${writer.name} writes ${dataset.name} already (${writer.declaredIn.file}), and updates of two writers would mix. It would have to stop, or ${pipeline.name} needs an output of its own.`,
          ),
        ]),
    ...(pipeline.language === 'sql' && pipeline.outputs.length > 0
      ? [
          refusal(
            'EDL-1343',
            'SQL pipeline without exactly one output',
            `The pipeline ${pipeline.name} is in SQL, whose last statement makes its only output, ${pipeline.outputs.join(' and ')}. It would have to be written in Python, or ${dataset.name} needs a pipeline of its own.`,
          ),
        ]
      : []),
  ];
};

const retired = ({ name, retired: end }: Dataset): readonly string[] =>
  end === undefined
    ? []
    : [`The dataset ${name} is retired from ${end.on} on; no pipeline can use it from that day on.`];

/** Lists a dataset under `inputs` or `outputs` of a pipeline, which is all that a pipeline can be given. */
export const proposeUse = (use: PipelineUse): Proposal => {
  const { catalog, asOf, pipeline, dataset, as } = use;
  const names = [...pipeline[as], dataset.name];
  const after: Catalog = {
    ...catalog,
    pipelines: catalog.pipelines.map((one) => (one === pipeline ? { ...pipeline, [as]: names } : one)),
  };
  return {
    edit: 'set',
    file: pipeline.declaredIn.file,
    isNew: false,
    yaml: `${as}: [${names.map(yamlName).join(', ')}]`,
    refusedBy: [...misplaced(use), ...unwritable(use), ...newRefusals(catalog, after, asOf)],
    approvals: approvalsFor(catalog, dataset),
    notes: retired(dataset),
  };
};
