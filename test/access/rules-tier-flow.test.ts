import { describe, expect, it } from 'vitest';
import { judgeRules } from '../../src/access/rules/judge-rules.ts';
import { judgeTierFlow, tellDeclassified } from '../../src/access/rules/tier-flow.ts';
import type { Catalog, Declassification, Pipeline } from '../../src/reconciler/model/catalog.ts';
import { AS_OF, catalogOf, dataset, pipeline, tier } from './support.ts';

const TIERS = [
  tier('internal'),
  tier('restricted', { approvals: ['owner'] }),
  tier('sensitive', { approvals: ['owner', 'security'] }),
];
const DATASETS = ['internal', 'restricted', 'sensitive'].flatMap((name) => [
  dataset(`${name}-in`, name, { owner: 'team:givers' }),
  dataset(`${name}-out`, name),
]);

const lakeWith = (...pipelines: readonly Pipeline[]): Catalog => {
  const catalog = catalogOf({ tiers: TIERS, datasets: DATASETS, pipelines });
  return { ...catalog, lake: { ...catalog.lake, security: 'team:security' } };
};

const word = (name: string, more: Partial<Declassification> = {}): Declassification => ({
  dataset: name,
  by: 'team:givers',
  reason: 'Counts only.',
  declaredIn: { file: 'catalog/pipelines/p/pipeline_config.yaml', line: 7 },
  ...more,
});

const judge = (one: Pipeline, instance = 'dev01'): readonly string[] =>
  judgeTierFlow(lakeWith(one), instance, AS_OF).map(({ code, target = '' }) => `${code} ${target}`);

describe('from tier to tier', () => {
  const order = ['internal', 'restricted', 'sensitive'];
  const rows = order.flatMap((from) => order.map((to) => [from, to, order.indexOf(from) > order.indexOf(to)] as const));
  it.each(rows)('%s into %s is refused: %s', (from, to, isRefused) => {
    const found = judge(pipeline('p', [`${from}-in`], [`${to}-out`]));
    expect(found).toEqual(isRefused ? [`EDL-3063 p/${from}-in`] : []);
  });
});

describe('pipelines', () => {
  it.each<readonly [string, Pipeline, readonly string[]]>([
    ['without inputs', pipeline('p', [], ['internal-out']), []],
    [
      'with several higher inputs: one message each',
      pipeline('p', ['internal-in', 'restricted-in', 'sensitive-in'], ['internal-out']),
      ['EDL-3063 p/restricted-in', 'EDL-3063 p/sensitive-in'],
    ],
    [
      'with several lower outputs: one message',
      pipeline('p', ['sensitive-in'], ['internal-out', 'restricted-out', 'sensitive-out']),
      ['EDL-3063 p/sensitive-in'],
    ],
    ['of another instance', pipeline('p', ['sensitive-in'], ['internal-out'], { instances: ['prod'] }), []],
    ['declassified', pipeline('p', ['sensitive-in'], ['internal-out'], { declassify: [word('sensitive-in')] }), []],
    [
      'that declassify another input',
      pipeline('p', ['restricted-in', 'sensitive-in'], ['internal-out'], { declassify: [word('sensitive-in')] }),
      ['EDL-3063 p/restricted-in'],
    ],
    [
      'declassified through today',
      pipeline('p', ['sensitive-in'], ['internal-out'], {
        declassify: [word('sensitive-in', { until: '2026-06-01' })],
      }),
      [],
    ],
    [
      'declassified until yesterday',
      pipeline('p', ['sensitive-in'], ['internal-out'], {
        declassify: [word('sensitive-in', { until: '2026-05-31' })],
      }),
      ['EDL-3064 p/sensitive-in'],
    ],
  ])('%s', (_, one, expected) => {
    expect(judge(one)).toEqual(expected);
  });

  it('in two steps are judged at the step that goes down', () => {
    const first = pipeline('copy', ['sensitive-in'], ['sensitive-out']);
    const second = pipeline('share', ['sensitive-out'], ['internal-out']);
    const found = judgeTierFlow(lakeWith(first, second), 'dev01', AS_OF);
    expect(found.map(({ target }) => target)).toEqual(['share/sensitive-out']);
  });

  it('are judged with the rules', () => {
    const catalog = lakeWith(pipeline('p', ['sensitive-in'], ['internal-out']));
    expect(judgeRules(catalog, 'dev01', AS_OF).map(({ guard }) => guard)).toEqual(['tier-flow']);
  });
});

describe('the message', () => {
  it('names input, output and tiers, the lines to add, and who must approve them', () => {
    const one = pipeline('p', ['sensitive-in'], ['internal-out'], { inputLines: { 'sensitive-in': 3 } });
    const [finding] = judgeTierFlow(lakeWith(one), 'dev01', AS_OF);
    expect(finding).toMatchObject({
      severity: 'error',
      guard: 'tier-flow',
      file: 'catalog/pipelines/p/pipeline_config.yaml',
      line: 3,
    });
    expect(finding?.detail).toBe(
      'The pipeline p reads sensitive sensitive-in and writes internal internal-out, but internal is less confidential than sensitive: who may read the output would see what the tier of the input keeps from them. Write into a dataset of the tier sensitive instead. Or, if the pipeline takes out what makes the data sensitive, add declassify: [{ dataset: sensitive-in, by: team:givers, reason: … }] to catalog/pipelines/p/pipeline_config.yaml, with the reason in the words of the owner; team:givers and team:security must approve it.',
    );
  });

  it('names the owner of a tier that asks for nobody', () => {
    const tiers = [tier('internal'), tier('restricted')];
    const catalog = catalogOf({
      tiers,
      datasets: DATASETS,
      pipelines: [pipeline('p', ['restricted-in'], ['internal-out'])],
    });
    expect(judgeTierFlow(catalog, 'dev01', AS_OF)[0]?.detail).toContain('; team:givers must approve it.');
  });
});

describe('a declassification', () => {
  const declassified = pipeline('p', ['sensitive-in'], ['internal-out'], { declassify: [word('sensitive-in')] });

  it('is told to the approvers of a pipeline that changes, with the reason', () => {
    const [told] = tellDeclassified(lakeWith(declassified), 'dev01', () => true);
    expect(told).toMatchObject({ code: 'EDL-3065', severity: 'warning', guard: 'tier-flow', line: 7 });
    expect(told?.detail).toContain('team:givers declassifies sensitive-in for it: Counts only. Approve');
  });

  it('is not told while the pipeline stays as it is', () => {
    expect(tellDeclassified(lakeWith(declassified), 'dev01', () => false)).toEqual([]);
  });

  it('is not told where nothing goes down', () => {
    const level = pipeline('p', ['sensitive-in'], ['sensitive-out'], { declassify: [word('sensitive-in')] });
    expect(tellDeclassified(lakeWith(level), 'dev01', () => true)).toEqual([]);
  });
});
