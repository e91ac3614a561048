import { describe, expect, it } from 'vitest';
import { BASE, broken, type Files, loadFiles, shortly } from './support.ts';

const LAKE = 'lake.yaml';
const SITES = 'catalog/datasets/sites.yaml';
const TRIALS = 'catalog/datasets/trials.yaml';
const DAILY = 'catalog/datasets/daily.yaml';
const SECURITY = 'catalog/principals/security.yaml';
const GRANT = 'catalog/grants/security.yaml';
const CONFIG = 'catalog/pipelines/make-daily/pipeline_config.yaml';
const CODE = 'catalog/pipelines/make-daily/pipeline.py';
const ENTRY = '- { dataset: trials, level: discover, expires: 2027-01-31 }';

/** [what, the lake's files, the messages]; a message without a place stands at the top of the named file. */
type Row = readonly [string, Files, readonly string[]];

const grantOf = (...entries: readonly string[]): Files => broken(GRANT, ENTRY, entries.join('\n  '));

const check = (rows: readonly Row[]): void => {
  it.each(rows)('%s', async (_, files, expected) => {
    expect(shortly(await loadFiles(files))).toEqual(expected);
  });
};

it('has nothing against the base lake', async () => {
  const result = await loadFiles(BASE);
  expect(result.diagnostics).toEqual([]);
  expect(result.catalog?.datasets.map(({ name }) => name)).toEqual(['daily', 'sites', 'trials']);
});

describe('YAML', () => {
  check([
    ['a key given twice', broken(SITES, 'tier: internal', 'tier: internal\ntier: internal'), [`EDL-1102 ${SITES}:3:1`]],
    [
      'two keys given twice',
      broken(SITES, 'domain: clinical', 'tier: a\nname: b'),
      [`EDL-1102 ${SITES}:5:1`, `EDL-1102 ${SITES}:6:1`],
    ],
    ['a line that is no YAML', broken(SITES, 'description: Sites', 'description: "Sites'), [`EDL-1101 ${SITES}:8:1`]],
    ['a tag', broken(SITES, 'description: Sites', 'description: !secret Sites'), [`EDL-1101 ${SITES}:4:14`]],
    ['a key that is no text', broken(SITES, 'description: Sites', '[a, b]: Sites'), [`EDL-1101 ${SITES}:4:1`]],
    ['an alias to nothing', broken(SITES, 'description: Sites', 'description: *sites'), [`EDL-1101 ${SITES}:4:14`]],
    ['an empty file', { ...BASE, [GRANT]: '# later\n' }, [`EDL-1104 ${GRANT}:1:1`]],
    ['two documents', broken(SITES, 'description: Sites', '---\ndescription: Sites'), [`EDL-1104 ${SITES}:4:1`]],
    ['a list instead of an object', { ...BASE, [GRANT]: '- principal: team:security\n' }, [`EDL-1203 ${GRANT}:1:1`]],
  ]);
});

describe('mistakes of syntax', () => {
  it.each([
    ['a colon in plain text', 'Sites: all', 'needs quotes'],
    ['an apostrophe in single quotes', "'The trial's sites", 'A quote or a bracket is missing'],
    ['a quote that never ends', '"Sites', 'A quote or a bracket is missing'],
    ['a tab', '\n\tSites', 'Indent with spaces'],
  ])('tell what %s needs', async (_, description, advice) => {
    const { diagnostics } = await loadFiles(broken(SITES, 'Sites', description));
    expect(diagnostics.map(({ code }) => code)).toEqual(['EDL-1101']);
    expect(diagnostics[0]?.detail).toContain(advice);
  });
});

describe('a file in the folder of another kind', () => {
  it('is one message, and what it declares still counts', async () => {
    const moved = 'catalog/grants/trials.yaml';
    const { [TRIALS]: text, ...others } = BASE;
    const { diagnostics } = await loadFiles({ ...others, [moved]: text });
    expect(diagnostics.map(({ code, file }) => `${code} ${file ?? ''}`)).toEqual([`EDL-1008 ${moved}`]);
    expect(diagnostics[0]?.detail).toContain('declares a dataset');
  });
});

describe('an account without its quotes', () => {
  it('is shown as it is written, leading zero included', async () => {
    const { diagnostics } = await loadFiles(
      broken(LAKE, /account: ['"]?\d{12}['"]?/.exec(BASE[LAKE] ?? '')?.[0] ?? '', 'account: 012345678901'),
    );
    expect(diagnostics[0]?.detail).toContain('Write it in quotes: "012345678901"');
  });
});

describe('keys and values', () => {
  check([
    ['an unknown key', broken(SITES, 'domain:', 'colour:'), [`EDL-1201 ${SITES}:5:1`]],
    ['a mistyped key is one mistake', broken(SITES, 'tier:', 'teir:'), [`EDL-1201 ${SITES}:2:1`]],
    [
      'a mistyped key beside the right one',
      broken(SITES, 'tier: internal', 'tier: internal\nteir: public'),
      [`EDL-1201 ${SITES}:3:1`],
    ],
    ['a mistyped alternative is one mistake', broken(SECURITY, 'team:', 'teem:'), [`EDL-1201 ${SECURITY}:1:1`]],
    ['a mistyped key deep inside', broken(TRIALS, '{ name: at,', '{ nam: at,'), [`EDL-1201 ${TRIALS}:10:11`]],
    ['a missing key', broken(SITES, 'owner: team:security\n', ''), [`EDL-1202 ${SITES}:1:1`]],
    ['a number instead of text', broken(LAKE, "'111111111111'", '111111111111'), [`EDL-1203 ${LAKE}:4:21`]],
    ['nothing instead of text', broken(SITES, 'description: Sites', 'description:'), [`EDL-1203 ${SITES}:4:13`]],
    ['text instead of a list', broken(SITES, '[eu-west-1, us-east-1]', 'eu-west-1'), [`EDL-1203 ${SITES}:6:10`]],
    [
      'an unknown value',
      grantOf('- { dataset: trials, level: discovr, expires: 2027-01-31 }'),
      [`EDL-1204 ${GRANT}:4:31`],
    ],
    ['a bad name', broken(SITES, 'name: sites', 'name: si--tes'), [`EDL-1205 ${SITES}:1:7`]],
    ['a name with a hyphen at its end', broken(SITES, 'name: sites', 'name: sites-'), [`EDL-1205 ${SITES}:1:7`]],
    [
      'a day that does not exist',
      grantOf('- { dataset: trials, level: read, expires: 2027-02-29 }'),
      [`EDL-1205 ${GRANT}:4:46`],
    ],
    ['a wildcard in an ARN', broken(SECURITY, 'role/security', 'role/*'), [`EDL-1205 ${SECURITY}:3:10`]],
    ['false for a default role', broken(LAKE, 'defaultRole: true', 'defaultRole: false'), [`EDL-1205 ${LAKE}:7:28`]],
    ['a reserved name of an instance', broken(LAKE, '  dev01:', '  drop:'), [`EDL-1205 ${LAKE}:4:3`]],
    ['a bad name of an instance', broken(LAKE, '  dev01:', '  dev-01:'), [`EDL-1205 ${LAKE}:4:3`]],
    ['a name that is too long', broken(LAKE, 'acme', 'eighteen-characters'), [`EDL-1206 ${LAKE}:1:15`]],
    ['an empty list', broken(SITES, '[eu-west-1, us-east-1]', '[]'), [`EDL-1206 ${SITES}:6:10`]],
    ['an empty selector', grantOf('- { select: {}, level: read }'), [`EDL-1206 ${GRANT}:4:15`]],
    [
      'too few workers',
      broken(CONFIG, 'inputs:', 'workers: { type: G.1X, count: 1 }\ninputs:'),
      [`EDL-1206 ${CONFIG}:2:31`],
    ],
    [
      'both alternatives',
      grantOf('- { dataset: trials, select: { tier: internal }, level: read }'),
      [`EDL-1207 ${GRANT}:4:5`],
    ],
    ['no alternative', grantOf('- { level: read }'), [`EDL-1207 ${GRANT}:4:5`]],
    [
      'two kinds of caller in one',
      broken(SECURITY, '/security\n', '/security\n    identityCenter: { permissionSet: S }\n'),
      [`EDL-1207 ${SECURITY}:3:5`],
    ],
    [
      'an item given twice',
      broken(SITES, '[eu-west-1, us-east-1]', '[eu-west-1, eu-west-1]'),
      [`EDL-1208 ${SITES}:6:22`],
    ],
    [
      'keys on a snapshot',
      broken(SITES, '{ kind: snapshot }', '{ kind: snapshot, keys: [id] }'),
      [`EDL-1209 ${SITES}:7:28`],
    ],
  ]);
});

describe('names and references', () => {
  check([
    [
      'two files for one dataset',
      { ...BASE, 'catalog/datasets/x/again.yaml': BASE[SITES] },
      ['EDL-1301 catalog/datasets/x/again.yaml:1:7'],
    ],
    [
      'two files for one principal',
      { ...BASE, 'catalog/principals/z.yml': BASE[SECURITY] },
      ['EDL-1301 catalog/principals/z.yml:1:7'],
    ],
    [
      'two folders for one pipeline',
      {
        ...BASE,
        'catalog/pipelines/x/make-daily/pipeline_config.yaml': (BASE[CONFIG] ?? '').replace('daily]', 'sites]'),
        'catalog/pipelines/x/make-daily/pipeline.py': BASE[CODE],
      },
      ['EDL-1301 catalog/pipelines/x/make-daily/pipeline_config.yaml:1:1'],
    ],
    ['an unknown owner', broken(SITES, 'team:security', 'team:securty'), [`EDL-1302 ${SITES}:3:8`]],
    ['an unknown principal', broken(GRANT, 'team:security', 'user:security'), [`EDL-1302 ${GRANT}:1:12`]],
    ['unknown security', broken(LAKE, 'security: team:security', 'security: team:nobody'), [`EDL-1302 ${LAKE}:10:11`]],
    [
      'an unknown owner in a selector',
      grantOf('- { select: { tier: internal, owner: team:x }, level: read }'),
      [`EDL-1302 ${GRANT}:4:40`, `EDL-1309 ${GRANT}:4:15`],
    ],
    [
      'an unknown dataset',
      grantOf('- { dataset: trial, level: read, expires: 2027-01-31 }'),
      [`EDL-1303 ${GRANT}:4:16`],
    ],
    ['an unknown input', broken(CONFIG, '[trials]', '[nothing]'), [`EDL-1303 ${CONFIG}:2:10`]],
    ['an unknown tier', broken(SITES, 'tier: internal', 'tier: public'), [`EDL-1304 ${SITES}:2:7`]],
    ['an unknown instance', broken(DAILY, '[prod]', '[prod, uat]'), [`EDL-1305 ${DAILY}:5:19`]],
    [
      'an unknown instance of a caller',
      broken(SECURITY, '/security\n', '/security\n    instances: [test]\n'),
      [`EDL-1305 ${SECURITY}:4:17`],
    ],
    ['an unknown region', broken(SITES, 'us-east-1', 'us-west-2'), [`EDL-1306 ${SITES}:6:22`]],
    [
      'an unknown home region',
      broken(LAKE, 'homeRegion: eu-west-1', 'homeRegion: eu-west-2'),
      [`EDL-1306 ${LAKE}:2:13`],
    ],
    [
      'a pipeline in an unknown region',
      broken(CONFIG, 'inputs:', 'region: eu-north-1\ninputs:'),
      [`EDL-1306 ${CONFIG}:2:9`],
    ],
  ]);
});

describe('one mistake causes no others', () => {
  check([
    [
      'a broken dataset still has its name',
      broken(TRIALS, 'description: Trials', 'description: 7'),
      [`EDL-1203 ${TRIALS}:4:14`],
    ],
    [
      'a broken principal still has its name',
      broken(SECURITY, 'role/security', 'role/*'),
      [`EDL-1205 ${SECURITY}:3:10`],
    ],
    [
      'a duplicate key leaves the name',
      broken(TRIALS, 'tier: sensitive', 'tier: sensitive\ntier: x'),
      [`EDL-1102 ${TRIALS}:3:1`],
    ],
    ['a broken lake leaves the rest alone', broken(LAKE, "account: '111111111111', ", ''), [`EDL-1202 ${LAKE}:4:10`]],
    [
      'a selector may match a broken dataset',
      {
        ...broken(SITES, 'description: Sites', 'description: 7'),
        'catalog/grants/x.yaml':
          'principal: team:security\naccess:\n  - { select: { tier: internal, domain: clinical }, level: read }\n',
      },
      [`EDL-1203 ${SITES}:4:14`],
    ],
  ]);
});
