import type {
  Computer,
  Lease,
  LeaseCondition,
  LeaseRead,
  LeaseStore,
  LeaseWrite,
} from '../../src/reconciler/model/lease.ts';
import type { LeaseTime } from '../../src/app/lease/time.ts';

/** Time that passes only when told to; what is due then is done. */
export interface TestTime extends LeaseTime {
  readonly pass: (seconds: number) => void;
  /** Time passes, and nothing of this process runs: a SIGSTOP, or a computer that sleeps. */
  readonly freeze: (seconds: number) => void;
}

/** Time for one process. `start` is where its own clock stands; nobody else's needs to agree. */
export const testTime = (start = Date.parse('2026-11-22T10:00:00Z')): TestTime => {
  let elapsed = 0;
  const timers = new Set<{ dueMs: number; readonly everyMs: number; readonly work: () => void }>();
  const pass = (seconds: number): void => {
    elapsed += seconds * 1000;
    for (const timer of timers) {
      if (timer.dueMs > elapsed) continue;
      timer.dueMs = elapsed + timer.everyMs;
      timer.work();
    }
  };
  return {
    pass,
    freeze: (seconds) => {
      elapsed += seconds * 1000;
    },
    now: () => new Date(start + elapsed),
    elapsedMs: () => elapsed,
    sleep: (milliseconds, signal) => {
      if (signal?.aborted === true) return Promise.resolve();
      pass(milliseconds / 1000);
      return Promise.resolve();
    },
    every: (everyMs, work) => {
      const timer = { dueMs: elapsed + everyMs, everyMs, work };
      timers.add(timer);
      return () => {
        timers.delete(timer);
      };
    },
    draw: () => 0.5,
  };
};

/** One object with conditional writes and a clock of its own in whole seconds, as S3 has. */
export interface FakeObject {
  readonly read: () => LeaseRead;
  readonly write: (lease: Lease, condition: LeaseCondition) => LeaseWrite;
  readonly lease: () => Lease | undefined;
  /** Every lease that was ever written. */
  readonly history: Lease[];
  content:
    | {
        readonly lease: Lease | undefined;
        readonly etag: string;
        readonly writtenSeconds: number;
        /** Of a newer EDL. */
        readonly format?: string;
      }
    | undefined;
  hasBucket: boolean;
  /** Somebody removed what was there: a mark tells. */
  isRemoved: boolean;
}

export const fakeObject = (nowMs: () => number): FakeObject => {
  let count = 0;
  const object: FakeObject = {
    content: undefined,
    hasBucket: true,
    isRemoved: false,
    history: [],
    lease: () => object.content?.lease,
    read: () => {
      if (!object.hasBucket) return { status: 'no-bucket' };
      if (object.content === undefined) return { status: object.isRemoved ? 'removed' : 'absent' };
      const { lease, etag, writtenSeconds, format } = object.content;
      if (format !== undefined) return { status: 'newer', etag, format };
      if (lease === undefined) return { status: 'unreadable', etag };
      return { status: 'found', seen: { lease, etag, ageSeconds: Math.floor(nowMs() / 1000) - writtenSeconds } };
    },
    write: (lease, condition) => {
      if (!object.hasBucket) return { status: 'conflict' };
      const isMet = 'absent' in condition ? object.content === undefined : object.content?.etag === condition.etag;
      if (!isMet) return { status: 'conflict' };
      count += 1;
      object.content = { lease, etag: `"${count}"`, writtenSeconds: Math.floor(nowMs() / 1000) };
      object.history.push(lease);
      return { status: 'written', etag: object.content.etag };
    },
  };
  return object;
};

/** What becomes of the next calls: nothing unusual, no connection, or an answer that is lost after the work was done. */
export type Fate = 'fine' | 'down' | 'unanswered';

/** The object as one process sees it. */
export const storeOn = (object: FakeObject, fate: () => Fate = () => 'fine'): LeaseStore => {
  const call = <Answer>(work: () => Answer): Promise<Answer> => {
    const what = fate();
    if (what === 'down') return Promise.reject(new Error('Could not ask S3: down.'));
    const answer = work();
    return what === 'unanswered' ? Promise.reject(new Error('Could not ask S3: no answer.')) : Promise.resolve(answer);
  };
  return {
    place: 's3://artifacts/edl/lease.json',
    read: () => call(object.read),
    write: (lease, condition) => call(() => object.write(lease, condition)),
  };
};

/** A computer that tells nothing of itself, as all but Linux. */
export const elsewhere: Computer = { self: () => undefined, process: () => ({ status: 'unknown' }) };
