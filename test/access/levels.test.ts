import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ACTION_GROUPS, type ActionGroup, BASE_GROUPS, everyAction } from '../../src/access/actions.ts';
import { packRows } from '../../src/access/documents/pack.ts';
import type { AccessRole } from '../../src/access/documents/role.ts';
import { evaluate } from '../../src/access/evaluate/evaluate.ts';
import type { RequestContext } from '../../src/access/evaluate/types.ts';
import { actionsOf, implied, implies, LEVEL_GROUPS, LEVELS, type RowLevel } from '../../src/access/levels.ts';
import { scopeOf } from '../../src/access/scope.ts';
import { addDays } from '../../src/access/time.ts';
import { DEFAULT_QUOTAS } from '../../src/reconciler/model/quotas.ts';
import type { AccessRow } from '../../src/reconciler/model/resource.ts';
import {
  arnOf,
  AS_OF,
  catalogOf,
  contextOf,
  dataset,
  entry,
  grant,
  INTERNAL,
  pipeline,
  roleOf,
  SENSITIVE,
  tier,
} from './support.ts';

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

  it('has true numbers in the table of what fits: the smallest of five samples, in tens', () => {
    const table = rows.filter((row) => row.length === 7);
    expect(table).toHaveLength(4);
    for (const [level, metadata = '', ...counts] of table)
      for (const [column, count] of counts.entries()) {
        const dates = [0, 1, 3, 12, 1000][column] ?? 0;
        const told = Number(count);
        const fits = (sample: string, size: number): boolean =>
          documentsFor({ sample, level: names(level)[0] ?? '', metadata, dates, size }) <=
          DEFAULT_QUOTAS.attachedPoliciesPerRole.limit;
        const what = `${level ?? ''} ${metadata} ${dates} dates: ${told}`;
        for (const sample of SAMPLES) expect(fits(sample, told), `${what}, sample ${sample}`).toBe(true);
        expect(
          SAMPLES.every((sample) => fits(sample, told + 10)),
          `${what} and ten more`,
        ).toBe(false);
      }
  });
});

/** Each sample is datasets of names of 20 characters that begin with its letter. */
const SAMPLES = ['a', 'b', 'c', 'd', 'e'];

interface Many {
  readonly sample: string;
  readonly level: string;
  readonly metadata: string;
  readonly dates: number;
  readonly size: number;
}

/** How many managed policies this many grants of one level need. */
const documentsFor = ({ sample, level, metadata, dates, size }: Many): number => {
  const all = Array.from({ length: size }, (_, index) => `${sample}-${1000 + index}-dataset-name0`);
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

interface LevelCases {
  /** The AWS pages that tell what an action works on. */
  readonly pages: Readonly<Record<string, string>>;
  readonly places: Readonly<Record<string, { readonly resource: string; readonly context?: RequestContext }>>;
  /** What is not listed as allowed is denied. */
  readonly rows: readonly {
    readonly page: string;
    readonly action: string;
    readonly place: string;
    readonly allowed: readonly RowLevel[];
    /** The base of every role gives it too, and no data by it; so it does not end with a grant. */
    readonly fromBase?: boolean;
  }[];
}

const cases = JSON.parse(readFileSync(new URL('cases/levels.json', import.meta.url), 'utf8')) as LevelCases;

/** The role that holds one level on dataset sales of tier sensitive, and nothing else. */
const holderOf = (level: RowLevel, expires?: string): AccessRole => {
  const datasets = [dataset('sales'), dataset('sales-secret'), dataset('x'), dataset('other', 'restricted')];
  const tiers = [INTERNAL, tier('restricted'), SENSITIVE];
  return level === 'run-write'
    ? roleOf(catalogOf({ tiers, datasets, pipelines: [pipeline('daily', [], ['sales'])] }), 'pipeline:daily')
    : roleOf(
        catalogOf({ tiers, datasets, grants: [grant('team:oncology', entry('sales', level, expires))] }),
        'team:oncology',
      );
};

describe('what each level allows, as compiled', () => {
  const holders = new Map(LEVELS.map((level) => [level, holderOf(level)]));
  const dated = new Map(
    LEVELS.filter((level) => level !== 'run-write').map((level) => [level, holderOf(level, '2026-12-31')]),
  );
  const answer = (role: AccessRole | undefined, row: LevelCases['rows'][number], at = AS_OF): string => {
    const place = cases.places[row.place];
    if (role === undefined || place === undefined) return `no such case: ${row.place}`;
    return evaluate(contextOf(role), { principalArn: arnOf(role), action: row.action, at, ...place }).answer;
  };
  const allowing = (roles: ReadonlyMap<RowLevel, AccessRole>, row: LevelCases['rows'][number], at?: string) => {
    const answers = [...roles].map(([level, role]) => [level, answer(role, row, at)] as const);
    expect(answers.filter(([, one]) => one !== 'allowed' && one !== 'denied')).toEqual([]);
    return answers.filter(([, one]) => one === 'allowed').map(([level]) => level);
  };

  it.each(cases.rows.map((row) => [`${row.action} on ${row.place}`, row] as const))('%s', (_name, row) => {
    expect(allowing(holders, row)).toEqual(row.allowed);
  });

  it.each(cases.rows.map((row) => [`${row.action} on ${row.place}`, row] as const))(
    '%s, with a last day: until its last second, and not after',
    (_name, row) => {
      const levels = row.allowed.filter((level) => level !== 'run-write');
      expect(allowing(dated, row, '2026-12-31T23:59:59Z')).toEqual(levels);
      expect(allowing(dated, row, '2027-01-01T00:00:00Z')).toEqual(row.fromBase === true ? levels : []);
    },
  );

  it('is told by a page for every row, with both outcomes for every page', () => {
    expect(cases.rows.length).toBeGreaterThanOrEqual(60);
    for (const [page, url] of Object.entries(cases.pages)) {
      expect(url).toMatch(/^https:\/\/docs\.aws\.amazon\.com\//);
      const told = cases.rows.filter((row) => row.page === page);
      expect(told.some((row) => row.allowed.length > 0)).toBe(true);
      expect(told.some((row) => row.allowed.length < LEVELS.length)).toBe(true);
    }
    for (const row of cases.rows) expect(Object.keys(cases.pages), row.action).toContain(row.page);
  });

  it('has a row for every action of every level', () => {
    const told = new Set(cases.rows.map((row) => row.action));
    expect(LEVELS.flatMap((level) => actionsOf(level)).filter((action) => !told.has(action))).toEqual([]);
  });
});

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
