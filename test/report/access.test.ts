import { describe, expect, it } from 'vitest';
import type { AccessChange, Plan } from '../../src/reconciler/model/plan.ts';
import { tellAccess } from '../../src/report/access.ts';
import { plain } from '../../src/report/paint.ts';
import { renderPlanMarkdown } from '../../src/report/plan-markdown.ts';
import { renderPlanText } from '../../src/report/plan-text.ts';
import { EMPTY } from './samples.ts';

const gain = (dataset: string, line: number, more: Partial<AccessChange> = {}): AccessChange => ({
  principal: 'team:a',
  dataset,
  tier: 'sensitive',
  before: [],
  after: [{ level: 'read', until: '2027-01-31' }],
  approvals: ['team:owner', 'team:security'],
  reason: 'REQ-1',
  declaredIn: { file: 'g.yaml', line },
  ...more,
});

const backgrounds = (...access: readonly AccessChange[]): readonly (string | undefined)[] =>
  tellAccess(access).map(({ background }) => background);

describe('beneath a gain', () => {
  it('is why, where and whose approval', () => {
    expect(backgrounds(gain('x', 4))).toEqual([
      'because REQ-1 (g.yaml:4) · needs approval of team:owner and team:security',
    ]);
    const { reason: _, ...silent } = gain('x', 4);
    expect(backgrounds(silent)).toEqual(['declared in g.yaml:4 · needs approval of team:owner and team:security']);
    expect(backgrounds(gain('x', 4, { approvals: [] }))).toEqual(['because REQ-1 (g.yaml:4)']);
  });

  it('is told once for a run that shares it', () => {
    const [other, last] = [gain('z', 9, { reason: 'REQ-2' }), gain('zz', 9)];
    expect(backgrounds(gain('x', 4), gain('y', 7), other, last)).toEqual([
      undefined,
      'these 2 because REQ-1 (g.yaml, lines 4 to 7) · need approval of team:owner and team:security',
      'because REQ-2 (g.yaml:9) · needs approval of team:owner and team:security',
      'because REQ-1 (g.yaml:9) · needs approval of team:owner and team:security',
    ]);
    expect(backgrounds(gain('x', 4), gain('y', 4))[1]).toMatch(/^these 2 because REQ-1 \(g\.yaml:4\)/);
  });

  it('names four approvers at most', () => {
    const approvals = ['team:a', 'team:b', 'team:c', 'team:d', 'team:e'] as const;
    expect(backgrounds(gain('x', 4, { approvals: [...approvals].slice(0, 4) }))[0]).toContain('team:c and team:d');
    expect(backgrounds(gain('x', 4, { approvals }))[0]).toContain('team:a, team:b, team:c and 2 others');
  });

  it('is nothing for a loss', () => {
    expect(
      backgrounds({ principal: 'team:a', dataset: 'x', tier: 't', before: [{ level: 'read' }], after: [] }),
    ).toEqual([undefined]);
  });
});

describe('the table', () => {
  const planOf = (count: number, tier = 'sensitive'): Plan => ({
    ...EMPTY,
    access: Array.from({ length: count }, (_, index) =>
      gain(`d${String(index).padStart(3, '0')}`, index + 1, { tier }),
    ),
  });
  const rowsIn = (text: string): readonly string[] => text.split('\n').filter((line) => line.startsWith('| ↑ |'));
  const sentencesIn = (text: string): readonly string[] => text.split('\n').filter((line) => line.startsWith('- ↑ '));

  it('stands beside sentences while they are few', () => {
    const few = renderPlanMarkdown(planOf(20));
    expect([sentencesIn(few).length, rowsIn(few).length]).toEqual([20, 20]);
    const many = renderPlanMarkdown(planOf(21));
    expect([sentencesIn(many).length, rowsIn(many).length]).toEqual([0, 21]);
  });

  it('has 150 rows at most over all tiers, the most confidential first, and says what is left out', () => {
    const access = [...planOf(140).access, ...planOf(40, 'internal').access, ...planOf(3, 'open').access];
    const text = renderPlanMarkdown({ ...EMPTY, access });
    expect(rowsIn(text)).toHaveLength(150);
    expect(text).toContain('… and 30 more in internal');
    expect(text).toContain('… and 3 more in open');
    expect(text).not.toContain('more in sensitive');
  });

  it('tells both ends of what moves, and each level with an end of its own', () => {
    const cells = (change: AccessChange): readonly string[] | undefined => tellAccess([change])[0]?.cells;
    const both = gain('x', 4, {
      before: [{ level: 'read', until: '2026-12-31' }],
      after: [{ level: 'read' }, { level: 'write', until: '2027-01-31' }],
    });
    expect(cells(both)?.slice(3, 6)).toEqual([
      'read',
      'read and write',
      'read: no end, write: 2027-01-31 (was 2026-12-31)',
    ]);
    const ended = gain('x', 4, { expired: true, before: [{ level: 'read', until: '2026-10-31' }], after: [] });
    expect(cells(ended)?.slice(3, 6)).toEqual(['read', '', 'ended 2026-10-31']);
  });

  it('is followed by what others did, which no length cuts into', () => {
    const plan: Plan = {
      ...planOf(1),
      outside: [{ sort: 'unread-policy', role: 'r', principal: 'team:a', policy: 'arn:aws:iam::1:policy/x' }],
    };
    for (const text of [renderPlanMarkdown(plan), renderPlanText(plan, { paint: plain })])
      expect(text.replace(/\s+/g, ' ')).toContain('team:a has whatever arn:aws:iam::1:policy/x gives since somebody');
  });
});
