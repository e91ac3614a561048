import type { Diagnostic } from '../../reconciler/model/diagnostic.ts';
import type { Declarations } from '../declarations.ts';
import { locate } from '../parse.ts';
import { problem } from '../problems.ts';

const WHAT = {
  ignore: { does: 'ignores nothing', after: 'So what it named is drift again, for plan, drift and healing.' },
  hold: { does: 'holds nothing', after: 'So healing acts on what it named.' },
} as const;

/** Rules on drift that are past their day: they do nothing, and whoever wrote them may still count on them. */
export const checkDriftRules = ({ lake: { source, file }, asOf }: Declarations): readonly Diagnostic[] =>
  (['ignore', 'hold'] as const).flatMap((list) =>
    (file.drift?.[list] ?? []).flatMap(({ target, until }, index) => {
      if (until >= asOf) return [];
      const { does, after } = WHAT[list];
      const detail = `The rule for ${target} held through ${until} and ${does} any more. ${after} Remove it, or give it a later day if it is still needed.`;
      return [problem('EDL-1370', locate(source, ['drift', list, index, 'until']), detail, 'warning')];
    }),
  );
