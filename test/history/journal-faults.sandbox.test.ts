import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { applyLake, type ApplyOutcome, type ApplyRequest } from '../../src/app/apply.ts';
import type { TellSignal } from '../../src/app/run-controls.ts';
import { journalReader } from '../../src/app/history/reader.ts';
import { openSession } from '../../src/app/session.ts';
import { createAws } from '../../src/aws/create-aws.ts';
import { lineText, resultOf, sealText, signalsOf, stepsOf } from '../../src/reconciler/journal/entry.ts';
import { journalKey } from '../../src/reconciler/journal/keys.ts';
import type { JournalStore } from '../../src/reconciler/journal/store.ts';
import { verifyJournal } from '../../src/reconciler/journal/verify.ts';
import { TODAY } from '../support/edl.ts';
import { clientsOf } from '../support/clients.ts';
import { addTeam, writeSmallLake } from '../support/small-lake.ts';
import { mutationsIn, startStage, type Place, type Stage } from '../support/stage.ts';
import { startJournalProxy, type Fate } from './journal-proxy.ts';

/** What goes wrong with the journal's own writes, and how much a run does then. */

vi.setConfig({ testTimeout: 60_000, hookTimeout: 90_000 });

const PLACE = { region: 'eu-west-1', account: '111111111111', bucket: 'acme-datalake-artifacts-dev01-eu-west-1' };

let stage: Stage;
let dev: Place;
let store: JournalStore;
let close: () => void;
let team = 0;

const requestFor = (lake: string, more: Partial<ApplyRequest> = {}): ApplyRequest => ({
  cwd: lake,
  asOf: `${TODAY}T00:00:00Z`,
  instance: 'dev01',
  targets: [],
  excludes: [],
  allow: [],
  parallelism: 1,
  confirm: () => Promise.resolve(true),
  cancelled: () => false,
  ...more,
});

/** Applies with something to do (unless no team is to be added), in front of a journal whose puts have their fates. */
const applyWith = async (
  fateOf: (put: number) => Fate,
  {
    before,
    teams = ['one', 'two'],
    ...more
  }: Partial<ApplyRequest> & {
    readonly before?: (put: number) => Promise<void>;
    readonly teams?: readonly string[];
  } = {},
) => {
  for (const name of teams) await addTeam(dev.lake, `${name}-${(team += 1)}`);
  const proxy = await startJournalProxy(stage.sandbox.endpoint, fateOf, before);
  Object.assign(process.env, stage.sandbox.environment(dev.account, PLACE.region), {
    AWS_ENDPOINT_URL: proxy.endpoint,
  });
  try {
    const outcome = await applyLake(requestFor(dev.lake, more), openSession({ emit: () => undefined }));
    return { outcome, puts: proxy.puts() };
  } finally {
    process.env['AWS_ENDPOINT_URL'] = stage.sandbox.endpoint;
    await proxy.stop();
  }
};

const codesOf = (outcome: ApplyOutcome): readonly string[] =>
  'diagnostics' in outcome ? outcome.diagnostics.map(({ code }) => code) : [];

const verified = async () => {
  const keys = (await store.keys()) ?? [];
  const found = await Promise.all(keys.map((key) => store.get(key)));
  return verifyJournal(
    found.flatMap((object) => object ?? []),
    'dev01',
  );
};
const newest = async () => {
  const reader = journalReader(store);
  const [ordinal = 0] = (await reader.ordinals()) ?? [];
  const entry = await reader.entry(ordinal);
  if (entry === undefined) throw new Error('no entry');
  return entry;
};

beforeAll(async () => {
  stage = await startStage();
  dev = { lake: stage.keepFolder(await writeSmallLake()), account: PLACE.account };
  await stage.apply(dev, 'dev01');
  const aws = createAws({ reporter: { emit: () => undefined }, homeRegion: PLACE.region });
  store = aws.journal(PLACE);
  ({ close } = aws);
});
afterAll(async () => {
  close();
  await stage.stop();
});

describe('puts that fail and are tried again', () => {
  it('throttled, answered with 500, done without an answer: the entry is whole, and no run is taken for another', async () => {
    const fates: readonly Fate[] = ['throttled', 'lost', 'broken', 'answered'];
    const { outcome, puts } = await applyWith((put) => fates[(put - 1) % fates.length] ?? 'answered');
    expect(puts).toBeGreaterThan(fates.length);
    expect([outcome.status, codesOf(outcome)]).toEqual(['applied', []]);
    const entry = await newest();
    expect(entry).toMatchObject({ isSealed: true });
    expect('journal' in outcome ? outcome.journal : undefined).toEqual({
      ordinal: entry.header.ordinal,
      digest: entry.digest,
    });
    expect((await verified()).problems).toEqual([]);
  });
});

describe('puts that are denied', () => {
  it('from the first on: nothing is changed (EDL-4220)', async () => {
    await stage.takeCalls();
    await expect(applyWith(() => 'denied')).rejects.toMatchObject({ code: 'EDL-4220' });
    expect(mutationsIn(await stage.takeCalls())).toEqual(['s3:PutObject']);
  });

  it('from the second on: what is done is done, and it is told that the entry has no end (EDL-4222)', async () => {
    const { outcome } = await applyWith((put) => (put === 1 ? 'answered' : 'denied'));
    expect([outcome.status, codesOf(outcome)]).toEqual(['failed', ['EDL-4222']]);
    expect('journal' in outcome).toBe(false);
    const entry = await newest();
    // The first put tells what was meant, so that nobody needs to guess.
    expect(entry.lines.map(({ line }) => line)).toEqual(['header', 'plan']);
    expect((await verified()).problems.map(({ code }) => code)).toEqual(['EDL-4233']);
    // A run that only closes it, and cannot end its own entry, is no success either: that is one more without an end.
    const again = await applyWith((put) => (put <= 2 ? 'answered' : 'denied'), { teams: [] });
    expect([again.outcome.status, codesOf(again.outcome)]).toEqual(['failed', ['EDL-4222']]);
    expect((await newest()).header).toMatchObject({ closes: entry.header.ordinal });
    // Nothing is left to do, and yet the next apply ends what has no end.
    const next = await stage.edl(dev, ['apply', '--instance', 'dev01', '--yes']);
    expect([next.exitCode, next.stdout]).toEqual([0, expect.stringContaining('No changes')]);
    const closed = await journalReader(store).entry(entry.header.ordinal);
    expect(closed && resultOf(closed)).toMatchObject({ outcome: 'abandoned' });
    expect((await verified()).problems).toEqual([]);
  });
});

describe('a run that lost its lease', () => {
  it('may still end its entry: the gate before writes is not for the journal, whose puts have a condition each', async () => {
    const aws = createAws({ reporter: { emit: () => undefined }, homeRegion: PLACE.region });
    aws.guardWrites(() => Promise.reject(new Error('The lease is lost.')));
    const journal = aws.journal(PLACE);
    const key = 'edl/journal/aside';
    const made = await journal.create(key, 'a\n');
    expect(made.status).toBe('written');
    const replaced = await journal.replace(key, 'b\n', 'etag' in made ? made.etag : '');
    expect(replaced.status).toBe('written');
    aws.close();
    const { s3 } = clientsOf(stage.sandbox.endpoint, PLACE.account, PLACE.region);
    await s3.send(new DeleteObjectCommand({ Bucket: PLACE.bucket, Key: key }));
  });
});

describe('word from outside: another run, or a person', () => {
  const s3 = () => clientsOf(stage.sandbox.endpoint, PLACE.account, PLACE.region).s3;

  it('of a run that took this one for dead and closed its entry stops it before its next stack (EDL-4224)', async () => {
    const closeIt = async (put: number): Promise<void> => {
      if (put !== 2) return;
      const { Key, Bucket } = { Bucket: PLACE.bucket, Key: journalKey((await newest()).header.ordinal) };
      const { Body } = await s3().send(new GetObjectCommand({ Bucket, Key }));
      const text = (await Body?.transformToString()) ?? '';
      const ended = lineText({
        line: 'result',
        at: new Date().toISOString(),
        outcome: 'abandoned',
        counts: { applied: 0, unchanged: 0, failed: 0, skipped: 0 },
        seconds: 1,
        problems: [],
        closedBy: 'another',
      });
      await s3().send(new PutObjectCommand({ Bucket, Key, Body: sealText(text + ended) }));
    };
    let tell: TellSignal | undefined;
    const { outcome } = await applyWith(() => 'answered', {
      before: closeIt,
      onSignal: (given) => {
        tell = given;
        // Its put comes before the first stack, and finds the entry closed.
        void given('SIGTERM', 1);
      },
    });
    expect(tell).toBeDefined();
    expect([outcome.status, codesOf(outcome)]).toEqual(['failed', ['EDL-4224']]);
    expect('result' in outcome ? outcome.result.results.map((one) => one.outcome) : []).toContain('skipped');
    expect(resultOf(await newest())).toMatchObject({ closedBy: 'another' });
    expect((await verified()).problems).toEqual([]);
  });

  it('of a person: both signals are lines as soon as they come, and no stack is begun', async () => {
    let isStopped = false;
    const told: Promise<void>[] = [];
    const { outcome } = await applyWith(() => 'answered', {
      cancelled: () => isStopped,
      onSignal: (tell) => {
        isStopped = true;
        told.push(tell('SIGINT', 1), tell('SIGINT', 2));
      },
    });
    await Promise.all(told);
    expect(outcome.status).toBe('failed');
    const entry = await newest();
    expect(signalsOf(entry)).toMatchObject([
      { signal: 'SIGINT', count: 1 },
      { signal: 'SIGINT', count: 2 },
    ]);
    expect(resultOf(entry)).toMatchObject({ outcome: 'cancelled', counts: { applied: 0 } });
    expect(stepsOf(entry).started).toEqual([]);
  });

  it('a signal is told within two seconds though S3 does not answer', async () => {
    let took = Infinity;
    const slow = (put: number): Promise<void> =>
      put === 2 ? new Promise((resolve) => setTimeout(resolve, 3_000)) : Promise.resolve();
    const told: Promise<void>[] = [];
    await applyWith(() => 'answered', {
      before: slow,
      onSignal: (tell) => {
        const began = Date.now();
        told.push(
          tell('SIGINT', 1).then(() => {
            took = Date.now() - began;
          }),
        );
      },
    });
    await Promise.all(told);
    expect(took).toBeLessThan(2_500);
  });
});

describe('a very first apply whose journal cannot be begun', () => {
  it('makes the bootstrap stack, which makes the bucket, and nothing else (EDL-4220)', async () => {
    const proxy = await startJournalProxy(stage.sandbox.endpoint, () => 'denied');
    const environment = {
      ...stage.sandbox.environment('222222222222', PLACE.region),
      AWS_ENDPOINT_URL: proxy.endpoint,
    };
    Object.assign(process.env, environment);
    try {
      const request = requestFor(dev.lake, { instance: 'uat' });
      const outcome = await applyLake(request, openSession({ emit: () => undefined }));
      const results = 'result' in outcome ? outcome.result.results : [];
      expect(results.filter((one) => one.outcome === 'applied').map(({ stack }) => stack)).toEqual([
        'edl-uat-bootstrap',
      ]);
      const codes = results.flatMap((one) => (one.outcome === 'failed' ? one.failures.map(({ code }) => code) : []));
      expect([...new Set(codes)]).toEqual(['EDL-4220']);
    } finally {
      Object.assign(process.env, stage.sandbox.environment(dev.account, PLACE.region));
      await proxy.stop();
    }
  });
});
