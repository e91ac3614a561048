import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ACTION_GROUPS, type ActionGroup, BASE_GROUPS, everyAction } from '../../src/access/actions.ts';
import { LIMITS } from '../../src/access/documents/limits.ts';
import { packRows } from '../../src/access/documents/pack.ts';
import { actionsOf, implied, implies, LEVEL_GROUPS, LEVELS } from '../../src/access/levels.ts';
import { scopeOf } from '../../src/access/scope.ts';
import { addDays } from '../../src/access/time.ts';
import type { AccessRow } from '../../src/reconciler/model/resource.ts';
import { AS_OF, catalogOf, dataset, tier } from './support.ts';

const doc = readFileSync(new URL('../../docs/access-levels.md', import.meta.url), 'utf8');

/** The cells of the table rows that start with a name in code. */
const rows = doc
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );

const names = (cell = ''): readonly string[] => [...cell.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? '');

const rowOf = (name: string, cells: number): readonly string[] =>
  rows.find((row) => row.length === cells && names(row[0])[0] === name) ?? [];

describe('docs/access-levels.md', () => {
  it.each(LEVELS)('tells what %s holds and adds', (level) => {
    const [, holds, adds] = rowOf(level, 3);
    expect(names(holds)).toEqual(implied(level).filter((held) => held !== level));
    expect(names(adds)).toEqual(LEVEL_GROUPS[level]);
  });

  it.each<[string, ActionGroup]>([...Object.entries(ACTION_GROUPS), ...Object.entries(BASE_GROUPS)])(
    'names the actions of %s, and the page that asks for them',
    (name, group) => {
      const [, actions, on, page] = rowOf(name, 4);
      expect(names(actions)).toEqual(group.actions);
      expect(on).toBe(group.on);
      expect(page).toBe(`<${group.page}>`);
    },
  );

  it('names no action twice over, and none that is not there', () => {
    const told = rows.filter((row) => row.length === 4).flatMap((row) => names(row[1]));
    expect([...new Set(told)].sort()).toEqual(everyAction());
  });

  it('has true numbers in the table of what fits', () => {
    const table = rows.filter((row) => row.length === 7);
    expect(table).toHaveLength(4);
    for (const [level, metadata = '', ...counts] of table)
      for (const [column, count] of counts.entries()) {
        const dates = [0, 1, 3, 12, 1000][column] ?? 0;
        const told = Number(count);
        const fits = (size: number): boolean =>
          documentsFor(names(level)[0] ?? '', metadata, dates, size) <= LIMITS.attachedPolicies;
        expect(fits(told), `${level ?? ''} ${metadata} ${dates} dates: ${told}`).toBe(true);
        expect(fits(told * 2), `${level ?? ''} ${metadata} ${dates} dates: twice ${told}`).toBe(false);
      }
  });
});

const documentsFor = (level: string, metadata: string, dates: number, size: number): number => {
  const all = Array.from({ length: size }, (_, index) => `a-${1000 + index}-dataset-name0`);
  const catalog = catalogOf({
    tiers: [tier('sensitive', { metadata: metadata === 'open' ? 'open' : 'exact' })],
    datasets: all.map((name) => dataset(name)),
  });
  const granted = all.map((name, index): AccessRow => ({
    principal: 'team:oncology',
    dataset: name,
    tier: 'sensitive',
    level: level as AccessRow['level'],
    ...(dates === 0 ? {} : { until: addDays('2027-01-01', index % dates) }),
  }));
  return packRows(scopeOf(catalog, 'dev01', AS_OF), granted).filter((leaf) => leaf.bits !== '').length;
};

describe('levels', () => {
  it('are sets', () => {
    expect(implies('read-raw', 'read')).toBe(true);
    expect(implies('admin', 'write')).toBe(true);
    expect(implies('write', 'read')).toBe(false);
    expect(implies('read', 'write')).toBe(false);
    expect(implies('run-write', 'write')).toBe(false);
    expect(implies('admin', 'run-write')).toBe(false);
  });

  it('give no more than they say', () => {
    expect(
      actionsOf('discover').every((action) => action.startsWith('glue:Get') || action.startsWith('glue:BatchGet')),
    ).toBe(true);
    expect(actionsOf('write').filter((action) => action.startsWith('s3:'))).toEqual([
      's3:AbortMultipartUpload',
      's3:ListMultipartUploadParts',
      's3:PutObject',
    ]);
    expect(actionsOf('admin')).not.toContain('s3:DeleteObject');
    for (const level of LEVELS) expect(actionsOf(level).some((action) => action.includes('*'))).toBe(false);
  });
});
