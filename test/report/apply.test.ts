import { describe, expect, it } from 'vitest';
import type { StackResult } from '../../src/reconciler/model/result.ts';
import { renderApplyText } from '../../src/report/apply.ts';
import { plain } from '../../src/report/paint.ts';

describe('what an apply did not do', () => {
  const failedAt = { outcome: 'failed', seconds: 1, failures: [], objects: [] } as const;
  const skippedFor = (stack: string, dependency: string) =>
    ({ outcome: 'skipped', stack, because: 'dependency-failed', dependency }) as const;
  const text = (...results: readonly StackResult[]): string => renderApplyText({ instance: 'dev01', results }, plain);

  it('names the stack that failed, also behind one that was not started', () => {
    const shown = text({ ...failedAt, stack: 'a' }, skippedFor('b', 'a'), skippedFor('c', 'b'));
    expect(shown).toContain('○ b  not started: it needs a, which failed\n');
    expect(shown).toContain('○ c  not started: it needs b, which was not started either, because a failed\n');
  });

  it('says how to go on, and nothing when all is done', () => {
    const applied = { outcome: 'applied', stack: 'x', seconds: 1, objects: [] } as const;
    const cancelled = { outcome: 'skipped', stack: 'y', because: 'cancelled' } as const;
    expect(text(applied)).not.toContain('Next:');
    expect(text(applied, cancelled)).toContain(
      'Next: nothing failed; to go on, run: edl apply --instance dev01 (1 stack left; what is applied stays)\n',
    );
    expect(text({ ...failedAt, stack: 'a' })).toContain(
      'Next: remove what stopped the failed stacks, then run: edl apply --instance dev01\n',
    );
  });

  it('tells the id of an object once', () => {
    const failures = [{ code: 'EDL-4020', id: 'iam-role/r', message: 'iam-role/r (AWS::IAM::Role): no' }] as const;
    expect(text({ ...failedAt, stack: 'a', failures })).toContain('EDL-4020 iam-role/r (AWS::IAM::Role): no');
  });
});
