import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { declaredRows } from '../../src/access/rows.ts';
import { accessSources, type IdleGrant } from '../../src/access/sources.ts';
import { uniteRows } from '../../src/access/unite.ts';
import type { AccessRow } from '../../src/reconciler/model/resource.ts';
import { catalogArbitrary } from '../arbitraries/catalog.ts';
import { SAMPLE_AS_OF } from '../arbitraries/catalog-parts.ts';
import { AS_OF, catalogOf, dataset, entry, grant, INTERNAL, pipeline, SENSITIVE, team } from './support.ts';

const rowOf = ({ principal, dataset: name, tier, level, until }: AccessRow): AccessRow => ({
  principal,
  dataset: name,
  tier,
  level,
  ...(until === undefined ? {} : { until }),
});

test('united, the sources are what documents are made of', () => {
  const days = fc.constantFrom(SAMPLE_AS_OF, '2026-12-15T08:00:00Z', '2027-02-01T00:00:00Z');
  fc.assert(
    fc.property(
      catalogArbitrary({ expired: true, grants: { min: 0, max: 12 } }),
      days,
      fc.constantFrom(0, 1),
      (catalog, asOf, at) => {
        const instance = catalog.lake.instances[at % catalog.lake.instances.length]?.name ?? '';
        const { sources } = accessSources(catalog, instance, asOf);
        expect(uniteRows(sources.map(rowOf))).toEqual(declaredRows(catalog, instance, asOf).rows);
      },
    ),
    { numRuns: 150 },
  );
});

test('every line of a grant either gives something or says why not', () => {
  fc.assert(
    fc.property(catalogArbitrary({ expired: true }), (catalog) => {
      const { sources, idle } = accessSources(catalog, 'prod', SAMPLE_AS_OF);
      const told = new Set([...sources, ...idle].map(({ declaredIn }) => declaredIn));
      for (const { access } of catalog.grants)
        for (const { declaredIn } of access) expect(told.has(declaredIn)).toBe(true);
    }),
  );
});

const at = (line: number) => ({ declaredIn: { file: 'catalog/grants/g.yaml', line } });

describe('what gives a right', () => {
  const catalog = catalogOf({
    tiers: [{ ...INTERNAL, defaultRole: { assumedBy: [] } }, SENSITIVE],
    datasets: [
      dataset('news', 'internal', { domain: 'press' }),
      dataset('sales'),
      dataset('trials', 'sensitive', { expose: [{ level: 'read', assumedBy: [] }] }),
    ],
    grants: [
      { ...grant('team:oncology', entry('trials', 'read', '2026-12-31', at(4))), reason: 'REQ-1' },
      grant('team:oncology', entry({ select: { tier: 'internal', domain: 'press' } }, 'write', undefined, at(9))),
      grant('team:oncology', entry({ select: { tier: 'internal' } }, 'read', '2026-08-01', at(10))),
    ],
    pipelines: [pipeline('daily', ['trials'], ['sales'])],
  });
  const { sources } = accessSources(catalog, 'dev01', AS_OF);
  const found = (principal: string) =>
    sources
      .filter((source) => source.principal === principal)
      .map(({ dataset: name, level, by, target, declaredIn: { file, line } }) => [
        by,
        name,
        level,
        target,
        `${file}:${line}`,
      ]);

  it.each([
    [
      'team:oncology',
      [
        ['grant', 'trials', 'read', 'trials', 'catalog/grants/g.yaml:4'],
        ['grant', 'news', 'write', 'all internal datasets of domain press', 'catalog/grants/g.yaml:9'],
        ['grant', '*', 'read', 'all internal datasets', 'catalog/grants/g.yaml:10'],
        ['open-metadata', '*', 'discover', 'all internal datasets of domain press', 'catalog/grants/g.yaml:9'],
      ],
    ],
    [
      'pipeline:daily',
      [
        ['pipeline', 'trials', 'read', 'trials', 'catalog/pipelines/daily/pipeline_config.yaml:1'],
        ['pipeline', 'sales', 'run-write', 'sales', 'catalog/pipelines/daily/pipeline_config.yaml:1'],
      ],
    ],
    [
      'everyone:internal',
      [
        ['default-role', '*', 'read', 'all internal datasets', 'lake.yaml:1'],
        ['open-metadata', '*', 'discover', 'all internal datasets', 'lake.yaml:1'],
      ],
    ],
    ['exposed:trials/read', [['exposed', 'trials', 'read', 'trials', 'catalog/datasets/trials.yaml:1']]],
  ])('of %s', (principal, expected) => {
    expect(found(principal)).toEqual(expected);
  });

  it('says why, where the file does', () => {
    expect(sources.find(({ dataset: name }) => name === 'trials')?.reason).toBe('REQ-1');
  });
});

describe('a line that gives nothing says why', () => {
  const catalog = catalogOf({
    datasets: [
      dataset('sales'),
      dataset('old', 'sensitive', { retired: { on: '2026-05-01', reason: 'replaced' } }),
      dataset('far', 'sensitive', { instances: ['prod'] }),
    ],
    principals: [team('oncology')],
  });
  const idleOf = (...access: Parameters<typeof entry>): Partial<IdleGrant> | undefined => {
    const { idle } = accessSources({ ...catalog, grants: [grant('team:oncology', entry(...access))] }, 'dev01', AS_OF);
    return idle[0];
  };

  it.each([
    ['has expired', ['sales', 'read', '2026-05-31'], { why: 'expired', expires: '2026-05-31', datasets: ['sales'] }],
    ['is for other instances', ['sales', 'read', undefined, { instances: ['prod'] }], { why: 'other-instance' }],
    ['names a retired dataset', ['old', 'read'], { why: 'retired', datasets: ['old'] }],
    ['names a dataset of other instances', ['far', 'read'], { why: 'absent', datasets: ['far'] }],
    ['selects nothing', [{ select: { domain: 'none' } }, 'read'], { why: 'no-dataset', datasets: [] }],
  ] as const)('%s', (_, access, expected) => {
    expect(idleOf(...(access as unknown as Parameters<typeof entry>))).toMatchObject(expected);
  });

  it.each([
    ['a whole tier without datasets, which may come', [{ select: { tier: 'internal' } }, 'read']],
    ['today is its last day', ['sales', 'read', '2026-06-01']],
  ] as const)('but not: %s', (_, access) => {
    expect(idleOf(...(access as unknown as Parameters<typeof entry>))).toBeUndefined();
  });
});
