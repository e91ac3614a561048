import type { Holding, Level } from '../../reconciler/model/catalog.ts';
import { compareText } from '../../reconciler/model/json.ts';
import type { AccessRow } from '../../reconciler/model/resource.ts';
import { implies, type RowLevel } from '../levels.ts';
import type { Scope } from '../scope.ts';
import { isSelected } from '../selectors.ts';

/** A dataset on which somebody holds what one side of a rule means; `*` is all of a tier, also what comes later. */
export interface Match {
  readonly dataset: string;
  readonly tier: string;
  /** What gives it. */
  readonly rows: readonly AccessRow[];
}

/**
 * Whether who holds a level holds another one, as rules mean it. Writing by a pipeline is writing: that it goes past the
 * drop bucket makes no difference to who can change the data.
 */
export const counts = (held: RowLevel, asked: Level): boolean =>
  implies(held, asked) || (held === 'run-write' && asked === 'write');

/** The datasets of a row that a side of a rule is about. */
const datasetsOf = (row: AccessRow, { target }: Holding, scope: Scope): readonly string[] => {
  if ('dataset' in target) {
    const dataset = scope.datasets.get(target.dataset);
    if (dataset === undefined) return [];
    const isIt = row.dataset === '*' ? row.tier === dataset.tier : row.dataset === dataset.name;
    return isIt ? [dataset.name] : [];
  }
  const { tier, domain, owner } = target.select;
  if (domain === undefined && owner === undefined) return row.tier === tier ? [row.dataset] : [];
  const reached = row.dataset === '*' ? [...scope.datasets.values()] : [scope.datasets.get(row.dataset)];
  return reached.flatMap((dataset) =>
    dataset !== undefined && dataset.tier === row.tier && isSelected(dataset, target.select) ? [dataset.name] : [],
  );
};

const matchesAt = (rows: readonly AccessRow[], holding: Holding, level: Level, scope: Scope): readonly Match[] => {
  const found = new Map<string, { dataset: string; tier: string; rows: AccessRow[] }>();
  for (const row of rows.filter((one) => counts(one.level, level)))
    for (const dataset of datasetsOf(row, holding, scope)) {
      const key = `${row.tier} ${dataset}`;
      const match = found.get(key) ?? { dataset, tier: row.tier, rows: [] };
      found.set(key, match);
      match.rows.push(row);
    }
  return [...found.values()];
};

/**
 * Where somebody holds one side of a rule: each dataset once, those with a name first. `admin` is reading raw data and
 * writing, also when they come from two grants, since AWS cannot tell that apart.
 */
export const matchesOf = (rows: readonly AccessRow[], holding: Holding, scope: Scope): readonly Match[] => {
  const matches =
    holding.level === 'admin'
      ? matchesAt(rows, holding, 'read-raw', scope).flatMap((raw): readonly Match[] => {
          const write = matchesAt(rows, holding, 'write', scope).find(
            (one) => one.dataset === raw.dataset && one.tier === raw.tier,
          );
          return write === undefined ? [] : [{ ...raw, rows: [...new Set([...raw.rows, ...write.rows])] }];
        })
      : matchesAt(rows, holding, holding.level, scope);
  return [...matches].sort(
    (left, right) =>
      Number(left.dataset === '*') - Number(right.dataset === '*') ||
      compareText(left.dataset, right.dataset) ||
      compareText(left.tier, right.tier),
  );
};

/**
 * Whether two matches are two things. On one and the same dataset they are only if neither level includes the other: who may
 * read payroll does not break a rule that keeps payroll apart from all sensitive data.
 */
export const areTwo = (left: Match, right: Match, levels: readonly [Level, Level]): boolean =>
  left.dataset === '*' ||
  left.dataset !== right.dataset ||
  (!implies(levels[0], levels[1]) && !implies(levels[1], levels[0]));
