import { describe, expect, it } from 'vitest';
import { BASE, broken, type Files, loadFiles, shortly } from './support.ts';

const LAKE = 'lake.yaml';
const CONFIG = 'catalog/pipelines/make-daily/pipeline_config.yaml';
const GRANT = 'catalog/grants/security.yaml';
const SECURITY = 'security: team:security\n';
const RULE_LINE = 12;

type Row = readonly [string, Files, readonly string[]];

const check = (rows: readonly Row[]): void => {
  it.each(rows)('%s', async (_, files, expected) => {
    expect(shortly(await loadFiles(files))).toEqual(expected);
  });
};

/** The base lake with rules; the first begins in line 12. */
const withRules = (...rules: readonly string[]): Files =>
  broken(
    LAKE,
    SECURITY,
    `${SECURITY}rules:\n${rules.map((rule) => `  - ${rule.replaceAll('\n', '\n    ')}\n`).join('')}`,
  );

const apart = (sides: string, more = ''): string => `name: wall\nreason: They compete\napart: [${sides}]${more}`;
const forbid = (what: string, more = ''): string => `name: out\nreason: Not for them\nforbid: { ${what} }${more}`;
const at = (code: string, line: number, column: number): string => `${code} ${LAKE}:${RULE_LINE + line}:${column}`;

describe('rules of lake.yaml', () => {
  const good = '{ dataset: trials }, { tier: internal, level: write }';
  check([
    ['two that mean something', withRules(apart(good), forbid('kinds: [service], domain: clinical')), []],
    ['neither apart nor forbid', withRules('name: x\nreason: y'), [at('EDL-1207', 0, 5)]],
    ['both', withRules(`${apart(good)}\nforbid: { kinds: [team], tier: internal }`), [at('EDL-1207', 0, 5)]],
    ['no reason', withRules(`name: x\napart: [${good}]`), [at('EDL-1202', 0, 5)]],
    ['one side only', withRules(apart('{ dataset: trials }')), [at('EDL-1206', 2, 12)]],
    ['the same side twice', withRules(apart('{ dataset: trials }, { dataset: trials }')), [at('EDL-1208', 2, 34)]],
    ['a side without datasets', withRules(apart('{ dataset: trials }, { level: read }')), [at('EDL-1207', 2, 34)]],
    [
      'a side with two words',
      withRules(apart('{ dataset: trials }, { tier: internal, domain: clinical }')),
      [at('EDL-1207', 2, 34)],
    ],
    [
      'an unknown level',
      withRules(apart('{ dataset: trials }, { dataset: sites, level: reed }')),
      [at('EDL-1204', 2, 59)],
    ],
    ['an unknown kind', withRules(forbid('kinds: [servce], tier: internal')), [at('EDL-1204', 2, 23)]],
    ['no kinds', withRules(forbid('tier: internal')), [at('EDL-1202', 2, 13)]],
    ['a mistyped key', withRules(apart(good, '\nexcpt: [team:security]')), [at('EDL-1201', 3, 5)]],
    ['a bad name', withRules(apart(good).replace('wall', 'The Wall')), [at('EDL-1205', 0, 11)]],
    ['a name twice', withRules(apart(good), apart(good)), [at('EDL-1301', 3, 11)]],
    ['an unknown dataset', withRules(apart('{ dataset: trails }, { tier: internal }')), [at('EDL-1303', 2, 24)]],
    ['an unknown tier', withRules(forbid('kinds: [team], tier: interal')), [at('EDL-1304', 2, 36)]],
    ['an unknown owner', withRules(forbid('kinds: [team], owner: team:nobody')), [at('EDL-1302', 2, 37)]],
    ['an unknown instance', withRules(apart(good, '\ninstances: [prd]')), [at('EDL-1305', 3, 17)]],
    ['an unknown exception', withRules(apart(good, '\nexcept: [team:nobody]')), [at('EDL-1302', 3, 14)]],
    ['an exception for a pipeline', withRules(apart(good, '\nexcept: [pipeline:make-daily, service:robot]')), []],
    [
      'an exception for an unknown pipeline',
      withRules(apart(good, '\nexcept: [pipeline:make-dayly]')),
      [at('EDL-1302', 3, 14)],
    ],
    ['a domain that no dataset has', withRules(forbid('kinds: [team], domain: clincal')), [at('EDL-1361', 2, 38)]],
    [
      'an owner of nothing',
      {
        ...withRules(forbid('kinds: [team], owner: team:idle')),
        'catalog/principals/idle.yaml': (BASE['catalog/principals/security.yaml'] ?? '').replace('security', 'idle'),
      },
      [at('EDL-1361', 2, 37)],
    ],
    [
      'a tier without datasets',
      {
        ...withRules(forbid('kinds: [team], tier: restricted')),
        'catalog/datasets/daily.yaml': (BASE['catalog/datasets/daily.yaml'] ?? '').replace('restricted', 'sensitive'),
      },
      [],
    ],
    [
      'a dataset that its instances do not have',
      withRules(apart('{ dataset: daily }, { tier: internal }', '\ninstances: [dev01]')),
      [at('EDL-1361', 2, 13)],
    ],
    [
      'a level and one that includes it',
      withRules(apart('{ dataset: trials }, { dataset: trials, level: admin }')),
      [at('EDL-1360', 2, 34)],
    ],
    [
      'levels that do not include each other',
      withRules(apart('{ dataset: trials }, { dataset: trials, level: write }')),
      [],
    ],
  ]);

  it.each([
    ['apart', apart('{ dataset: trails }, { tier: internal }'), 'did you mean "trials"?'],
    ['a pipeline', apart(good, '\nexcept: [pipeline:make-dayly]'), 'did you mean "pipeline:make-daily"?'],
    ['a domain', forbid('kinds: [team], domain: clincal'), 'did you mean "clinical"?'],
    ['a kind', forbid('kinds: [servce], tier: internal'), 'did you mean "service"?'],
  ])('says what was meant: %s', async (_, rule, hint) => {
    const { diagnostics } = await loadFiles(withRules(rule));
    expect(diagnostics[0]?.detail).toContain(hint);
  });

  it('are resolved with their defaults, sorted, and part of the digest', async () => {
    const { catalog } = await loadFiles(
      withRules(forbid('kinds: [team, service], tier: sensitive, level: write'), apart(good)),
    );
    expect(catalog?.lake.rules).toEqual([
      {
        name: 'out',
        reason: 'Not for them',
        except: [],
        declaredIn: { file: LAKE, line: 12 },
        forbid: { kinds: ['service', 'team'], target: { select: { tier: 'sensitive' } }, level: 'write' },
      },
      {
        name: 'wall',
        reason: 'They compete',
        except: [],
        declaredIn: { file: LAKE, line: 15 },
        apart: [
          { target: { dataset: 'trials' }, level: 'read' },
          { target: { select: { tier: 'internal' } }, level: 'write' },
        ],
      },
    ]);
    const { catalog: plain } = await loadFiles(BASE);
    expect(plain?.lake.rules).toBeUndefined();
    expect(plain?.digest).not.toBe(catalog?.digest);
  });
});

describe('declassify', () => {
  /** The config with entries from line 4 on. */
  const word = (...entries: readonly string[]): Files =>
    broken(CONFIG, 'instances:', `declassify:\n${entries.map((entry) => `  - ${entry}\n`).join('')}instances:`);
  const good = '{ dataset: trials, by: team:security, reason: Counts }';
  check([
    ['by the owner of an input', word(good), []],
    ['of what is no input', word(good.replace('trials', 'sites')), [`EDL-1349 ${CONFIG}:5:16`]],
    ['of an unknown dataset', word(good.replace('trials', 'trails')), [`EDL-1303 ${CONFIG}:5:16`]],
    ['by another than the owner', word(good.replace('team:security', 'user:ann')), [`EDL-1350 ${CONFIG}:5:28`]],
    ['without a reason', word('{ dataset: trials, by: team:security }'), [`EDL-1202 ${CONFIG}:5:5`]],
    ['twice', word(good, good), [`EDL-1208 ${CONFIG}:6:5`]],
    [
      'that nothing needs',
      {
        ...word(good),
        'catalog/datasets/daily.yaml': (BASE['catalog/datasets/daily.yaml'] ?? '').replace('restricted', 'sensitive'),
      },
      [`EDL-1351 ${CONFIG}:5:5`],
    ],
    ['that ends in two weeks', word(good.replace(' }', ', until: 2026-12-06 }')), [`EDL-1352 ${CONFIG}:5:66`]],
    ['that ends later', word(good.replace(' }', ', until: 2026-12-07 }')), []],
    ['on a day that does not exist', word(good.replace(' }', ', until: 2026-02-30 }')), [`EDL-1205 ${CONFIG}:5:66`]],
  ]);

  it('is resolved with its line, and the lines of inputs are no part of the digest', async () => {
    const { catalog } = await loadFiles(word(good));
    expect(catalog?.pipelines[0]).toMatchObject({
      declassify: [{ dataset: 'trials', by: 'team:security', reason: 'Counts', declaredIn: { file: CONFIG, line: 5 } }],
      inputLines: { trials: 2 },
    });
    const [plain, moved] = [await loadFiles(BASE), await loadFiles(broken(CONFIG, 'inputs:', '\n\ninputs:'))];
    expect(moved.catalog?.pipelines[0]?.inputLines).toEqual({ trials: 4 });
    expect(moved.catalog?.digest).toBe(plain.catalog?.digest);
  });
});

describe('grants that end soon', () => {
  const grants = (...entries: readonly string[]): Files =>
    broken(GRANT, '- { dataset: trials, level: discover, expires: 2027-01-31 }', entries.join('\n  '));
  const soon = '- { dataset: trials, level: read, expires: 2026-12-01 }';
  const warned = [`EDL-1365 ${GRANT}:4:46`];
  check([
    ['in nine days', grants(soon), warned],
    ['in fourteen days', grants(soon.replace('12-01', '12-06')), warned],
    ['in fifteen days', grants(soon.replace('12-01', '12-07')), []],
    ['renewed by a line', grants(soon, '- { dataset: trials, level: read-raw, expires: 2027-01-01 }'), []],
    ['renewed with less', grants(soon, '- { dataset: trials, level: discover, expires: 2027-01-01 }'), warned],
    [
      'renewed in one instance',
      grants(soon, '- { dataset: trials, level: read, expires: 2027-01-01, instances: [prod] }'),
      warned,
    ],
    [
      'of a service',
      { ...grants(soon), [GRANT]: `principal: service:robot\nreason: Night\naccess:\n  ${soon}\n` },
      warned,
    ],
  ]);

  it.each([
    ['2026-11-22', 'ends today, on 2026-11-22'],
    ['2026-11-23', 'ends tomorrow, on 2026-11-23'],
    ['2026-12-01', 'ends in 9 days, on 2026-12-01'],
  ])('%s: says when, and how far it can be moved', async (day, words) => {
    const { diagnostics } = await loadFiles(grants(soon.replace('2026-12-01', day)));
    expect(diagnostics).toMatchObject([{ severity: 'warning' }]);
    expect(diagnostics[0]?.detail).toContain(words);
    expect(diagnostics[0]?.detail).toContain('moves expires to 2027-02-20 at most (the tier sensitive allows 90 days)');
  });

  it('names no latest day for who has no limit', async () => {
    const { diagnostics } = await loadFiles({
      ...BASE,
      [GRANT]: `principal: service:robot\nreason: Night\naccess:\n  ${soon}\n`,
    });
    expect(diagnostics[0]?.detail).toContain('moves expires, or leaves it out; to let it end, do nothing.');
  });
});

describe('many last days', () => {
  const day = (index: number): string => `2027-01-${String(index + 10)}`;
  const entry = (index: number, more = ''): string =>
    `  - { dataset: trials, level: read, expires: ${day(index)}${more} }\n`;
  const file = (indexes: readonly number[], more = ''): string =>
    `principal: team:security\nreason: Review\naccess:\n${indexes.map((index) => entry(index, more)).join('')}`;
  const other = 'catalog/grants/z.yaml';
  check([
    ['six', { ...BASE, [GRANT]: file([1, 2, 3, 4, 5, 6]) }, []],
    ['seven', { ...BASE, [GRANT]: file([1, 2, 3, 4, 5, 6, 7]) }, [`EDL-1366 ${GRANT}:10:46`]],
    ['seven grants with six', { ...BASE, [GRANT]: file([1, 2, 3, 4, 5, 6, 6]) }, []],
    [
      'seven in two files',
      { ...BASE, [GRANT]: file([1, 2, 3, 4]), [other]: file([5, 6, 7, 8]) },
      [`EDL-1366 ${other}:6:46`],
    ],
    [
      'seven in no one instance',
      {
        ...BASE,
        [GRANT]: file([1, 2, 3, 4], ', instances: [dev01]'),
        [other]: file([5, 6, 7, 8], ', instances: [prod]'),
      },
      [],
    ],
    [
      'six to come and one that has passed',
      { ...BASE, [GRANT]: file([1, 2, 3, 4, 5, 6]) + entry(0).replace('2027-01', '2026-01') },
      [`EDL-1320 ${GRANT}:10:46`],
    ],
  ]);

  it('says how many, where, which, why and what to do', async () => {
    const { diagnostics } = await loadFiles({
      ...BASE,
      [GRANT]: file([1, 2, 3, 4, 5, 6, 7, 8], ', instances: [prod]'),
    });
    expect(diagnostics).toMatchObject([{ code: 'EDL-1366', severity: 'warning', line: 10 }]);
    expect(diagnostics[0]?.detail).toContain(
      'team:security has grants with 8 different last days in instance prod (2027-01-11, ',
    );
    expect(diagnostics[0]?.detail).toContain('Each day needs statements of its own in every policy document');
    expect(diagnostics[0]?.detail).toContain('Line the days up');
  });
});
