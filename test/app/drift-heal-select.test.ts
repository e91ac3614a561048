import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JudgedDrift } from '../../src/app/drift/entries.ts';
import { selectHealing, type Selection } from '../../src/app/drift/heal-select.ts';
import type { HealMode } from '../../src/reconciler/model/drift-rules.ts';
import type { DriftedPart, DriftEffect, DriftEntry } from '../../src/reconciler/model/drift.ts';
import type { LiveState, Unreadable } from '../../src/reconciler/model/live.ts';
import type { Cause } from '../../src/reconciler/model/plan.ts';

const partOf = (path: string, effect: DriftEffect, cause: Cause = 'drifted'): DriftedPart => ({
  path,
  properties: [{ path, cause }],
  effect,
});

const driftOf = (kind: string, parts: readonly DriftedPart[], more: Partial<DriftEntry> = {}): JudgedDrift => {
  const base = {
    id: `${kind}/x` as const,
    kind,
    type: 'AWS::Test',
    stack: 'edl-dev01-test',
    region: 'eu-west-1',
    state: 'drifted' as const,
  };
  const entry: DriftEntry = { ...base, effect: parts[0]?.effect ?? 'neutral', parts, access: [], ...more };
  return { found: { ...base, parts: [] }, entry };
};

const liveOf = (more: Partial<LiveState> = {}): LiveState => ({ stacks: [], resources: [], unreadable: [], ...more });

const HOLD = { reason: 'migration', until: '2027-01-31', declaredIn: { file: 'lake.yaml', line: 1, column: 1 } };

const select = (drift: JudgedDrift, mode: HealMode, live: LiveState = liveOf()): Selection =>
  selectHealing([drift], () => mode, { live, isGitStill: false });

const outcomes = (drift: JudgedDrift, mode: HealMode, live?: LiveState): readonly string[] => {
  const { selected, results } = select(drift, mode, live);
  const healed = selected.flatMap(({ parts }) =>
    parts.length === 0 ? ['heal'] : parts.map(({ path }) => `heal ${path}`),
  );
  return [...healed, ...results.map(({ path, outcome, code }) => [outcome, path, code].filter(Boolean).join(' '))];
};

describe('what is healed', () => {
  const role = driftOf('iam-role', [partOf('/a', 'widens'), partOf('/b', 'narrows'), partOf('/c', 'neutral')]);

  it.each<[HealMode, readonly string[]]>([
    ['report', ['left /a', 'left /b', 'left /c']],
    ['tighten', ['heal /a', 'left /b', 'left /c']],
    ['all', ['heal /a', 'heal /b', 'heal /c']],
  ])('%s', (mode, expected) => {
    expect(outcomes(role, mode)).toEqual(expected);
  });

  it('objects as a whole go by their own effect', () => {
    const stranger = driftOf('iam-role', [], { undeclared: true, effect: 'widens' });
    const gone = driftOf('iam-role', [], { state: 'missing', effect: 'narrows' });
    expect([outcomes(stranger, 'tighten'), outcomes(gone, 'tighten'), outcomes(gone, 'all')]).toEqual([
      ['heal'],
      ['left'],
      ['heal'],
    ]);
  });

  it.each<[string, string, Unreadable, boolean]>([
    ['its own kind', 'iam-role', { kind: 'iam-role', region: 'global', reason: 'denied' }, true],
    ['what it names', 'iam-role', { kind: 'iam-managed-policy', region: 'eu-west-1', reason: 'denied' }, true],
    ['its bucket', 's3-bucket-policy', { kind: 's3-bucket', region: 'eu-west-1', reason: 'denied' }, true],
    ['its stack', 's3-bucket', { kind: 'stack', region: 'eu-west-1', reason: 'denied' }, true],
    ['another region', 's3-bucket', { kind: 's3-bucket', region: 'us-east-1', reason: 'denied' }, false],
    ['another kind', 's3-bucket', { kind: 'glue-job', region: 'eu-west-1', reason: 'denied' }, false],
    [
      'one property of it',
      'kms-key',
      { kind: 'kms-key', region: 'eu-west-1', reason: 'denied', part: '/Grants' },
      false,
    ],
  ])('nothing that hangs on what could not be read: %s', (_what, kind, unread, isRefused) => {
    const drift = driftOf(kind, [partOf('/a', 'widens')]);
    const live = liveOf({ unreadable: [unread] });
    expect(outcomes(drift, 'tighten', live)).toEqual(isRefused ? ['refused /a EDL-4150'] : ['heal /a']);
    expect(outcomes(drift, 'report', live)).toEqual(['left /a']);
  });

  it.each(['foreign', 'unowned'] as const)('a role under our path that nobody declared, tagged as %s', (ownership) => {
    const drift = driftOf('iam-role', [], { undeclared: true, effect: 'widens' });
    const object = { id: drift.found.id, kind: 'iam-role', region: 'eu-west-1', ownership } as const;
    expect(outcomes(drift, 'tighten', liveOf({ resources: [object] }))).toEqual(['heal']);
  });

  it.each(['foreign', 'unowned'] as const)('nothing that is %s', (ownership) => {
    const object = { id: 's3-bucket/x' as const, kind: 's3-bucket', region: 'eu-west-1', ownership };
    const drift = driftOf('s3-bucket', [partOf('/a', 'widens')]);
    expect(outcomes(drift, 'all', liveOf({ resources: [object] }))).toEqual(['refused /a EDL-4151']);
  });

  it('what git changes too goes back to what was applied, if anybody knows that', () => {
    const drift = driftOf('glue-job', [partOf('/Role', 'widens', 'both')]);
    const object = { id: 'glue-job/x' as const, kind: 'glue-job', region: 'eu-west-1', ownership: 'ours' as const };
    expect(outcomes(drift, 'all', liveOf({ resources: [object] }))).toEqual(['refused /Role EDL-4152']);
    expect(outcomes(drift, 'all', liveOf({ resources: [{ ...object, applied: {} }] }))).toEqual(['heal /Role']);
  });

  // The edit may be in the very object that drifted: that no other object is edited does not make it applied.
  it.each([
    ['glue-job', 'refused /Role EDL-4152'],
    ['glue-table', 'refused /Role EDL-4152'],
    ['iam-role', 'refused /Role EDL-4152'],
    ['registry', 'heal /Role'],
  ])('an edit that waits is not applied, also where git changes nothing else: %s', (kind, expected) => {
    const drift = driftOf(kind, [partOf('/Role', 'widens', 'both')]);
    const object = { id: drift.entry.id, kind, region: 'eu-west-1', ownership: 'ours' as const };
    const live = liveOf({ resources: [object] });
    const { selected, results } = selectHealing([drift], () => 'all', { live, isGitStill: true });
    const told = results.map(({ path, outcome, code }) => `${outcome} ${path ?? ''} ${code ?? ''}`);
    expect([...selected.flatMap(({ parts }) => parts.map(({ path }) => `heal ${path}`)), ...told]).toEqual([expected]);
  });
});

describe('laws of healing', () => {
  const effect = fc.constantFrom<DriftEffect>('widens', 'narrows', 'neutral');
  const drift = fc
    .record({
      kind: fc.constantFrom('iam-role', 's3-bucket', 'glue-table', 'kms-key'),
      effects: fc.array(effect, { maxLength: 4 }),
      whole: effect,
      isHeld: fc.boolean(),
    })
    .map(({ kind, effects, whole, isHeld }) =>
      driftOf(
        kind,
        effects.map((one, index) => partOf(`/p${index}`, one)),
        {
          ...(effects.length === 0 ? { state: 'missing' as const, effect: whole } : {}),
          ...(isHeld ? { hold: HOLD } : {}),
        },
      ),
    );
  const touched = (one: JudgedDrift, mode: HealMode): readonly string[] =>
    outcomes(one, mode).filter((text) => text.startsWith('heal'));

  it('tighten undoes exactly what widens and is not held, and all of that all undoes too; report undoes nothing', () => {
    fc.assert(
      fc.property(drift, (one) => {
        const { entry } = one;
        const isWhole = entry.state === 'missing';
        const widening = isWhole
          ? entry.effect === 'widens'
            ? ['heal']
            : []
          : entry.parts.filter((part) => part.effect === 'widens').map(({ path }) => `heal ${path}`);
        expect(touched(one, 'tighten')).toEqual(entry.hold === undefined ? widening : []);
        expect(touched(one, 'all')).toEqual(expect.arrayContaining([...touched(one, 'tighten')]));
        expect(touched(one, 'report')).toEqual([]);
      }),
    );
  });

  it('what is held is told as held and never touched; every part has one outcome', () => {
    fc.assert(
      fc.property(drift, fc.constantFrom<HealMode>('report', 'tighten', 'all'), (one, mode) => {
        const all = outcomes(one, mode);
        expect(all).toHaveLength(Math.max(1, one.entry.parts.length));
        if (one.entry.hold !== undefined) expect(all.every((text) => text.startsWith('held'))).toBe(true);
      }),
    );
  });
});
