import { readFileSync, readlinkSync } from 'node:fs';
import type { Computer, LeaseProcess, ProcessState } from '../../reconciler/model/lease.ts';

/** What is asked of the system; tests bring their own. */
export interface SystemFacts {
  readonly platform: string;
  readonly pid: number;
  /** A file of /proc. Throws when it is not there, or not ours to read. */
  readonly read: (path: string) => string;
  readonly link: (path: string) => string;
  /** Signal 0: throws what kill(2) answers. */
  readonly probe: (pid: number) => void;
}

const attempt = <Value>(work: () => Value): Value | undefined => {
  try {
    return work();
  } catch {
    return undefined;
  }
};

/** Of /proc/PID/stat: state is field 3, start field 22 (proc_pid_stat(5)). The name in field 2 may hold blanks and brackets. */
const statOf = (text: string): { readonly state: string; readonly startTicks: string } | undefined => {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [state, startTicks] = [fields[0], fields[19]];
  if (state === undefined || startTicks === undefined || !/^\d+$/.test(startTicks)) return undefined;
  return { state, startTicks };
};

/** A /proc that was mounted for other process numbers than ours calls us by another one, and says nothing of ours. */
const isOurs = ({ link, pid }: SystemFacts): boolean => link('/proc/self') === String(pid);

const selfIn = (facts: SystemFacts): LeaseProcess | undefined => {
  const { platform, read, link } = facts;
  if (platform !== 'linux' || !isOurs(facts)) return undefined;
  const stat = statOf(read('/proc/self/stat'));
  if (stat === undefined) return undefined;
  // Moments of start are told by the clock of the time namespace, where the kernel has such.
  const time = attempt(() => link('/proc/self/ns/time')) ?? 'time:none';
  return {
    bootId: read('/proc/sys/kernel/random/boot_id').trim(),
    namespaces: `${link('/proc/self/ns/pid')} ${time}`,
    startTicks: stat.startTicks,
  };
};

const codeOf = (error: unknown): unknown => (error instanceof Error ? Reflect.get(error, 'code') : undefined);

/** The kernel is asked by a signal, since /proc may hide the processes of others (hidepid). A zombie is dead and not yet buried. */
const processIn = ({ read, probe }: SystemFacts, pid: number): ProcessState => {
  try {
    probe(pid);
  } catch (error) {
    if (codeOf(error) === 'ESRCH') return { status: 'gone' };
    if (codeOf(error) !== 'EPERM') return { status: 'unknown' };
  }
  const stat = attempt(() => statOf(read(`/proc/${pid}/stat`)));
  if (stat === undefined) return { status: 'unknown' };
  return stat.state === 'Z' || stat.state === 'X'
    ? { status: 'gone' }
    : { status: 'alive', startTicks: stat.startTicks };
};

/** A computer as its system describes it. */
export const computerFrom = (facts: SystemFacts): Computer => ({
  self: () => attempt(() => selfIn(facts)),
  process: (pid) => processIn(facts, pid),
});

/** The computer that we are on. */
export const thisComputer = (): Computer =>
  computerFrom({
    platform: process.platform,
    pid: process.pid,
    read: (path) => readFileSync(path, 'utf8'),
    link: (path) => readlinkSync(path),
    probe: (pid) => {
      process.kill(pid, 0);
    },
  });
