import { sortDiagnostics, type Diagnostic } from '../../reconciler/model/diagnostic.ts';
import type { Change } from '../../reconciler/model/plan.ts';
import type { DesiredState } from '../../reconciler/model/resource.ts';
import type { Selection } from '../../reconciler/plan/targets.ts';
import type { DriftParts, Judgement } from './entries.ts';

/** A look at everything, before or after a selection. */
export interface Look extends Judgement {
  readonly parts: DriftParts;
  /** The declared objects that were asked for. The parts keep all of them: what one object may do depends on others. */
  readonly checked: DesiredState['resources'];
  /** What differs because git moved since the last apply. */
  readonly pending: readonly Change[];
}

interface Named {
  readonly id: string;
  readonly stack: string;
}

const unmatched = (word: string): Diagnostic => ({
  code: 'EDL-3110',
  severity: 'error',
  summary: 'Selection matches nothing',
  detail: `Neither an object nor a stack of this lake is called "${word}". Run edl drift without --target and --exclude and copy an id or a stack's name from it.`,
  target: word,
});

/**
 * Only the drift of the objects or stacks that `--target` names, without those that `--exclude` does. Names that nothing has
 * are errors: somebody would read "no drift" otherwise and believe it.
 */
export const selectDrift = (look: Look, { targets, excludes }: Selection): Look => {
  if (targets.length === 0 && excludes.length === 0) return look;
  const { judged, ignored, parts, pending } = look;
  const { desired, plan } = parts;
  const names = ({ id, stack }: Named, word: string): boolean => id === word || stack === word;
  const isSelected = (named: Named): boolean =>
    (targets.length === 0 || targets.some((word) => names(named, word))) &&
    !excludes.some((word) => names(named, word));
  const known: readonly Named[] = [...desired.resources, ...judged.map(({ entry }) => entry)];
  const stackOf = new Map(known.map(({ id, stack }) => [id, stack]));
  const unknown = [...targets, ...excludes].filter((word) => !known.some((named) => names(named, word)));
  return {
    judged: judged.filter(({ entry }) => isSelected(entry)),
    ignored: ignored.filter(({ id }) => isSelected({ id, stack: stackOf.get(id) ?? '' })),
    parts: {
      ...parts,
      plan: { ...plan, diagnostics: sortDiagnostics([...plan.diagnostics, ...unknown.map(unmatched)]) },
    },
    checked: desired.resources.filter(isSelected),
    pending: pending.filter(isSelected),
  };
};
