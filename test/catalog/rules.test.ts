import { describe, expect, it } from 'vitest';
import { BASE, broken, type Files, loadFiles, shortly } from './support.ts';

const LAKE = 'lake.yaml';
const SITES = 'catalog/datasets/sites.yaml';
const TRIALS = 'catalog/datasets/trials.yaml';
const DAILY = 'catalog/datasets/daily.yaml';
const GRANT = 'catalog/grants/security.yaml';
const FOLDER = 'catalog/pipelines/make-daily';
const CONFIG = `${FOLDER}/pipeline_config.yaml`;
const CODE = `${FOLDER}/pipeline.py`;
const ENTRY = '- { dataset: trials, level: discover, expires: 2027-01-31 }';

type Row = readonly [string, Files, readonly string[]];

const grantOf = (...entries: readonly string[]): Files => broken(GRANT, ENTRY, entries.join('\n  '));

const robotGrant = (entry: string): Files => ({
  ...BASE,
  [GRANT]: `principal: service:robot\nreason: Night\naccess:\n  ${entry}\n`,
});

const check = (rows: readonly Row[]): void => {
  it.each(rows)('%s', async (_, files, expected) => {
    expect(shortly(await loadFiles(files))).toEqual(expected);
  });
};

describe('datasets', () => {
  const columns = (text: string): Files =>
    broken(TRIALS, '- { name: at, type: timestamp }', `- { name: at, type: timestamp }\n      ${text}`);
  check([
    [
      'no instance has its region',
      broken(SITES, 'regions: [eu-west-1, us-east-1]', 'regions: [us-east-1]\ninstances: [dev01]'),
      [`EDL-1307 ${SITES}:6:10`],
    ],
    ['some instance lacks its region', broken(SITES, '[eu-west-1, us-east-1]', '[us-east-1]'), []],
    ['a key that is no column', broken(TRIALS, 'keys: [id]', 'keys: [ids]'), [`EDL-1310 ${TRIALS}:5:32`]],
    ['an order by no column', broken(TRIALS, 'orderBy: at', 'orderBy: when'), [`EDL-1310 ${TRIALS}:5:46`]],
    ['deletes by no column', broken(TRIALS, 'orderBy: at', 'orderBy: at, deletes: gone'), [`EDL-1310 ${TRIALS}:5:59`]],
    ['an unknown type', columns('- { name: x, type: integer }'), [`EDL-1311 ${TRIALS}:11:26`]],
    ['a column declared twice', columns('- { name: id, type: int }'), [`EDL-1312 ${TRIALS}:11:17`]],
    [
      'a table declared twice',
      broken(TRIALS, 'tables:', 'tables:\n  - { name: main, columns: [{ name: x, type: int }] }'),
      [`EDL-1312 ${TRIALS}:8:11`],
    ],
    ['a column in capitals', columns('- { name: Id, type: int }'), [`EDL-1205 ${TRIALS}:11:17`]],
    ['a table with two underscores', broken(TRIALS, 'name: main', 'name: ma__in'), [`EDL-1205 ${TRIALS}:7:11`]],
    ['the column that every table has', columns('- { name: update_id, type: string }'), [`EDL-1346 ${TRIALS}:11:17`]],
  ]);
});

describe('grants', () => {
  const forever = '- { dataset: trials, level: read }';
  check([
    [
      'an end in the past',
      grantOf('- { dataset: trials, level: read, expires: 2026-11-21 }'),
      [`EDL-1320 ${GRANT}:4:46`],
    ],
    ['an end today', grantOf('- { dataset: trials, level: read, expires: 2026-11-22 }'), [`EDL-1365 ${GRANT}:4:46`]],
    ['no end where one is needed', grantOf(forever), [`EDL-1321 ${GRANT}:4:5`]],
    ['no end for a service', robotGrant(forever), []],
    ['no end where none is needed', grantOf('- { dataset: sites, level: read }'), []],
    ['the last day that is allowed', grantOf('- { dataset: trials, level: read, expires: 2027-02-20 }'), []],
    ['a day too long', grantOf('- { dataset: trials, level: read, expires: 2027-02-21 }'), [`EDL-1322 ${GRANT}:4:46`]],
    ['as long for a service', robotGrant('- { dataset: trials, level: read, expires: 2030-01-01 }'), []],
    [
      'the longest of a tier by selector',
      grantOf('- { select: { tier: restricted }, level: read, expires: 2027-11-23 }'),
      [`EDL-1322 ${GRANT}:4:59`],
    ],
    [
      'no reason, told once',
      {
        ...BASE,
        [GRANT]: `principal: team:security\naccess:\n  - { dataset: sites, level: read }\n  ${ENTRY}\n  ${ENTRY}\n`,
      },
      [`EDL-1323 ${GRANT}:4:5`],
    ],
    [
      'no reason where none is needed',
      { ...BASE, [GRANT]: `principal: team:security\naccess:\n  - { dataset: sites, level: read }\n` },
      [],
    ],
    [
      'a selector of the forbidden tier',
      grantOf('- { select: { tier: sensitive }, level: read, expires: 2027-01-31 }'),
      [`EDL-1324 ${GRANT}:4:15`],
    ],
    [
      'a selector that could reach it',
      grantOf('- { select: { domain: clinical }, level: read }'),
      [`EDL-1324 ${GRANT}:4:15`],
    ],
    ['a selector that cannot reach it', grantOf('- { select: { tier: internal, domain: clinical }, level: read }'), []],
    [
      'a selector that matches nothing',
      grantOf('- { select: { tier: internal, domain: clinicl }, level: read }'),
      [`EDL-1309 ${GRANT}:4:15`],
    ],
    ['a tier without datasets', robotGrant('- { select: { tier: restricted }, level: read }'), []],
    [
      'only where the dataset is not',
      robotGrant('- { dataset: daily, level: read, instances: [dev01] }'),
      [`EDL-1308 ${GRANT}:4:47`],
    ],
    ['also where the dataset is not', robotGrant('- { dataset: daily, level: read, instances: [dev01, prod] }'), []],
    ['security without security', { ...broken(LAKE, 'security: team:security\n', '') }, [`EDL-1325 ${LAKE}:9:35`]],
  ]);

  it('judges expiry at the given day, whatever the clock says', async () => {
    expect(shortly(await loadFiles(BASE, '2027-01-31T23:59:59Z'))).toEqual([`EDL-1365 ${GRANT}:4:50`]);
    expect(shortly(await loadFiles(BASE, '2027-02-01T00:00:00Z'))).toEqual([`EDL-1320 ${GRANT}:4:50`]);
  });

  it('still gives a catalog when there are only warnings', async () => {
    const result = await loadFiles(BASE, '2027-02-01T00:00:00Z');
    expect(result.diagnostics.map(({ severity }) => severity)).toEqual(['warning']);
    expect(result.catalog?.grants).toHaveLength(1);
  });
});

describe('pipelines', () => {
  const argument = (name: string): Files => broken(CONFIG, 'instances:', `arguments: { ${name}: x }\ninstances:`);
  const sql = { [CODE]: undefined, [`${FOLDER}/a.sql`]: 'SELECT 1' };
  check([
    ['no code', { ...BASE, [CODE]: undefined }, [`EDL-1340 ${CONFIG}:1:1`]],
    ['only a module', { ...BASE, [CODE]: undefined, [`${FOLDER}/other.py`]: BASE[CODE] }, [`EDL-1340 ${CONFIG}:1:1`]],
    [
      'only tests',
      { ...BASE, [CODE]: undefined, [`${FOLDER}/test_pipeline.py`]: BASE[CODE] },
      [`EDL-1340 ${CONFIG}:1:1`],
    ],
    ['two languages', { ...BASE, [`${FOLDER}/a.sql`]: 'SELECT 1' }, [`EDL-1341 ${CONFIG}:1:1`]],
    ['no run()', { ...BASE, [CODE]: '# def run(\ndef main():\n  pass\n' }, [`EDL-1342 ${CODE}:1:1`]],
    ['a module in the place of ours', { ...BASE, [`${FOLDER}/edl/job.py`]: '' }, [`EDL-1346 ${FOLDER}/edl/job.py:1:1`]],
    ['SQL with one output', { ...BASE, ...sql }, []],
    ['SQL with two outputs', { ...broken(CONFIG, '[daily]', '[daily, sites]'), ...sql }, [`EDL-1343 ${CONFIG}:3:10`]],
    [
      'SQL with an output of two tables',
      {
        ...broken(
          DAILY,
          'updates:',
          'tables: [{ name: a, columns: [{ name: x, type: int }] }, { name: b, columns: [{ name: x, type: int }] }]\nupdates:',
        ),
        ...sql,
      },
      [`EDL-1343 ${CONFIG}:3:11`],
    ],
    [
      'two writers',
      {
        ...BASE,
        'catalog/pipelines/other/pipeline_config.yaml': BASE[CONFIG],
        'catalog/pipelines/other/pipeline.py': BASE[CODE],
      },
      ['EDL-1344 catalog/pipelines/other/pipeline_config.yaml:3:11'],
    ],
    ['a dataset in another instance', broken(CONFIG, 'instances: [prod]\n', ''), [`EDL-1345 ${CONFIG}:3:11`]],
    [
      'a dataset in another region',
      broken(CONFIG, 'instances:', 'region: us-east-1\ninstances:'),
      [`EDL-1345 ${CONFIG}:2:10`, `EDL-1345 ${CONFIG}:3:11`],
    ],
    [
      'an instance without its region',
      {
        ...broken(CONFIG, 'instances: [prod]', 'region: us-east-1'),
        [SITES]: BASE[SITES],
        [DAILY]: (BASE[DAILY] ?? '').replace('instances: [prod]', 'regions: [us-east-1]'),
        [TRIALS]: (BASE[TRIALS] ?? '').replace('updates:', 'regions: [us-east-1]\nupdates:'),
      },
      [`EDL-1345 ${CONFIG}:4:9`],
    ],
    ['a reserved argument', argument('TempDir'), [`EDL-1346 ${CONFIG}:4:14`]],
    ['an argument of ours', argument('edl_window'), [`EDL-1346 ${CONFIG}:4:14`]],
    ['an argument of a reserved group', argument('enable-metrics'), [`EDL-1346 ${CONFIG}:4:14`]],
    ['an argument with dashes', argument('--job-language'), [`EDL-1205 ${CONFIG}:4:14`]],
    ['an argument of their own', argument('window_days'), []],
    [
      'a number as an argument',
      broken(CONFIG, 'instances:', 'arguments: { days: 7 }\ninstances:'),
      [`EDL-1203 ${CONFIG}:4:20`],
    ],
    [
      'a schedule that never fits',
      broken(CONFIG, 'instances:', 'schedule: cron(15 25 * * ? *)\ninstances:'),
      [`EDL-1347 ${CONFIG}:4:11`],
    ],
    [
      'a retired dataset',
      broken(TRIALS, 'description: Trials', 'description: Trials\nretired: { on: 2026-11-22, reason: Old }'),
      [`EDL-1348 ${CONFIG}:2:10`],
    ],
    [
      'a dataset that retires later',
      broken(TRIALS, 'description: Trials', 'description: Trials\nretired: { on: 2026-11-23, reason: Old }'),
      [],
    ],
    [
      'a folder that cannot be a name',
      {
        ...BASE,
        'catalog/pipelines/Not_A_Name/pipeline_config.yaml': (BASE[CONFIG] ?? '').replace('[daily]', '[sites]'),
        'catalog/pipelines/Not_A_Name/pipeline.py': BASE[CODE],
      },
      ['EDL-1205 catalog/pipelines/Not_A_Name/pipeline_config.yaml:1:1'],
    ],
  ]);

  it('packages code without tests, configs and other files', async () => {
    const { catalog } = await loadFiles({
      ...BASE,
      [`${FOLDER}/lib/clean.py`]: 'x = 1\n',
      [`${FOLDER}/README.md`]: 'Read me',
      [`${FOLDER}/tests/test_x.py`]: '',
      [`${FOLDER}/__pycache__/x.py`]: '',
      [`${FOLDER}/conftest.py`]: '',
    });
    expect(catalog?.pipelines[0]?.files.map(({ path }) => path)).toEqual(['lib/clean.py', 'pipeline.py']);
  });
});

describe('names that AWS would refuse', () => {
  const longDataset = `exposed-${'x'.repeat(48)}`;
  const exposed = (level: string): string =>
    `name: ${longDataset}\ntier: internal\nowner: team:security\ndescription: X\nupdates: { kind: snapshot }\nexpose:\n  ${level}:\n    assumedBy: [{ arn: 'arn:aws:iam::444444444444:role/x' }]\n`;
  const longPipeline = `catalog/pipelines/${'p'.repeat(48)}`;
  check([
    ['a bucket', broken(LAKE, 'acme', 'seventeen-letters'), []],
    [
      'a bucket of a long tier',
      {
        ...broken(LAKE, 'acme', 'seventeen-letters'),
        [LAKE]: (BASE[LAKE] ?? '')
          .replace('acme', 'seventeen-letters')
          .replace('  restricted:', '  verylongnamedtier2:'),
        [DAILY]: (BASE[DAILY] ?? '').replace('restricted', 'verylongnamedtier2'),
      },
      [`EDL-1330 ${LAKE}:4:3`, `EDL-1330 ${LAKE}:5:3`],
    ],
    [
      'a role of a dataset',
      { ...BASE, 'catalog/datasets/x.yaml': exposed('read-raw') },
      ['EDL-1330 catalog/datasets/x.yaml:7:3'],
    ],
    [
      'a runner role',
      {
        ...BASE,
        [CONFIG]: undefined,
        [CODE]: undefined,
        [`${longPipeline}/pipeline_config.yaml`]: BASE[CONFIG],
        [`${longPipeline}/pipeline.py`]: BASE[CODE],
      },
      [`EDL-1330 ${longPipeline}/pipeline_config.yaml:1:1`],
    ],
  ]);
});
