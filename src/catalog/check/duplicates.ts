import type { Diagnostic } from '../../reconciler/model/diagnostic.ts';
import type { Claim } from '../declarations.ts';
import { locate } from '../parse.ts';
import { problem } from '../problems.ts';

const locationOf = (claim: Claim) => locate(claim.source, claim.key === undefined ? [] : [claim.key]);

/** A name belongs to one file. The first by path keeps it; each further one is told where the first is. */
export const checkDuplicates = (claims: readonly Claim[]): readonly Diagnostic[] => {
  const first = new Map<string, Claim>();
  return claims.flatMap((claim) => {
    const key = `${claim.what} ${claim.name}`;
    const earlier = first.get(key);
    if (earlier === undefined) {
      first.set(key, claim);
      return [];
    }
    const { file, line } = locationOf(earlier);
    const detail = `The ${claim.what} ${claim.name} is declared in ${file}:${line} already, and only one of the two could count. Rename or remove one of them.`;
    return [problem('EDL-1301', locationOf(claim), detail)];
  });
};
