import { describe, expect, it } from 'vitest';
import type { AccessChange, Change, Plan } from '../../src/reconciler/model/plan.ts';
import { signOf } from '../../src/report/access.ts';
import { applyLine, renderApplyJson, renderApplyMarkdown, renderApplyText } from '../../src/report/apply.ts';
import { renderCompileText } from '../../src/report/compile-text.ts';
import { renderDiagnosticsJson, renderDiagnosticsText } from '../../src/report/diagnostics-text.ts';
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
    signOf({ principal: 'team:a', dataset: 'd', tier: 't', before, after }).symbol;

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

describe('a first plan', () => {
  const changes: readonly Change[] = Array.from({ length: 60 }, (_, index) => ({
    action: 'create',
    id: `iam-role/r${index}`,
    kind: 'iam-role',
    type: 'AWS::IAM::Role',
    stack: `edl-dev01-access-team-t${index % 20}`,
    region: 'eu-west-1',
    after: {},
  }));
  const touched: Change = {
    action: 'update',
    id: 'iam-role/old',
    kind: 'iam-role',
    type: 'AWS::IAM::Role',
    stack: 'edl-dev01-access-team-t3',
    region: 'eu-west-1',
    impact: 'in-place',
    properties: [],
  };
  const linesOf = (plan: Plan): readonly string[] => renderPlanText(plan, { paint: plain }).split('\n');

  it('has one line for each stack that only grows', () => {
    const lines = linesOf({ ...EMPTY, changes });
    expect(lines.filter((line) => line.startsWith('  + edl-dev01-access-team-'))).toHaveLength(20);
    expect(lines).toContain('  + edl-dev01-access-team-t0   3 iam-role');
    expect(lines.some((line) => line.includes('iam-role r1'))).toBe(false);
  });

  it('shows every object of a stack in which something that exists is touched', () => {
    const lines = linesOf({ ...EMPTY, changes: [...changes, touched] });
    expect(lines.filter((line) => /^ {4}[+~] iam-role (r3|r23|r43|old)( |$)/.test(line))).toHaveLength(4);
  });

  it('shows every object while there are few', () => {
    const lines = linesOf({ ...EMPTY, changes: changes.slice(0, 39) });
    expect(lines.filter((line) => line.startsWith('    + iam-role r'))).toHaveLength(39);
  });

  it('names all who may only list a tier from now on in one sentence', () => {
    const listing = (name: string, until?: string): AccessChange => ({
      principal: `team:${name}`,
      dataset: '*',
      tier: 'internal',
      before: [],
      after: [{ level: 'discover', ...(until === undefined ? {} : { until }) }],
    });
    const access = [listing('a'), listing('b', '2027-01-31'), listing('c'), listing('d')];
    const sentence =
      '4 principals gain discover on all internal datasets: team:a, team:b until 2027-01-31, team:c, team:d';
    const text = renderPlanText({ ...EMPTY, access }, { paint: plain });
    expect(text.replaceAll(/\n {4}/g, ' ')).toContain(`  ↑ ${sentence}\n`);
    expect(text).toContain('Access: 4 gain, 0 lose.');
    expect(renderPlanMarkdown({ ...EMPTY, access })).toContain(sentence);
    const few = renderPlanText({ ...EMPTY, access: access.slice(1) }, { paint: plain });
    expect(few).toContain('↑ team:b gains discover on all internal datasets until 2027-01-31');
  });
});

describe('a selection without changes', () => {
  it('does not claim that the whole lake is as declared', () => {
    const diagnostics: Plan['diagnostics'] = [
      {
        code: 'EDL-3115',
        severity: 'note',
        summary: 'Plan is a selection',
        detail: '1 of 1 changes are not selected.',
      },
    ];
    for (const text of [
      renderPlanText({ ...EMPTY, diagnostics }, { paint: plain }),
      renderPlanMarkdown({ ...EMPTY, diagnostics }),
    ]) {
      expect(text).toContain('No changes in this selection.');
      expect(text).not.toContain('as declared');
    }
  });
});

describe('many warnings of one code about files', () => {
  const warnings = (count: number): Plan['diagnostics'] =>
    Array.from({ length: count }, (_, index) => ({
      code: 'EDL-1320',
      severity: 'warning',
      summary: 'Grant has expired',
      detail: 'It has passed.',
      file: `catalog/grants/g${index}.yaml`,
      line: 4,
    }));

  it('show a few and count the others', () => {
    const text = renderPlanText({ ...EMPTY, diagnostics: warnings(6) }, { paint: plain });
    expect(text.match(/EDL-1320/g)).toHaveLength(3);
    expect(text).toContain('And 3 warnings, in full with --format json: Grant has expired (3).');
    const few = renderPlanText({ ...EMPTY, diagnostics: warnings(5) }, { paint: plain });
    expect(few.match(/EDL-1320/g)).toHaveLength(5);
  });
});

describe('an apply that was watched', () => {
  it('repeats only what went wrong', () => {
    const text = renderApplyText(APPLIED, plain, { onlyProblems: true });
    expect(text).not.toContain('✓');
    expect(text).toContain('✗');
    expect(text).toContain(applyLine(APPLIED));
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
