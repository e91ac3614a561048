import type { Catalog, Dataset, Declassification, Pipeline } from '../../reconciler/model/catalog.ts';
import { at, type Diagnostic } from '../../reconciler/model/diagnostic.ts';
import { instanceNamed, pipelinesOf } from '../../reconciler/model/instance.ts';
import { approvalsFor } from '../approvals.ts';
import { yamlName } from '../proposals/grant-text.ts';
import { dayOf } from '../time.ts';
import { downwardFlows, type Flow } from './flows.ts';
import { listText, reasonText } from './words.ts';

const GUARD = 'tier-flow';

/** One downward flow of one pipeline, and the word of its owner if there is one. */
interface PipelineFlow extends Flow {
  readonly pipeline: Pipeline;
  readonly declassification?: Declassification;
}

/**
 * Every downward flow of the pipelines of an instance. Each pipeline is judged by itself: each output has a tier of its own,
 * so what goes down step by step, through several pipelines, goes down in one of the steps, and is judged there.
 */
const flowsOf = (catalog: Catalog, instance: string): readonly PipelineFlow[] => {
  const datasets = new Map(catalog.datasets.map((dataset) => [dataset.name, dataset]));
  const tiers = catalog.lake.tiers.map(({ name }) => name);
  return pipelinesOf(catalog, instanceNamed(catalog, instance)).flatMap((pipeline) =>
    downwardFlows(pipeline, (name) => datasets.get(name), tiers).map((flow) => {
      const declassification = pipeline.declassify?.find(({ dataset }) => dataset === flow.input.name);
      return { ...flow, pipeline, ...(declassification === undefined ? {} : { declassification }) };
    }),
  );
};

const named = ({ tier, name }: Dataset): string => `${tier} ${name}`;

/** The owner, whatever the tier says, and whom the tier asks beside. */
const approversOf = (catalog: Catalog, input: Dataset): string =>
  listText([...new Set([input.owner, ...approvalsFor(catalog, input).map(({ by }) => by)])]);

const flowText = ({ pipeline, input, outputs }: PipelineFlow): string => {
  const lower = listText([...new Set(outputs.map(({ tier }) => tier))]);
  return `The pipeline ${pipeline.name} reads ${named(input)} and writes ${listText(outputs.map(named))}, but ${lower} is less confidential than ${input.tier}`;
};

const undeclared = (catalog: Catalog, flow: PipelineFlow): Diagnostic => {
  const { pipeline, input } = flow;
  const { file } = pipeline.declaredIn;
  const line = pipeline.inputLines?.[input.name];
  const yaml = `declassify: [{ dataset: ${yamlName(input.name)}, by: ${input.owner}, reason: … }]`;
  return {
    code: 'EDL-3063',
    severity: 'error',
    summary: 'Data would flow into a lower tier',
    detail: `${flowText(flow)}: who may read the output would see what the tier of the input keeps from them. Write into a dataset of the tier ${input.tier} instead. Or, if the pipeline takes out what makes the data ${input.tier}, add ${yaml} to ${file}, with the reason in the words of the owner; ${approversOf(catalog, input)} must approve it.`,
    ...at(line === undefined ? pipeline.declaredIn : { file, line }),
    guard: GUARD,
    target: `${pipeline.name}/${input.name}`,
  };
};

const ended = (catalog: Catalog, flow: PipelineFlow, { until, declaredIn }: Declassification): Diagnostic => ({
  code: 'EDL-3064',
  severity: 'error',
  summary: 'Declassification has ended',
  detail: `${flowText(flow)}. Its declassification held through ${until ?? ''}. Move until, if it is still right: ${approversOf(catalog, flow.input)} must approve it. Otherwise remove the pipeline, or write into a dataset of the tier ${flow.input.tier}.`,
  ...at(declaredIn),
  guard: GUARD,
  target: `${flow.pipeline.name}/${flow.input.name}`,
});

/** Where a pipeline of an instance carries data into a lower tier without the word of the owner: the guard `tier-flow`. */
export const judgeTierFlow = (catalog: Catalog, instance: string, asOf: string): readonly Diagnostic[] =>
  flowsOf(catalog, instance).flatMap((flow) => {
    const { declassification } = flow;
    if (declassification === undefined) return [undeclared(catalog, flow)];
    const { until } = declassification;
    return until !== undefined && until < dayOf(asOf) ? [ended(catalog, flow, declassification)] : [];
  });

/**
 * Tells the approvers of some pipelines that they declassify data. Not when nothing about the pipeline changes: it was
 * approved then.
 */
export const tellDeclassified = (
  catalog: Catalog,
  instance: string,
  isChanged: (pipeline: Pipeline) => boolean,
): readonly Diagnostic[] =>
  flowsOf(catalog, instance).flatMap((flow): readonly Diagnostic[] => {
    const { pipeline, input, declassification } = flow;
    if (declassification === undefined || !isChanged(pipeline)) return [];
    const { by, reason, until, declaredIn } = declassification;
    const end = until === undefined ? '' : ` until ${until}`;
    return [
      {
        code: 'EDL-3065',
        severity: 'warning',
        summary: 'Pipeline declassifies data',
        detail: `${flowText(flow)}. ${by} declassifies ${input.name} for it${end}: ${reasonText(reason)}. Approve the pipeline and its code only if that is what it does; ${approversOf(catalog, input)} must agree.`,
        ...at(declaredIn),
        guard: GUARD,
        target: `${pipeline.name}/${input.name}`,
      },
    ];
  });
