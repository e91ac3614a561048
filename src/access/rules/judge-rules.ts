import type { Catalog } from '../../reconciler/model/catalog.ts';
import type { Diagnostic } from '../../reconciler/model/diagnostic.ts';

/** Where effective access breaks a rule of the lake: diagnostics of the guards `access-rules` and `tier-flow`. */
export const judgeRules = (_catalog: Catalog, _instance: string, _asOf: string): readonly Diagnostic[] => [];
