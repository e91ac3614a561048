import { describe, expect, it } from 'vitest';
import { BASE, loadFiles } from './support.ts';

const lineOf = (text: string, start: string): number =>
  text.split('\n').findIndex((line) => line.startsWith(start)) + 1;

describe('defaults', () => {
  it('are filled in for a dataset', async () => {
    const { catalog } = await loadFiles(BASE);
    expect(catalog?.datasets.find(({ name }) => name === 'trials')).toMatchObject({
      regions: ['eu-west-1'],
      instances: ['dev01', 'prod'],
      expose: [],
      declaredIn: { file: 'catalog/datasets/trials.yaml', line: 1 },
    });
    expect(catalog?.datasets.find(({ name }) => name === 'sites')?.tables).toEqual([]);
  });

  it('are filled in for a pipeline', async () => {
    const { catalog } = await loadFiles(BASE);
    expect(catalog?.pipelines[0]).toMatchObject({
      name: 'make-daily',
      engine: 'glue',
      language: 'pyspark',
      glueVersion: '5.1',
      workers: { type: 'G.1X', count: 2 },
      timeoutMinutes: 480,
      maxConcurrentRuns: 1,
      arguments: {},
      region: 'eu-west-1',
      instances: ['prod'],
    });
  });

  it('are filled in for tiers: closed, unless a default role opens them', async () => {
    const tiers = 'tiers:\n  secret: {}\n  open: { defaultRole: true }\n';
    const lake = (BASE['lake.yaml'] ?? '').replace(/tiers:\n(?: {2}.*\n)*/, tiers);
    const { catalog } = await loadFiles({
      'lake.yaml': lake,
      'catalog/principals/security.yaml': BASE['catalog/principals/security.yaml'],
    });
    const common = { metadata: 'exact', reasonRequired: false, selectorsAllowed: true };
    expect(catalog?.lake.tiers).toEqual([
      {
        name: 'open',
        ...common,
        defaultRole: { assumedBy: [] },
        approvals: [],
        encryption: 's3',
        declaredIn: { file: 'lake.yaml', line: lineOf(lake, '  open:') },
      },
      {
        name: 'secret',
        ...common,
        approvals: ['owner'],
        encryption: 'kms',
        declaredIn: { file: 'lake.yaml', line: lineOf(lake, '  secret:') },
      },
    ]);
  });

  it('knows the line of each output, which is no part of the digest', async () => {
    const path = 'catalog/pipelines/make-daily/pipeline_config.yaml';
    const text = BASE[path] ?? '';
    const [plain, moved] = [
      await loadFiles(BASE),
      await loadFiles({ ...BASE, [path]: text.replace('outputs:', '\n\noutputs:') }),
    ];
    const line = lineOf(text, 'outputs:');
    const [output = ''] = plain.catalog?.pipelines[0]?.outputs ?? [];
    expect(plain.catalog?.pipelines[0]?.outputLines).toEqual({ [output]: line });
    expect(moved.catalog?.pipelines[0]?.outputLines).toEqual({ [output]: line + 2 });
    expect(moved.catalog?.digest).toBe(plain.catalog?.digest);
  });

  it('puts the home region of an instance first', async () => {
    const lake = (BASE['lake.yaml'] ?? '').replace('[eu-west-1, us-east-1]', '[us-east-1, eu-west-1]');
    const { catalog } = await loadFiles({ ...BASE, 'lake.yaml': lake });
    expect(catalog?.lake.instances.find(({ name }) => name === 'prod')?.regions).toEqual(['eu-west-1', 'us-east-1']);
  });

  it('keeps allowances with the line they stand on', async () => {
    const allow =
      'allow:\n  - { guard: blast-radius, reason: REQ-1, until: 2026-12-31 }\n  - { guard: adopt, target: x, reason: REQ-2, until: 2026-12-31 }\n';
    const { catalog } = await loadFiles({ ...BASE, 'lake.yaml': `${BASE['lake.yaml'] ?? ''}${allow}` });
    expect(catalog?.lake.allow).toEqual([
      {
        guard: 'adopt',
        target: 'x',
        reason: 'REQ-2',
        until: '2026-12-31',
        declaredIn: { file: 'lake.yaml', line: 13 },
      },
      { guard: 'blast-radius', reason: 'REQ-1', until: '2026-12-31', declaredIn: { file: 'lake.yaml', line: 12 } },
    ]);
  });
});
