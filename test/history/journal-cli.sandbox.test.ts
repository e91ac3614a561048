import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { DeleteRolePolicyCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { lineText, sealText } from '../../src/reconciler/journal/entry.ts';
import { journalKey } from '../../src/reconciler/journal/keys.ts';
import type { JournalLine } from '../../src/reconciler/journal/lines.ts';
import { clientsOf, type Clients } from '../support/clients.ts';
import { addTeam, grantTrials, writeSmallLake } from '../support/small-lake.ts';
import { editFile, removeFiles, startStage, unwrapped, type Place, type Stage } from '../support/stage.ts';
import { validate } from './journal-schema.ts';
import { digestOf } from './memory-journal.ts';

/** The journal as people and auditors meet it: by the command, in a repository, over a year of runs made in a minute. */

vi.setConfig({ testTimeout: 90_000, hookTimeout: 90_000 });

const BUCKET = 'acme-datalake-artifacts-dev01-eu-west-1';
const STOP = { RoleName: 'edl-dev01-cloudformation', PolicyName: 'stop' };

let stage: Stage;
let dev: Place;
let byHand: Clients;
const saved = new Map<number, string>();

const git = (...argv: readonly string[]): string =>
  execFileSync('git', ['-c', 'user.name=jane', '-c', 'user.email=jane.doe@acme.example', ...argv], {
    cwd: dev.lake,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim();

const commit = (message: string): string => {
  git('add', '--all');
  git('commit', '--quiet', '--message', message);
  return git('rev-parse', 'HEAD');
};

const ask = (...argv: readonly string[]) => stage.edl(dev, [...argv, '--instance', 'dev01']);
const apply = (...argv: readonly string[]) => ask('apply', '--yes', ...argv);
const json = async (...argv: readonly string[]) => {
  const { stdout } = await ask(...argv, '--format', 'json');
  const answer: unknown = JSON.parse(stdout);
  expect(validate(answer) ? [] : validate.errors).toEqual([]);
  return answer as Record<string, never>;
};
const linesOf = async (ordinal: number): Promise<readonly JournalLine[]> =>
  ((await json('history', 'show', String(ordinal))) as unknown as { readonly lines: readonly JournalLine[] }).lines;
const read = async (ordinal: number): Promise<string> => {
  const { Body } = await byHand.s3.send(new GetObjectCommand({ Bucket: BUCKET, Key: journalKey(ordinal) }));
  return (await Body?.transformToString()) ?? '';
};
const put = (ordinal: number | string, Body: string) =>
  byHand.s3.send(
    new PutObjectCommand({ Bucket: BUCKET, Key: typeof ordinal === 'string' ? ordinal : journalKey(ordinal), Body }),
  );
const remove = (ordinal: number | string) =>
  byHand.s3.send(
    new DeleteObjectCommand({ Bucket: BUCKET, Key: typeof ordinal === 'string' ? ordinal : journalKey(ordinal) }),
  );

beforeAll(async () => {
  stage = await startStage();
  dev = { lake: stage.keepFolder(await writeSmallLake()), account: '111111111111' };
  byHand = clientsOf(stage.sandbox.endpoint, dev.account, 'eu-west-1');
  git('init', '--quiet');
});
afterAll(() => stage.stop());

describe('what a run leaves behind', () => {
  it('of a first apply: who, which commit, agreed by flag, and where to look, in text and in JSON', async () => {
    const first = commit('the lake');
    const { exitCode, stdout } = await apply();
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/Journal: entry 1, sha256:[0-9a-f]{64} {2}\(edl history show 1 --instance dev01\)\n$/);
    const [header, plan] = await linesOf(1);
    expect(header).toMatchObject({
      line: 'header',
      catalog: { commit: first, dirty: false },
      approval: { answer: 'flag' },
      allowances: [],
    });
    expect(plan).toMatchObject({ line: 'plan' });
  });

  it('of an approved plan: its digest and its commit, and the entry before', async () => {
    await grantTrials(dev.lake);
    const second = commit('trials for the analysts');
    const made = await ask('plan', '--out', 'plan.json');
    expect(made.exitCode).toBe(0);
    const { exitCode, stdout } = await ask('apply', 'plan.json', '--yes', '--format', 'json');
    if (exitCode !== 0) throw new Error(stdout);
    const result = JSON.parse(stdout) as { readonly digest: string; readonly journal: { readonly digest: string } };
    expect([exitCode, result.journal]).toEqual([0, { ordinal: 2, digest: digestOf(await read(2)) }]);
    const [header] = await linesOf(2);
    expect(header).toMatchObject({
      approval: { answer: 'flag', file: { plan: result.digest, commit: second } },
      previous: { ordinal: 1, digest: digestOf(await read(1)) },
    });
    await removeFiles(dev.lake, 'plan.json');
  });

  it('of a failed stack and its siblings: what failed and why, and whose rows are not sure', async () => {
    await byHand.iam.send(
      new PutRolePolicyCommand({
        ...STOP,
        PolicyDocument: JSON.stringify({
          Version: '2012-10-17',
          Statement: [{ Effect: 'Deny', Action: 'iam:*', Resource: '*' }],
        }),
      }),
    );
    await editFile(dev.lake, 'catalog/grants/analysts.yaml', 'level: read }', 'level: write }');
    const { exitCode, stdout } = await apply();
    await byHand.iam.send(new DeleteRolePolicyCommand(STOP));
    expect([exitCode, stdout]).toEqual([1, expect.stringContaining('Journal: entry 3') as string]);
    const lines = await linesOf(3);
    expect(lines[0]).toMatchObject({ catalog: { dirty: true } });
    expect(lines.find(({ line }) => line === 'access')).toMatchObject({
      unsure: [{ principal: 'team:analysts', since: 3 }],
    });
    const { stdout: shown } = await ask('history', 'show', '3');
    expect(unwrapped(shown)).toMatch(/✗ failed in .* EDL-4020/);
    expect(unwrapped(shown)).toContain('Not sure: team:analysts');
    git('checkout', '--', 'catalog');
  });

  it('of a targeted run, a revoked grant and healed drift', async () => {
    await addTeam(dev.lake, 'halfway');
    await editFile(
      dev.lake,
      'catalog/grants/analysts.yaml',
      '  - { dataset: trials, level: read, expires: 2027-01-31 }\n',
      '',
    );
    commit('no trials for the analysts');
    expect((await apply('--target', 'edl-dev01-access-team-halfway')).exitCode).toBe(0);
    expect((await linesOf(4))[0]).toMatchObject({ targets: ['edl-dev01-access-team-halfway'] });
    const day = new Date().toISOString().slice(0, 10);
    const before = await json('access', 'who', 'trials', '--at', day, '--level', 'read');
    expect(before).toMatchObject({ access: [{ principal: 'team:analysts', level: 'read', given: { ordinal: 2 } }] });
    expect((await apply()).exitCode).toBe(0);
    await byHand.iam.send(
      new PutRolePolicyCommand({
        RoleName: 'edl-dev01-team-analysts',
        PolicyName: 'by-hand',
        PolicyDocument: JSON.stringify({
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Action: 's3:*', Resource: '*' }],
        }),
      }),
    );
    const healed = await ask('drift', '--heal', 'all', '--yes');
    expect([healed.exitCode, unwrapped(healed.stderr)]).toEqual([
      0,
      expect.stringContaining('Journal: entry 6') as string,
    ]);
    expect(await linesOf(6)).toMatchObject([
      { kind: 'heal', mode: 'all', approval: { answer: 'flag' } },
      {
        line: 'drift',
        objects: [
          {
            id: 'iam-role/edl-dev01-team-analysts',
            effect: 'widens',
            parts: [{ step: expect.stringContaining('by-hand') as string }],
            author: { status: 'known', event: 'PutRolePolicy' },
          },
        ],
      },
      { line: 'step-begun' },
      { line: 'step-ended', outcome: 'healed', results: [{ outcome: 'healed' }] },
      { line: 'access' },
      { line: 'result', outcome: 'applied' },
      { line: 'seal' },
    ]);
  });

  it('is listed, and told of a day: who, by which run, which commit, approved how, and who was a member then', async () => {
    const { stdout } = await ask('history');
    expect(unwrapped(stdout)).toMatch(/6 \S+ .* applied .*undid drift of 1 object \(1 widened\)/);
    expect(stdout).toMatch(/^3 .*[0-9a-f]{12}\+ +failed/m);
    expect(stdout).toContain('\n6 runs of dev01.\n');
    await json('history');
    const day = new Date().toISOString().slice(0, 10);
    const who = await ask('access', 'who', 'trials', '--at', day, '--members');
    const text = unwrapped(who.stdout);
    expect(who.exitCode).toBe(0);
    expect(text).toMatch(/team:analysts read 2027-01-31 on this dataset taken by run 5/);
    expect(text).toMatch(/by run 2, .*commit [0-9a-f]{12}\+ · \S.*: .* · because Reports of the studies/);
    expect(text).toMatch(/approved as plan sha256:[0-9a-f]{64}/);
    expect(text).toContain('jane.doe@acme.example');
    expect(text).toContain(`Members: as of commit ${git('rev-parse', 'HEAD').slice(0, 12)}`);
    expect(text).toContain('EDL-4229');
    expect(text).toMatch(/run 6, .*: edl history show 6 --instance dev01/);
    const misspelt = await ask('access', 'who', 'trial', '--at', day);
    expect([misspelt.exitCode, misspelt.stdout + misspelt.stderr]).toEqual([
      1,
      expect.stringContaining('Did you mean trials?') as string,
    ]);
    expect((await ask('history', 'show', '6')).stdout).toContain('edl-dev01-team-analysts  had widened');
    expect((await ask('access', 'who', 'trials', '--at', '2020-01-01')).exitCode).toBe(1);
    expect((await ask('access', 'who', 'trials', '--at', '2999-01-01')).exitCode).toBe(1);
    expect((await ask('access', 'who', 'trials', '--at', day, '--level', 'rule')).exitCode).toBe(1);
  });
});

describe('what verification finds, with the file and what to do', () => {
  const verify = async (...argv: readonly string[]) => {
    const { exitCode, stdout } = await ask('history', '--verify', ...argv);
    return { exitCode, text: unwrapped(stdout), codes: stdout.match(/EDL-\d{4}/g) ?? [] };
  };
  const afterwards = async (work: () => Promise<void>) => {
    try {
      await work();
    } finally {
      for (const [ordinal, text] of saved) await put(ordinal, text);
      await remove('edl/journal/notes.txt');
    }
  };

  it('nothing, in a journal that nobody touched', async () => {
    for (const ordinal of [1, 2, 3, 4, 5, 6]) saved.set(ordinal, await read(ordinal));
    const kept = digestOf(saved.get(6) ?? '');
    const { exitCode, text, codes } = await verify('--expect', kept);
    expect([exitCode, codes]).toEqual([0, []]);
    expect(text).toContain(`Newest: entry 6, ${kept}`);
    await json('history', '--verify');
  });

  const three = () => saved.get(3) ?? '';
  const resealed = (): string => {
    const open = three().split('\n').slice(0, -2).join('\n').replaceAll('"failed"', '"applied"');
    return sealText(`${open}\n`);
  };
  it.each([
    ['an edited line', () => put(3, three().replace('"failed"', '"applied"')), ['EDL-4231'], journalKey(3)],
    [
      'a line that was put in',
      () => put(3, three().replace('\n', `\n${lineText({ line: 'seal', digest: 'sha256:0' })}`)),
      ['EDL-4231'],
      journalKey(3),
    ],
    [
      'an edit that was sealed anew',
      () => put(3, resealed()),
      ['EDL-4231'],
      'the next entry names it by another digest',
    ],
    ['an entry that was removed', () => remove(3), ['EDL-4232'], journalKey(3)],
    [
      'two that were swapped',
      async () => {
        await put(3, saved.get(4) ?? '');
        await put(4, three());
      },
      ['EDL-4231'],
      journalKey(3),
    ],
    ['what is no entry', () => put(3, 'nothing\n'), ['EDL-4230', 'EDL-4231'], journalKey(3)],
  ] as const)('%s', async (_, tamper, codes, told) => {
    await afterwards(async () => {
      await tamper();
      const found = await verify();
      expect(found.exitCode).toBe(1);
      expect([...new Set(found.codes)]).toEqual(codes);
      expect(found.text).toContain(told);
      expect(found.text).toMatch(/compare them to see what was changed/);
    });
  });

  it('the newest one removed, by a digest that somebody kept; a stray object is told and is no crime', async () => {
    await afterwards(async () => {
      await remove(6);
      expect((await verify()).exitCode).toBe(0);
      const found = await verify('--expect', digestOf(saved.get(6) ?? ''));
      expect([found.exitCode, found.codes]).toEqual([1, ['EDL-4234']]);
    });
    await afterwards(async () => {
      await put('edl/journal/notes.txt', 'mine');
      const found = await verify();
      expect([found.exitCode, found.codes]).toEqual([0, ['EDL-4235']]);
      expect((await ask('history', '--limit', '1')).stdout).toContain('6 runs of dev01');
    });
  });

  it('and a question of that day is answered with the same finding, and exits 1', async () => {
    await afterwards(async () => {
      await put(3, three().replace('"failed"', '"applied"'));
      const day = new Date().toISOString().slice(0, 10);
      const { exitCode, stdout } = await ask('access', 'who', 'trials', '--at', day);
      expect([exitCode, stdout]).toEqual([1, expect.stringContaining('EDL-4231') as string]);
      expect((await ask('history')).stdout).toContain('was edited');
      expect(await ask('history', 'show', '3')).toMatchObject({
        exitCode: 1,
        stdout: expect.stringContaining('WAS EDITED, nothing below is proof') as string,
      });
    });
  });
});
