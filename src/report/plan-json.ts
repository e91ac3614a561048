import type { Plan } from '../reconciler/model/plan.ts';
import { serialisePlan } from '../reconciler/plan/serialise.ts';

/** A plan as one JSON value, as `schemas/plan.schema.json` describes it: the same text that `--out` saves. */
export const renderPlanJson = (plan: Plan): string => serialisePlan(plan);
