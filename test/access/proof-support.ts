import { prove } from '../../src/access/proof/prove.ts';
import type { Mismatch, ProofInput } from '../../src/access/proof/types.ts';
import { desiredObjects, proofInput } from '../../src/app/proof-input.ts';
import { compileCatalog } from '../../src/reconciler/compile/compile.ts';
import type { Catalog } from '../../src/reconciler/model/catalog.ts';
import { resourceKinds } from '../../src/resources/index.ts';
import { catalogOf, dataset, entry, grant, INTERNAL, pipeline, SENSITIVE, team, tier } from './support.ts';

export const NOW = '2026-11-22T10:00:00Z';

/** What `edl verify` would prove: everything as the kinds declare it. */
export const inputOf = (catalog: Catalog, instance = 'prod', asOf = NOW): ProofInput => {
  const runtime = [{ path: 'job.py', content: 'pass\n' }];
  const desired = compileCatalog({ catalog, instance, asOf, runtime }, resourceKinds);
  const { roles, resources } = proofInput({ catalog, instance, asOf, objects: desiredObjects(desired) });
  return { catalog, instance, asOf, roles, resources };
};

export const mismatchesOf = (input: ProofInput): readonly Mismatch[] => prove(input).mismatches;

/** One short line each, for messages of tests. */
export const told = (mismatches: readonly Mismatch[]): readonly string[] =>
  mismatches.map(
    ({ holder, action, resource, circumstances = '', at, expected, found }) =>
      `${holder} ${action} ${resource} ${circumstances} at ${at}: ${found}, not ${expected}`,
  );

const BOTH = ['eu-west-1', 'us-east-1'];
const EVERYWHERE = { instances: ['dev01', 'prod'], regions: BOTH };

/** A lake with one of everything: tiers of each sort, two regions, all levels, dates, selectors, exposures, pipelines. */
export const RICH = catalogOf({
  tiers: [{ ...INTERNAL, defaultRole: { assumedBy: [] } }, tier('restricted', { metadata: 'open' }), SENSITIVE],
  datasets: [
    dataset('codes', 'internal', EVERYWHERE),
    dataset('crm', 'internal', { ...EVERYWHERE, retired: { on: '2026-12-20', reason: 'Replaced' } }),
    dataset('leads', 'restricted', EVERYWHERE),
    dataset('outcomes', 'sensitive', {
      ...EVERYWHERE,
      expose: [{ level: 'read', assumedBy: [{ arn: 'arn:aws:iam::444444444444:role/partner' }] }],
    }),
    dataset('sales', 'sensitive', EVERYWHERE),
    dataset('sales-secret', 'sensitive', EVERYWHERE),
    dataset('sites', 'sensitive', { ...EVERYWHERE, regions: ['us-east-1'] }),
    dataset('visits', 'restricted', {
      ...EVERYWHERE,
      regions: ['eu-west-1'],
      expose: [{ level: 'admin', assumedBy: [{ arn: 'arn:aws:iam::444444444444:role/partner' }] }],
    }),
  ],
  principals: [
    team('analysts'),
    team('dropzone'),
    team('nobody'),
    team('oncology'),
    team('readers'),
    { ...team('robot'), kind: 'service', ref: 'service:robot' },
  ],
  grants: [
    grant('team:analysts', entry({ select: { tier: 'restricted' } }, 'read', '2027-01-31'), entry('sales', 'discover')),
    grant('team:dropzone', entry('sales', 'write', '2026-12-31'), entry('leads', 'write')),
    grant(
      'team:oncology',
      entry('sales', 'read', '2026-12-31'),
      entry('outcomes', 'read-raw', '2027-01-15'),
      entry('sites', 'admin', '2026-12-31'),
      entry('leads', 'discover', '2026-11-30'),
      entry('codes', 'read'),
    ),
    grant('team:readers', entry('visits', 'read-raw'), entry({ select: { tier: 'restricted' } }, 'read')),
    grant('service:robot', entry({ select: { tier: 'sensitive' } }, 'read'), entry('visits', 'read', '2026-12-01')),
  ],
  pipelines: [
    pipeline('make-outcomes', ['sales'], ['outcomes'], { instances: ['prod'] }),
    pipeline('make-leads', ['codes', 'visits'], ['leads'], {
      instances: ['prod'],
      engine: 'emr-serverless',
      region: 'us-east-1',
    }),
  ],
});
