import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import { fullFormats } from 'ajv-formats/dist/formats.js';
import { describe, expect, it } from 'vitest';
import type { DriftReport } from '../../src/reconciler/model/drift.ts';
import { driftDiagnostics } from '../../src/report/drift-diagnostics.ts';
import { renderDriftJson } from '../../src/report/drift-json.ts';
import { renderDriftMarkdown } from '../../src/report/drift-markdown.ts';
import { renderDriftText } from '../../src/report/drift-text.ts';
import { driftLine } from '../../src/report/drift-words.ts';
import { durationBetween } from '../../src/report/duration.ts';
import { renderGithub } from '../../src/report/github.ts';
import { plain } from '../../src/report/paint.ts';
import { renderStableSarif } from '../../src/report/sarif.ts';
import { AFTER, CLEAN, HEALED, MISSING, NEUTRAL, REPORT, role, STRANGER, WIDENED } from './drift-samples.ts';
import { expectGolden } from './golden.ts';

const diagnosticsOf = (report: DriftReport) => driftDiagnostics(report).map(({ diagnostic }) => diagnostic);

describe('golden reports of drift', () => {
  it.each([
    ['drift.txt', () => renderDriftText(REPORT, { paint: plain })],
    ['drift-healed.txt', () => renderDriftText(HEALED, { paint: plain, after: AFTER, isShown: true })],
    ['drift-none.txt', () => renderDriftText(CLEAN, { paint: plain })],
    ['drift.md', () => renderDriftMarkdown(HEALED, AFTER)],
    ['drift-none.md', () => renderDriftMarkdown(CLEAN)],
    ['drift.sarif', () => renderStableSarif(driftDiagnostics(REPORT), '0.1.0')],
    ['drift.github', () => renderGithub(diagnosticsOf(REPORT))],
  ])('%s', (name, render) => {
    expectGolden(name, render());
  });
});

describe('a drift report', () => {
  it('as JSON is what the schema says, healed or not', () => {
    const read = (name: string): object =>
      JSON.parse(
        readFileSync(fileURLToPath(new URL(`../../schemas/${name}.schema.json`, import.meta.url)), 'utf8'),
      ) as object;
    const ajv = new Ajv({ allErrors: true, strictRequired: false, strictTypes: false });
    ajv.addFormat('date', fullFormats.date);
    ajv.addSchema(read('plan'));
    const validate = ajv.compile(read('drift'));
    for (const text of [renderDriftJson(REPORT), renderDriftJson(CLEAN), renderDriftJson(HEALED, AFTER)])
      expect([validate(JSON.parse(text)), validate.errors]).toEqual([true, null]);
    expect(validate({ ...REPORT, entries: [{ ...WIDENED, effect: 'wider' }] })).toBe(false);
  });

  it('ends with the line that scripts search for', () => {
    expect(driftLine({ ...REPORT.summary, widens: 2, narrows: 1, neutral: 0 })).toBe(
      'Drift: 2 widen, 1 narrows, 0 neutral, 1 missing, 1 unknown, 211 in sync.',
    );
    expect(renderDriftText(HEALED, { paint: plain, after: AFTER }).trimEnd()).toMatch(
      /\nDrift: 1 widens, .* in sync\.$/,
    );
  });

  it('is one alert as long as the drift is the same, whatever the clock and people say', () => {
    const tomorrow: DriftReport = { ...REPORT, asOf: '2026-11-23T10:00:00Z' };
    const moved: DriftReport = { ...REPORT, entries: [{ ...NEUTRAL, parts: [] }] };
    const identities = (report: DriftReport) =>
      driftDiagnostics(report).map(({ diagnostic, identity }) => [diagnostic.code, identity]);
    expect(identities(tomorrow)).toEqual(identities(REPORT));
    const neutral = (report: DriftReport) => identities(report).find(([code]) => code === 'EDL-5072');
    expect(neutral(REPORT)).toBeDefined();
    expect(neutral(moved)).not.toEqual(neutral(REPORT));
  });

  it('says once that nobody knows who did any of it', () => {
    const author = { status: 'unknown', reason: 'cloudtrail:LookupEvents is denied' } as const;
    const report = { ...CLEAN, entries: [STRANGER, MISSING].map((entry) => ({ ...entry, author })) };
    expect(renderDriftText(report, { paint: plain }).match(/cloudtrail:LookupEvents/g)).toHaveLength(1);
    expect(renderDriftMarkdown(report).match(/cloudtrail:LookupEvents/g)).toHaveLength(1);
  });

  it('never exceeds what a comment takes', () => {
    const entries = Array.from({ length: 400 }, (_, index) => ({ ...WIDENED, ...role(`edl-dev01-team-${index}`) }));
    const text = renderDriftMarkdown({ ...REPORT, entries }, undefined, 20_000);
    expect(text.length).toBeLessThan(20_001);
    expect(text).toContain('sections left out');
  });
});

describe('durations', () => {
  it.each([
    ['2026-11-22T09:59:30Z', 'less than a minute'],
    ['2026-11-22T10:00:30Z', 'less than a minute'],
    ['2026-11-22T09:48:00Z', '12 min'],
    ['2026-11-22T06:48:00Z', '3 h 12 min'],
    ['2026-11-22T06:00:00Z', '4 h'],
    ['2026-11-21T08:00:00Z', '1 day 2 h'],
    ['2026-11-19T10:00:00Z', '3 days'],
    ['2026-11-01T08:00:00Z', '21 days'],
  ])('since %s: %s', (from, expected) => {
    expect(durationBetween(from, '2026-11-22T10:00:00Z')).toBe(expected);
  });
});
