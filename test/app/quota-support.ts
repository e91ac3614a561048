import { judgeQuotas } from '../../src/app/quota-findings.ts';
import { DEFAULT_FACTS, type QuotaFacts } from '../../src/app/read-quotas.ts';
import { addDays } from '../../src/access/time.ts';
import { compileCatalog } from '../../src/reconciler/compile/compile.ts';
import type { Catalog, Grant } from '../../src/reconciler/model/catalog.ts';
import type { Diagnostic } from '../../src/reconciler/model/diagnostic.ts';
import { textOf } from '../../src/reconciler/model/json.ts';
import type { LiveState } from '../../src/reconciler/model/live.ts';
import type { AccessChange, Plan } from '../../src/reconciler/model/plan.ts';
import { type AccountQuotas, DEFAULT_QUOTAS } from '../../src/reconciler/model/quotas.ts';
import type { DesiredState, ResourceId } from '../../src/reconciler/model/resource.ts';
import { makePlan } from '../../src/reconciler/plan/make-plan.ts';
import { simulate } from '../../src/reconciler/plan/simulate.ts';
import { resourceKinds } from '../../src/resources/index.ts';
import { AS_OF, catalogOf, dataset, entry, grant, team } from '../access/support.ts';
import { appliedAws, observeLive, type Aws } from '../support/golden-live.ts';

export const NOTHING: LiveState = { stacks: [], resources: [], unreadable: [] };
export const ROLE: ResourceId = 'iam-role/edl-dev01-team-oncology';
export const NAMES = Array.from({ length: 130 }, (_, index) => `a-${1000 + index}-dataset-name0`);
export const DATASETS = NAMES.map((name) => dataset(name));

/** Team oncology reads the first `count` datasets, each until a day of its own where `dated`. */
export const granted = (count: number, { dated = false } = {}): Grant =>
  grant(
    'team:oncology',
    ...NAMES.slice(0, count).map((name, index) =>
      entry(name, 'read', dated ? addDays('2027-01-01', index) : undefined),
    ),
  );

export const lakeOf = (one: Grant, callers = 1, cloudFormationRole?: string): Catalog => {
  const assumedBy = Array.from({ length: callers }, (_, index) => ({
    arn: `arn:aws:iam::{account}:role/caller-${1000 + index}`,
  }));
  const catalog = catalogOf({ datasets: DATASETS, principals: [team('oncology', { assumedBy })], grants: [one] });
  const instances = catalog.lake.instances.map((instance) => ({
    ...instance,
    ...(cloudFormationRole === undefined ? {} : { cloudFormationRole }),
  }));
  return { ...catalog, lake: { ...catalog.lake, instances } };
};

export const desiredOf = (catalog: Catalog): DesiredState =>
  compileCatalog({ catalog, instance: 'dev01', asOf: AS_OF, runtime: [] }, resourceKinds);

/** What changes; `access` is told only where a test is about it, because it is costly to find out. */
export const planOf = (desired: DesiredState, live: LiveState, access: readonly AccessChange[] = []): Plan =>
  makePlan({ desired, live, access, kinds: resourceKinds, meta: {}, diagnostics: [], asOf: AS_OF });

/** AWS as it was left by applying a lake, and perhaps by people. */
export const applied = (catalog: Catalog, meddle: (aws: Aws) => Aws = (aws) => aws): Aws => {
  const desired = desiredOf(catalog);
  const plan = planOf(desired, NOTHING);
  return meddle(appliedAws(simulate(NOTHING, plan, desired, resourceKinds), desired));
};

export const judge = (
  before: Aws | undefined,
  now: Catalog,
  facts: Partial<QuotaFacts> = {},
  quotas: Partial<AccountQuotas> = {},
  access: readonly AccessChange[] = [],
): readonly Diagnostic[] => {
  const desired = desiredOf(now);
  const live = before === undefined ? NOTHING : observeLive(before, desired, []);
  const plan = planOf(desired, live, access);
  return judgeQuotas({
    plan,
    catalog: now,
    desired,
    live,
    quotas: { ...DEFAULT_FACTS, ...facts, quotas: { ...DEFAULT_QUOTAS, ...quotas } },
  });
};

export const account = (limit: number) => ({ limit, source: 'account' }) as const;
export const codes = (found: readonly Diagnostic[]): readonly string[] =>
  found.map(({ code, severity }) => `${code} ${severity}`);

export const policyNames = (catalog: Catalog): readonly string[] =>
  desiredOf(catalog)
    .resources.filter(({ kind, stack }) => kind === 'iam-managed-policy' && stack.includes('-access-'))
    .map(({ properties }) => textOf(properties['ManagedPolicyName']));
