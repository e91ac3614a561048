import { describe, expect, it } from 'vitest';
import { declaredRows } from '../../src/access/rows.ts';
import type { GrantEntry } from '../../src/reconciler/model/catalog.ts';
import type { AccessRow } from '../../src/reconciler/model/resource.ts';
import { AS_OF, catalogOf, dataset, entry, grant, INTERNAL, type Parts, pipeline, team, tier } from './support.ts';

const text = (row: AccessRow): string =>
  `${row.principal} ${row.level} ${row.tier}/${row.dataset}${row.until === undefined ? '' : ` until ${row.until}`}`;

const rowsOf = (parts: Parts, asOf = AS_OF, instance = 'dev01'): readonly string[] =>
  declaredRows(catalogOf(parts), instance, asOf).rows.map(text);

const notesOf = (parts: Parts, asOf = AS_OF, instance = 'dev01') =>
  declaredRows(catalogOf(parts), instance, asOf).notes;

const oncology = (...access: GrantEntry[]): Parts['grants'] => [grant('team:oncology', ...access)];

const TRIALS = dataset('trials', 'sensitive', { domain: 'clinical' });
const SITES = dataset('sites', 'sensitive', { domain: 'clinical', owner: 'team:ops' });
const SALES = dataset('sales', 'sensitive', { domain: 'crm' });
const NEWS = dataset('news', 'internal');

describe('grants by name', () => {
  it('give the level on the dataset', () => {
    expect(rowsOf({ datasets: [TRIALS], grants: oncology(entry('trials', 'read')) })).toEqual([
      'team:oncology read sensitive/trials',
    ]);
  });

  it('carry their end', () => {
    expect(rowsOf({ datasets: [TRIALS], grants: oncology(entry('trials', 'read', '2026-12-31')) })).toEqual([
      'team:oncology read sensitive/trials until 2026-12-31',
    ]);
  });

  it('hold through the end of their last day, and not a second longer', () => {
    const parts = { datasets: [TRIALS], grants: oncology(entry('trials', 'read', '2026-12-31')) };
    expect(rowsOf(parts, '2026-12-31T23:59:59Z')).toHaveLength(1);
    expect(rowsOf(parts, '2027-01-01T00:00:00Z')).toEqual([]);
  });

  it('leave it to the check of the files to tell that they have expired, so that it is told once', () => {
    const parts = { datasets: [TRIALS], grants: oncology(entry('trials', 'read', '2026-05-31')) };
    expect(rowsOf(parts)).toEqual([]);
    expect(notesOf(parts)).toEqual([]);
  });

  it('are skipped with a note where the instance does not have the dataset', () => {
    const parts = {
      datasets: [dataset('trials', 'sensitive', { instances: ['prod'] })],
      grants: oncology(entry('trials', 'read')),
    };
    expect(rowsOf(parts)).toEqual([]);
    expect(notesOf(parts)).toMatchObject([{ code: 'EDL-2051', severity: 'note' }]);
    expect(rowsOf(parts, AS_OF, 'prod')).toEqual(['team:oncology read sensitive/trials']);
  });

  it("are skipped with a note where the instance has none of the dataset's regions", () => {
    const parts = {
      datasets: [dataset('trials', 'sensitive', { regions: ['us-east-1'] })],
      grants: oncology(entry('trials', 'read')),
    };
    expect(rowsOf(parts)).toEqual([]);
    expect(notesOf(parts)).toMatchObject([{ code: 'EDL-2051' }]);
  });

  it('are silent in instances that they do not mean', () => {
    const parts = {
      datasets: [TRIALS],
      grants: oncology(entry('trials', 'read', undefined, { instances: ['prod'] })),
    };
    expect(declaredRows(catalogOf(parts), 'dev01', AS_OF)).toEqual({ rows: [], notes: [] });
  });

  it('end with a retired dataset', () => {
    const parts = {
      datasets: [dataset('trials', 'sensitive', { retired: { on: '2026-06-01', reason: 'replaced' } })],
      grants: oncology(entry('trials', 'read')),
    };
    expect(rowsOf(parts, '2026-05-31T23:00:00Z')).toEqual(['team:oncology read sensitive/trials until 2026-05-31']);
    expect(rowsOf(parts, '2026-06-01T00:00:00Z')).toEqual([]);
    expect(notesOf(parts, '2026-06-01T00:00:00Z')).toMatchObject([{ code: 'EDL-2052', severity: 'warning' }]);
  });
});

describe('overlapping grants', () => {
  const both = (first: GrantEntry, second: GrantEntry): readonly string[] =>
    rowsOf({ datasets: [TRIALS], grants: [...(oncology(first) ?? []), ...(oncology(second) ?? [])] });

  it.each([
    [
      'the latest date wins',
      entry('trials', 'read', '2026-07-01'),
      entry('trials', 'read', '2026-09-01'),
      ['read sensitive/trials until 2026-09-01'],
    ],
    ['no date is latest', entry('trials', 'read', '2026-07-01'), entry('trials', 'read'), ['read sensitive/trials']],
    [
      'a level that another holds as long is left out',
      entry('trials', 'read'),
      entry('trials', 'read-raw'),
      ['read-raw sensitive/trials'],
    ],
    [
      'a level that outlives the one above it stays',
      entry('trials', 'read'),
      entry('trials', 'read-raw', '2026-07-01'),
      ['read sensitive/trials', 'read-raw sensitive/trials until 2026-07-01'],
    ],
    [
      'write does not hold read',
      entry('trials', 'read'),
      entry('trials', 'write'),
      ['read sensitive/trials', 'write sensitive/trials'],
    ],
    ['admin holds both', entry('trials', 'read-raw'), entry('trials', 'admin'), ['admin sensitive/trials']],
    [
      'an expired one adds nothing',
      entry('trials', 'admin', '2026-01-01'),
      entry('trials', 'read'),
      ['read sensitive/trials'],
    ],
  ])('%s', (_name, first, second, expected) => {
    expect(both(first, second)).toEqual(expected.map((row) => `team:oncology ${row}`));
    expect(both(second, first)).toEqual(expected.map((row) => `team:oncology ${row}`));
  });
});

describe('selectors', () => {
  const datasets = [TRIALS, SITES, SALES, NEWS];
  const select = (target: GrantEntry['target'], level: GrantEntry['level'] = 'read', ...more: GrantEntry[]) =>
    rowsOf({ datasets, grants: oncology(entry(target, level), ...more) });

  it('by domain mean exactly its datasets', () => {
    expect(select({ select: { domain: 'clinical' } })).toEqual([
      'team:oncology read sensitive/sites',
      'team:oncology read sensitive/trials',
    ]);
  });

  it('by owner, and by several conditions at once', () => {
    expect(select({ select: { owner: 'team:ops' } })).toEqual(['team:oncology read sensitive/sites']);
    expect(select({ select: { tier: 'sensitive', domain: 'crm' } })).toEqual(['team:oncology read sensitive/sales']);
  });

  it('by tier alone mean all of the tier, datasets to come included', () => {
    expect(select({ select: { tier: 'sensitive' } })).toEqual(['team:oncology read sensitive/*']);
    expect(rowsOf({ datasets: [], grants: oncology(entry({ select: { tier: 'sensitive' } }, 'read')) })).toEqual([
      'team:oncology read sensitive/*',
    ]);
  });

  it('by tier alone stay exact for who reads raw data in that tier', () => {
    expect(select({ select: { tier: 'sensitive' } }, 'read', entry('trials', 'read-raw'))).toEqual([
      'team:oncology read sensitive/sales',
      'team:oncology read sensitive/sites',
      'team:oncology read-raw sensitive/trials',
    ]);
  });

  it('by tier alone become one row again when the raw grant has expired, or is in another tier', () => {
    const all = ['team:oncology read sensitive/*'];
    expect(select({ select: { tier: 'sensitive' } }, 'read', entry('trials', 'read-raw', '2026-01-01'))).toEqual(all);
    expect(select({ select: { tier: 'sensitive' } }, 'read', entry('news', 'admin'))).toEqual([
      'team:oncology discover internal/*',
      'team:oncology admin internal/news',
      ...all,
    ]);
  });

  it.each(['read-raw', 'write', 'admin'] as const)('by tier alone are exact for %s', (level) => {
    expect(select({ select: { tier: 'sensitive' } }, level)).toHaveLength(3);
  });

  it('give more than a name does only where they reach further', () => {
    expect(select({ select: { tier: 'sensitive' } }, 'read', entry('trials', 'write'))).toEqual([
      'team:oncology read sensitive/*',
      'team:oncology write sensitive/trials',
    ]);
    expect(select({ select: { tier: 'sensitive' } }, 'read', entry('trials', 'read', '2026-12-31'))).toEqual([
      'team:oncology read sensitive/*',
    ]);
  });

  it('that mean nothing here are noted', () => {
    expect(notesOf({ datasets, grants: oncology(entry({ select: { domain: 'hr' } }, 'read')) })).toMatchObject([
      { code: 'EDL-2053', severity: 'note' },
    ]);
  });
});

describe('open metadata', () => {
  it('comes with any grant in the tier, as long as the longest', () => {
    const datasets = [NEWS, dataset('crm', 'internal')];
    const grants = oncology(entry('news', 'read', '2026-07-01'), entry('crm', 'write', '2026-09-01'));
    expect(rowsOf({ datasets, grants })).toEqual([
      'team:oncology discover internal/* until 2026-09-01',
      'team:oncology write internal/crm until 2026-09-01',
      'team:oncology read internal/news until 2026-07-01',
    ]);
  });

  it('is all that discover on one of its datasets gives', () => {
    expect(rowsOf({ datasets: [NEWS], grants: oncology(entry('news', 'discover')) })).toEqual([
      'team:oncology discover internal/*',
    ]);
  });
});

describe('other holders', () => {
  it('default roles read all of their tier', () => {
    const tiers = [{ ...INTERNAL, defaultRole: { assumedBy: [] } }];
    expect(rowsOf({ tiers })).toEqual(['everyone:internal read internal/*']);
  });

  it('exposed datasets have a holder for each level, without the open metadata of others', () => {
    const datasets = [dataset('news', 'internal', { expose: [{ level: 'read', assumedBy: [] }] })];
    expect(rowsOf({ datasets })).toEqual(['exposed:news/read read internal/news']);
  });

  it('pipelines read their inputs and write their outputs', () => {
    const pipelines = [pipeline('daily', ['trials'], ['sales'])];
    expect(rowsOf({ datasets: [TRIALS, SALES], pipelines })).toEqual([
      'pipeline:daily run-write sensitive/sales',
      'pipeline:daily read sensitive/trials',
    ]);
  });

  it('pipelines are not there where their instance or region is not', () => {
    const datasets = [TRIALS, SALES];
    expect(rowsOf({ datasets, pipelines: [pipeline('p', ['trials'], ['sales'], { instances: ['prod'] })] })).toEqual(
      [],
    );
    expect(rowsOf({ datasets, pipelines: [pipeline('p', ['trials'], ['sales'], { region: 'us-east-1' })] })).toEqual(
      [],
    );
  });

  it('a pipeline without one of its datasets is warned of', () => {
    expect(notesOf({ datasets: [TRIALS], pipelines: [pipeline('daily', ['trials'], ['sales'])] })).toMatchObject([
      { code: 'EDL-2054', severity: 'warning', file: 'catalog/pipelines/daily/pipeline_config.yaml' },
    ]);
  });

  it('a grant to a pipeline adds to what it reads', () => {
    const parts = {
      datasets: [TRIALS, SALES, SITES],
      pipelines: [pipeline('daily', ['trials'], ['sales'])],
      grants: [grant('pipeline:daily', entry('sites', 'read-raw'))],
      principals: [team('oncology')],
      tiers: [tier('sensitive')],
    };
    expect(rowsOf(parts)).toContain('pipeline:daily read-raw sensitive/sites');
  });
});
