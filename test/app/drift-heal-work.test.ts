import { expect, it } from 'vitest';
import type { DriftParts } from '../../src/app/drift/entries.ts';
import type { Selected } from '../../src/app/drift/heal-select.ts';
import { healWorkOf } from '../../src/app/drift/heal-work.ts';
import type { DriftedPart } from '../../src/reconciler/model/drift.ts';
import type { JsonObject } from '../../src/reconciler/model/json.ts';
import type { Cause } from '../../src/reconciler/model/plan.ts';

const ID = 'iam-role/x';
const policy = (name: string, action: string): JsonObject => ({ PolicyName: name, PolicyDocument: { Action: action } });

/** A role: `b` was changed by hand, `z` was added by hand, and git has just put `a` before it and changed `b`. */
const live = { RoleName: 'x', Description: 'by hand', Policies: [policy('b', 'hand'), policy('z', 'hand')] };
const applied = { RoleName: 'x', Description: 'ours', Policies: [policy('b', 'applied')] };
const declared = { RoleName: 'x', Description: 'ours', Policies: [policy('a', 'new'), policy('b', 'declared')] };

const partOf = (path: string, cause: Cause, sides: Pick<DriftedPart, 'live' | 'declared'>): DriftedPart => ({
  path,
  properties: [{ path, cause }],
  effect: 'widens',
  ...sides,
});

const work = (parts: readonly DriftedPart[], ignored: readonly string[] = []) => {
  const base = { id: ID, kind: 'iam-role', type: 'AWS::IAM::Role', stack: 's', region: 'eu-west-1' } as const;
  const found = { ...base, state: 'drifted' as const, parts: [], live, declared };
  const entry = { ...base, state: 'drifted' as const, effect: 'widens' as const, parts, access: [] };
  const selected: Selected = { judged: { found, entry }, mode: 'all', parts };
  const drift = {
    desired: { organization: 'acme', instance: 'dev01', account: '111111111111', blobs: [] },
    live: { stacks: [], resources: [{ id: ID, kind: 'iam-role', region: 'global', ownership: 'ours', applied }] },
    plan: { ignored: [{ id: ID, properties: ignored.map((path) => ({ path })) }] },
  };
  // Only what healing reads of a whole plan.
  return healWorkOf(selected, drift as unknown as DriftParts);
};

it('what git has changed since goes back to what was applied, wherever it stands in the list', () => {
  const { parts, wanted } = work([
    partOf('/Policies/1', 'both', { live: policy('b', 'hand'), declared: policy('b', 'declared') }),
    partOf('/Policies/1', 'drifted', { live: policy('z', 'hand') }),
  ]);
  expect(wanted).toEqual(applied);
  expect(parts).toEqual([
    { path: '/Policies/1', live: policy('b', 'hand'), wanted: policy('b', 'applied') },
    { path: '/Policies/1', live: policy('z', 'hand') },
  ]);
});

it('drift alone goes back to what is declared', () => {
  const { parts, wanted } = work([partOf('/Description', 'drifted', { live: 'by hand', declared: 'ours' })]);
  expect([wanted, parts]).toEqual([declared, [{ path: '/Description', live: 'by hand', wanted: 'ours' }]]);
});

it('what a rule ignores stays as it is', () => {
  const { wanted } = work([partOf('/Policies/1', 'drifted', { live: policy('z', 'hand') })], ['/Description']);
  expect(wanted).toMatchObject({ Description: 'by hand' });
});
