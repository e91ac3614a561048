import { describe, expect, it } from 'vitest';
import { withBackground } from '../../src/access/changes/background.ts';
import { diffAccess } from '../../src/access/changes/diff.ts';
import { declaredRows } from '../../src/access/rows.ts';
import type { Catalog } from '../../src/reconciler/model/catalog.ts';
import type { AccessChange } from '../../src/reconciler/model/plan.ts';
import { AS_OF, catalogOf, dataset, entry, grant, pipeline, team, tier, type Parts } from './support.ts';

const RESTRICTED = tier('restricted', { approvals: ['owner'], metadata: 'open', defaultRole: { assumedBy: [] } });
const SENSITIVE = tier('sensitive', { approvals: ['owner', 'security'] });
const at = (line: number) => ({ declaredIn: { file: 'catalog/grants/g.yaml', line } });

const lake = (parts: Parts): Catalog => {
  const catalog = catalogOf({
    tiers: [tier('internal', { metadata: 'open' }), RESTRICTED, SENSITIVE],
    datasets: [
      dataset('trials', 'sensitive', { owner: 'team:clinical' }),
      dataset('crm', 'restricted', { owner: 'team:sales' }),
      dataset('suppliers', 'restricted', { owner: 'team:buying' }),
      dataset('news', 'internal'),
    ],
    principals: [team('oncology'), team('security')],
    ...parts,
  });
  return { ...catalog, lake: { ...catalog.lake, security: 'team:security' } };
};

/** Everything that a catalog grants, as if nobody had held anything before; `before` may say otherwise. */
const gains = (parts: Parts, before: Parts = {}): readonly AccessChange[] => {
  const [now, then] = [lake(parts), lake(before)];
  const rows = (catalog: Catalog) => declaredRows(catalog, 'dev01', AS_OF).rows;
  const bare = diffAccess(rows(then), rows(now), {
    people: () => undefined,
    tiers: ['internal', 'restricted', 'sensitive'],
    asOf: AS_OF,
  });
  return withBackground(bare, now, 'dev01', AS_OF).filter(({ principal }) => !principal.startsWith('everyone:'));
};

const facts = ({ dataset: name, approvals, reason, declaredIn }: AccessChange) => [
  name,
  approvals ?? [],
  reason,
  declaredIn === undefined ? undefined : `${declaredIn.file}:${declaredIn.line}`,
];

describe('what stands behind a gain', () => {
  it('is the line that gives it, the reason of its file, and the approvals of its tier', () => {
    const granted = { ...grant('team:oncology', entry('trials', 'read', undefined, at(7))), reason: 'REQ-1' };
    expect(gains({ grants: [granted] }).map(facts)).toEqual([
      ['trials', ['team:clinical', 'team:security'], 'REQ-1', 'catalog/grants/g.yaml:7'],
    ]);
  });

  it('is the line that gives it the longest, then the most', () => {
    const lines = (...entries: ReturnType<typeof entry>[]) =>
      gains({ grants: [grant('team:oncology', ...entries)] }).map(({ declaredIn }) => declaredIn?.line);
    expect(lines(entry('trials', 'read', '2026-12-31', at(4)), entry('trials', 'read', '2027-03-31', at(5)))).toEqual([
      5,
    ]);
    expect(lines(entry('trials', 'discover', undefined, at(4)), entry('trials', 'admin', undefined, at(5)))).toEqual([
      5,
    ]);
  });

  it('is the selector that catches a dataset', () => {
    const select = entry({ select: { owner: 'team:sales' } }, 'read', undefined, at(9));
    const [first] = gains({ grants: [grant('team:oncology', select)] });
    expect(first && facts(first)).toEqual(['crm', ['team:sales'], undefined, 'catalog/grants/g.yaml:9']);
  });

  it('of a whole tier is every owner in it', () => {
    const select = entry({ select: { tier: 'restricted' } }, 'read', undefined, at(9));
    const [first] = gains({ grants: [grant('team:oncology', select)] });
    expect(first && facts(first)).toEqual(['*', ['team:buying', 'team:sales'], undefined, 'catalog/grants/g.yaml:9']);
  });

  it('of a pipeline is its own file', () => {
    const found = gains({ pipelines: [pipeline('daily', ['trials'], ['crm'])] });
    expect(found.filter(({ dataset: name }) => name !== '*').map(facts)).toEqual([
      ['trials', ['team:clinical', 'team:security'], undefined, 'catalog/pipelines/daily/pipeline_config.yaml:1'],
      ['crm', ['team:sales'], undefined, 'catalog/pipelines/daily/pipeline_config.yaml:1'],
    ]);
  });

  it('of an exposed dataset is the dataset', () => {
    const crm = dataset('crm', 'restricted', { owner: 'team:sales', expose: [{ level: 'read', assumedBy: [] }] });
    const found = gains({ datasets: [crm] }).filter(({ principal }) => principal.startsWith('exposed:'));
    expect(found.map(facts)).toEqual([['crm', ['team:sales'], undefined, 'catalog/datasets/crm.yaml:1']]);
  });

  it('of open metadata needs no approval', () => {
    const found = gains({ grants: [grant('team:oncology', entry('crm', 'read', undefined, at(4)))] });
    expect(found.filter(({ dataset: name }) => name === '*').map(facts)).toEqual([
      ['*', [], undefined, 'catalog/grants/g.yaml:4'],
    ]);
  });

  it('is told of longer access too, and not of losses', () => {
    const until = (day: string | undefined) => [grant('team:oncology', entry('trials', 'read', day, at(4)))];
    const approvals = (before: string | undefined, after: string | undefined) =>
      gains({ grants: until(after) }, { grants: until(before) }).map((change) => change.approvals ?? []);
    expect(approvals('2026-12-31', '2027-03-31')).toEqual([['team:clinical', 'team:security']]);
    expect(approvals('2027-03-31', '2026-12-31')).toEqual([[]]);
    expect(gains({}, { grants: until(undefined) }).map(facts)).toEqual([['trials', [], undefined, undefined]]);
  });
});
