import { describe, expect, it } from 'vitest';
import { REASON_PLACEHOLDER } from '../../src/access/proposals/grant-text.ts';
import { BASE, broken, type Files, loadFiles, shortly } from './support.ts';

const LAKE = 'lake.yaml';
const GRANT = 'catalog/grants/security.yaml';
const CONFIG = 'catalog/pipelines/make-daily/pipeline_config.yaml';
const SITES = 'catalog/datasets/sites.yaml';
const SECURITY = 'security: team:security\n';

const granted = (reason: string): Files => broken(GRANT, 'reason: Review', `reason: ${reason}`);
const inLake = (text: string): Files => broken(LAKE, SECURITY, `${SECURITY}${text}\n`);

const detailOf = async (files: Files, code: string): Promise<string> =>
  (await loadFiles(files)).diagnostics.find((one) => one.code === code)?.detail ?? 'none';

describe('a reason that says nothing', () => {
  it.each<readonly [string, Files, string]>([
    ['of a grant: spaces', granted("'  '"), `${GRANT}:2:9`],
    ['of a grant: the placeholder of a proposal', granted(REASON_PLACEHOLDER), `${GRANT}:2:9`],
    ['of a grant: TODO', granted('TODO'), `${GRANT}:2:9`],
    ['of a grant: three dots', granted("'...'"), `${GRANT}:2:9`],
    [
      'of a rule',
      inLake("rules:\n  - { name: a, reason: ' ', forbid: { kinds: [team], tier: internal } }"),
      `${LAKE}:12:24`,
    ],
    ['of an allowance', inLake('allow:\n  - { guard: quota, reason: …, until: 2027-01-01 }'), `${LAKE}:12:29`],
    [
      'of a declassification',
      broken(CONFIG, 'instances:', 'declassify: [{ dataset: trials, by: team:security, reason: … }]\ninstances:'),
      `${CONFIG}:4:60`,
    ],
    [
      'of a retirement',
      broken(SITES, 'domain: clinical', "domain: clinical\nretired: { on: 2027-06-01, reason: '-' }"),
      `${SITES}:6:36`,
    ],
  ])('%s', async (_, files, place) => {
    expect(shortly(await loadFiles(files))).toEqual([`EDL-1354 ${place}`]);
  });

  it.each(['Review', 'REQ-7', '7', 'Todo el equipo', 'TODO-list of the auditors', '治験'])(
    'is not %s',
    async (reason) => {
      expect(shortly(await loadFiles(granted(`'${reason}'`)))).toEqual([]);
    },
  );
});

describe('an allowance for a rule', () => {
  const lake = (target: string, guard = 'access-rules'): Files =>
    inLake(`rules:
  - { name: no-robots, reason: Because, forbid: { kinds: [service], tier: sensitive } }
allow:
  - { guard: ${guard}, reason: REQ-7, target: ${target}, until: 2027-01-01 }`);

  it.each<readonly [string, Files, readonly string[]]>([
    ['that is there', lake('no-robots/service:robot'), []],
    ['that is mistyped', lake('no-robot/service:robot'), [`EDL-1362 ${LAKE}:14:51`]],
    ['that has another guard', lake('no-robot/service:robot', 'blast-radius'), []],
    [
      'but there are none',
      inLake('allow:\n  - { guard: access-rules, reason: A, target: a/b, until: 2027-01-01 }'),
      [`EDL-1362 ${LAKE}:12:47`],
    ],
  ])('%s', async (_, files, expected) => {
    expect(shortly(await loadFiles(files))).toEqual(expected);
  });

  it('says which rules there are', async () => {
    expect(await detailOf(lake('no-robot/service:robot'), 'EDL-1362')).toContain('did you mean "no-robots"?');
  });
});

describe('advice', () => {
  const rule =
    'rules:\n  - { name: a, reason: b, forbid: { kinds: [team], tier: internal }, except: [jane.doe@acme.example] }';

  it('for an item of a list is that of the list', async () => {
    expect(await detailOf(inLake(rule), 'EDL-1205')).toContain(
      'team:<name>, user:<name>, service:<name> or pipeline:<name>',
    );
  });

  it.each([
    ['20270120', 'Write it with hyphens: 2027-01-20.'],
    ['20270230', 'Write a day: YYYY-MM-DD.'],
    ['2027', 'Write a day: YYYY-MM-DD.'],
  ])('for the day %s does not lead to the next mistake', async (written, advice) => {
    const detail = await detailOf(broken(GRANT, '2027-01-31', written), 'EDL-1203');
    expect(detail).toContain(advice);
    expect(detail).not.toContain('quotes');
  });

  it('still quotes other numbers', async () => {
    expect(await detailOf(broken(LAKE, "'111111111111'", '011111111111'), 'EDL-1203')).toContain('"011111111111"');
  });

  it('for a declassification that ends soon names whoever must approve', async () => {
    const word = 'declassify: [{ dataset: trials, by: team:oncology, reason: Counts, until: 2026-12-01 }]';
    const files = {
      ...broken(CONFIG, 'instances:', `${word}\ninstances:`),
      'catalog/principals/oncology.yaml': (BASE['catalog/principals/security.yaml'] ?? '').replace(
        'security',
        'oncology',
      ),
      'catalog/datasets/trials.yaml': (BASE['catalog/datasets/trials.yaml'] ?? '').replace(
        'team:security',
        'team:oncology',
      ),
    };
    expect(await detailOf(files, 'EDL-1352')).toContain('moves until; team:oncology, team:security must approve it.');
  });
});
