import type { Dataset, Instance, Level } from '../../reconciler/model/catalog.ts';
import type { AccessHolder } from '../../reconciler/model/resource.ts';
import { implies } from '../levels.ts';
import { type AccessSource, accessSources, type IdleGrant } from '../sources.ts';
import type { Case, Evidence } from './cause.ts';

/** A refusal whose place, level and holder are known: now grants decide. */
export interface Asked {
  readonly one: Case;
  readonly holder: AccessHolder;
  readonly instance: Instance;
  readonly dataset: Dataset;
  readonly level: Level;
  /** What the holder has on the dataset, by any way. */
  readonly sources: readonly AccessSource[];
  /** Lines about the dataset that give nothing here now. */
  readonly idle: readonly IdleGrant[];
}

/** The instance that grants are judged in: the told one, else the only one that it can be. Grants differ between instances. */
const instanceOf = ({ instance, catalog, dataset }: Case): Instance | undefined => {
  if (instance !== undefined) return instance;
  const [only, ...others] = catalog.lake.instances.filter(({ name }) => dataset?.instances.includes(name));
  return others.length === 0 ? only : undefined;
};

/** What grants say of a refusal; undefined when it is not known who, what or which level. */
export const askedOf = (one: Case): Asked | undefined => {
  const { dataset, level, catalog, asOf } = one;
  const { holder } = one.who;
  const instance = instanceOf(one);
  if (dataset === undefined || level === undefined || holder === undefined || instance === undefined) return undefined;
  const { sources, idle } = accessSources(catalog, instance.name, asOf);
  return {
    one,
    holder,
    instance,
    dataset,
    level,
    sources: sources.filter(
      (source) =>
        source.principal === holder &&
        source.tier === dataset.tier &&
        (source.dataset === dataset.name || source.dataset === '*'),
    ),
    idle: idle.filter((grant) => grant.principal === holder && grant.datasets.includes(dataset.name)),
  };
};

/** Whether the catalog gives what was refused. */
export const isGranted = ({ sources, level }: Asked): boolean => sources.some((source) => implies(source.level, level));

/** The lines that give it. */
export const grantEvidence = ({ sources, level }: Asked): readonly Evidence[] =>
  sources
    .filter((source) => implies(source.level, level))
    .map(({ level: held, target, until, declaredIn }) => ({
      text: `${held} on ${target}${until === undefined ? '' : ` until ${until}`}`,
      file: declaredIn.file,
      line: declaredIn.line,
    }));
