import { describe, expect, it } from 'vitest';
import type { DriftEntry, DriftReport } from '../../src/reconciler/model/drift.ts';
import { driftDiagnostics } from '../../src/report/drift-diagnostics.ts';
import { renderDriftMarkdown } from '../../src/report/drift-markdown.ts';
import { renderDriftText } from '../../src/report/drift-text.ts';
import { plain } from '../../src/report/paint.ts';
import { CLEAN, NEUTRAL, role } from './drift-samples.ts';

describe('a drift report', () => {
  it('tells a meaning once, however many properties have it', () => {
    const meaning = 'jobs load other bytes than those that were reviewed';
    const parts = ['/Md5', '/Size'].map((path, index) => ({
      path,
      properties: [{ path, before: index, after: 9, cause: 'drifted' as const }],
      effect: 'neutral' as const,
      meaning,
    }));
    const report: DriftReport = { ...CLEAN, entries: [{ ...NEUTRAL, parts }] };
    const [first] = driftDiagnostics(report);
    for (const text of [renderDriftText(report, { paint: plain }), first?.diagnostic.detail ?? '']) {
      expect(text.split(meaning)).toHaveLength(2);
      expect(text).toContain('Md5: 0 in AWS, declared 9');
      expect(text).toContain('Size: 1 in AWS, declared 9');
    }
  });

  it('keeps to its width', () => {
    const path = `/BucketEncryption/${'Rules/'.repeat(6)}KMSMasterKeyID`;
    const key = `arn:aws:kms:eu-west-1:111111111111:key/${'0'.repeat(12)}`;
    const parts = [{ path, properties: [{ path, before: key, after: key.toUpperCase(), cause: 'drifted' as const }] }];
    const wide: DriftEntry = {
      ...role(`edl-dev01-${'x'.repeat(54)}`),
      stack: 'edl-dev01-access-team-with-a-long-name',
      declaredIn: { file: `catalog/${'long-folder/'.repeat(5)}team.yaml`, line: 12 },
      state: 'drifted',
      effect: 'neutral',
      parts: parts.map((part) => ({ ...part, effect: 'neutral' as const })),
      access: [],
    };
    const text = renderDriftText({ ...CLEAN, entries: [wide] }, { paint: plain });
    expect(text.split('\n').filter((line) => line.length > 100)).toEqual([]);
    expect(text).toContain('declared');
    expect(text).toContain('team.yaml:12');
  });

  const UNMATCHED = { code: 'EDL-3110', severity: 'error', summary: 'Selection matches nothing', detail: 'x' } as const;
  const UNREAD = { kind: 'glue-table', region: 'eu-west-1', reason: 'AccessDenied' };
  it.each<[string, Partial<DriftReport>, number, string]>([
    ['everything was compared', {}, 211, 'No drift: AWS is as it was applied.'],
    [
      'the catalog has errors of its own',
      { diagnostics: [{ ...UNMATCHED, code: 'EDL-1365' }] },
      211,
      'No drift: AWS is',
    ],
    ['some could not be read', { unknown: [UNREAD] }, 3, 'No drift in what could be read.'],
    ['a name matches nothing', { diagnostics: [UNMATCHED] }, 3, 'No drift in what was compared.'],
    ['no name matches anything', { diagnostics: [UNMATCHED] }, 0, 'Nothing was compared'],
    ['nothing could be read', { unknown: [UNREAD] }, 0, 'Nothing was compared'],
  ])('says no more than it knows where %s', (_title, more, inSync, expected) => {
    const report: DriftReport = { ...CLEAN, ...more, summary: { ...CLEAN.summary, inSync } };
    const text = renderDriftText(report, { paint: plain });
    expect(text).toContain(expected);
    expect(text.includes('No drift: AWS is as it was applied')).toBe(expected.startsWith('No drift: AWS'));
    expect(renderDriftMarkdown(report).includes('✅')).toBe(expected.startsWith('No drift: AWS'));
  });
});
