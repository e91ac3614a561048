import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { joinLive } from '../../src/reconciler/live/join.ts';
import { templatesNeeded } from '../../src/reconciler/live/templates-needed.ts';
import { asJson, isJsonArray, isJsonObject, type Json } from '../../src/reconciler/model/json.ts';
import type { Observed } from '../../src/reconciler/model/live.ts';
import type { Plan } from '../../src/reconciler/model/plan.ts';
import { liveDigest } from '../../src/reconciler/plan/plan-digest.ts';
import { parsePlan, serialisePlan } from '../../src/reconciler/plan/serialise.ts';
import { simulate } from '../../src/reconciler/plan/simulate.ts';
import { isSubset } from '../../src/reconciler/plan/subset.ts';
import { selectTargets } from '../../src/reconciler/plan/targets.ts';
import { KINDS } from '../arbitraries/fake-kinds.ts';
import { worldArbitrary, type World } from '../arbitraries/live.ts';
import { planOf } from '../arbitraries/world.ts';

const plan = (world: World): Plan => planOf(world.desired, world.live);

const holds = (law: (world: World) => void): void => {
  fc.assert(fc.property(worldArbitrary, law), { numRuns: 60 });
};

/** The same JSON with the keys of every object the other way round. */
const reversed = (value: Json): Json => {
  if (isJsonArray(value)) return value.map(reversed);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, inner]) => [key, reversed(inner)] as const),
  );
};

const reverseKeys = <Value>(value: Value): Value => reversed(asJson(value)) as Value;

/** Who drifted, from what to what; the index of an item may be another when others come or go. */
const driftIn = (made: Plan): readonly (readonly [string, string, readonly string[]])[] =>
  made.drift.map(({ id, status, properties }) => [
    id,
    status,
    properties.map(({ before, after }) => JSON.stringify([before, after])).sort(),
  ]);

describe('laws of the plan', () => {
  it('converges: the plan after it was applied is empty', () => {
    holds((world) => {
      const first = plan(world);
      const after = simulate(world.live, first, world.desired, KINDS);
      expect(planOf(world.desired, after).changes).toEqual([]);
    });
  });

  it('applying leaves drift alone: what was drift still is, with the same values', () => {
    holds((world) => {
      const first = plan(world);
      const after = simulate(world.live, first, world.desired, KINDS);
      expect(driftIn(planOf(world.desired, after))).toEqual(driftIn(first));
    });
  });

  it('overwrites what AWS moved only with a warning', () => {
    holds((world) => {
      const { changes, diagnostics } = plan(world);
      const moved = changes.filter(
        (change) => change.action === 'update' && change.properties.some(({ cause }) => cause === 'both'),
      );
      const told = diagnostics.filter(({ code }) => code === 'EDL-3105').map(({ target }) => target);
      expect([...told].sort()).toEqual(moved.map(({ id }) => id));
    });
  });

  it('never prunes what is not ours', () => {
    holds((world) => {
      for (const change of plan(world).changes.filter(({ action }) => action === 'prune')) {
        const object = world.live.resources.find(({ id }) => id === change.id);
        const stack = world.live.stacks.find(({ name }) => `stack/${name}` === change.id);
        expect((object ?? stack)?.ownership).toBe('ours');
      }
    });
  });

  it('takes what was not ours only by adopting it, and never what is foreign', () => {
    holds((world) => {
      const changes = new Map(plan(world).changes.map((change) => [change.id, change.action] as const));
      for (const { id, ownership } of world.live.resources.filter((one) => one.ownership !== 'ours')) {
        if (ownership === 'foreign') expect(changes.get(id)).toBeUndefined();
        else expect(['adopt', undefined]).toContain(changes.get(id));
      }
    });
  });

  it('creates only what is not there', () => {
    holds((world) => {
      const there = new Set(world.live.resources.filter((one) => one.properties !== undefined).map(({ id }) => id));
      for (const change of plan(world).changes.filter(({ action }) => action === 'create'))
        expect(there.has(change.id)).toBe(false);
    });
  });

  it('changes and drift never share a property, and only edited and both are changed', () => {
    holds((world) => {
      const made = plan(world);
      for (const change of made.changes)
        if (change.action === 'update') for (const { cause } of change.properties) expect(cause).not.toBe('drifted');
      for (const drift of made.drift) for (const { cause } of drift.properties) expect(cause).toBe('drifted');
    });
  });

  it('counts as unchanged what nothing else is told of', () => {
    holds((world) => {
      const { changes, drift, diagnostics, summary } = plan(world);
      const told = new Set<string | undefined>([
        ...[...changes, ...drift].map(({ id }) => id),
        ...diagnostics.filter(({ code }) => code === 'EDL-3101').map(({ target }) => target),
        ...world.live.resources.filter(({ ownership }) => ownership !== 'ours').map(({ id }) => id),
      ]);
      expect(summary.unchanged).toBe(world.desired.resources.filter(({ id }) => !told.has(id)).length);
      expect(summary.create + summary.update + summary.adopt + summary.prune).toBe(changes.length);
    });
  });
});

describe('laws of digests and saved plans', () => {
  it('the order of keys changes no digest', () => {
    holds((world) => {
      const other: World = {
        desired: { ...reverseKeys(world.desired), blobs: [] },
        live: reverseKeys(world.live),
        input: world.input,
      };
      expect(plan(other).digest).toBe(plan(world).digest);
      expect(liveDigest(other.live)).toBe(liveDigest(world.live));
    });
  });

  it('the order in which things were read changes nothing', () => {
    holds((world) => {
      const observed = [...world.input.observed]
        .reverse()
        .map((entry): Observed =>
          entry.status === 'read' ? { ...entry, objects: [...entry.objects].reverse() } : entry,
        );
      expect(joinLive({ ...world.input, observed })).toEqual(world.live);
    });
  });

  it('a saved plan reads back as it was, and is saved as the same text', () => {
    holds((world) => {
      const made = plan(world);
      const text = serialisePlan(made);
      const parsed = parsePlan(text);
      expect(parsed.plan).toEqual(made);
      expect(parsed.plan && serialisePlan(parsed.plan)).toBe(text);
    });
  });

  it('commit, time and messages are not in the digest', () => {
    holds((world) => {
      const diagnostics = [{ code: 'EDL-1' as const, severity: 'note' as const, summary: 's', detail: 'd' }];
      const other = planOf(world.desired, world.live, {
        meta: { commit: 'abc', dirty: true },
        asOf: '2030-01-01T00:00:00Z',
        diagnostics,
      });
      expect(other.digest).toBe(plan(world).digest);
    });
  });
});

describe('laws of order', () => {
  it('stacks come after what they depend on, and pruned stacks after all others', () => {
    holds((world) => {
      const { waves, changes } = plan(world);
      const waveOf = new Map(waves.flatMap((wave, index) => wave.map((stack) => [stack, index] as const)));
      const desired = new Map(world.desired.stacks.map((stack) => [stack.name, stack] as const));
      expect([...waveOf.keys()].sort()).toEqual([...new Set(changes.map(({ stack }) => stack))].sort());
      for (const [stack, wave] of waveOf) {
        for (const dependency of desired.get(stack)?.dependsOn ?? [])
          if (desired.has(dependency) && waveOf.has(dependency)) expect(waveOf.get(dependency)).toBeLessThan(wave);
        if (!desired.has(stack))
          for (const [other, earlier] of waveOf) if (desired.has(other)) expect(earlier).toBeLessThan(wave);
      }
    });
  });
});

describe('laws of what is unknown', () => {
  it('an unreadable kind yields no changes, and takes nothing from the changes of the others', () => {
    fc.assert(
      fc.property(worldArbitrary, fc.constantFrom(...KINDS.map((kind) => kind.name)), (world, name) => {
        const observed = world.input.observed.map((entry): Observed =>
          entry.kind === name ? { kind: name, region: entry.region, status: 'unreadable', reason: 'denied' } : entry,
        );
        const made = planOf(world.desired, joinLive({ ...world.input, observed }));
        expect(made.changes.filter(({ kind }) => kind === name)).toEqual([]);
        expect(made.drift.filter(({ kind }) => kind === name)).toEqual([]);
        const others = (whole: Plan) => whole.changes.filter(({ kind }) => kind !== name && kind !== 'stack');
        expect(others(made)).toEqual(others(plan(world)));
      }),
      { numRuns: 60 },
    );
  });

  it('the templates that are not needed change nothing', () => {
    holds((world) => {
      const { desired, observedStacks, observed, kinds, templates } = world.input;
      const needed = new Set(
        templatesNeeded(desired, observedStacks, observed, kinds).map(({ region, stack }) => `${region}/${stack}`),
      );
      const fetched = new Map([...templates].filter(([key]) => needed.has(key)));
      expect(joinLive({ ...world.input, templates: fetched })).toEqual(world.live);
    });
  });
});

describe('laws of the subset', () => {
  it('a plan is a subset of itself', () => {
    holds((world) => {
      expect(isSubset(plan(world), plan(world))).toEqual({ subset: true, extra: [] });
    });
  });

  it('what is left after a part was applied is a subset', () => {
    fc.assert(
      fc.property(worldArbitrary, fc.nat(3), (world, index) => {
        const whole = plan(world);
        const target = whole.waves.flat()[index];
        fc.pre(target !== undefined);
        const part = selectTargets(whole, world.desired, {
          targets: [target],
          excludes: [],
        });
        const after = simulate(world.live, part, world.desired, KINDS);
        expect(isSubset(planOf(world.desired, after), whole).extra).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it('a plan with more than the saved one is not', () => {
    holds((world) => {
      const whole = plan(world);
      const [first] = whole.changes;
      if (first === undefined) return;
      const saved = { ...whole, changes: whole.changes.slice(1) };
      const result = isSubset(whole, saved);
      expect(result.subset).toBe(false);
      expect(result.extra).toHaveLength(1);
      expect(result.extra[0]).toContain(first.id);
    });
  });
});
