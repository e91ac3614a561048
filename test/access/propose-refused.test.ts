import { describe, expect, it } from 'vitest';
import { proposeUse } from '../../src/access/proposals/pipeline.ts';
import { proposeGrant } from '../../src/access/proposals/propose.ts';
import { loadCatalog } from '../../src/catalog/load.ts';
import type { Catalog } from '../../src/reconciler/model/catalog.ts';
import { AS_OF } from '../catalog/support.ts';
import { REPOSITORY } from '../support/edl.ts';

const { catalog: loaded } = await loadCatalog(REPOSITORY, { asOf: AS_OF });
if (loaded === undefined) throw new Error('the sample lake does not load');
const sample: Catalog = loaded;

describe('what refuses a proposal', () => {
  it('says nothing of what an allowance passes, while it does', () => {
    const allow = (until: string): Catalog => ({
      ...sample,
      lake: {
        ...sample.lake,
        allow: [{ guard: 'access-rules', reason: 'Moves', until, declaredIn: { file: 'lake.yaml', line: 1 } }],
      },
    });
    const asked = {
      instance: 'prod',
      asOf: AS_OF,
      principal: 'team:oncology',
      dataset: 'genome-samples',
      level: 'read',
    } as const;
    expect(proposeGrant({ ...asked, catalog: allow('2026-12-31') })?.refusedBy).toEqual([]);
    expect(proposeGrant({ ...asked, catalog: allow('2026-11-21') })?.refusedBy).toHaveLength(1);
  });

  it('is that of a second writer, and of a second output in SQL', () => {
    const codes = (name: string, output: string): readonly string[] => {
      const pipeline = sample.pipelines.find((one) => one.name === name);
      const found = sample.datasets.find((one) => one.name === output);
      if (pipeline === undefined || found === undefined) throw new Error('not in the sample');
      return proposeUse({ catalog: sample, asOf: AS_OF, pipeline, dataset: found, as: 'outputs' }).refusedBy.map(
        ({ code }) => code,
      );
    };
    expect(codes('us-claims-monthly', 'us-claims')).toEqual(['EDL-1343']);
    expect(codes('demand-forecast', 'outcomes-daily')).toContain('EDL-1344');
  });
});
