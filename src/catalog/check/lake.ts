import type { Diagnostic } from '../../reconciler/model/diagnostic.ts';
import type { Declarations } from '../declarations.ts';
import { locate } from '../parse.ts';
import { problem } from '../problems.ts';

/** What lake.yaml says about itself. */
export const checkLake = ({ lake }: Declarations): readonly Diagnostic[] =>
  lake.model.security !== undefined
    ? []
    : Object.entries(lake.file.tiers).flatMap(([name, { approvals = [] }]) => {
        const index = approvals.indexOf('security');
        if (index < 0) return [];
        const detail = `The tier ${name} asks for the approval of security, but nobody is named for it. Add security: team:<name> to lake.yaml.`;
        return [problem('EDL-1325', locate(lake.source, ['tiers', name, 'approvals', index]), detail)];
      });
