/** What was measured of one step. */
export interface Figures {
  readonly seconds: number;
  readonly megabytes: number;
  readonly calls?: number;
  readonly callsBeyondPlan?: number;
  /** Calls, as so many times those of a run without faults. */
  readonly timesClean?: number;
  /** What of a plan's time is the proof of the access that it gives. */
  readonly proofSeconds?: number;
}

/** Lake → step → upper bounds. */
export type Budgets = Readonly<Record<string, Readonly<Record<string, Partial<Figures>>>>>;

/** One line of the table. */
export const printRow = (lake: string, step: string, figures: Figures): void => {
  const calls = figures.calls === undefined ? '' : `${figures.calls} calls`;
  const beyond = figures.callsBeyondPlan === undefined ? '' : ` (${figures.callsBeyondPlan} beyond the refresh)`;
  const times =
    figures.timesClean === undefined ? '' : ` (${figures.timesClean.toFixed(2)} times those without faults)`;
  console.log(
    `${lake.padEnd(12)} ${step.padEnd(16)} ${figures.seconds.toFixed(2).padStart(8)} s ${figures.megabytes.toFixed(0).padStart(6)} MB  ${calls}${beyond}${times}`,
  );
};

/** Calls by operation, most first, folded into a few lines. */
export const printCalls = (byOperation: Readonly<Record<string, number>>): void => {
  const sorted = Object.entries(byOperation).sort(([, left], [, right]) => right - left);
  if (sorted.length > 0)
    console.log(`               ${sorted.map(([operation, count]) => `${operation} ${count}`).join(', ')}`);
};

/** Every figure that is over its budget, as a sentence. */
export const judge = (lake: string, steps: Readonly<Record<string, Figures>>, budgets: Budgets): readonly string[] =>
  Object.entries(budgets[lake] ?? {}).flatMap(([step, bounds]) =>
    (['seconds', 'megabytes', 'calls', 'callsBeyondPlan', 'proofSeconds'] as const).flatMap((name) => {
      const bound = bounds[name];
      const figure = steps[step]?.[name];
      if (bound === undefined) return [];
      if (figure === undefined) return [`${lake}, ${step}: ${name} was not measured`];
      return figure > bound ? [`${lake}, ${step}: ${name} ${figure.toFixed(2)}, budget ${bound}`] : [];
    }),
  );
