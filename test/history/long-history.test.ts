import { describe, expect, it } from 'vitest';
import { headerOf } from '../../src/app/history/header.ts';
import { journalReader, lastKnownRows } from '../../src/app/history/reader.ts';
import { answerWhoAt } from '../../src/app/history/who-at.ts';
import { statesIn, windowOf } from '../../src/app/history/window.ts';
import { beginEntry, type EntriesBefore } from '../../src/app/history/writer.ts';
import { parseEntry, resultOf } from '../../src/reconciler/journal/entry.ts';
import { journalKey } from '../../src/reconciler/journal/keys.ts';
import type { EntryRef } from '../../src/reconciler/journal/lines.ts';
import type { JournalStore } from '../../src/reconciler/journal/store.ts';
import { digestOf, headerAt, memoryJournal, writeEntry, type MemoryJournal } from './memory-journal.ts';

/** Years of runs, and what a question costs then. */

const RUNS = 1_000;
const dayOf = (ordinal: number): string => new Date(Date.UTC(2024, 0, ordinal)).toISOString().slice(0, 10);

const longJournal = (): MemoryJournal => {
  const journal = memoryJournal();
  let previous: EntryRef | undefined;
  for (let ordinal = 1; ordinal <= RUNS; ordinal += 1) {
    const header = headerAt(ordinal, `${dayOf(ordinal)}T10:00:00.000Z`, previous);
    const row = { principal: 'team:a', dataset: `d${ordinal}`, tier: 't', level: 'read', since: ordinal } as const;
    const counts = { applied: 1, unchanged: 0, failed: 0, skipped: 0 };
    previous = writeEntry(journal, header, [
      { line: 'access', unsure: [], form: 'full', rows: [row] },
      {
        line: 'result',
        at: `${dayOf(ordinal)}T10:05:00.000Z`,
        outcome: 'applied',
        counts,
        seconds: 300,
        problems: [],
      },
    ]);
  }
  return journal;
};

const LONG = longJournal();

describe('a day among a thousand runs', () => {
  it('costs one list and a dozen reads', async () => {
    LONG.takeCalls();
    for (const ordinal of [2, 500, 501, 999]) {
      const question = { instance: 'dev01', dataset: `d${ordinal}`, at: dayOf(ordinal) };
      const { answer } = await answerWhoAt(journalReader(LONG.store), question);
      expect(answer.access).toMatchObject([{ principal: 'team:a', given: { ordinal } }]);
      const { list, get, put } = LONG.takeCalls();
      expect([list, put]).toEqual([1, 0]);
      expect(get).toBeLessThanOrEqual(14);
    }
  });

  it('is found beside entries that nobody can read, and those within it are told', async () => {
    const broken = new Map(LONG.objects);
    const unreadable = new Set([250, 500, 501, 750, 900]);
    for (const ordinal of unreadable) broken.set(journalKey(ordinal), 'nothing\n');
    const reader = journalReader({
      ...LONG.store,
      get: (key) => {
        const text = broken.get(key);
        return Promise.resolve(
          text === undefined ? undefined : { key, text, digest: digestOf(text), etag: digestOf(text) },
        );
      },
    });
    for (const ordinal of [10, 249, 400, 499, 600, 800, 1_000]) {
      const { states } = await statesIn(reader, windowOf(dayOf(ordinal)));
      // One that nobody can read, right after it, may have begun by then: it is told, not passed over.
      expect(
        states
          .map((state) => state.ordinal)
          .filter((one) => !unreadable.has(one))
          .at(-1),
      ).toBe(ordinal);
    }
    const question = { instance: 'dev01', dataset: 'd499', at: dayOf(501) };
    const { answer } = await answerWhoAt(reader, question);
    expect(answer.notes.filter(({ severity }) => severity === 'error').map(({ code }) => code)).toEqual([
      'EDL-4230',
      'EDL-4230',
    ]);
  });
});

describe('a grant with a last day', () => {
  it('is told of that day, and of no day after it, though no run has taken it', async () => {
    const journal = memoryJournal();
    const row = { principal: 'team:a', dataset: 'd', tier: 't', level: 'read', until: '2026-03-01', since: 1 } as const;
    const counts = { applied: 1, unchanged: 0, failed: 0, skipped: 0 };
    writeEntry(journal, headerAt(1, '2026-01-01T10:00:00.000Z'), [
      { line: 'access', unsure: [], form: 'full', rows: [row] },
      { line: 'result', at: '2026-01-01T10:05:00.000Z', outcome: 'applied', counts, seconds: 300, problems: [] },
    ]);
    const told = async (at: string, level?: 'read' | 'write') => {
      const question = { instance: 'dev01', dataset: 'd', at, ...(level && { level }) };
      return (await answerWhoAt(journalReader(journal.store), question)).answer.access.length;
    };
    expect(await Promise.all(['2025-12-31', '2026-01-01', '2026-03-01', '2026-03-02'].map((at) => told(at)))).toEqual([
      0, 1, 1, 0,
    ]);
    expect([await told('2026-02-01', 'read'), await told('2026-02-01', 'write')]).toEqual([1, 0]);
  });
});

describe('the beginning of an entry', () => {
  const begin = (journal: MemoryJournal, mayBegin: () => Promise<void>) =>
    beginEntry(journal.store, {
      run: 'mine',
      now: () => new Date('2026-11-22T10:00:00Z'),
      mayBegin,
      lines: (ordinal, { previous }) => [headerAt(ordinal, '2026-11-22T10:00:00.000Z', previous)],
    });

  it('asks for the lease before it writes anything, to the entry before or to its own', async () => {
    const journal = memoryJournal();
    writeEntry(journal, headerAt(1, '2026-11-22T09:00:00.000Z'), [], false);
    const before = new Map(journal.objects);
    await expect(begin(journal, () => Promise.reject(new Error('not held')))).rejects.toThrow('not held');
    expect([journal.objects, journal.takeCalls().put]).toEqual([before, 0]);
  });

  it('closes what a run left that was killed, and is fenced off when another one does so with its own', async () => {
    const journal = memoryJournal();
    const sleeper = await begin(journal, () => Promise.resolve());
    const next = await begin(journal, () => Promise.resolve());
    expect([sleeper?.ordinal, next?.ordinal]).toEqual([1, 2]);
    const text = journal.objects.get(journalKey(1)) ?? '';
    const entry = parseEntry({ key: journalKey(1), text, digest: digestOf(text) });
    expect(entry && resultOf(entry)).toMatchObject({ outcome: 'abandoned', closedBy: 'mine' });
    sleeper?.add({ line: 'signal', at: '', signal: 'SIGINT', count: 1 });
    await expect(sleeper?.flush()).rejects.toThrow('taking this run for dead');
    expect([sleeper?.ended(), next?.ended()]).toEqual(['fenced', undefined]);
    expect(journal.objects.get(journalKey(1))).toBe(text);
  });

  it('knows its own put again of which it never heard', async () => {
    const journal = memoryJournal();
    let isDeaf = false;
    const replace: JournalStore['replace'] = async (...put) => {
      const answer = await journal.store.replace(...put);
      if (isDeaf) throw new Error('no answer');
      return answer;
    };
    const writer = await begin({ ...journal, store: { ...journal.store, replace } }, () => Promise.resolve());
    isDeaf = true;
    writer?.add({ line: 'signal', at: '', signal: 'SIGINT', count: 1 });
    await expect(writer?.flush()).rejects.toThrow('no answer');
    isDeaf = false;
    expect(await writer?.close([])).toMatchObject({ ordinal: 1 });
    expect([writer?.ended(), journal.objects.get(journalKey(1))]).toEqual([
      undefined,
      expect.stringMatching(/"signal".*\n.*"seal".*\n$/) as string,
    ]);
  });

  it('does not count down from a stray object with a high number: says so, and answers without it', async () => {
    const journal = memoryJournal();
    for (const stray of [99_999_999, 99_999_998]) journal.objects.set(journalKey(stray), 'junk\n');
    await expect(begin(journal, () => Promise.resolve())).rejects.toMatchObject({ code: 'EDL-4238' });
    writeEntry(journal, headerAt(1, '2026-11-22T10:00:00.000Z'), []);
    await expect(begin(journal, () => Promise.resolve())).rejects.toMatchObject({ code: 'EDL-4238' });
    journal.takeCalls();
    expect(await journalReader(journal.store).ordinals()).toEqual([1]);
    expect(await lastKnownRows(journalReader(journal.store), 99_999_998)).toBeUndefined();
    expect(journal.takeCalls().get).toBeLessThan(5);
  });

  it('says that its entry is gone, and blames no run for it', async () => {
    const journal = memoryJournal();
    const writer = await begin(journal, () => Promise.resolve());
    journal.objects.clear();
    writer?.add({ line: 'signal', at: '', signal: 'SIGINT', count: 1 });
    await expect(writer?.flush()).rejects.toThrow('somebody removed it');
    expect(writer?.ended()).toBe('gone');
  });

  it('leaves no entry where what it needs cannot be read', async () => {
    const journal = memoryJournal();
    const lines = (ordinal: number) => [headerAt(ordinal, '2026-11-22T10:00:00.000Z')] as const;
    const prepare = () => Promise.reject(new Error('S3 is away'));
    const parts = { run: 'mine', now: () => new Date(), mayBegin: () => Promise.resolve(), lines, prepare };
    await expect(beginEntry(journal.store, parts)).rejects.toThrow('S3 is away');
    expect(journal.objects.size).toBe(0);
  });

  it('names the run whose entry it closed, and the last one that healed', async () => {
    const journal = memoryJournal();
    const healed = writeEntry(journal, { ...headerAt(1, '2026-11-22T08:00:00.000Z'), kind: 'heal' }, []);
    writeEntry(journal, { ...headerAt(2, '2026-11-22T09:00:00.000Z', healed), lastHeal: 1 }, [], false);
    let told: unknown;
    const lines = (ordinal: number, before: EntriesBefore) => {
      told = before;
      return [{ ...headerAt(ordinal, '2026-11-22T10:00:00.000Z'), ...before }] as const;
    };
    const parts = { run: 'mine', now: () => new Date(), mayBegin: () => Promise.resolve(), lines };
    await beginEntry(journal.store, parts);
    expect(told).toMatchObject({ previous: { ordinal: 2 }, closes: 2, lastHeal: 1 });
    await beginEntry(journal.store, parts);
    expect(told).toMatchObject({ previous: { ordinal: 3 }, closes: 3, lastHeal: 1 });
  });

  it('takes nothing more once it is sealed, as a signal may still come', async () => {
    const journal = memoryJournal();
    const writer = await begin(journal, () => Promise.resolve());
    const { digest } = (await writer?.close([])) ?? {};
    writer?.add({ line: 'signal', at: '', signal: 'SIGINT', count: 1 });
    await writer?.flush();
    const text = journal.objects.get(journalKey(1)) ?? '';
    expect([digestOf(text), parseEntry({ key: journalKey(1), text, digest: digestOf(text) })]).toMatchObject([
      digest,
      { isSealed: true },
    ]);
  });
});

describe('the header of a run', () => {
  it('tells what let it past the guards: by lake.yaml while it is in force, and by flag', async () => {
    const declaredIn = { file: 'lake.yaml', line: 9 };
    const allow = [
      { guard: 'replacement', target: 'x', reason: 'moved', until: '2026-12-31', declaredIn },
      { guard: 'ownership', reason: 'over', until: '2026-01-31', declaredIn },
    ];
    const parts = {
      aws: { callerArn: () => Promise.resolve('arn:aws:iam::111111111111:role/deploy') },
      catalog: { lake: { allow } },
      desired: { instance: 'dev01', account: '111111111111' },
      plan: { catalog: { digest: 'sha256:c', dirty: true }, digest: 'sha256:p', asOf: '2026-11-22T00:00:00Z' },
      clock: { now: () => new Date('2026-11-22T10:00:00Z') },
    } as unknown as Parameters<typeof headerOf>[0];
    const facts = { kind: 'apply', targets: [], excludes: [], allow: ['blast-radius', 'replacement:a:b'] } as const;
    const header = (await headerOf(parts, facts, 'run'))(7, {
      previous: { ordinal: 6, digest: 'sha256:6' },
    });
    expect(header).toMatchObject({
      ordinal: 7,
      by: 'arn:aws:iam::111111111111:role/deploy',
      catalog: { dirty: true },
      previous: { ordinal: 6 },
    });
    expect(header.allowances).toEqual([
      { guard: 'replacement', target: 'x', reason: 'moved', source: 'lake', declaredIn },
      { guard: 'blast-radius', reason: '--allow blast-radius', source: 'flag' },
      { guard: 'replacement', target: 'a:b', reason: '--allow replacement:a:b', source: 'flag' },
    ]);
  });
});
