import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { computerFrom, thisComputer, type SystemFacts } from '../../src/app/lease/computer.ts';
import { isKilled, type Computer, type LeaseHolder, type ProcessState } from '../../src/reconciler/model/lease.ts';

const HERE = { bootId: 'boot-1', namespaces: 'pid:[1] time:[2]', startTicks: '100' };
const holder = (process: LeaseHolder['process']): LeaseHolder => ({
  who: 'arn:aws:sts::1:ann',
  host: 'builder',
  pid: 4711,
  ...(process === undefined ? {} : { process }),
  run: 'ann',
  command: 'apply',
});
const gone: ProcessState = { status: 'gone' };
const computer = (state: ProcessState, self: LeaseHolder['process'] = { ...HERE, startTicks: '900' }): Computer => ({
  self: () => self,
  process: () => state,
});

describe('a holder is known to be killed', () => {
  it.each<[string, boolean, LeaseHolder['process'], Computer]>([
    ['its process is gone', true, HERE, computer(gone)],
    ['its number belongs to a younger process', true, HERE, computer({ status: 'alive', startTicks: '101' })],
    ['it is alive', false, HERE, computer({ status: 'alive', startTicks: '100' })],
    ['there is such a number, and no more can be told', false, HERE, computer({ status: 'unknown' })],
    ['the computer was started anew, or is another one', false, { ...HERE, bootId: 'boot-2' }, computer(gone)],
    ['it is in another container', false, { ...HERE, namespaces: 'pid:[9] time:[2]' }, computer(gone)],
    ['it told nothing of its process', false, undefined, computer(gone)],
    ['this computer tells nothing of itself', false, HERE, { self: () => undefined, process: () => gone }],
  ])('when %s: %s', (_what, isDead, process, here) => {
    expect(isKilled(holder(process), here)).toBe(isDead);
  });
});

const stat = (state: string, startTicks: number): string =>
  `4711 (edl (dev) 1) ${state} 1 1 1 0 -1 4194304 1 0 0 0 1 1 0 0 20 0 11 0 ${startTicks} 1000000 1 1\n`;
const failing = (code: string) => (): never => {
  throw Object.assign(new Error(code), { code });
};
const facts = (changes: Partial<SystemFacts> & { files?: Readonly<Record<string, string>> } = {}): SystemFacts => {
  const files: Readonly<Record<string, string>> = {
    '/proc/self': '7',
    '/proc/self/stat': stat('R', 900),
    '/proc/self/ns/pid': 'pid:[1]',
    '/proc/self/ns/time': 'time:[2]',
    '/proc/sys/kernel/random/boot_id': 'boot-1\n',
    '/proc/4711/stat': stat('S', 100),
    ...changes.files,
  };
  const read = (path: string): string => files[path] ?? failing('ENOENT')();
  return { platform: 'linux', pid: 7, read, link: read, probe: () => undefined, ...changes };
};

describe('what a system tells', () => {
  it('is a fingerprint only when all of it is there, and on Linux', () => {
    expect(computerFrom(facts()).self()).toEqual({ ...HERE, startTicks: '900' });
    expect(computerFrom(facts({ platform: 'darwin' })).self()).toBeUndefined();
    // A /proc of the host, mounted into a container: its numbers are not ours.
    expect(computerFrom(facts({ pid: 8 })).self()).toBeUndefined();
    expect(computerFrom(facts({ link: failing('ENOENT') })).self()).toBeUndefined();
    expect(computerFrom(facts({ read: failing('EACCES') })).self()).toBeUndefined();
    expect(computerFrom(facts({ files: { '/proc/self/stat': 'odd' } })).self()).toBeUndefined();
  });

  it.each<[string, SystemFacts, ProcessState]>([
    ['alive', facts(), { status: 'alive', startTicks: '100' }],
    ['of somebody else', facts({ probe: failing('EPERM') }), { status: 'alive', startTicks: '100' }],
    ['gone', facts({ probe: failing('ESRCH') }), gone],
    ['dead and not yet buried', facts({ files: { '/proc/4711/stat': stat('Z', 100) } }), gone],
    ['hidden', facts({ probe: failing('EPERM'), files: { '/proc/4711/stat': '' } }), { status: 'unknown' }],
    ['asked for in vain', facts({ probe: failing('EINVAL') }), { status: 'unknown' }],
  ])('of a process that is %s', (_what, system, state) => {
    expect(computerFrom(system).process(4711)).toEqual(state);
  });

  it.runIf(process.platform === 'linux')('is true of real processes', async () => {
    const here = thisComputer();
    const self = here.self();
    if (self === undefined) throw new Error('This Linux tells nothing of its processes.');
    expect(here.process(process.pid)).toEqual({ status: 'alive', startTicks: self.startTicks });
    const child = spawn('sleep', ['60'], { stdio: 'ignore' });
    const pid = child.pid ?? 0;
    const alive = here.process(pid);
    expect(alive.status).toBe('alive');
    const startTicks = alive.status === 'alive' ? alive.startTicks : '';
    const its = { ...holder({ ...self, startTicks }), pid };
    expect(isKilled(its, here)).toBe(false);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(isKilled(its, here)).toBe(true);
  });
});
