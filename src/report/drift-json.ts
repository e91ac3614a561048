import type { DriftReport } from '../reconciler/model/drift.ts';

/**
 * A drift report as one JSON value, as `schemas/drift.schema.json` describes it; `after` is what a second look found once
 * something was healed.
 */
export const renderDriftJson = (report: DriftReport, after?: DriftReport): string =>
  `${JSON.stringify({ ...report, ...(after === undefined ? {} : { after }) }, null, 2)}\n`;
