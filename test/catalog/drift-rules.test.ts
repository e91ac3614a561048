import { describe, expect, it } from 'vitest';
import { idleDriftRules } from '../../src/app/idle-drift-rules.ts';
import { AS_OF, BASE, broken, type Files, loadFiles, shortly } from './support.ts';

const SECURITY = 'security: team:security\n';

/** The base lake with rules on drift, from line 11 on. */
const withDrift = (text: string): Files => broken('lake.yaml', SECURITY, `${SECURITY}${text}`);

const END = 'reason: REQ-1 for a while, until: 2026-12-31';

describe('what lake.yaml says of drift', () => {
  it.each([
    [
      'nothing wrong',
      `drift: { heal: all, ignore: [{ target: s3-bucket/*, path: /Tags, ${END} }], hold: [{ target: iam-role/x, ${END} }] }\n`,
      [],
    ],
    ['an unknown mode', 'drift: { heal: everything }\n', ['EDL-1204 lake.yaml:11:16']],
    ['no reason', 'drift:\n  hold:\n    - { target: iam-role/x, until: 2026-12-31 }\n', ['EDL-1202 lake.yaml:13:7']],
    [
      'a path that is no pointer',
      `drift:\n  ignore:\n    - { target: iam-role/x, path: Tags, ${END} }\n`,
      ['EDL-1205 lake.yaml:13:35'],
    ],
    ['a target that is no id', `drift:\n  ignore:\n    - { target: bucket, ${END} }\n`, ['EDL-1205 lake.yaml:13:17']],
    [
      'a path to hold',
      `drift:\n  hold:\n    - { target: iam-role/x, path: /Tags, ${END} }\n`,
      ['EDL-1201 lake.yaml:13:29'],
    ],
    [
      'an empty reason',
      'drift:\n  hold:\n    - { target: iam-role/x, reason: TODO, until: 2026-12-31 }\n',
      ['EDL-1354 lake.yaml:13:37'],
    ],
    [
      'a day that is over',
      'drift:\n  hold:\n    - { target: iam-role/x, reason: REQ-1 of old, until: 2026-11-21 }\n',
      ['EDL-1370 lake.yaml:13:58'],
    ],
    ['its last day', 'drift:\n  hold:\n    - { target: iam-role/x, reason: REQ-1 of old, until: 2026-11-22 }\n', []],
    [
      'several at once',
      `drift:\n  heal: no\n  ignore:\n    - { target: bucket, path: Tags, ${END} }\n`,
      ['EDL-1204 lake.yaml:12:9', 'EDL-1205 lake.yaml:14:17', 'EDL-1205 lake.yaml:14:31'],
    ],
  ])('%s', async (_, text, expected) => {
    expect(shortly(await loadFiles(withDrift(text)))).toEqual(expected);
  });

  it('is in the catalog with its lines', async () => {
    const text = `drift:\n  hold:\n    - { target: iam-role/x, ${END} }\n`;
    const { catalog } = await loadFiles(withDrift(text));
    expect(catalog?.lake.drift).toEqual({
      heal: 'report',
      ignore: [],
      hold: [
        {
          target: 'iam-role/x',
          reason: 'REQ-1 for a while',
          until: '2026-12-31',
          declaredIn: { file: 'lake.yaml', line: 13 },
        },
      ],
    });
    expect((await loadFiles(BASE)).catalog?.lake.drift).toBeUndefined();
  });

  it('takes the mode of a tier and the role that purges', async () => {
    const files = broken(
      'lake.yaml',
      '{ approvals: [owner], maxGrant: 365d,',
      '{ heal: all, approvals: [owner], maxGrant: 365d,',
    );
    const lake = String(files['lake.yaml']).replace(
      "account: '111111111111',",
      "account: '111111111111', purgeRole: eraser,",
    );
    const { catalog } = await loadFiles({ ...files, 'lake.yaml': lake });
    expect(catalog?.lake.tiers.map(({ heal }) => heal)).toEqual([undefined, 'all', undefined]);
    expect(catalog?.lake.instances.map(({ purgeRole }) => purgeRole)).toEqual(['eraser', undefined]);
  });
});

describe('rules that nothing meets', () => {
  it.each([
    ['s3-bucket/*-sensitive-*', undefined, 0],
    ['s3-bucket/*-sensitve-*', undefined, 1],
    // Somebody may make a role that nobody declares.
    ['iam-role/edl-dev01-backdoor', undefined, 0],
    ['iam-role/edl-dev01-backdoor', '/Tags', 1],
    ['*/whatever', undefined, 0],
  ])('%s %s: %i', async (target, path, count) => {
    const at = path === undefined ? '' : ` path: ${path},`;
    const { catalog } = await loadFiles(withDrift(`drift: { ignore: [{ target: '${target}',${at} ${END} }] }\n`));
    if (catalog === undefined) throw new Error('no catalog');
    const found = await idleDriftRules(catalog, AS_OF);
    expect(found.map(({ code, line }) => [code, line])).toEqual(count === 0 ? [] : [['EDL-1371', 11]]);
  });
});
