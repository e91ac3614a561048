import { createInterface } from 'node:readline/promises';
import { applyLake, type ApplyOutcome } from '../../app/apply.ts';
import { packageVersion } from '../../app/package-root.ts';
import { readSavedPlan } from '../../app/saved-plan.ts';
import { openSession } from '../../app/session.ts';
import { EdlError } from '../../reconciler/model/errors.ts';
import type { Plan } from '../../reconciler/model/plan.ts';
import { renderApplyMarkdown, renderApplyText } from '../../report/apply.ts';
import { renderPlanText } from '../../report/plan-text.ts';
import { renderDiagnostics } from '../diagnostics.ts';
import { EXIT } from '../exit.ts';
import { readInput } from '../files.ts';
import { hasColor, paintFor, print } from '../print.ts';
import { plain } from '../../report/paint.ts';
import { startProgress, type Progress } from '../progress.ts';
import { watchSignals } from '../signals.ts';
import { planRequest, renderPlan, type PlanningOptions } from './plan.ts';
import pc from 'picocolors';

/** The flags of `apply`. */
export interface ApplyOptions extends Omit<PlanningOptions, 'instance'> {
  readonly instance?: string;
  readonly parallelism: number;
  readonly yes?: boolean;
}

const readSaved = async (file: string | undefined): Promise<Plan | undefined> =>
  file === undefined ? undefined : readSavedPlan(file, await readInput(file));

const instanceOf = (options: ApplyOptions, saved: Plan | undefined): string => {
  const instance = options.instance ?? saved?.instance;
  if (instance !== undefined) return instance;
  throw new EdlError('EDL-5002', 'user', 'Which lake? Give --instance, or a saved plan.');
};

/** Shows the plan and asks, on a terminal; elsewhere only `--yes` may say yes for somebody. The plan goes to stderr: stdout is for the result. */
const confirmOnTerminal =
  (options: ApplyOptions, progress: Progress) =>
  async (plan: Plan): Promise<boolean> => {
    if (options.quiet !== true || options.yes !== true) {
      progress.pause();
      const paint = hasColor(process.stderr, options.color) ? pc.createColors(true) : plain;
      process.stderr.write(`${renderPlanText(plan, { paint })}\n`);
    }
    if (options.yes === true) return true;
    if (!process.stdin.isTTY || !process.stderr.isTTY) {
      throw new EdlError(
        'EDL-5003',
        'user',
        'Nobody can be asked here. Give --yes to apply without a question, or a saved plan and --yes.',
      );
    }
    const question = createInterface({ input: process.stdin, output: process.stderr });
    const answer = await question.question(`Apply this to ${plan.instance}? Only "yes" is a yes: `);
    question.close();
    return answer.trim() === 'yes';
  };

const staleText = (extra: readonly string[]): string =>
  [
    'The saved plan is stale: reality or the catalog has outgrown it, so nothing was changed. New since then:',
    ...extra.map((line) => `  ${line}`),
    'Make a new plan and have it approved.',
  ].join('\n');

const jsonOf = (outcome: ApplyOutcome): unknown => {
  switch (outcome.status) {
    case 'invalid':
    case 'refused':
      return { status: outcome.status, diagnostics: outcome.diagnostics };
    case 'blocked':
    case 'nothing-to-do':
    case 'declined':
      return { status: outcome.status, digest: outcome.plan.digest, diagnostics: outcome.plan.diagnostics };
    case 'stale':
      return { status: outcome.status, digest: outcome.plan.digest, extra: outcome.extra };
    case 'applied':
    case 'failed':
      return {
        status: outcome.status,
        digest: outcome.plan.digest,
        ...outcome.result,
        diagnostics: outcome.diagnostics,
      };
  }
};

const textOf = async (outcome: ApplyOutcome, options: ApplyOptions, progress: Progress): Promise<string> => {
  const shown = { paint: paintFor(options), version: await packageVersion() };
  switch (outcome.status) {
    case 'invalid':
    case 'refused':
      return renderDiagnostics('text', outcome.diagnostics, shown);
    case 'blocked':
    case 'nothing-to-do':
      return renderPlan(outcome.plan, options);
    case 'stale':
      return staleText(outcome.extra);
    case 'declined':
      return 'Nothing was changed.';
    case 'applied':
    case 'failed':
      return [
        options.format === 'markdown'
          ? renderApplyMarkdown(outcome.result)
          : renderApplyText(outcome.result, shown.paint, { onlyProblems: progress.isLive && process.stdout.isTTY }),
        ...(outcome.diagnostics.length === 0 ? [] : [renderDiagnostics('text', outcome.diagnostics, shown)]),
      ].join('\n');
  }
};

const EXITS: Readonly<Record<ApplyOutcome['status'], number>> = {
  invalid: EXIT.failed,
  refused: EXIT.refused,
  blocked: EXIT.refused,
  stale: EXIT.stale,
  'nothing-to-do': EXIT.done,
  declined: EXIT.failed,
  applied: EXIT.done,
  failed: EXIT.failed,
};

const exitOf = (outcome: ApplyOutcome): number =>
  outcome.status === 'blocked' && outcome.verdict === 'invalid' ? EXIT.failed : EXITS[outcome.status];

/** `edl apply [FILE]`. */
export const runApply = async (file: string | undefined, options: ApplyOptions): Promise<void> => {
  const saved = await readSaved(file);
  const instance = instanceOf(options, saved);
  const progress = startProgress(options);
  const signals = watchSignals((message) => {
    progress.reporter.emit({ type: 'note', message });
  });
  try {
    const outcome = await applyLake(
      {
        ...planRequest({ ...options, instance }),
        ...(saved === undefined ? {} : { saved }),
        parallelism: options.parallelism,
        confirm: confirmOnTerminal(options, progress),
        cancelled: () => signals.received() !== undefined,
      },
      openSession(progress.reporter),
    );
    progress.stop();
    await print(
      options.format === 'json' ? JSON.stringify(jsonOf(outcome), null, 2) : await textOf(outcome, options, progress),
    );
    process.exitCode = signals.exitCode() ?? exitOf(outcome);
  } finally {
    progress.stop();
    signals.stop();
  }
};
