import type { Diagnostic } from '../reconciler/model/diagnostic.ts';
import type { FindingsInput } from './findings.ts';

/** Where the policies of the roles that a plan changes give another access than the catalog: findings of `access-proof`. */
export const provePlan = (_input: FindingsInput): readonly Diagnostic[] => [];
