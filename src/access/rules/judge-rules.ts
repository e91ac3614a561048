import type { Catalog } from '../../reconciler/model/catalog.ts';
import type { Diagnostic } from '../../reconciler/model/diagnostic.ts';
import { judgeAccessRules } from './access-rules.ts';
import { judgeTierFlow } from './tier-flow.ts';

/** Where effective access breaks a rule of the lake: diagnostics of the guards `access-rules` and `tier-flow`. */
export const judgeRules = (catalog: Catalog, instance: string, asOf: string): readonly Diagnostic[] => [
  ...judgeAccessRules(catalog, instance, asOf),
  ...judgeTierFlow(catalog, instance, asOf),
];
