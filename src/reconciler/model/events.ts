import type { StackResult } from './result.ts';

/** Everything that a run tells while it goes on. Streams to the CLI, later to the API; tests record it. */
export type Event =
  | {
      readonly type: 'step-started';
      readonly step: 'load' | 'compile' | 'observe' | 'plan' | 'proof' | 'apply' | 'verify';
      readonly detail?: string;
    }
  | { readonly type: 'step-finished'; readonly step: string; readonly seconds: number; readonly detail?: string }
  | { readonly type: 'observe-progress'; readonly done: number; readonly total: number; readonly kind: string }
  | { readonly type: 'proof-progress'; readonly done: number; readonly total: number; readonly questions: number }
  | { readonly type: 'apply-started'; readonly stacks: number; readonly waves: number }
  | { readonly type: 'wave-started'; readonly wave: number; readonly stacks: readonly string[] }
  | { readonly type: 'stack-started'; readonly stack: string; readonly changes: number }
  | { readonly type: 'stack-progress'; readonly stack: string; readonly message: string }
  | { readonly type: 'stack-finished'; readonly stack: string; readonly result: StackResult }
  /** AWS throttles so much that fewer calls run at once than could; `inFlight` equal to `most`: no longer. */
  | { readonly type: 'slowed'; readonly inFlight: number; readonly most: number }
  /** Somebody asked the run to end: what runs is finished, nothing else is started. */
  | { readonly type: 'stopping' }
  | { readonly type: 'throttled'; readonly operation: string; readonly attempt: number }
  | { readonly type: 'note'; readonly message: string };
