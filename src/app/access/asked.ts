import type { Catalog, Dataset, Instance } from '../../reconciler/model/catalog.ts';
import { isRetired, regionsOf } from '../../reconciler/model/instance.ts';
import type { AccessHolder } from '../../reconciler/model/resource.ts';
import type { AskedDataset } from '../../report/access-answers.ts';

/** A dataset as an answer names it. */
export const askedDataset = ({ lake }: Catalog, dataset: Dataset, instance: Instance, asOf: string): AskedDataset => {
  const isHere = regionsOf(dataset, instance).length > 0;
  return {
    name: dataset.name,
    tier: dataset.tier,
    owner: dataset.owner,
    state: !isHere ? 'absent' : isRetired(dataset, asOf) ? 'retired' : 'present',
    ...(dataset.retired === undefined ? {} : { retiredOn: dataset.retired.on }),
    instances: lake.instances.filter((one) => regionsOf(dataset, one).length > 0).map(({ name }) => name),
  };
};

/** The people behind a holder, as far as the catalog knows them. */
export const membersOf = ({ principals }: Catalog, holder: AccessHolder): readonly string[] =>
  principals.find(({ ref }) => ref === holder)?.members ?? [];
