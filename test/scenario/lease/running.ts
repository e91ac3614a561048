import type { ChildProcess } from 'node:child_process';
import { startEdl, TODAY, type Finished } from '../../support/edl.ts';
import type { Place, Stage } from '../../support/stage.ts';

/** An apply as a process of its own, that can be watched while it runs. */
export interface Running {
  readonly child: ChildProcess;
  readonly finished: Promise<Finished>;
  /** Resolves as soon as its progress has told this; fails when it ends without it. */
  readonly told: (pattern: RegExp) => Promise<void>;
}

/** Starts `edl apply --yes` on an instance. */
export const startApply = (stage: Stage, place: Place, instance: string, ...argv: readonly string[]): Running => {
  const { lake, account, endpoint } = place;
  let text = '';
  const waiting = new Set<{ readonly pattern: RegExp; readonly resolve: () => void }>();
  const look = (): void => {
    for (const one of waiting) if (one.pattern.test(text)) one.resolve();
  };
  const { child, finished } = startEdl(['apply', ...argv, '--yes', '--instance', instance, '--as-of', TODAY], {
    cwd: lake,
    environment: {
      ...stage.sandbox.environment(account, 'eu-west-1'),
      ...(endpoint === undefined ? {} : { AWS_ENDPOINT_URL: endpoint }),
    },
    onStderr: (all) => {
      text = all;
      look();
    },
  });
  return {
    child,
    finished,
    told: (pattern) =>
      new Promise((resolve, reject) => {
        waiting.add({ pattern, resolve });
        look();
        finished.then((end) => {
          reject(new Error(`It ended without telling ${String(pattern)}: ${JSON.stringify(end, null, 2)}`));
        }, reject);
      }),
  };
};
