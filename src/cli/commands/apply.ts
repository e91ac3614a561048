import { applyLake, type ApplyOutcome } from '../../app/apply.ts';
import { packageVersion } from '../../app/package-root.ts';
import { readSavedPlan } from '../../app/saved-plan.ts';
import { openSession } from '../../app/session.ts';
import { EdlError } from '../../reconciler/model/errors.ts';
import type { Plan } from '../../reconciler/model/plan.ts';
import type { ApplyResult } from '../../reconciler/model/result.ts';
import { nextStep, renderApplyMarkdown, renderApplyText } from '../../report/apply.ts';
import { entryText } from '../../report/history-entry.ts';
import { renderPlanText } from '../../report/plan-text.ts';
import { askYes, isAskable } from '../ask.ts';
import { renderDiagnostics } from '../diagnostics.ts';
import { EXIT } from '../exit.ts';
import { readInput } from '../files.ts';
import { hasColor, paintFor, print } from '../print.ts';
import { plain } from '../../report/paint.ts';
import { startProgress, type Progress } from '../progress.ts';
import { signalExitCode } from '../signals.ts';
import { watchWork } from '../work-signals.ts';
import { planRequest, renderPlan, type PlanningOptions } from './plan.ts';
import pc from 'picocolors';

/** The flags of `apply`. */
export interface ApplyOptions extends Omit<PlanningOptions, 'instance'> {
  readonly instance?: string;
  readonly parallelism: number;
  readonly leaseTimeout?: number;
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
  (options: ApplyOptions, progress: Progress, stopping: AbortSignal) =>
  async (plan: Plan): Promise<boolean> => {
    if (stopping.aborted) return false;
    if (options.quiet !== true || options.yes !== true) {
      progress.pause();
      const paint = hasColor(process.stderr, options.color) ? pc.createColors(true) : plain;
      process.stderr.write(`${renderPlanText(plan, { paint })}\n`);
    }
    if (options.yes === true) return true;
    if (!isAskable()) {
      throw new EdlError(
        'EDL-5003',
        'user',
        'Nobody can be asked here. Give --yes to apply without a question, or a saved plan and --yes.',
      );
    }
    return askYes(`Apply this to ${plan.instance}?`, stopping);
  };

const staleText = (extra: readonly string[]): string =>
  [
    'The saved plan is stale: reality or the catalog has outgrown it, so nothing was changed. New since then:',
    ...extra.map((line) => `  ${line}`),
    'Make a new plan and have it approved.',
  ].join('\n');

const nextOf = (result: ApplyResult): { readonly next?: string } => {
  const next = nextStep(result);
  return next === undefined ? {} : { next };
};

/** Somebody stopped it, and nothing failed. */
const isOnlyStopped = ({ results }: ApplyResult): boolean =>
  results.some((result) => result.outcome === 'skipped' && result.because === 'cancelled') &&
  results.every(({ outcome }) => outcome !== 'failed');

const jsonOf = (outcome: ApplyOutcome): unknown => {
  switch (outcome.status) {
    case 'invalid':
    case 'refused':
      return { status: outcome.status, diagnostics: outcome.diagnostics };
    case 'blocked':
    case 'declined':
      return { status: outcome.status, digest: outcome.plan.digest, diagnostics: outcome.plan.diagnostics };
    case 'nothing-to-do':
      return {
        status: outcome.status,
        digest: outcome.plan.digest,
        ...(outcome.journal === undefined ? {} : { journal: outcome.journal }),
        diagnostics: outcome.plan.diagnostics,
      };
    case 'stale':
      return { status: outcome.status, digest: outcome.plan.digest, extra: outcome.extra };
    case 'applied':
    case 'failed':
      return {
        status: isOnlyStopped(outcome.result) ? 'cancelled' : outcome.status,
        digest: outcome.plan.digest,
        ...outcome.result,
        ...nextOf(outcome.result),
        ...(outcome.journal === undefined ? {} : { journal: outcome.journal }),
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
      return renderPlan(outcome.plan, options);
    case 'nothing-to-do': {
      const plan = await renderPlan(outcome.plan, options);
      return outcome.journal === undefined ? plan : `${plan}\n${entryText(outcome.journal, outcome.plan.instance)}\n`;
    }
    case 'stale':
      return staleText(outcome.extra);
    case 'declined':
      return 'Nothing was changed.';
    case 'applied':
    case 'failed':
      return [
        options.format === 'markdown'
          ? renderApplyMarkdown(outcome.result, outcome.journal)
          : renderApplyText(outcome.result, shown.paint, {
              onlyProblems: progress.isLive && process.stdout.isTTY,
              journal: outcome.journal,
            }),
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
  const next = `edl apply --instance ${instance} (it waits for what still runs, and does the rest)`;
  const signals = watchWork({ format: options.format, next }, progress);
  const confirm = confirmOnTerminal(options, progress, signals.controls.stopping);
  try {
    const outcome = await applyLake(
      {
        ...planRequest({ ...options, instance }),
        ...signals.controls,
        ...(saved === undefined ? {} : { saved }),
        parallelism: options.parallelism,
        ...(options.leaseTimeout === undefined ? {} : { leaseTimeoutSeconds: options.leaseTimeout }),
        confirm: (plan) => {
          signals.begin();
          return confirm(plan);
        },
        answered: options.yes === true ? 'flag' : 'terminal',
      },
      openSession(progress.reporter),
    );
    progress.stop();
    await print(
      options.format === 'json' ? JSON.stringify(jsonOf(outcome), null, 2) : await textOf(outcome, options, progress),
    );
    process.exitCode = signalExitCode() ?? exitOf(outcome);
  } finally {
    progress.stop();
    signals.stop();
  }
};
