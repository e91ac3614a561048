import { describe, expect, it } from 'vitest';
import type { AccessChange, Change, Plan } from '../../src/reconciler/model/plan.ts';
import { effectOf } from '../../src/report/access.ts';
import { applyLine, renderApplyJson, renderApplyMarkdown, renderApplyText } from '../../src/report/apply.ts';
import { renderCompileText } from '../../src/report/compile-text.ts';
import { renderDiagnosticsJson, renderDiagnosticsText } from '../../src/report/diagnostics-text.ts';
import { renderDriftJson, renderDriftText } from '../../src/report/drift-text.ts';
import { renderGithub } from '../../src/report/github.ts';
import { escapeMarkdown } from '../../src/report/markdown.ts';
import { plain, type Paint } from '../../src/report/paint.ts';
import { renderPlanJson } from '../../src/report/plan-json.ts';
import { renderPlanMarkdown } from '../../src/report/plan-markdown.ts';
import { renderPlanText } from '../../src/report/plan-text.ts';
import { renderSarif } from '../../src/report/sarif.ts';
import { planLine } from '../../src/report/summary.ts';
import { ACCESS, CATALOG, desiredOf, resource } from '../arbitraries/world.ts';
import { expectGolden } from './golden.ts';
import { APPLIED, DIAGNOSTICS, EMPTY, PLAN, REFUSAL } from './samples.ts';

const refused: Plan = { ...PLAN, diagnostics: [REFUSAL, ...PLAN.diagnostics] };

describe('golden reports', () => {
  it.each([
    ['plan.txt', () => renderPlanText(PLAN, { paint: plain })],
    ['plan-empty.txt', () => renderPlanText(EMPTY, { paint: plain })],
    ['plan-refused.txt', () => renderPlanText(refused, { paint: plain })],
    ['plan.md', () => renderPlanMarkdown(PLAN)],
    ['plan-empty.md', () => renderPlanMarkdown(EMPTY)],
    ['plan-refused.md', () => renderPlanMarkdown(refused)],
    ['plan.json', () => renderPlanJson(PLAN)],
    ['drift.txt', () => renderDriftText(PLAN, plain)],
    ['drift-none.txt', () => renderDriftText(EMPTY, plain)],
    ['drift.json', () => renderDriftJson(PLAN)],
    ['diagnostics.txt', () => renderDiagnosticsText([REFUSAL, ...DIAGNOSTICS], plain)],
    ['diagnostics.json', () => renderDiagnosticsJson([REFUSAL])],
    ['diagnostics.sarif', () => renderSarif([REFUSAL, ...DIAGNOSTICS], '0.1.0')],
    ['diagnostics.github', () => renderGithub([REFUSAL, ...DIAGNOSTICS])],
    ['apply.txt', () => renderApplyText(APPLIED, plain)],
    ['apply.md', () => renderApplyMarkdown(APPLIED)],
    ['apply.json', () => renderApplyJson(APPLIED)],
    [
      'compile.txt',
      () =>
        renderCompileText(
          desiredOf([resource('iam-role/a', ACCESS, {}), resource('glue-table/eu-west-1/b', CATALOG, {})]),
          plain,
        ),
    ],
  ])('%s', (name, render) => {
    expectGolden(name, render());
  });
});

describe('the last line of a plan', () => {
  it('is exactly what scripts search for', () => {
    const plan = { ...PLAN, summary: { create: 3, update: 1, adopt: 0, prune: 0, unchanged: 212 }, access: [] };
    expect(planLine(plan)).toBe('Plan: 3 to create, 1 to update, 0 to prune, 212 unchanged. Access: 0 gain, 0 lose.');
  });

  it('is the last line, in text', () => {
    expect(renderPlanText(refused, { paint: plain }).trimEnd().split('\n').at(-1)).toBe(planLine(refused));
  });
});

describe('access signs', () => {
  const change = (before: AccessChange['before'], after: AccessChange['after']): string =>
    effectOf({ principal: 'team:a', dataset: 'd', tier: 't', before, after }).symbol;

  it.each([
    ['gains', change([], [{ level: 'read' }]), '↑'],
    ['loses', change([{ level: 'read' }], []), '↓'],
    ['gains by a higher level', change([{ level: 'read' }], [{ level: 'admin' }]), '↑'],
    ['loses by a lower level', change([{ level: 'admin' }], [{ level: 'read' }]), '↓'],
    ['gains one and loses another', change([{ level: 'write' }], [{ level: 'read' }]), '↑↓'],
    ['only a date moves', change([{ level: 'read', until: '2026-01-01' }], [{ level: 'read' }]), '⏲'],
  ])('%s', (_name, symbol, expected) => {
    expect(symbol).toBe(expected);
  });
});

describe('what is never printed', () => {
  const outputs = [renderPlanText(PLAN, { paint: plain }), renderPlanMarkdown(PLAN)];

  it('text that is not on the list of printable properties', () => {
    for (const output of outputs) expect(output).not.toContain('hunter');
  });

  it('policy documents', () => {
    for (const output of outputs) expect(output).not.toContain('arn:aws:s3');
  });

  it('mentions, markup and table borders out of free text', () => {
    expect(escapeMarkdown('a|b @c <img> `d` *e*\nf')).toBe('a&#124;b &#64;c &lt;img&gt; &#96;d&#96; \\*e\\* f');
  });
});

describe('a large plan as a comment', () => {
  const changes: readonly Change[] = Array.from({ length: 2000 }, (_, index) => ({
    action: 'update',
    id: `iam-role/edl-dev01-team-${index}`,
    kind: 'iam-role',
    type: 'AWS::IAM::Role',
    stack: `edl-dev01-access-team-${index}`,
    region: 'eu-west-1',
    impact: 'in-place',
    properties: [{ path: '/Description', before: 'a', after: 'b', cause: 'edited' }],
  }));
  const text = renderPlanMarkdown({ ...PLAN, changes });

  it('stays below the limit of GitHub', () => {
    expect(text.length).toBeLessThan(65_000);
    expect(text.length).toBeGreaterThan(60_000);
  });

  it('leaves out whole sections, says so, and keeps verdict and footer', () => {
    expect(text.match(/<details>/g)?.length).toBe(text.match(/<\/details>/g)?.length);
    expect(text).toMatch(/sections left out/);
    expect(text).toContain(planLine(PLAN));
    expect(text).toContain(PLAN.digest);
    expect(text.startsWith('<!-- edl:plan:dev01 -->')).toBe(true);
  });

  it('keeps verdict and footer whatever the limit is', () => {
    expect(renderPlanMarkdown(PLAN, 10)).toContain(PLAN.digest);
  });
});

describe('many creations in one stack', () => {
  const changes: readonly Change[] = Array.from({ length: 40 }, (_, index) => ({
    action: 'create',
    id: `glue-table/eu-west-1/t${String(index).padStart(2, '0')}`,
    kind: 'glue-table',
    type: 'AWS::Glue::Table',
    stack: CATALOG,
    region: 'eu-west-1',
    after: {},
  }));

  it('are one line', () => {
    expect(renderPlanText({ ...EMPTY, changes }, { paint: plain })).toContain(
      '+ glue-table 40 objects: eu-west-1/t00 … eu-west-1/t39',
    );
  });
});

describe('sarif', () => {
  const fingerprints = (text: string): readonly string[] =>
    [...text.matchAll(/"edlDiagnostic\/v1": "(\w+)"/g)].map(([, print]) => print ?? '');

  it('keeps the fingerprint of a problem that only moves', () => {
    const moved = renderSarif([{ ...REFUSAL, line: 99 }], '0.1.0');
    expect(fingerprints(moved)).toEqual(fingerprints(renderSarif([REFUSAL], '0.1.0')));
  });

  it('tells two equal problems apart', () => {
    expect(new Set(fingerprints(renderSarif([REFUSAL, REFUSAL], '0.1.0'))).size).toBe(2);
  });
});

describe('workflow commands', () => {
  it('cannot be broken out of', () => {
    const text = renderGithub([{ ...REFUSAL, detail: 'a\n::error::b', file: 'x,y:z.yaml' }]);
    expect(text.trimEnd().split('\n')).toHaveLength(1);
    expect(text).toContain('file=x%2Cy%3Az.yaml');
  });
});

describe('colours', () => {
  const tagged: Paint = { ...plain, red: (text) => `<red>${text}</red>`, green: (text) => `<green>${text}</green>` };

  it('come from outside and change no width', () => {
    const text = renderPlanText(PLAN, { paint: tagged });
    expect(text).toContain('<red>-</red> glue-table');
    expect(text.replaceAll(/<\/?(red|green)>/g, '')).toBe(renderPlanText(PLAN, { paint: plain }));
  });
});

it('an apply counts its results', () => {
  expect(applyLine(APPLIED)).toBe('Apply: 1 applied, 1 failed, 2 skipped, 1 unchanged.');
});
