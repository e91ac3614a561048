import type { Approval, SignalLine } from '../reconciler/journal/lines.ts';

/** Tells the journal of a signal; never fails, and ends within two seconds. */
export type TellSignal = (signal: SignalLine['signal'], count: SignalLine['count']) => Promise<void>;

/** From then on nothing more is written, and the lease is given up as far as that is done in time. Never fails. */
export type AbandonLease = (deadlineMs: number) => Promise<void>;

/** How a run that writes is held back and stopped from outside, and what it gives out for that. */
export interface RunControls {
  /** How people agreed, for the journal: by `--yes`, or at a terminal; absent where nobody was asked. */
  readonly answered?: Approval['answer'];
  /** How long to wait for another run's lease; 0: refuse at once; absent: longer than a dead run can have it. */
  readonly leaseTimeoutSeconds?: number;
  /** Ends that waiting at once. */
  readonly stopping?: AbortSignal;
  /** Whether no more is to be started; what runs is finished. */
  readonly cancelled?: () => boolean;
  /** Gets what is to be called with each signal, once there is a run whose journal can be told of it. */
  readonly onSignal?: (tell: TellSignal) => void;
  /** Gets what gives the lease up at once, before it is taken. */
  readonly onLease?: (abandon: AbandonLease) => void;
}
