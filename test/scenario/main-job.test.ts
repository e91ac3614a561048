import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { plain } from '../../src/report/paint.ts';
import { renderPlanText } from '../../src/report/plan-text.ts';
import { copySampleLake } from '../support/edl.ts';
import {
  appendLines,
  editFile,
  mutationsIn,
  removeFiles,
  startStage,
  writeLines,
  type Place,
  type Stage,
} from '../support/stage.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const EMPTY = 'Plan: 0 to create, 0 to update, 0 to prune,';

let stage: Stage;
let dev: Place;
let prod: Place;

beforeAll(async () => {
  stage = await startStage();
  const lake = stage.keepFolder(await copySampleLake());
  dev = { lake, account: '111111111111' };
  prod = { lake, account: '333333333333' };
});

afterAll(async () => {
  const calls = await stage.stop();
  expect(Object.keys(calls).filter((name) => name.startsWith('s3:DeleteObject'))).toEqual([]);
});

/** One edit of the catalog, and everything that it means. */
interface Edit {
  readonly name: string;
  readonly edit: (lake: string) => Promise<void>;
  /** `<action> <id>` of every change, in the plan's order. */
  readonly changes: readonly (string | RegExp)[];
  /** Sentences of who gains and loses access; none other may be there. */
  readonly access: readonly string[];
}

const EDITS: readonly Edit[] = [
  {
    name: 'a grant is added',
    edit: (lake) =>
      appendLines(
        lake,
        'catalog/grants/drug-safety-cases.yaml',
        '  - { dataset: clinical-trials, level: read, expires: 2027-01-31, instances: [dev01] }',
      ),
    changes: ['update iam-role/edl-dev01-team-drug-safety'],
    access: ['↑ team:drug-safety (2 people) gains read on sensitive clinical-trials until 2027-01-31'],
  },
  {
    name: 'a grant is removed',
    edit: (lake) => removeFiles(lake, 'catalog/grants/drug-safety-products.yaml'),
    changes: ['update iam-role/edl-dev01-team-drug-safety'],
    access: [
      "↓ team:drug-safety (2 people) loses read on internal product-catalog and no longer lists the tier's tables",
    ],
  },
  {
    name: 'a dataset with a table is added',
    edit: (lake) =>
      writeLines(
        lake,
        'catalog/datasets/site-visits.yaml',
        'name: site-visits',
        'tier: internal',
        'owner: team:clinical-data',
        'description: Monitoring visits to study sites',
        'domain: clinical',
        'updates: { kind: snapshot }',
        'tables:',
        '  - name: visits',
        '    columns:',
        '      - { name: site_id, type: string }',
      ),
    // Two teams hold a selector that the new dataset falls under.
    changes: [
      'create glue-table/eu-west-1/edl_dev01_internal/site_visits__visits',
      'update iam-role/edl-dev01-team-clinical-data',
      'update iam-role/edl-dev01-team-oncology',
      'update registry/eu-west-1',
    ],
    access: [
      '↑ team:clinical-data (3 people) gains admin on internal site-visits',
      '↑ everyone gains read on internal site-visits',
      '↑ team:oncology (2 people) gains read on internal site-visits',
    ],
  },
  {
    name: 'a dataset is retired',
    edit: (lake) =>
      appendLines(
        lake,
        'catalog/datasets/crm-visits.yaml',
        'retired: { on: 2026-11-01, reason: Visits are recorded in the new planning tool }',
      ),
    changes: [
      'prune glue-table/eu-west-1/edl_dev01_internal/crm_visits__visits',
      'update iam-role/edl-dev01-team-crm-analytics',
      'update registry/eu-west-1',
    ],
    access: ['↓ team:crm-analytics (2 people) loses read on internal crm-visits'],
  },
  {
    name: 'a principal is removed, with its grants and what it owned',
    edit: async (lake) => {
      await removeFiles(
        lake,
        'catalog/principals/manufacturing.yaml',
        'catalog/grants/manufacturing-batches.yaml',
        'catalog/grants/manufacturing-products.yaml',
      );
      await editFile(
        lake,
        'catalog/datasets/batch-records.yaml',
        'owner: team:manufacturing',
        'owner: team:supply-chain',
      );
    },
    changes: [
      'prune athena-workgroup/eu-west-1/edl-dev01-team-manufacturing',
      'prune iam-role/edl-dev01-team-manufacturing',
    ],
    access: [
      "↓ team:manufacturing loses read on restricted supply-forecast and no longer lists the tier's tables",
      "↓ team:manufacturing loses read on internal product-catalog and no longer lists the tier's tables",
    ],
  },
  {
    name: 'a description is changed',
    edit: (lake) =>
      editFile(
        lake,
        'catalog/datasets/study-calendar.yaml',
        'description: Planned and actual',
        'description: All planned and actual',
      ),
    changes: ['update registry/eu-west-1'],
    access: [],
  },
  {
    name: "a dataset's owner is changed",
    edit: (lake) =>
      editFile(lake, 'catalog/datasets/exchange-rates.yaml', 'owner: team:finance', 'owner: team:supply-chain'),
    changes: ['update registry/eu-west-1'],
    access: [],
  },
  {
    name: "one line of a pipeline's code is changed",
    edit: (lake) => appendLines(lake, 'catalog/pipelines/demand-forecast/history.py', '', 'WEEKS_A_YEAR = 52'),
    changes: [
      /^create artifact\/eu-west-1\/pipeline-demand-forecast-[0-9a-f]{64}\.zip$/,
      'update glue-job/eu-west-1/edl-dev01-demand-forecast',
    ],
    access: [],
  },
];

/** The sentences of the section that says who gains and loses. */
const sentencesIn = (text: string): readonly string[] => {
  const [, after = ''] = text.split('Who gains and loses access\n');
  return (after.split('\nChanges\n')[0] ?? '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => /^[↑↓⏲]/.test(line));
};

describe('the main job on dev01', () => {
  it('plans an empty account without touching it', async () => {
    const planned = await stage.edl(dev, ['plan', '--instance', 'dev01', '--detailed-exitcode']);
    expect(planned.exitCode).toBe(2);
    expect(planned.stdout).toMatch(
      /\nPlan: \d+ to create, 0 to update, 0 to prune, 0 unchanged\. Access: \d+ gain, 0 lose\.\n$/,
    );
    expect(mutationsIn(await stage.takeCalls())).toEqual([]);
  });

  it('applies it', async () => {
    const applied = await stage.edl(dev, ['apply', '--instance', 'dev01', '--yes']);
    expect(applied.stderr).not.toContain('failed');
    expect(applied.stdout).toMatch(
      /\nApply: \d+ applied, 0 failed, 0 skipped, 0 unchanged\.\nJournal: entry 1, sha256:\w+ .*\n$/,
    );
    expect(applied.exitCode).toBe(0);
  });

  it('plans nothing then', async () => {
    await stage.takeCalls();
    const planned = await stage.edl(dev, ['plan', '--instance', 'dev01', '--detailed-exitcode']);
    expect(planned.stdout).toContain('No changes: the lake is as declared.');
    expect(planned.stdout).toContain(EMPTY);
    expect(planned.exitCode).toBe(0);
    expect(mutationsIn(await stage.takeCalls())).toEqual([]);
  });

  it.each(EDITS)('plans, applies and is done when $name', async ({ edit, changes, access }) => {
    await edit(dev.lake);
    const { plan } = await stage.plan(dev, 'dev01');
    const found = plan.changes.map((change) => `${change.action} ${change.id}`);
    expect(found).toEqual(
      changes.map((change): unknown => (typeof change === 'string' ? change : expect.stringMatching(change))),
    );
    expect(sentencesIn(renderPlanText(plan, { paint: plain }))).toEqual(access);
    // In this process: the command itself is proven above, and another process would cost more than the apply.
    await stage.apply(dev, 'dev01');
    const after = (await stage.plan(dev, 'dev01')).plan;
    expect([...after.changes, ...after.drift, ...after.access]).toEqual([]);
  });
});

describe('the main job on prod, in two regions', () => {
  it('applies it', async () => {
    const applied = await stage.edl(prod, ['apply', '--instance', 'prod', '--yes']);
    expect(applied.stdout).toContain(' 0 failed, 0 skipped');
    expect(applied.stdout).toContain('edl-prod-foundation-us-east-1');
    expect(applied.exitCode).toBe(0);
  });

  it('plans nothing then', async () => {
    const planned = await stage.edl(prod, ['plan', '--instance', 'prod', '--detailed-exitcode']);
    expect(planned.stdout).toContain(EMPTY);
    expect(planned.exitCode).toBe(0);
  });
});
