import { describe, expect, it } from 'vitest';
import type { HeldRole } from '../../src/access/held/access-of.ts';
import type { ProofInput } from '../../src/access/proof/types.ts';
import { allow, mutateRole, mutationsOf, type StatementMutation, statementsOf } from './proof-mutations.ts';
import { inputOf, mismatchesOf, RICH } from './proof-support.ts';

const input = inputOf(RICH);

const provenWith = (role: HeldRole, of: ProofInput = input) => mismatchesOf({ ...of, roles: [role] });

const allStatements = (role: HeldRole) => role.documents.flatMap(({ document }) => statementsOf(document));

const why = (role: HeldRole, mutation: StatementMutation): string | undefined => {
  const mutant = mutateRole(role, mutation);
  const after = mutation.after === undefined ? [] : [mutation.after];
  if (allow(allStatements(mutant), mutation.before) && after.every((one) => allow(allStatements(role), one)))
    return 'other statements of the role give the same';
  const { boundary: _boundary, ...unbounded } = mutant;
  if (provenWith(unbounded).length > 0) return 'the boundary holds it';
  return undefined;
};

describe('x', () => {
  it('y', () => {
    let caught = 0;
    const t = performance.now();
    const survived = new Map<string, number>();
    const reasons = new Map<string, number>();
    for (const role of input.roles)
      for (const statement of allStatements(role))
        for (const mutation of mutationsOf(statement)) {
          if (provenWith(mutateRole(role, mutation)).length > 0) {
            caught++;
            continue;
          }
          const reason = why(role, mutation);
          if (reason !== undefined) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
          else survived.set(`${role.holder}: ${JSON.stringify(statement['Action']).slice(0, 60)} ${mutation.name}`, 1);
        }
    console.log(caught, reasons, [...survived.keys()].length, performance.now() - t);
    console.log([...survived.keys()].join('\n'));
    expect(1).toBe(1);
  }, 100000);
});
