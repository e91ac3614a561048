import { compileCatalog } from '../reconciler/compile/compile.ts';
import { isTargeted } from '../reconciler/drift/rules.ts';
import type { Catalog } from '../reconciler/model/catalog.ts';
import { at, type Diagnostic } from '../reconciler/model/diagnostic.ts';
import type { HoldRule, IgnoreRule } from '../reconciler/model/drift-rules.ts';
import { resourceKinds } from '../resources/index.ts';
import { readRuntime } from './package-root.ts';

/** Kinds of which somebody may make objects that nobody declares: a rule may mean one of those, and files cannot tell. */
const MADE_BY_OTHERS: ReadonlySet<string> = new Set(['iam-role', 'iam-managed-policy', 'stack']);

/** Whether files alone can say that a rule means nothing: it names one kind, and speaks of what is declared. */
const isDecidable = ({ target, path }: Pick<IgnoreRule, 'target' | 'path'>): boolean => {
  const kind = target.slice(0, target.indexOf('/'));
  return !kind.includes('*') && kind !== 'stack' && (path !== undefined || !MADE_BY_OTHERS.has(kind));
};

const idle = ({ target, declaredIn }: HoldRule): Diagnostic => ({
  code: 'EDL-1371',
  severity: 'warning',
  summary: 'Drift rule matches nothing',
  detail: `No object of any instance is called ${target}, so the rule does nothing. Copy an id from edl plan or edl drift, or remove the rule.`,
  ...at(declaredIn),
  target,
});

/** Rules on drift that no object of any instance meets. Compiles the instances, which only lakes with such rules pay for. */
export const idleDriftRules = async (catalog: Catalog, asOf: string): Promise<readonly Diagnostic[]> => {
  const { ignore = [], hold = [] } = catalog.lake.drift ?? {};
  const today = asOf.slice(0, 10);
  const rules = [...ignore, ...hold].filter((rule) => rule.until >= today && isDecidable(rule));
  if (rules.length === 0) return [];
  const runtime = await readRuntime();
  const ids = catalog.lake.instances.flatMap(({ name: instance }) =>
    compileCatalog({ catalog, instance, asOf, runtime }, resourceKinds).resources.map(({ id }) => id),
  );
  return rules.filter(({ target }) => !ids.some((id) => isTargeted(target, id))).map(idle);
};
