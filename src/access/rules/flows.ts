import type { Dataset, Pipeline } from '../../reconciler/model/catalog.ts';

/** An input of a pipeline whose content can reach outputs of a lower tier. */
export interface Flow {
  readonly input: Dataset;
  /** Those of a lower tier than the input. */
  readonly outputs: readonly Dataset[];
}

/**
 * Where a pipeline carries data down. `tiers` go from the least to the most confidential. Grants add nothing here: a pipeline
 * reads its inputs and nothing else. Datasets and tiers that are not known make no flow; the checks of names speak of them.
 */
export const downwardFlows = (
  pipeline: Pipeline,
  datasetOf: (name: string) => Dataset | undefined,
  tiers: readonly string[],
): readonly Flow[] => {
  const known = (names: readonly string[]): readonly Dataset[] =>
    names.flatMap((name) => datasetOf(name) ?? []).filter(({ tier }) => tiers.includes(tier));
  const rank = ({ tier }: Dataset): number => tiers.indexOf(tier);
  return known(pipeline.inputs).flatMap((input) => {
    const outputs = known(pipeline.outputs).filter((output) => rank(output) < rank(input));
    return outputs.length === 0 ? [] : [{ input, outputs }];
  });
};
