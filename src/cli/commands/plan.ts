import { packageVersion } from '../../app/package-root.ts';
import { planLake, type Planned, type PlanRequest } from '../../app/plan.ts';
import { openSession } from '../../app/session.ts';
import type { Plan } from '../../reconciler/model/plan.ts';
import { renderPlanJson } from '../../report/plan-json.ts';
import { renderPlanMarkdown } from '../../report/plan-markdown.ts';
import { renderPlanText } from '../../report/plan-text.ts';
import { renderDiagnostics } from '../diagnostics.ts';
import { EXIT } from '../exit.ts';
import { writeOutput } from '../files.ts';
import { lakeRequest, type CommonOptions } from '../options.ts';
import { paintFor, print } from '../print.ts';
import { startProgress } from '../progress.ts';

/** The flags of `plan` and `apply` that say what to plan. */
export interface PlanningOptions extends CommonOptions {
  readonly instance: string;
  readonly target?: readonly string[];
  readonly exclude?: readonly string[];
  readonly allow?: readonly string[];
  readonly detailedExitcode?: boolean;
}

/** What the flags ask for. */
export const planRequest = (options: PlanningOptions): PlanRequest => ({
  ...lakeRequest(options),
  instance: options.instance,
  targets: options.target ?? [],
  excludes: options.exclude ?? [],
  allow: options.allow ?? [],
});

/** A plan in the form that `--format` names. */
export const renderPlan = async (plan: Plan, options: CommonOptions): Promise<string> => {
  const paint = paintFor(options);
  switch (options.format) {
    case 'json':
      return renderPlanJson(plan);
    case 'markdown':
      return renderPlanMarkdown(plan);
    case 'github':
    case 'sarif':
      return renderDiagnostics(options.format, plan.diagnostics, { paint, version: await packageVersion() });
    default:
      return renderPlanText(plan, { paint });
  }
};

/** The exit code of a plan by its verdict. */
export const exitOf = ({ verdict, plan }: Pick<Planned, 'verdict' | 'plan'>, options: PlanningOptions): number => {
  if (verdict === 'refused') return EXIT.refused;
  if (verdict === 'invalid') return EXIT.failed;
  return options.detailedExitcode === true && plan.changes.length + plan.drift.length > 0 ? EXIT.changes : EXIT.done;
};

/** `edl plan`. */
export const runPlan = async (options: PlanningOptions & { readonly out?: string }): Promise<void> => {
  const progress = startProgress(options);
  try {
    const outcome = await planLake(planRequest(options), openSession(progress.reporter));
    progress.stop();
    if (outcome.status !== 'planned') {
      const shown = { paint: paintFor(options), version: await packageVersion() };
      await print(
        renderDiagnostics(options.format === 'markdown' ? 'text' : options.format, outcome.diagnostics, shown),
      );
      process.exitCode = outcome.status === 'refused' ? EXIT.refused : EXIT.failed;
      return;
    }
    outcome.aws.close();
    await print(await renderPlan(outcome.plan, options));
    if (options.out !== undefined) await writeOutput(options.out, renderPlanJson(outcome.plan));
    process.exitCode = exitOf(outcome, options);
  } finally {
    progress.stop();
  }
};
