import pc from 'picocolors';
import { checkDrift, type CheckedDrift, type DriftRequest } from '../../app/drift/check-drift.ts';
import type { HealRequest } from '../../app/drift/heal.ts';
import { packageVersion } from '../../app/package-root.ts';
import { openSession } from '../../app/session.ts';
import { hasErrors } from '../../reconciler/model/diagnostic.ts';
import type { DriftReport, HealResult } from '../../reconciler/model/drift.ts';
import { driftDiagnostics } from '../../report/drift-diagnostics.ts';
import { renderDriftJson } from '../../report/drift-json.ts';
import { renderDriftMarkdown } from '../../report/drift-markdown.ts';
import { healingLines, renderDriftText } from '../../report/drift-text.ts';
import { renderGithub } from '../../report/github.ts';
import { plain, type Paint } from '../../report/paint.ts';
import { renderStableSarif } from '../../report/sarif.ts';
import { askYes, isAskable } from '../ask.ts';
import { renderDiagnostics } from '../diagnostics.ts';
import { EXIT } from '../exit.ts';
import { lakeRequest, type CommonOptions } from '../options.ts';
import { hasColor, paintFor, print } from '../print.ts';
import { startProgress, type Progress } from '../progress.ts';
import { signalExitCode } from '../signals.ts';
import { watchWork, type WorkSignals } from '../work-signals.ts';

/** The flags of `drift`. */
export interface DriftOptions extends CommonOptions {
  readonly instance: string;
  readonly target?: readonly string[];
  readonly exclude?: readonly string[];
  /** `true`: without a value, what `lake.yaml` says for each tier. */
  readonly heal?: true | 'report' | 'tighten' | 'all';
  readonly leaseTimeout?: number;
  readonly yes?: boolean;
  readonly strict?: boolean;
  readonly detailedExitcode?: boolean;
  readonly authors: boolean;
}

const NOBODY_TO_ASK =
  'edl: EDL-5075: Nobody can be asked here, so nothing was healed. Give --yes to heal without a question.\n';

/** Whether somebody sees the drift before it is printed as the result: on a terminal, where the question comes first. */
const asksHere = (options: DriftOptions): boolean => options.heal !== undefined && options.yes !== true && isAskable();

const stderrPaint = (options: DriftOptions): Paint =>
  hasColor(process.stderr, options.color) ? pc.createColors(true) : plain;

/** Shows the drift before a question about it. It goes to stderr: stdout is for the result. */
const showOnTerminal = (options: DriftOptions, progress: Progress) => (report: DriftReport) => {
  if (!asksHere(options)) return;
  progress.pause();
  process.stderr.write(`${renderDriftText(report, { paint: stderrPaint(options) })}\n`);
};

/** Shows what would be done and asks, on a terminal; elsewhere only `--yes` may say yes for somebody. */
const confirmOnTerminal =
  (options: DriftOptions, progress: Progress, stopping: AbortSignal) =>
  async (steps: readonly HealResult[]): Promise<boolean> => {
    if (options.yes === true) return true;
    progress.pause();
    if (!asksHere(options)) {
      process.stderr.write(NOBODY_TO_ASK);
      return false;
    }
    const lines = healingLines(steps, stderrPaint(options));
    process.stderr.write(`${['Healing would do this:', ...lines].join('\n')}\n`);
    return askYes(`Heal this in ${options.instance}?`, stopping);
  };

const healRequest = (
  options: DriftOptions,
  progress: Progress,
  { controls, begin }: WorkSignals,
): HealRequest | undefined => {
  const { heal, leaseTimeout, yes } = options;
  if (heal === undefined) return undefined;
  const confirm = confirmOnTerminal(options, progress, controls.stopping);
  return {
    ...controls,
    mode: heal === true ? 'default' : heal,
    answered: yes === true ? 'flag' : 'terminal',
    ...(leaseTimeout === undefined ? {} : { leaseTimeoutSeconds: leaseTimeout }),
    confirm: (steps) => {
      begin();
      return confirm(steps);
    },
  };
};

const requestOf = (options: DriftOptions, progress: Progress, signals: WorkSignals): DriftRequest => {
  const heal = healRequest(options, progress, signals);
  return {
    ...lakeRequest(options),
    instance: options.instance,
    targets: options.target ?? [],
    excludes: options.exclude ?? [],
    authors: options.authors,
    show: showOnTerminal(options, progress),
    ...(heal === undefined ? {} : { heal }),
  };
};

const render = async ({ report, after }: CheckedDrift, options: DriftOptions): Promise<string> => {
  const paint = paintFor(options);
  switch (options.format) {
    case 'json':
      return renderDriftJson(report, after);
    case 'markdown':
      return renderDriftMarkdown(report, after);
    case 'github':
      return renderGithub(driftDiagnostics(after ?? report).map(({ diagnostic }) => diagnostic));
    case 'sarif':
      return renderStableSarif(driftDiagnostics(after ?? report), await packageVersion());
    default:
      return renderDriftText(report, {
        paint,
        isShown: asksHere(options),
        ...(after === undefined ? {} : { after }),
      });
  }
};

/** After healing, what is left decides; healing that failed or did not happen comes before that. */
const exitOf = ({ status, report, after = report }: CheckedDrift, options: DriftOptions): number => {
  const outcomes = new Set(report.healed?.results.map(({ outcome }) => outcome));
  if (outcomes.has('failed') || hasErrors(report.diagnostics)) return EXIT.failed;
  if (status === 'declined' || outcomes.has('refused')) return EXIT.refused;
  if (options.strict === true && (after.unknown.length > 0 || after.summary.pending > 0)) return EXIT.refused;
  return options.detailedExitcode === true && after.entries.length > 0 ? EXIT.changes : EXIT.done;
};

/** `edl drift`. */
export const runDrift = async (options: DriftOptions): Promise<void> => {
  const progress = startProgress(options);
  const next = `edl drift --instance ${options.instance} (it tells what is left)`;
  const signals = watchWork({ format: options.format, next }, progress);
  try {
    const outcome = await checkDrift(requestOf(options, progress, signals), openSession(progress.reporter));
    progress.stop();
    if ('diagnostics' in outcome) {
      const shown = { paint: paintFor(options), version: await packageVersion() };
      await print(
        renderDiagnostics(options.format === 'markdown' ? 'text' : options.format, outcome.diagnostics, shown),
      );
      process.exitCode = signalExitCode() ?? (outcome.status === 'refused' ? EXIT.refused : EXIT.failed);
      return;
    }
    await print(await render(outcome, options));
    process.exitCode = signalExitCode() ?? exitOf(outcome, options);
  } finally {
    progress.stop();
    signals.stop();
  }
};
