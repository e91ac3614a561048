import { releaseByHand, showLease, type LeaseQuestion, type Released } from '../../app/lease/manage.ts';
import { packageVersion } from '../../app/package-root.ts';
import type { Unplanned } from '../../app/plan.ts';
import { openSession } from '../../app/session.ts';
import { EdlError } from '../../reconciler/model/errors.ts';
import type { LeaseView } from '../../reconciler/model/lease.ts';
import { renderLeaseJson, renderLeaseText } from '../../report/lease.ts';
import { askYes, isAskable } from '../ask.ts';
import { renderDiagnostics } from '../diagnostics.ts';
import { EXIT } from '../exit.ts';
import { lakeRequest, type CommonOptions } from '../options.ts';
import { paintFor, print } from '../print.ts';
import { startProgress, type Progress } from '../progress.ts';

/** The flags of `lease show`. */
export interface LeaseOptions extends CommonOptions {
  readonly instance: string;
}

/** The flags of `lease release`. */
export interface LeaseReleaseOptions extends LeaseOptions {
  readonly yes?: boolean;
  /** Also a lease that a newer EDL wrote. */
  readonly newer?: boolean;
}

const questionOf = (options: LeaseOptions): LeaseQuestion => ({ ...lakeRequest(options), instance: options.instance });

const printUnplanned = async ({ status, diagnostics }: Unplanned, options: LeaseOptions): Promise<void> => {
  const shown = { paint: paintFor(options), version: await packageVersion() };
  await print(renderDiagnostics(options.format, diagnostics, shown));
  process.exitCode = status === 'refused' ? EXIT.refused : EXIT.failed;
};

/** `edl lease show`. */
export const runLeaseShow = async (options: LeaseOptions): Promise<void> => {
  const progress = startProgress(options);
  try {
    const view = await showLease(questionOf(options), openSession(progress.reporter));
    progress.stop();
    if ('diagnostics' in view) {
      await printUnplanned(view, options);
      return;
    }
    await print(options.format === 'json' ? renderLeaseJson(view) : renderLeaseText(view));
  } finally {
    progress.stop();
  }
};

/** Shows whose it is and asks, on a terminal; elsewhere only `--yes` may say yes for somebody. */
const confirmOnTerminal =
  (options: LeaseReleaseOptions, progress: Progress) =>
  async (view: LeaseView): Promise<boolean> => {
    progress.pause();
    process.stderr.write(`${renderLeaseText(view)}\n`);
    if (options.yes === true) return true;
    if (!isAskable()) {
      throw new EdlError('EDL-5003', 'user', 'Nobody can be asked here. Give --yes to release without a question.');
    }
    return askYes(`Take the lease of ${view.instance} away?`);
  };

const resultText = ({ status, view, lingerSeconds = 0 }: Released): string => {
  const { restSeconds = 0, instance } = view;
  switch (status) {
    case 'released':
      return lingerSeconds === 0
        ? 'Released. The next apply can have it at once.'
        : `Released. A run that is still alive stops within half a minute. The next apply waits for that, at most ${lingerSeconds} seconds.`;
    case 'declined':
      return 'Nothing was changed.';
    case 'free':
      return restSeconds === 0
        ? `There is nothing to release: nobody has the lease of ${instance}.`
        : `There is nothing to release: it was taken away already. The next apply waits until that is certain, at most ${restSeconds} seconds.`;
  }
};

/** `edl lease release`. */
export const runLeaseRelease = async (options: LeaseReleaseOptions): Promise<void> => {
  const progress = startProgress(options);
  try {
    const confirm = confirmOnTerminal(options, progress);
    const request = { ...questionOf(options), confirm, isNewerToo: options.newer === true };
    const outcome = await releaseByHand(request, openSession(progress.reporter));
    progress.stop();
    if ('diagnostics' in outcome) {
      await printUnplanned(outcome, options);
      return;
    }
    const { status, view, ...rest } = outcome;
    const json = { status, ...rest, was: view };
    await print(options.format === 'json' ? JSON.stringify(json, null, 2) : resultText(outcome));
    process.exitCode = status === 'declined' ? EXIT.failed : EXIT.done;
  } finally {
    progress.stop();
  }
};
