import { KNOWN_QUOTAS, type KnownQuota, type Quota } from '../../reconciler/model/quotas.ts';
import type { AccessHolder, AccessRow } from '../../reconciler/model/resource.ts';
import { regionsOf } from '../../reconciler/model/instance.ts';
import { implies } from '../levels.ts';
import type { Scope } from '../scope.ts';
import { endOf, laterEnd, untilField } from '../time.ts';
import { uniteRows } from '../unite.ts';
import { packRows } from './pack.ts';
import type { AccessRole } from './role.ts';
import { documentSize } from './statement.ts';

/** A role as it was packed: `rows` are those that were granted, before the metadata of open tiers is counted in. */
export interface PackedRole {
  readonly scope: Scope;
  readonly role: AccessRole;
  readonly rows: readonly AccessRow[];
}

/** Another way to grant about the same, and how many managed policies it would need: packed, not estimated. */
interface WayOut {
  readonly text: string;
  readonly policies: number;
}

const count = (number: number, one: string, many = `${one}s`): string => `${number} ${number === 1 ? one : many}`;

const policies = (number: number): string =>
  number === 0 ? 'no managed policy at all' : count(number, 'policy', 'policies');

const countPolicies = ({ scope }: PackedRole, rows: readonly AccessRow[]): number =>
  packRows(scope, uniteRows(rows)).filter((leaf) => leaf.bits !== '').length;

const datesOf = (rows: readonly AccessRow[]): readonly string[] =>
  [...new Set(rows.flatMap((row) => row.until ?? []))].sort();

const withEnd = (row: AccessRow, until: string | undefined): AccessRow => {
  const { until: _end, ...rest } = row;
  return until === undefined ? rest : { ...rest, until };
};

const oneDate = (packed: PackedRole): readonly WayOut[] => {
  const dates = datesOf(packed.rows);
  const last = dates.at(-1);
  if (dates.length < 2 || last === undefined) return [];
  const rows = packed.rows.map((row) => (row.until === undefined ? row : withEnd(row, last)));
  return [{ text: 'one common date for all dated grants', policies: countPolicies(packed, rows) }];
};

/** Only where nothing asks for a date: teams and users need one in a tier with `maxGrant`. */
const noDates = (packed: PackedRole): readonly WayOut[] => {
  const { scope, role, rows } = packed;
  const mustEnd = /^(?:team|user):/.test(role.holder);
  const bound = rows.some((row) => mustEnd && scope.tiers.get(row.tier)?.maxGrantDays !== undefined);
  if (bound || datesOf(rows).length === 0) return [];
  return [
    {
      text: 'no dates',
      policies: countPolicies(
        packed,
        rows.map((row) => withEnd(row, undefined)),
      ),
    },
  ];
};

/** A whole tier in the place of single grants; not for who may read raw data there, which needs exact rows. */
const wholeTiers = (packed: PackedRole): readonly WayOut[] => {
  const { scope, role, rows } = packed;
  if (role.kind !== 'principal') return [];
  return [...scope.tiers.values()].flatMap((tier) => {
    const inTier = rows.filter((row) => row.tier === tier.name);
    const single = inTier.filter((row) => row.dataset !== '*' && implies('read', row.level));
    const [first] = single;
    const readsRaw = inTier.some((row) => implies(row.level, 'read-raw'));
    if (first === undefined || single.length < 2 || readsRaw || !tier.selectorsAllowed) return [];
    const whole: AccessRow = {
      principal: first.principal,
      dataset: '*',
      tier: tier.name,
      level: single.some((row) => row.level === 'read') ? 'read' : 'discover',
      ...untilField(single.reduce((end, row) => laterEnd(end, endOf(row.until)), '')),
    };
    const others = rows.filter((row) => !single.includes(row));
    return [
      {
        text: `{ select: { tier: ${tier.name} } } in the place of ${single.length} single grants (it covers every dataset of the tier, also those to come)`,
        policies: countPolicies(packed, [...others, whole]),
      },
    ];
  });
};

const subject = (holder: AccessHolder): string =>
  holder.startsWith('pipeline:')
    ? 'pipelines with fewer datasets each'
    : holder.startsWith('exposed:') || holder.startsWith('everyone:')
      ? 'roles'
      : 'principals';

const raise = (needed: number, quota: Quota, known: KnownQuota): string =>
  known.most === undefined || needed > known.most || quota.limit >= known.most
    ? ''
    : `ask AWS to raise quota ${known.code} ("${known.name}", in Service Quotas of us-east-1) from ${quota.limit} to ${needed} or more; it goes up to ${known.most}`;

const numbered = (ways: readonly string[]): string =>
  ways
    .filter((way) => way !== '')
    .map((way, index) => `(${index + 1}) ${way}`)
    .join('; ');

const waysOut = (packed: PackedRole, quota: Quota): string => {
  const needed = packed.role.managed.length;
  const ways = [...oneDate(packed), ...noDates(packed), ...wholeTiers(packed)]
    .filter((way) => way.policies < needed)
    .sort((left, right) => left.policies - right.policies);
  const parts = Math.ceil((needed + 1) / (quota.limit + 1));
  return numbered([
    ...ways.map(
      (way) => `${way.text}: ${policies(way.policies)}${way.policies > quota.limit ? ', which is still too many' : ''}`,
    ),
    raise(needed, quota, KNOWN_QUOTAS.attachedPoliciesPerRole),
    `split it into ${Math.max(2, parts)} ${subject(packed.role.holder)}`,
  ]);
};

const regionsOfRows = ({ scope, rows }: PackedRole): number => {
  const named = rows.flatMap((row) => {
    const dataset = scope.datasets.get(row.dataset);
    return dataset === undefined ? scope.instance.regions : regionsOf(dataset, scope.instance);
  });
  return new Set(named).size;
};

/** What makes a role large: dates first, then exact metadata and regions. */
const cause = (packed: PackedRole): string => {
  const { scope, rows } = packed;
  const dated = rows.filter((row) => row.until !== undefined).length;
  const exact = rows.filter((row) => scope.tiers.get(row.tier)?.metadata === 'exact').length;
  const regions = regionsOfRows(packed);
  const parts = [
    `It holds ${count(rows.length, 'row')} of access, ${dated} of them dated, with ${count(datesOf(rows).length, 'different date')} (each date needs statements of its own in every document)`,
    exact === 0
      ? ''
      : `${exact} of them ${exact === 1 ? 'is' : 'are'} in tiers with exact metadata (each names its tables)`,
    regions < 2 ? '' : `their data is in ${regions} regions (each region needs statements of its own)`,
  ];
  return `${parts.filter((part) => part !== '').join('; ')}.`;
};

/**
 * Why the access of a role needs more managed policies than it may have, with every number that helps to decide, and the ways
 * out, the most effective first. `limit` says in words how many it may have.
 */
export const explainPolicies = (packed: PackedRole, quota: Quota, limit: string): string =>
  `The access of ${packed.role.holder} needs ${packed.role.managed.length} managed policies beside its inline ones, and ${limit}. ${cause(packed)} Ways out: ${waysOut(packed, quota)}.`;

/** Why the callers of a role do not fit its trust, with the ways out. */
export const explainTrust = (role: AccessRole, quota: Quota, limit: string): string => {
  const size = documentSize(role.trust);
  const ways = numbered([
    'let the callers take one role of yours that is declared here, in the place of each of them',
    raise(size, quota, KNOWN_QUOTAS.trustCharacters),
    `split it into ${Math.ceil(size / quota.limit)} ${subject(role.holder)}`,
  ]);
  return `The trust of the role of ${role.holder} has ${size} characters, and ${limit}. Each caller adds to it. Ways out: ${ways}.`;
};
