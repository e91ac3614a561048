import { expect, it } from 'vitest';
import type { DriftParts, JudgedDrift } from '../../src/app/drift/entries.ts';
import { healDrift, type HealTools } from '../../src/app/drift/heal.ts';
import type { DriftedPart } from '../../src/reconciler/model/drift.ts';
import type { Healer } from '../../src/reconciler/model/heal.ts';
import type { Change } from '../../src/reconciler/model/plan.ts';

const ID = 'registry/eu-west-1';

/** The registry, of which no digest tells what was applied. */
const REGISTRY = { id: ID, kind: 'registry', type: 'EDL::Lake::Registry', stack: 'o', region: 'eu-west-1' } as const;
const PART: DriftedPart = { path: '/Document', properties: [{ path: '/Document', cause: 'both' }], effect: 'neutral' };
const JUDGED: JudgedDrift = {
  found: { ...REGISTRY, state: 'drifted', parts: [], live: { Document: 'theirs' }, declared: { Document: 'ours' } },
  entry: { ...REGISTRY, state: 'drifted', effect: 'neutral', parts: [PART], access: [] },
};

const healer: Healer = {
  explain: ({ id }) => Promise.resolve([{ id, path: PART.path, outcome: 'planned', detail: 'writes it' }]),
  heal: () => Promise.reject(new Error('Nobody said yes.')),
  coverable: () => Promise.resolve([]),
  revert: () => Promise.reject(new Error('No stack here.')),
};

const outcomes = async (changes: readonly Pick<Change, 'id' | 'action'>[]): Promise<readonly string[]> => {
  const parts = {
    desired: { organization: 'acme', instance: 'dev01', account: '111111111111', blobs: [], stacks: [] },
    live: { stacks: [], unreadable: [], resources: [{ ...REGISTRY, ownership: 'ours' }] },
    plan: { changes },
  };
  const { results } = await healDrift(
    { mode: 'all', confirm: () => Promise.resolve(false) },
    [JUDGED],
    // Only what healing reads of a whole plan, and of AWS.
    parts as unknown as DriftParts,
    { aws: { healer } } as unknown as HealTools,
    { emit: (): void => undefined },
  );
  return results.map(({ outcome, code }) => [outcome, code].filter(Boolean).join(' '));
};

it('the registry is written where git changes nothing else', async () => {
  expect(await outcomes([{ id: ID, action: 'update' }])).toEqual(['planned']);
});

it.each<Pick<Change, 'id' | 'action'>>([
  { id: 'glue-table/eu-west-1/new', action: 'create' },
  { id: 'glue-table/eu-west-1/old', action: 'prune' },
])('but not where git has another change to apply, which it would tell of: $action', async (change) => {
  expect(await outcomes([{ id: ID, action: 'update' }, change])).toEqual(['refused EDL-4152']);
});
