import type { Diagnostic } from '../reconciler/model/diagnostic.ts';
import type { FindingsInput } from './findings.ts';

/** What a plan needs more of than the account has: findings of the guard `quota`. */
export const judgeQuotas = (_input: FindingsInput): readonly Diagnostic[] => [];
