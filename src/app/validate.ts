import { judgeRules } from '../access/rules/judge-rules.ts';
import { applyAllowances } from '../reconciler/guards/allowances.ts';
import { GUARDS } from '../reconciler/guards/guard-plan.ts';
import type { Allowance, Catalog } from '../reconciler/model/catalog.ts';
import { type Diagnostic, sortDiagnostics } from '../reconciler/model/diagnostic.ts';
import type { Reporter } from '../reconciler/model/ports.ts';
import { type GrantsBefore, readGrantsBefore } from './grants-before.ts';
import { idleDriftRules } from './idle-drift-rules.ts';
import { loadLake, type LakeRequest, type LoadedLake } from './lake.ts';

/** The guards that can be judged from the files alone. */
const JUDGED: ReadonlySet<string> = new Set(['access-rules', 'tier-flow']);

const isJudged = ({ guard, until }: Allowance, today: string): boolean =>
  JUDGED.has(guard) || until < today || !GUARDS.some(({ name, isAllowable }) => name === guard && isAllowable);

interface Found {
  readonly diagnostic: Diagnostic;
  readonly instances: string[];
}

/** One message for what is the same in several instances; each says where it is found. */
const mergeInstances = (found: readonly (readonly [instance: string, diagnostic: Diagnostic])[]) => {
  const merged = new Map<string, Found>();
  for (const [instance, diagnostic] of found) {
    const key = JSON.stringify(diagnostic);
    const known = merged.get(key) ?? { diagnostic, instances: [] };
    merged.set(key, known);
    known.instances.push(instance);
  }
  return [...merged.values()].map(({ diagnostic, instances }) => ({
    ...diagnostic,
    detail: `In ${instances.length === 1 ? 'instance' : 'instances'} ${instances.join(', ')}: ${diagnostic.detail}`,
  }));
};

/**
 * What the guards of rules and tier flow would say of each instance's plan, after the allowances of lake.yaml. Of allowances
 * for other guards, nobody can say without AWS whether they are needed; but that there is no such guard, or that their day
 * has passed, would refuse every plan.
 */
export const judgeCatalog = (catalog: Catalog, asOf: string): readonly Diagnostic[] => {
  const { instances } = catalog.lake;
  const each = instances.flatMap(({ name }) =>
    judgeRules(catalog, name, asOf).map((diagnostic) => [name, diagnostic] as const),
  );
  // Of a lake with one instance nobody asks where.
  const found = instances.length === 1 ? each.map(([, diagnostic]) => diagnostic) : mergeInstances(each);
  const lake = catalog.lake.allow.filter((allowance) => isJudged(allowance, asOf.slice(0, 10)));
  return applyAllowances(found, { lake, flags: [] }, GUARDS, asOf);
};

/** What to check. */
export interface ValidateRequest extends LakeRequest {
  /** The git revision before the change: ended grants that it does not have alike are errors. */
  readonly since?: string;
}

/** Loads a lake and judges its rules as well: everything that can be wrong with it without looking at AWS. */
export const validateLake = async (request: ValidateRequest, reporter: Reporter): Promise<LoadedLake> => {
  const before: GrantsBefore =
    request.since === undefined ? { diagnostics: [] } : await readGrantsBefore(request.since, request);
  const known = before.grants === undefined ? {} : { grantsBefore: before.grants };
  const loaded = await loadLake({ ...request, ...known }, reporter);
  const { catalog } = loaded;
  const judged =
    catalog === undefined
      ? []
      : [...judgeCatalog(catalog, request.asOf), ...(await idleDriftRules(catalog, request.asOf))];
  return { ...loaded, diagnostics: sortDiagnostics([...before.diagnostics, ...loaded.diagnostics, ...judged]) };
};
