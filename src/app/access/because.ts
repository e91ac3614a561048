import { implies, type RowLevel } from '../../access/levels.ts';
import type { AccessSource, IdleGrant } from '../../access/sources.ts';
import { endOf } from '../../access/time.ts';
import { expandEnds, type LevelEnds } from '../../access/unite.ts';
import type { Dataset } from '../../reconciler/model/catalog.ts';
import type { AccessRow } from '../../reconciler/model/resource.ts';
import type { Because, IdleLine } from '../../report/access-answers.ts';

/** Whether a row is about a dataset, by its name or with its whole tier. */
export const isAbout = (row: AccessRow, dataset: Dataset): boolean =>
  row.tier === dataset.tier && (row.dataset === dataset.name || row.dataset === '*');

const toBecause = ({ by, target, level, declaredIn: { file, line }, reason }: AccessSource): Because => ({
  by,
  target,
  level,
  file,
  line,
  ...(reason === undefined ? {} : { reason }),
});

const isSame = (left: Because, right: Because): boolean =>
  left.file === right.file && left.line === right.line && left.by === right.by && left.level === right.level;

/** Without open metadata where something else gives the same: it comes along with it. */
const distinct = (found: readonly Because[]): readonly Because[] => {
  const own = found.filter(({ by }) => by !== 'open-metadata');
  const told = own.length === 0 ? found : own;
  return told.filter((one, index) => told.findIndex((other) => isSame(one, other)) === index);
};

/** The declarations that give a level for as long as it is held; where two halves make `admin`, those of each half. */
export const becauseOf = (
  sources: readonly AccessSource[],
  level: RowLevel,
  until: string | undefined,
): readonly Because[] => {
  const giving = (wanted: RowLevel): readonly AccessSource[] =>
    sources.filter((source) => implies(source.level, wanted) && endOf(source.until) >= endOf(until));
  const whole = giving(level);
  return distinct((whole.length > 0 ? whole : [...giving('read-raw'), ...giving('write')]).map(toBecause));
};

/** Every right that some rows give together, each with its end. */
export const rightsOf = (rows: readonly AccessRow[]): LevelEnds => {
  const ends = new Map<RowLevel, string>();
  for (const { level, until } of rows)
    ends.set(
      level,
      [ends.get(level) ?? '', endOf(until)].reduce((left, right) => (left > right ? left : right)),
    );
  return expandEnds(ends);
};

/** A line that gives nothing, as answers show it. */
export const toIdleLine = (idle: IdleGrant): IdleLine => {
  const { target, level, why, expires, instances, declaredIn } = idle;
  return {
    target,
    level,
    why,
    ...(expires === undefined ? {} : { expires }),
    ...(instances === undefined ? {} : { instances }),
    file: declaredIn.file,
    line: declaredIn.line,
  };
};
