import { approvalsFor } from '../../access/approvals.ts';
import { downwardFlows } from '../../access/rules/flows.ts';
import { addDays } from '../../access/time.ts';
import type { Diagnostic } from '../../reconciler/model/diagnostic.ts';
import type { DeclaredPipeline, Declarations } from '../declarations.ts';
import type { Declassification } from '../files.gen.ts';
import { didYouMean, listNames } from '../nearest.ts';
import { locate, type ValuePath } from '../parse.ts';
import { problem } from '../problems.ts';
import { daysUntil, SOON_DAYS, whenText } from './ends.ts';

/** One declassification with everything that its checks ask for. */
interface Check {
  readonly pipeline: DeclaredPipeline;
  readonly entry: Declassification;
  readonly path: ValuePath;
  readonly declarations: Declarations;
}

const checkInput = ({ pipeline: { source, file, model }, entry, path }: Check): readonly Diagnostic[] => {
  if (file.inputs.includes(entry.dataset)) return [];
  const hint = didYouMean(entry.dataset, file.inputs);
  const detail = `The dataset ${entry.dataset} is no input of ${model.name}${hint} Only what a pipeline reads can be declassified by it; its inputs are: ${listNames(file.inputs)}. Correct the name, or remove the entry.`;
  return [problem('EDL-1349', locate(source, [...path, 'dataset']), detail)];
};

const checkOwner = ({ pipeline: { source }, entry, path, declarations }: Check): readonly Diagnostic[] => {
  const owner = declarations.datasetByName.get(entry.dataset)?.model.owner;
  if (owner === undefined || owner === entry.by) return [];
  const detail = `The dataset ${entry.dataset} belongs to ${owner}, so ${entry.by} cannot say that its content may be read by more people. Ask ${owner}, and write by: ${owner} once they have agreed.`;
  return [problem('EDL-1350', locate(source, [...path, 'by']), detail)];
};

const checkNeed = ({ pipeline, entry, path, declarations }: Check): readonly Diagnostic[] => {
  const { source, model } = pipeline;
  const { datasetByName, lake } = declarations;
  const used = [entry.dataset, ...model.outputs].map((name) => datasetByName.get(name)?.model);
  const tiers = lake.model.tiers.map(({ name }) => name);
  if (used.some((dataset) => dataset === undefined || !tiers.includes(dataset.tier))) return [];
  const flows = downwardFlows(model, (name) => datasetByName.get(name)?.model, tiers);
  if (flows.some(({ input }) => input.name === entry.dataset)) return [];
  const detail = `No output of ${model.name} has a lower tier than ${entry.dataset} (${used[0]?.tier ?? ''}), so nothing is declassified here. Remove the entry: left lying about, it would let a later output pass without a new approval.`;
  return [problem('EDL-1351', locate(source, path), detail, 'warning')];
};

/** The owner, whatever the tier says, and whom the tier asks beside. */
const approversOf = (name: string, owner: string, { lake, datasetByName }: Declarations): readonly string[] => {
  const dataset = datasetByName.get(name)?.model;
  const approvals =
    dataset === undefined ? [] : approvalsFor({ lake: lake.model, principals: [] }, dataset).map(({ by }) => by);
  return [...new Set([owner, ...approvals])];
};

const checkEnd = ({ pipeline: { source, model }, entry, path, declarations }: Check): readonly Diagnostic[] => {
  const { until, dataset, by } = entry;
  const { asOf } = declarations;
  if (until === undefined || until < asOf || until > addDays(asOf, SOON_DAYS)) return [];
  const approvers = listNames(approversOf(dataset, by, declarations));
  const detail = `That ${model.name} may put content of ${dataset} into a lower tier ends ${whenText(daysUntil(asOf, until))}, on ${until}; from the next day on every plan of its instances is refused. To keep it, open a pull request that moves until; ${approvers} must approve it.`;
  return [problem('EDL-1352', locate(source, [...path, 'until']), detail, 'warning')];
};

const checkOnce = (pipeline: DeclaredPipeline): readonly Diagnostic[] => {
  const names = (pipeline.file.declassify ?? []).map(({ dataset }) => dataset);
  return names.flatMap((name, index) => {
    if (names.indexOf(name) === index) return [];
    const detail = `${name} is declassified above already. Remove one of the two.`;
    return [problem('EDL-1208', locate(pipeline.source, ['declassify', index]), detail)];
  });
};

const checkEntry = (check: Check): readonly Diagnostic[] => {
  // Of a dataset that is not there, the check of names speaks.
  if (!check.declarations.datasetByName.has(check.entry.dataset)) return [];
  const noInput = checkInput(check);
  return noInput.length > 0 ? noInput : [...checkOwner(check), ...checkNeed(check), ...checkEnd(check)];
};

/** Whether each declassification is of an input, by that dataset's owner, needed, and not about to end. */
export const checkDeclassifications = (declarations: Declarations): readonly Diagnostic[] =>
  declarations.pipelines.flatMap((pipeline) => [
    ...checkOnce(pipeline),
    ...(pipeline.file.declassify ?? []).flatMap((entry, index) =>
      checkEntry({ pipeline, entry, path: ['declassify', index], declarations }),
    ),
  ]);
