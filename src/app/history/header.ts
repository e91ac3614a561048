import type { Aws } from '../../aws/create-aws.ts';
import type { HealedObject, HeaderLine, JournalLine } from '../../reconciler/journal/lines.ts';
import type { Catalog } from '../../reconciler/model/catalog.ts';
import type { GrantedAllowance, Plan } from '../../reconciler/model/plan.ts';
import type { Clock } from '../../reconciler/model/ports.ts';
import type { DesiredState } from '../../reconciler/model/resource.ts';
import { packageVersion } from '../package-root.ts';
import type { EntriesBefore } from './writer.ts';

/** What a run tells of itself in its header. */
export type RunFacts = Pick<HeaderLine, 'kind' | 'targets' | 'excludes' | 'approval' | 'mode'> & {
  /** `--allow`. */
  readonly allow: readonly string[];
  /** Of healing: what was found and is to be undone. */
  readonly drift?: readonly HealedObject[];
};

/** What a header is written from. */
export interface HeaderParts {
  readonly aws: Pick<Aws, 'callerArn'>;
  readonly catalog: Catalog;
  readonly desired: DesiredState;
  readonly plan: Plan;
  readonly clock: Clock;
}

/** What lets a plan past its guards: the allowances of `lake.yaml` that are in force, and those of the command line. */
const allowancesOf = ({ lake }: Catalog, flags: readonly string[], asOf: string): readonly GrantedAllowance[] => [
  ...lake.allow
    .filter(({ until }) => until >= asOf.slice(0, 10))
    .map(({ guard, target, reason, declaredIn }): GrantedAllowance => ({
      guard,
      ...(target === undefined ? {} : { target }),
      reason,
      source: 'lake',
      declaredIn,
    })),
  ...flags.map((flag): GrantedAllowance => {
    const [guard = '', ...target] = flag.split(':');
    return {
      guard,
      ...(target.length === 0 ? {} : { target: target.join(':') }),
      reason: `--allow ${flag}`,
      source: 'flag',
    };
  }),
];

/** The header of a run, as soon as its number and the entry before are known. */
export const headerOf = async (
  { desired, plan, catalog, aws, clock }: HeaderParts,
  { allow, drift: _, ...told }: RunFacts,
  run: string,
): Promise<(ordinal: number, before: EntriesBefore) => HeaderLine> => {
  const [by, edlVersion] = await Promise.all([aws.callerArn(), packageVersion()]);
  const at = clock.now().toISOString();
  return (ordinal, before) => ({
    line: 'header',
    formatVersion: '1',
    ordinal,
    run,
    ...told,
    instance: desired.instance,
    account: desired.account,
    by,
    at,
    edlVersion,
    catalog: plan.catalog,
    plan: plan.digest,
    asOf: plan.asOf,
    allowances: allowancesOf(catalog, allow, plan.asOf),
    ...before,
  });
};

/** What was meant to be done: by the plan, or by healing what people had changed past git. */
export const planLines = (
  { plan }: Pick<HeaderParts, 'plan'>,
  { kind, drift = [] }: RunFacts,
): readonly JournalLine[] =>
  kind === 'heal'
    ? [{ line: 'drift', objects: drift }]
    : [
        {
          line: 'plan',
          summary: plan.summary,
          waves: plan.waves,
          access: plan.access,
          ...(plan.outside === undefined ? {} : { outside: plan.outside }),
        },
      ];
