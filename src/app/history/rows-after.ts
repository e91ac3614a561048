import { withSince } from '../../reconciler/journal/rows.ts';
import type { JournalRow, Unsure } from '../../reconciler/journal/lines.ts';
import { isBusy } from '../../reconciler/diff/stacks.ts';
import { compareText } from '../../reconciler/model/json.ts';
import type { LiveState } from '../../reconciler/model/live.ts';
import { accessStack, exposeStack, foundationStack, pipelineStack } from '../../reconciler/model/names.ts';
import type { AccessHolder, AccessRow, DesiredState } from '../../reconciler/model/resource.ts';
import type { AccessChange } from '../../reconciler/model/plan.ts';
import type { StackResult } from '../../reconciler/model/result.ts';

/** What the rows after a run are told from. */
export interface RowsInput {
  /** What git gives. */
  readonly declared: readonly AccessRow[];
  /** What the plan said that this run gives and takes, against what was there. */
  readonly access: readonly AccessChange[];
  readonly desired: Pick<DesiredState, 'instance' | 'homeRegion' | 'stacks'>;
  /** As it was before the run. */
  readonly live: Pick<LiveState, 'stacks'>;
  readonly results: readonly StackResult[];
  /** The rows that the journal knew before; absent where it knew none. */
  readonly before?: { readonly rows: readonly JournalRow[] };
  /** By stack, the first run that may have done it without telling so. */
  readonly begunBy: ReadonlyMap<string, number>;
  /** Holders whom those runs may have given or taken something. */
  readonly doubtful: readonly AccessHolder[];
  readonly ordinal: number;
}

/** The rows after a run, and the holders of whom nobody can say from here. */
export interface RowsAfter {
  readonly rows: readonly JournalRow[];
  readonly unsure: readonly Unsure[];
}

/** The stack that holds somebody's role. */
export const stackOfHolder = (holder: AccessHolder, instance: string, homeRegion: string): string => {
  const colon = holder.indexOf(':');
  const [kind, name] = [holder.slice(0, colon), holder.slice(colon + 1)];
  switch (kind) {
    case 'team':
    case 'user':
    case 'service':
      return accessStack(instance, kind, name);
    case 'pipeline':
      return pipelineStack(instance, name);
    case 'exposed':
      return exposeStack(instance, name.slice(0, name.lastIndexOf('/')));
    default:
      return foundationStack(instance, homeRegion);
  }
};

/** What is deployed of a stack after the run. */
type Deployed = 'declared' | 'as-before' | 'unsure';

const deployedOf = (stack: string, { desired, live, results }: RowsInput): Deployed => {
  const result = results.find((one) => one.stack === stack);
  if (result?.outcome === 'applied' || result?.outcome === 'unchanged') return 'declared';
  if (result?.outcome === 'failed') return 'unsure';
  const wanted = desired.stacks.find(({ name }) => name === stack);
  const deployed = live.stacks.find(({ name, ownership }) => name === stack && ownership === 'ours');
  // What CloudFormation tells of a stack that it works on is from before.
  if (deployed !== undefined && isBusy(deployed.status)) return 'unsure';
  return wanted?.digest === deployed?.digest ? 'declared' : 'as-before';
};

/** Whether the plan saw that it was not held before. */
const isGained = ({ principal, dataset, tier, level, until }: AccessRow, access: RowsInput['access']): boolean =>
  access.some((change) => {
    const has = (held: AccessChange['after']): boolean =>
      held.some((one) => one.level === level && one.until === until);
    const isOnIt = change.principal === principal && change.dataset === dataset && change.tier === tier;
    return isOnIt && has(change.after) && !has(change.before);
  });

/**
 * Who holds what after a run: of each holder whose stack is deployed as git declares it (by its digest, or because this run did
 * it) what is declared, which is what its documents give, as every plan proves; of the others what the journal knew before.
 * What people changed past git is drift, and is not here.
 */
export const rowsAfter = (input: RowsInput): RowsAfter => {
  const { declared, access, desired, results, before, begunBy, doubtful, ordinal } = input;
  const { instance, homeRegion } = desired;
  const known = before?.rows ?? [];
  const holders = [...new Set([...[...declared, ...known].map(({ principal }) => principal), ...doubtful])].sort(
    compareText,
  );
  const stacks = new Map(holders.map((holder) => [holder, stackOfHolder(holder, instance, homeRegion)]));
  const deployed = new Map(holders.map((holder) => [holder, deployedOf(stacks.get(holder) ?? '', input)]));
  const isApplied = (stack: string): boolean =>
    results.some((result) => result.stack === stack && result.outcome === 'applied');
  const sinceOf = (row: AccessRow): number => {
    const stack = stacks.get(row.principal) ?? '';
    const earlier = begunBy.get(stack);
    // A run that could not tell how it ended may have given it: so it is when this run did nothing here, or found it there.
    if (isApplied(stack)) return earlier === undefined || isGained(row, access) ? ordinal : earlier;
    return earlier ?? (before === undefined ? 0 : ordinal);
  };
  // Taken by a run that could not tell, and given anew by this one.
  const isNew = (row: AccessRow): boolean => isApplied(stacks.get(row.principal) ?? '') && isGained(row, access);
  const now = declared.filter(({ principal }) => deployed.get(principal) === 'declared');
  const left = known.filter(({ principal }) => deployed.get(principal) !== 'declared');
  const unsure = holders.flatMap((principal): readonly Unsure[] => {
    const earlier = begunBy.get(stacks.get(principal) ?? '');
    const state = deployed.get(principal);
    if (state === 'declared' || (state === 'as-before' && earlier === undefined)) return [];
    return [{ principal, since: earlier ?? ordinal }];
  });
  const kept = known.filter((row) => !isNew(row));
  return { rows: [...withSince(now, kept, sinceOf), ...left], unsure };
};
