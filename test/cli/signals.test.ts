import { DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { claimLease, LEASE_TERMS } from '../../src/reconciler/model/lease.ts';
import { artifactsBucket, LEASE_KEY } from '../../src/reconciler/model/names.ts';
import { clientsOf } from '../support/clients.ts';
import { REPOSITORY, startEdl, TODAY, type Finished } from '../support/edl.ts';
import { addTeam, writeSmallLake } from '../support/small-lake.ts';
import { editFile, mutationsIn, startStage, unwrapped, type Place, type Stage } from '../support/stage.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 60_000 });

let stage: Stage;
let dev: Place;
beforeAll(async () => {
  stage = await startStage();
  dev = { lake: stage.keepFolder(await writeSmallLake()), account: '111111111111' };
  await stage.apply(dev, 'dev01');
});
afterAll(() => stage.stop());

const APPLY = ['apply', '--instance', 'dev01', '--yes', '--as-of', TODAY];

/** Runs a command and sends it a signal each time that a text shows up in what it tells, one after the other. */
const stopAt = async (
  signals: readonly (readonly [text: string, signal: NodeJS.Signals])[],
  argv: readonly string[] = APPLY,
): Promise<Finished & { readonly secondsAfterLast: number }> => {
  let sent = 0;
  let lastAt = 0;
  const { finished } = startEdl(argv, {
    cwd: dev.lake,
    environment: stage.sandbox.environment(dev.account, 'eu-west-1'),
    onStderr: (text, child) => {
      const next = signals[sent];
      if (next === undefined || !text.includes(next[0])) return;
      sent += 1;
      lastAt = Date.now();
      child.kill(next[1]);
    },
  });
  const ended = await finished;
  return { ...ended, secondsAfterLast: (Date.now() - lastAt) / 1000 };
};

const leaseState = async (): Promise<unknown> => {
  const { stdout } = await stage.edl(dev, ['lease', 'show', '--instance', 'dev01', '--format', 'json']);
  return (JSON.parse(stdout) as { readonly state: string }).state;
};

/** The newest entry of the journal, for people. */
const newestEntry = async (): Promise<string> => {
  const { stdout } = await stage.edl(dev, ['history', '--instance', 'dev01']);
  const ordinal = /^\s*(\d+)\s/m.exec(stdout)?.[1] ?? '';
  return unwrapped((await stage.edl(dev, ['history', 'show', ordinal, '--instance', 'dev01'])).stdout);
};

/** The next apply needs nobody's hand, and leaves nothing to do. */
const finish = async (): Promise<void> => {
  stage.sandbox.setFaults({ speed: 0 });
  expect((await stage.edl(dev, ['apply', '--instance', 'dev01', '--yes'])).exitCode).toBe(0);
  expect((await stage.plan(dev, 'dev01')).plan.changes).toEqual([]);
  expect((await stage.edl(dev, ['history', '--verify', '--instance', 'dev01'])).exitCode).toBe(0);
};

describe('the first signal', () => {
  it('lets what runs finish, starts no more, says what is left, and gives the lease back', async () => {
    for (const team of ['first', 'later']) await addTeam(dev.lake, team);
    stage.sandbox.setFaults({ speed: 30 });
    const argv = [...APPLY, '--parallelism', '1'];
    const { exitCode, stdout, stderr } = await stopAt([['access-team-first: ', 'SIGINT']], argv);
    const text = unwrapped(stdout);
    expect([exitCode, stderr]).toEqual([130, expect.stringContaining('Stopping: ') as string]);
    expect(text).toMatch(/✓ edl-dev01-access-team-first/);
    expect(text).toMatch(/○ edl-dev01-access-team-later +not started: cancelled/);
    expect(text).toContain('Next: nothing failed; to go on, run: edl apply --instance dev01');
    expect(await leaseState()).toBe('released');
    expect(await newestEntry()).toMatch(/, stopped .*SIGINT: no more stacks were started/);
    await finish();
  });

  it('ends a plan at once, with nothing changed', async () => {
    await addTeam(dev.lake, 'planned');
    await stage.takeCalls();
    const planning = await stopAt([['Reading AWS', 'SIGTERM']], [...APPLY, '--format', 'json']);
    expect([planning.exitCode, planning.stderr]).toEqual([
      143,
      expect.stringContaining('Nothing was changed.') as string,
    ]);
    expect(JSON.parse(planning.stdout)).toMatchObject({ status: 'cancelled' });
    expect(planning.secondsAfterLast).toBeLessThan(3);
    expect(mutationsIn(await stage.takeCalls())).toEqual([]);
  });

  it('ends the question on a terminal, with nothing changed', async () => {
    await stage.takeCalls();
    const script = `
import os, pty, sys
pid, terminal = pty.fork()
if pid == 0: os.execvp(sys.argv[1], sys.argv[1:])
seen, sent = b'', False
while True:
    try: part = os.read(terminal, 65536)
    except OSError: break
    if not part: break
    seen += part
    if not sent and b'Only "yes" is a yes' in seen:
        os.write(terminal, b'\\x03'); sent = True
sys.stdout.buffer.write(seen)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
`;
    const argv = [process.execPath, join(REPOSITORY, 'bin/edl.js'), 'apply', '--instance', 'dev01', '--as-of', TODAY];
    const child = spawn('python3', ['-c', script, ...argv], {
      cwd: dev.lake,
      env: { ...process.env, CI: undefined, ...stage.sandbox.environment(dev.account, 'eu-west-1') },
    });
    let shown = '';
    child.stdout.setEncoding('utf8').on('data', (part: string) => (shown += part));
    const exitCode = await new Promise((resolve) => child.on('close', resolve));
    expect([exitCode, shown]).toEqual([130, expect.stringContaining('Nothing was changed.') as string]);
    expect(mutationsIn(await stage.takeCalls())).toEqual([]);
  });
});

describe('the second signal', () => {
  it('leaves within seconds; both are in the journal, the lease is given up, and the next apply needs no hand', async () => {
    await editFile(dev.lake, 'catalog/principals/first.yaml', 'role/somebody', 'role/anybody');
    stage.sandbox.setFaults({ speed: 2 });
    const { exitCode, stdout, stderr, secondsAfterLast } = await stopAt([
      ['access-team-first: ', 'SIGINT'],
      ['Stopping: ', 'SIGINT'],
    ]);
    expect([exitCode, stdout, stderr]).toEqual([130, '', expect.stringContaining('Left at once.') as string]);
    expect(secondsAfterLast).toBeLessThan(3);
    expect(await leaseState()).toBe('released');
    expect(await newestEntry()).toMatch(/SIGINT: no more stacks were started .*SIGINT: the process left at once/);
    await finish();
  });
});

describe('a run that is killed while a stack is at work', () => {
  it('is taken for nobody’s hand by drift, and an apply of what was before waits for it and takes it back', async () => {
    await editFile(dev.lake, 'catalog/principals/first.yaml', 'role/anybody', 'role/nobody');
    // So slow that it goes on for longer than two commands need to begin, also on a busy computer.
    stage.sandbox.setFaults({ speed: 0.7 });
    const { child, finished } = startEdl(APPLY, {
      cwd: dev.lake,
      environment: stage.sandbox.environment(dev.account, 'eu-west-1'),
    });
    const { cloudformation } = clientsOf(stage.sandbox.endpoint, dev.account, 'eu-west-1');
    await vi.waitFor(
      async () => {
        const command = new DescribeStacksCommand({ StackName: 'edl-dev01-access-team-first' });
        expect((await cloudformation.send(command)).Stacks?.[0]?.StackStatus).toBe('UPDATE_IN_PROGRESS');
      },
      { timeout: 90_000, interval: 50 },
    );
    child.kill('SIGKILL');
    await finished;
    await editFile(dev.lake, 'catalog/principals/first.yaml', 'role/nobody', 'role/anybody');
    const next = startEdl(APPLY, {
      cwd: dev.lake,
      environment: stage.sandbox.environment(dev.account, 'eu-west-1'),
      // What runs keeps its pace; what this apply does itself need not take as long.
      onStderr: (told) => {
        if (told.includes('Waiting until AWS')) stage.sandbox.setFaults({ speed: 30 });
      },
    });
    const drift = await stage.edl(dev, ['drift', '--instance', 'dev01', '--no-authors', '--strict']);
    const back = await next.finished;
    const text = unwrapped(drift.stdout);
    expect([drift.exitCode, text]).toEqual([3, expect.stringContaining('EDL-3103') as string]);
    expect(text).toContain('0 widen, 0 narrow, 0 neutral');
    expect(back.stderr).toContain('Waiting until AWS has finished what runs already: edl-dev01-access-team-first');
    expect([back.exitCode, back.stdout]).toEqual([
      0,
      expect.stringContaining('✓ edl-dev01-access-team-first') as string,
    ]);
    await finish();
  });
});

describe('a run that waits for the lease', () => {
  it('is ended at once by the first signal, with nothing changed', async () => {
    await addTeam(dev.lake, 'waits');
    const holder = { who: 'arn:aws:iam::111111111111:user/jane', host: 'far-away', pid: 7, run: 'r', command: 'apply' };
    const lease = claimLease({ instance: 'dev01', holder, terms: LEASE_TERMS }, undefined, new Date().toISOString());
    const Bucket = artifactsBucket('acme', 'dev01', 'eu-west-1');
    await stage.byHand(() =>
      new S3Client({ region: 'eu-west-1', forcePathStyle: true }).send(
        new PutObjectCommand({ Bucket, Key: LEASE_KEY, Body: JSON.stringify(lease) }),
      ),
    );
    await stage.takeCalls();
    const { exitCode, stdout, stderr, secondsAfterLast } = await stopAt([['Waiting: ', 'SIGINT']]);
    expect([exitCode, secondsAfterLast < 3]).toEqual([130, true]);
    expect(stdout + stderr).toContain('Nothing was changed.');
    expect(mutationsIn(await stage.takeCalls())).toEqual([]);
  });
});
