import { describe, expect, it } from 'vitest';
import { judgeAccessRules } from '../../src/access/rules/access-rules.ts';
import type { GrantEntry } from '../../src/reconciler/model/catalog.ts';
import { apart, forbid, holding, withRules } from './rules-support.ts';
import { AS_OF, dataset, entry, grant, type Parts, pipeline, tier } from './support.ts';

const OPEN = tier('restricted', { metadata: 'open' });
const PARTS: Parts = {
  tiers: [OPEN, tier('sensitive')],
  datasets: [dataset('lab', 'restricted'), dataset('sales', 'restricted'), dataset('trials', 'sensitive')],
};
const SEE_LAB = forbid(['team', 'pipeline'], holding('lab', 'discover'));

const line = (number: number) => ({ declaredIn: { file: 'catalog/grants/a.yaml', line: number } });

const findings = (parts: Parts, rule = SEE_LAB) =>
  judgeAccessRules(withRules({ ...PARTS, ...parts }, rule), 'dev01', AS_OF);

const told = (...access: readonly GrantEntry[]): string | undefined =>
  findings({ grants: [grant('team:oncology', ...access)] })[0]?.detail.split('. ')[0];

describe('what a finding says somebody holds', () => {
  it('gives each level its own end, and names the open metadata of the tier', () => {
    const access = [entry('lab', 'read', '2027-03-31', line(5)), entry('sales', 'read', '2027-06-30', line(6))];
    expect(told(...access)).toBe(
      'team:oncology holds discover until 2027-06-30 and read until 2027-03-31 on restricted lab (catalog/grants/a.yaml:5; by the open metadata of restricted, which comes with catalog/grants/a.yaml:6)',
    );
  });

  it('says nothing of open metadata that ends with the grant, or before it', () => {
    const access = [entry('lab', 'read', '2027-03-31', line(5)), entry('sales', 'read', '2027-01-31', line(6))];
    expect(told(...access)).toBe(
      'team:oncology holds read on restricted lab until 2027-03-31 (catalog/grants/a.yaml:5)',
    );
  });

  it('says that it is nothing but open metadata', () => {
    expect(told(entry('sales', 'read', '2027-01-31', line(6)))).toBe(
      'team:oncology holds discover on all restricted datasets until 2027-01-31 (by the open metadata of restricted, which comes with catalog/grants/a.yaml:6)'.replace(
        'all restricted datasets',
        'restricted lab',
      ),
    );
  });

  it('does not call a grant of the whole tier open metadata', () => {
    const whole = entry({ select: { tier: 'restricted' } }, 'discover', '2027-01-31', line(7));
    expect(told(whole)).toBe(
      'team:oncology holds discover on restricted lab until 2027-01-31 (catalog/grants/a.yaml:7)',
    );
  });

  it('says so of pipelines too, without naming their inputs', () => {
    const [finding] = findings({ pipelines: [pipeline('daily', ['sales'], ['trials'])] });
    expect(finding?.detail).toMatch(
      /^pipeline:daily holds discover on restricted lab \(by the open metadata of restricted, which comes with catalog\//,
    );
  });

  it('points at the grant that breaks the rule, not at the one that brings metadata', () => {
    const access = [entry('lab', 'read', '2027-03-31', line(5)), entry('sales', 'read', '2027-06-30', line(6))];
    const [finding] = findings({ grants: [grant('team:oncology', ...access)] });
    expect(finding).toMatchObject({ line: 5 });
  });

  it('keeps the ends of levels that do not include each other', () => {
    const access = [entry('trials', 'write', '2027-03-31', line(5)), entry('trials', 'read', '2027-06-30', line(6))];
    const rule = apart([holding('trials', 'discover'), holding('lab', 'discover')]);
    const [finding] = findings(
      { grants: [grant('team:oncology', ...access, entry('lab', 'read', undefined, line(8)))] },
      rule,
    );
    expect(finding?.detail).toContain(
      'holds read until 2027-06-30 and write until 2027-03-31 on sensitive trials (catalog/grants/a.yaml:5; catalog/grants/a.yaml:6) and read on restricted lab (catalog/grants/a.yaml:8).',
    );
  });
});
