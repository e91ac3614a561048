import { DeleteObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { createAws } from '../../src/aws/create-aws.ts';
import { listHistory, showEntry } from '../../src/app/history/history.ts';
import { whoAt } from '../../src/app/history/who-at.ts';
import { openSession } from '../../src/app/session.ts';
import { renderShowText } from '../../src/report/history-show.ts';
import { renderWhoAtText } from '../../src/report/history-who.ts';
import { plain } from '../../src/report/paint.ts';
import { TODAY } from '../support/edl.ts';
import { journalReader } from '../../src/app/history/reader.ts';
import { accessLineOf, resultOf, stepsOf } from '../../src/reconciler/journal/entry.ts';
import { journalKey } from '../../src/reconciler/journal/keys.ts';
import { verifyJournal } from '../../src/reconciler/journal/verify.ts';
import type { JournalStore } from '../../src/reconciler/journal/store.ts';
import { clientsOf, type Clients } from '../support/clients.ts';
import { grantTrials, writeSmallLake } from '../support/small-lake.ts';
import { startStage, type Place, type Stage } from '../support/stage.ts';

/** The journal of a real lake: of its first apply, of the ones after it, and of a run that was killed. */

vi.setConfig({ testTimeout: 60_000, hookTimeout: 90_000 });

const BUCKET = 'acme-datalake-artifacts-dev01-eu-west-1';
const PLACE = { region: 'eu-west-1', account: '111111111111', bucket: BUCKET };

let stage: Stage;
let dev: Place;
let byHand: Clients;
let store: JournalStore;
let close: () => void;

const objectsNow = async () => {
  const keys = (await store.keys()) ?? [];
  const found = await Promise.all(keys.map((key) => store.get(key)));
  return found.flatMap((object) => object ?? []);
};

const verified = async (expected?: string) => verifyJournal(await objectsNow(), 'dev01', expected);

beforeAll(async () => {
  stage = await startStage();
  dev = { lake: stage.keepFolder(await writeSmallLake()), account: PLACE.account };
  Object.assign(process.env, stage.sandbox.environment(PLACE.account, PLACE.region));
  byHand = clientsOf(stage.sandbox.endpoint, PLACE.account, PLACE.region);
  const aws = createAws({ reporter: { emit: () => undefined }, homeRegion: PLACE.region });
  store = aws.journal(PLACE);
  ({ close } = aws);
});
afterAll(async () => {
  close();
  await stage.stop();
});

it('writes only what nobody else wrote, and knows its own writes again', async () => {
  expect(await store.keys()).toBeUndefined();
  expect(await store.create('edl/journal/x', 'a\n')).toEqual({ status: 'no-bucket' });
  await stage.apply(dev, 'dev01');
  const made = await store.create('edl/journal/x', 'a\n');
  expect(made.status).toBe('written');
  expect(await store.create('edl/journal/x', 'a\n')).toEqual(made);
  expect(await store.create('edl/journal/x', 'b\n')).toEqual({ status: 'conflict' });
  const etag = 'etag' in made ? made.etag : '';
  const replaced = await store.replace('edl/journal/x', 'b\n', etag);
  expect(replaced.status).toBe('written');
  expect(await store.replace('edl/journal/x', 'b\n', etag)).toEqual(replaced);
  expect(await store.replace('edl/journal/x', 'c\n', etag)).toEqual({ status: 'conflict' });
  expect(await store.replace('edl/journal/y', 'c\n', etag)).toEqual({ status: 'conflict' });
  expect((await store.get('edl/journal/x'))?.text).toBe('b\n');
  expect(await store.get('edl/journal/y')).toBeUndefined();
  await byHand.s3.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: 'edl/journal/x' }));
});

it('tells of the first apply, from the bootstrap stack on', async () => {
  const entry = await journalReader(store).entry(1);
  expect(entry).toMatchObject({ isSealed: true, header: { kind: 'apply', instance: 'dev01', account: PLACE.account } });
  expect(entry?.header.by).toMatch(/^arn:aws:/);
  if (entry === undefined) throw new Error('no entry');
  expect(stepsOf(entry).started[0]).toMatchObject({ stack: 'edl-dev01-bootstrap', end: { outcome: 'applied' } });
  expect(resultOf(entry)).toMatchObject({ outcome: 'applied', counts: { failed: 0, skipped: 0 } });
  expect(accessLineOf(entry)).toMatchObject({ form: 'full', unsure: [] });
  const rows = (await journalReader(store).rows(1))?.rows ?? [];
  expect(rows).toContainEqual({
    principal: 'team:analysts',
    dataset: 'sites',
    tier: 'internal',
    level: 'read',
    since: 1,
  });
  expect(await verified()).toMatchObject({ entries: 1, problems: [] });
});

it('closes the entry of a run that was killed, and goes on from what it left', async () => {
  const [first] = await objectsNow();
  const header = JSON.parse(first?.text.split('\n')[0] ?? '') as object;
  const previous = { ordinal: 1, digest: first?.digest };
  const killed = `${JSON.stringify({ ...header, ordinal: 2, run: 'killed', previous })}\n`;
  await store.create(journalKey(2), killed);
  expect((await verified()).problems.map(({ code }) => code)).toEqual(['EDL-4233']);
  await grantTrials(dev.lake);
  await stage.apply(dev, 'dev01');
  const reader = journalReader(store);
  const [second, third] = await Promise.all([reader.entry(2), reader.entry(3)]);
  expect(second === undefined ? undefined : resultOf(second)).toMatchObject({
    outcome: 'abandoned',
    closedBy: third?.header.run,
  });
  expect((await reader.rows(3))?.rows).toContainEqual({
    principal: 'team:analysts',
    dataset: 'trials',
    tier: 'restricted',
    level: 'read',
    until: '2027-01-31',
    since: 3,
  });
  expect(await verified(third?.digest)).toMatchObject({ entries: 3, head: { ordinal: 3 }, problems: [] });
});

it('finds what was edited or removed', async () => {
  const two = (await store.get(journalKey(2)))?.text ?? '';
  const put = (Body: string) => byHand.s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: journalKey(2), Body }));
  await put(two.replace('"killed"', '"nobody"'));
  expect((await verified()).problems.map(({ code }) => code)).toEqual(['EDL-4231', 'EDL-4231']);
  await byHand.s3.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: journalKey(2) }));
  expect((await verified()).problems.map(({ code }) => code)).toEqual(['EDL-4232']);
  await put(two);
  expect((await verified()).problems).toEqual([]);
  const page = await byHand.s3.send(new ListObjectsV2Command({ Bucket: BUCKET, Prefix: 'edl/journal/' }));
  expect(page.Contents?.map(({ Key }) => Key)).toEqual([3, 2, 1].map(journalKey));
});

it('answers what was done, and who held what on a day, by which run and why', async () => {
  const session = openSession({ emit: () => undefined });
  const today = new Date().toISOString();
  const request = { cwd: dev.lake, asOf: `${TODAY}T00:00:00Z`, today: `${TODAY}T00:00:00Z`, instance: 'dev01' };
  expect(await listHistory({ ...request, limit: 2 }, session)).toMatchObject({
    total: 3,
    entries: [
      { ordinal: 3, outcome: 'applied' },
      { ordinal: 2, outcome: 'abandoned' },
    ],
  });
  const shown = await showEntry({ ...request, ordinal: 3 }, session);
  if (!('lines' in shown)) throw new Error(JSON.stringify(shown));
  expect(renderShowText(shown, { paint: plain })).toContain('gains read on restricted trials until 2027-01-31');
  expect(await showEntry({ ...request, ordinal: 9 }, session)).toMatchObject({ diagnostics: [{ code: 'EDL-4225' }] });
  const then = await whoAt({ ...request, dataset: 'trials', at: today.slice(0, 10) }, session);
  expect(then).toMatchObject({ isKnown: true });
  if (!('access' in then)) throw new Error(JSON.stringify(then));
  expect(then.access.find(({ level }) => level === 'read')).toMatchObject({
    principal: 'team:analysts',
    until: '2027-01-31',
    given: { ordinal: 3, reason: 'Reports of the studies' },
  });
  expect(renderWhoAtText(then, plain)).toContain('by run 3');
  expect(await whoAt({ ...request, dataset: 'trials', at: '2020-01-01' }, session)).toMatchObject({
    isKnown: false,
    access: [],
    notes: [{ code: 'EDL-4227' }],
  });
});
