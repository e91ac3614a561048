import { implies, type RowLevel } from '../../access/levels.ts';
import type { IdleGrant } from '../../access/sources.ts';
import { compareText } from '../../reconciler/model/json.ts';
import type { AskedDataset, IdleLine, WhyNot } from '../../report/access-answers.ts';
import { toIdleLine } from './because.ts';

/** What a no is explained by. */
export interface Denied {
  readonly level: RowLevel;
  readonly dataset: AskedDataset;
  readonly hasRole: boolean;
  readonly holdsAnything: boolean;
  /** Lines of the holder's grants that give nothing here. */
  readonly idle: readonly IdleGrant[];
}

/** A line that would have given it: of the expired ones the one that ended last. */
const lineThat = ({ idle, dataset, level }: Denied, why: IdleGrant['why']): IdleLine | undefined => {
  const [found] = idle
    .filter((one) => one.why === why && one.datasets.includes(dataset.name) && implies(one.level, level))
    .sort((left, right) => compareText(right.expires ?? '', left.expires ?? ''));
  return found === undefined ? undefined : toIdleLine(found);
};

/** Why somebody may not: the most telling reason, and the line of a grant that shows it where there is one. */
export const whyNot = (denied: Denied): { readonly why: WhyNot; readonly idle?: IdleLine } => {
  const { dataset, hasRole, holdsAnything } = denied;
  if (dataset.state === 'absent') return { why: 'not-in-instance' };
  if (!hasRole) return { why: 'no-role' };
  if (dataset.state === 'retired') return { why: 'retired' };
  const expired = lineThat(denied, 'expired');
  if (expired !== undefined) return { why: 'expired', idle: expired };
  const elsewhere = lineThat(denied, 'other-instance');
  if (elsewhere !== undefined) return { why: 'other-instance', idle: elsewhere };
  return { why: holdsAnything ? 'lower-level' : 'never-granted' };
};
