import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeCatalog, validateLake } from '../../src/app/validate.ts';
import { interpret } from '../../src/catalog/load.ts';
import type { Diagnostic } from '../../src/reconciler/model/diagnostic.ts';
import { apart, forbid, holding } from '../access/rules-support.ts';
import { catalogArbitrary } from '../arbitraries/catalog.ts';
import { renderCatalog } from '../arbitraries/render-catalog.ts';
import { AS_OF, BASE, broken, type Files, withFolder, writeFiles } from './support.ts';
import { shuffle, sourcesOf } from './sources.ts';

const LAKE = 'lake.yaml';
const SECURITY = 'security: team:security\n';
const RULE = `rules:
  - name: no-robots
    forbid: { kinds: [service], tier: sensitive }
    reason: Robots are not asked why
`;
const ROBOT = 'catalog/grants/robot.yaml';

const lake = (allow = '', entry = '{ dataset: trials, level: read }'): Files => ({
  ...broken(LAKE, SECURITY, `${SECURITY}${RULE}${allow}`),
  'catalog/pipelines/make-daily/pipeline_config.yaml': `owner: team:security
inputs: [trials]
outputs: [daily]
declassify: [{ dataset: trials, by: team:security, reason: Counts }]
instances: [prod]
`,
  [ROBOT]: `principal: service:robot\nreason: Night\naccess:\n  - ${entry}\n`,
});

const validate = (files: Files): Promise<readonly Diagnostic[]> =>
  withFolder(async (folder) => {
    await writeFiles(folder, files);
    return (await validateLake({ cwd: folder, asOf: AS_OF }, { emit: () => undefined })).diagnostics;
  });

const allow = (guard: string, more: string): string => `allow:\n  - { guard: ${guard}, ${more}, reason: REQ-7 }\n`;
const shortly = (diagnostics: readonly Diagnostic[]): readonly string[] =>
  diagnostics.map(({ severity, code, file = '-', line = 0 }) => `${severity} ${code} ${file}:${line}`);

describe('validate', () => {
  it.each<readonly [string, Files, readonly string[]]>([
    ['a rule that is broken', lake(), [`error EDL-3062 ${ROBOT}:4`]],
    ['a rule that holds', lake('', '{ dataset: daily, level: read }'), []],
    [
      'an allowance for it',
      lake(allow('access-rules', 'target: no-robots/service:robot, until: 2026-12-31')),
      [`warning EDL-3062 ${ROBOT}:4`],
    ],
    [
      'an allowance for every target',
      lake(allow('access-rules', 'until: 2026-12-31')),
      [`warning EDL-3062 ${ROBOT}:4`],
    ],
    [
      'an allowance for somebody else, which passes nothing',
      lake(allow('access-rules', 'target: no-robots/service:other, until: 2026-12-31')),
      [`error EDL-3062 ${ROBOT}:4`, `warning EDL-3051 ${LAKE}:16`],
    ],
    [
      'an allowance past its day',
      lake(allow('access-rules', 'until: 2026-11-21')),
      [`error EDL-3062 ${ROBOT}:4`, `error EDL-3050 ${LAKE}:16`],
    ],
    [
      'an allowance for a guard that only a plan can judge',
      lake(allow('blast-radius', 'until: 2026-12-31'), '{ dataset: daily, level: read }'),
      [],
    ],
    [
      'an allowance for a guard that is not there',
      lake(allow('nonsense', 'until: 2026-12-31'), '{ dataset: daily, level: read }'),
      [`error EDL-3052 ${LAKE}:16`],
    ],
    [
      'an allowance past its day for a guard that only a plan can judge',
      lake(allow('blast-radius', 'until: 2026-11-21'), '{ dataset: daily, level: read }'),
      [`error EDL-3050 ${LAKE}:16`],
    ],
    [
      'an allowance for tier flow, which only owners can pass',
      lake(allow('tier-flow', 'until: 2026-12-31'), '{ dataset: daily, level: read }'),
      [`error EDL-3052 ${LAKE}:16`],
    ],
    [
      'a pipeline that needs a declassification',
      BASE,
      ['error EDL-3063 catalog/pipelines/make-daily/pipeline_config.yaml:2'],
    ],
  ])('%s', async (_, files, expected) => {
    expect(shortly(await validate(files))).toEqual(expected);
  });

  it('tells how to make an exception until there is one', async () => {
    const [refused] = await validate(lake());
    expect(refused?.detail).toContain('to "allow" in lake.yaml; if for good, add except:');
    const [allowed] = await validate(lake(allow('access-rules', 'until: 2026-12-31')));
    expect(allowed?.detail).toMatch(/holds no more than it needs\. Allowed: REQ-7\.$/);
  });

  it('says once what is wrong in several instances, and where', async () => {
    const [both] = await validate(lake());
    expect(both?.detail).toMatch(/^In instances dev01, prod: service:robot holds read on sensitive trials/);
    const [one] = await validate(lake('', '{ dataset: trials, level: read, instances: [prod] }'));
    expect(one?.detail).toMatch(/^In instance prod: service:robot holds/);
  });

  it('keeps apart what differs between instances', async () => {
    const entry =
      '{ dataset: trials, level: read, instances: [prod] }\n  - { dataset: trials, level: admin, instances: [dev01] }';
    const found = await validate(lake('', entry));
    expect(found.map(({ line, detail }) => [line, detail.split(':')[0]])).toEqual([
      [4, 'In instance prod'],
      [5, 'In instance dev01'],
    ]);
  });

  it('judges no rules while the files are wrong', async () => {
    expect(shortly(await validate({ ...lake(), 'catalog/datasets/sites.yaml': 'name: sites\n' }))).not.toContain(
      `error EDL-3062 ${ROBOT}:4`,
    );
  });
});

describe('the laws of validate', () => {
  const rules = [
    apart([holding({ tier: 'internal' }), holding({ tier: 'restricted' }, 'write')]),
    forbid(['service', 'exposed', 'everyone'], holding({ domain: 'crm' })),
  ];
  /** Another order of keys has other lines, and files of grants have names of no meaning. */
  const withoutPlaces = ({ code, target, guard, detail }: Diagnostic): string =>
    [code, guard, target, detail.replaceAll(/[\w/.-]+\.yaml:\d+/g, '…')].join(' ');

  it('finds the same whatever the order of files and keys', () => {
    fc.assert(
      fc.property(catalogArbitrary(), fc.integer(), (drawn, seed) => {
        const catalog = { ...drawn, lake: { ...drawn.lake, rules } };
        const judged = [undefined, shuffle(seed)].map((order) => {
          const files = renderCatalog(catalog, order === undefined ? {} : { order });
          const loaded = interpret(sourcesOf(files), AS_OF);
          return loaded.catalog === undefined ? [] : judgeCatalog(loaded.catalog, AS_OF).map(withoutPlaces).sort();
        });
        expect(judged[1]).toEqual(judged[0]);
      }),
      { numRuns: 25 },
    );
  });
});
