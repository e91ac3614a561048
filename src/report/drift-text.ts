import type { Plan } from '../reconciler/model/plan.ts';
import { minuteOf } from './layout.ts';
import type { Paint } from './paint.ts';
import { driftLines, unreadableLines } from './plan-text.ts';

const count = (plan: Plan, status: 'drifted' | 'missing'): number =>
  plan.drift.filter((entry) => entry.status === status).length;

/** `Drift: 1 drifted, 0 missing, 0 unreadable.` */
export const driftLine = (plan: Plan): string =>
  `Drift: ${count(plan, 'drifted')} drifted, ${count(plan, 'missing')} missing, ${plan.live.unreadable.length} unreadable.`;

/** Only what AWS moved, for `edl drift`. What could not be read is said, because it may have drifted too. */
export const renderDriftText = (plan: Plan, paint: Paint): string => {
  const lines = [...driftLines(plan, paint), ...unreadableLines(plan)];
  return `${[
    `${paint.bold(`Drift of ${plan.instance}`)} ${paint.dim(`as of ${minuteOf(plan.asOf)}`)}`,
    '',
    ...(lines.length === 0 ? [paint.green('No drift: AWS is as it was applied.')] : lines),
    '',
    paint.bold(driftLine(plan)),
  ].join('\n')}\n`;
};

/** The same as one JSON value. */
export const renderDriftJson = (plan: Plan): string =>
  `${JSON.stringify({ instance: plan.instance, asOf: plan.asOf, drift: plan.drift, outside: plan.outside ?? [], unreadable: plan.live.unreadable }, null, 2)}\n`;
