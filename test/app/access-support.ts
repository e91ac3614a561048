import { answerCan } from '../../src/app/access/can.ts';
import { placeOf } from '../../src/app/access/place.ts';
import { answerWho } from '../../src/app/access/who.ts';
import type { Catalog } from '../../src/reconciler/model/catalog.ts';
import type { AccessHolder, AccessRow } from '../../src/reconciler/model/resource.ts';
import type { CanAnswer, WhoAnswer } from '../../src/report/access-answers.ts';
import {
  dataset,
  entry,
  grant,
  INTERNAL,
  pipeline,
  SENSITIVE,
  team,
  tier,
  catalogOf,
  AS_OF,
} from '../access/support.ts';

type Level = AccessRow['level'];

/** The place that a name means; fails when it means none. */
export const placed = (catalog: Catalog, name: string) => {
  const found = placeOf(catalog, name);
  if ('problem' in found) throw new Error(found.problem.detail);
  return found.found;
};

export const who = (catalog: Catalog, name: string, level?: Level, instance = 'dev01', asOf = AS_OF): WhoAnswer =>
  answerWho({ catalog, instance, placed: placed(catalog, name), asOf, ...(level === undefined ? {} : { level }) });

export const can = (
  catalog: Catalog,
  holder: AccessHolder,
  level: Level,
  name: string,
  instance = 'dev01',
  asOf = AS_OF,
): CanAnswer => answerCan({ catalog, instance, holder, level, placed: placed(catalog, name), asOf });

/** A lake with every way of holding something: grants with and without ends, selectors, pipelines, everybody, third parties. */
export const LAKE: Catalog = catalogOf({
  tiers: [
    { ...INTERNAL, defaultRole: { assumedBy: [] } },
    tier('restricted', { metadata: 'open', maxGrantDays: 365, approvals: ['owner'] }),
    { ...SENSITIVE, maxGrantDays: 90, reasonRequired: true, selectorsAllowed: false, approvals: ['owner'] },
  ],
  datasets: [
    dataset('news', 'internal', { domain: 'press' }),
    dataset('sales', 'restricted', { domain: 'crm' }),
    dataset('visits', 'restricted', { domain: 'crm' }),
    dataset('trials', 'sensitive', { expose: [{ level: 'read', assumedBy: [] }] }),
    dataset('old', 'internal', { retired: { on: '2026-05-01', reason: 'replaced by news' } }),
    dataset('far', 'internal', { instances: ['prod'] }),
  ],
  principals: [
    team('oncology', { members: ['jane.doe@acme.example', 'samir.haddad@acme.example'] }),
    team('owners', { members: ['maria.silva@acme.example'] }),
    team('crm', { members: ['jane.doe@acme.example'], description: 'Field force' }),
    { ...team('robots'), kind: 'service', ref: 'service:robots' },
  ],
  grants: [
    {
      ...grant(
        'team:oncology',
        entry('trials', 'read', '2026-06-10', { declaredIn: { file: 'catalog/grants/trials.yaml', line: 5 } }),
        entry('sales', 'read', '2026-05-31', { declaredIn: { file: 'catalog/grants/trials.yaml', line: 6 } }),
      ),
      reason: 'REQ-1',
    },
    grant('team:crm', entry({ select: { tier: 'restricted', domain: 'crm' } }, 'admin', '2027-05-01')),
    grant('team:owners', entry({ select: { tier: 'restricted' } }, 'read', '2027-01-01')),
    grant('team:owners', entry('visits', 'write', '2026-12-31')),
    grant('team:owners', entry('trials', 'read', undefined, { instances: ['prod'] })),
    grant('service:robots', entry('news', 'write')),
  ],
  pipelines: [
    pipeline('daily', ['trials'], ['sales']),
    pipeline('nightly', ['news'], ['news'], { instances: ['prod'] }),
  ],
});
