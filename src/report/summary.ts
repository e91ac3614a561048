import type { Diagnostic } from '../reconciler/model/diagnostic.ts';
import type { Plan } from '../reconciler/model/plan.ts';
import { countEffects } from './access.ts';
import { countOf } from './layout.ts';

/** The last line of every plan: people read it first and scripts search for it. Its form is part of the contract. */
export const planLine = ({ summary, access }: Plan): string => {
  const { create, update, adopt, prune, unchanged } = summary;
  const adopted = adopt > 0 ? `${adopt} to adopt, ` : '';
  const { gain, lose } = countEffects(access);
  return `Plan: ${create} to create, ${update} to update, ${adopted}${prune} to prune, ${unchanged} unchanged. Access: ${gain} gain, ${lose} lose.`;
};

const count = (diagnostics: readonly Diagnostic[], severity: Diagnostic['severity']): number =>
  diagnostics.filter((diagnostic) => diagnostic.severity === severity).length;

/** `2 errors, 1 warning`; empty when there is nothing to say. */
export const diagnosticsLine = (diagnostics: readonly Diagnostic[]): string =>
  (['error', 'warning', 'note'] as const)
    .map((severity) => [severity, count(diagnostics, severity)] as const)
    .filter(([, number]) => number > 0)
    .map(([severity, number]) => countOf(number, severity))
    .join(', ');

/** What becomes of a plan. */
export type Verdict = 'refused' | 'broken' | 'unchanged' | 'drifted' | 'ready';

/** Judges a plan by its diagnostics and changes. */
export const verdictOf = (plan: Plan): Verdict => {
  const errors = plan.diagnostics.filter((diagnostic) => diagnostic.severity === 'error');
  if (errors.some((diagnostic) => diagnostic.guard !== undefined)) return 'refused';
  if (errors.length > 0) return 'broken';
  if (plan.changes.length > 0) return 'ready';
  return plan.drift.length > 0 ? 'drifted' : 'unchanged';
};

/** Whether only a part of all changes was asked for; a selection without changes says nothing about the rest of the lake. */
const isSelection = ({ diagnostics }: Plan): boolean => diagnostics.some(({ code }) => code === 'EDL-3115');

/** What an empty plan says. */
export const unchangedText = (plan: Plan): string =>
  isSelection(plan) ? 'No changes in this selection.' : 'No changes: the lake is as declared.';

/** The names of the guards that refuse a plan, once each. */
export const refusingGuards = (plan: Plan): readonly string[] =>
  [
    ...new Set(
      plan.diagnostics.flatMap(({ severity, guard }) => (severity === 'error' && guard !== undefined ? [guard] : [])),
    ),
  ].sort();
