import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HeldRole } from '../../src/access/held/access-of.ts';
import { ANYBODY } from '../../src/access/proof/anybody.ts';
import { proofKeyArn } from '../../src/access/proof/key-arn.ts';
import type { ProofInput } from '../../src/access/proof/types.ts';
import { canonicalJson, type JsonObject } from '../../src/reconciler/model/json.ts';
import { catalogArbitrary } from '../arbitraries/catalog.ts';
import {
  allow,
  mutateDocument,
  mutateRole,
  mutationsOf,
  sameDocuments,
  type StatementMutation,
  statementsOf,
  textsOf,
} from './proof-mutations.ts';
import { inputOf, mismatchesOf, RICH } from './proof-support.ts';

const input = inputOf(RICH);

const roleOf = (holder: string): HeldRole => {
  const role = input.roles.find((one) => one.holder === holder);
  if (role === undefined) throw new Error(`no role of ${holder}`);
  return role;
};

const isCaught = (role: HeldRole, of: ProofInput = input): boolean => mismatchesOf({ ...of, roles: [role] }).length > 0;

const allStatements = (role: HeldRole): readonly JsonObject[] =>
  role.documents.flatMap(({ document }) => statementsOf(document));

/**
 * Why a mutant changes nothing that anybody could do; undefined when it should have been caught. What the boundary holds
 * back is a mistake nevertheless, and without the boundary the proof must see it.
 */
const whyEquivalent = (role: HeldRole, mutation: StatementMutation, of: ProofInput): string | undefined => {
  const mutant = mutateRole(role, mutation);
  const after = mutation.after === undefined ? [] : [mutation.after];
  const isAllow = mutation.before['Effect'] === 'Allow';
  if (isAllow && allow(allStatements(mutant), mutation.before) && after.every((one) => allow(allStatements(role), one)))
    return 'other statements give the same';
  const { boundary: _boundary, ...unbounded } = mutant;
  return isCaught(unbounded, of) ? 'the boundary holds it back' : undefined;
};

/** One role of each sort; together they have every sort of statement. */
const MUTATED = ['exposed:visits/admin', 'pipeline:make-leads', 'team:analysts', 'team:oncology'];

/** Regions are alike, and so are many statements of roles: of each sort one is mutated. */
const chosen = (): readonly (readonly [HeldRole, StatementMutation])[] => {
  const seen = new Set<string>();
  return MUTATED.map(roleOf).flatMap((role) =>
    allStatements(role).flatMap((statement) => {
      const sort = canonicalJson(statement).replaceAll(/eu-west-1|us-east-1/g, 'region');
      if (seen.has(sort)) return [];
      seen.add(sort);
      return mutationsOf(statement).map((mutation) => [role, mutation] as const);
    }),
  );
};

describe('every mistake in a statement', () => {
  it('is caught, or changes nothing that anybody could do', () => {
    const mutants = chosen();
    const reasons: Record<string, number> = {};
    let caught = 0;
    for (const [role, mutation] of mutants) {
      if (isCaught(mutateRole(role, mutation))) {
        caught += 1;
        continue;
      }
      const reason = whyEquivalent(role, mutation, input);
      expect(reason, `${role.holder}: ${canonicalJson(mutation.before)} ${mutation.name}`).toBeDefined();
      reasons[reason ?? ''] = (reasons[reason ?? ''] ?? 0) + 1;
    }
    expect(mutants.length).toBeGreaterThan(500);
    // Most are caught as they are; a growing rest would mean that the questions have become too few.
    expect(caught / mutants.length, JSON.stringify(reasons)).toBeGreaterThan(0.9);
  });

  it('is caught in random lakes too', () => {
    const sizes = { datasets: { min: 2, max: 6 }, grants: { min: 1, max: 6 }, principals: { max: 3 } };
    fc.assert(
      fc.property(
        catalogArbitrary(sizes),
        fc.constantFrom('dev01', 'prod'),
        fc.array(fc.nat(), { minLength: 3, maxLength: 3 }),
        (catalog, instance, picks) => {
          const of = inputOf(catalog, instance);
          for (const pick of picks) {
            const role = of.roles[pick % of.roles.length];
            const mutations = role === undefined ? [] : allStatements(role).flatMap(mutationsOf);
            const mutation = mutations[pick % Math.max(mutations.length, 1)];
            if (role === undefined || mutation === undefined || isCaught(mutateRole(role, mutation), of)) continue;
            expect(
              whyEquivalent(role, mutation, of),
              `${role.holder}: ${canonicalJson(mutation.before)} ${mutation.name}`,
            ).toBeDefined();
          }
        },
      ),
      { numRuns: 30 },
    );
  });
});

const withDocuments = (role: HeldRole, other: HeldRole): HeldRole => ({ ...role, documents: other.documents });

describe('documents in the wrong place', () => {
  const pairs = input.roles.flatMap((role) =>
    input.roles.filter((other) => other !== role).map((other) => [role, other] as const),
  );

  it('are caught when two roles have each other’s', () => {
    for (const [role, other] of pairs) {
      expect(sameDocuments(role, other), `${role.holder} and ${other.holder}`).toBe(false);
      expect(isCaught(withDocuments(role, other)), `${role.holder} with those of ${other.holder}`).toBe(true);
    }
  });

  it('are caught when a role has another one’s access beside its own', () => {
    for (const [role, other] of pairs) {
      const access = other.documents.filter(({ name }) => name !== 'base');
      const mutant = { ...role, documents: [...role.documents, ...access] };
      const gains = access.flatMap(({ document }) => statementsOf(document));
      if (isCaught(mutant)) continue;
      expect(
        gains.every((statement) => statement['Effect'] === 'Allow' && allow(allStatements(role), statement)),
        `${role.holder} with the access of ${other.holder} as well`,
      ).toBe(true);
    }
  });

  it('are caught when they are another one’s workgroup', () => {
    const base = roleOf('team:analysts').documents.filter(({ name }) => name === 'base');
    const access = roleOf('team:oncology').documents.filter(({ name }) => name !== 'base');
    expect(isCaught({ ...roleOf('team:oncology'), documents: [...base, ...access] })).toBe(true);
  });

  it('are caught when they are still there after the holder has gone', () => {
    const catalog = { ...RICH, principals: RICH.principals.filter(({ name }) => name !== 'nobody') };
    expect(isCaught(roleOf('team:nobody'), { ...input, catalog })).toBe(true);
  });
});

const adding = (role: HeldRole, statement: JsonObject): HeldRole => ({
  ...role,
  documents: [
    ...role.documents,
    { name: 'by hand', document: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] } },
  ],
});

describe('statements too many', () => {
  const runner = roleOf('pipeline:make-outcomes');
  const bucket = 'arn:aws:s3:::acme-datalake-prod-sensitive-eu-west-1';
  const { boundary: _boundary, ...unbounded } = roleOf('team:oncology');

  it.each([
    ['a runner writes a second dataset', runner, 's3:PutObject', `${bucket}/sales/data/*`],
    ['a runner writes beside the folders of its dataset', runner, 's3:PutObject', `${bucket}/outcomes/*`],
    [
      'a runner drops files',
      runner,
      's3:PutObject',
      'arn:aws:s3:::acme-datalake-drop-prod-sensitive-eu-west-1/sales/*',
    ],
    ['one object more is read', roleOf('team:oncology'), 's3:GetObject', `${bucket}/sales/raw/u1/one-file.csv`],
    ['a pattern of folders is read', roleOf('team:oncology'), 's3:GetObject', `${bucket}/s*/data/*`],
    ['tags are read', unbounded, 's3:GetObjectTagging', `${bucket}/sales/data/*`],
    ['another bucket is read', unbounded, 's3:GetObject', 'arn:aws:s3:::payroll/*'],
    ['everything is read', unbounded, 's3:Get*', '*'],
    ['another service is used', unbounded, 'dynamodb:GetItem', 'arn:aws:dynamodb:*:333333333333:table/*'],
    ['another role is taken', unbounded, 'sts:AssumeRole', '*'],
    ['Lake Formation gives credentials', unbounded, 'lakeformation:GetDataAccess', '*'],
    ['a run is started', unbounded, 'glue:StartJobRun', '*'],
  ] as const)('%s', (_name, role, Action, Resource) => {
    const found = mismatchesOf({ ...input, roles: [adding(role, { Action, Resource })] });
    expect(found.length).toBeGreaterThan(0);
    expect(found.every(({ expected }) => expected === 'denied')).toBe(true);
    expect(found.every(({ statement }) => statement?.policy === 'by hand')).toBe(true);
  });

  it('tells what depends on something that nobody knows, as conditional', () => {
    const mutant = adding(roleOf('team:oncology'), {
      Action: 's3:GetObject',
      Resource: `${bucket}/sales/raw/*`,
      Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } },
    });
    const found = mismatchesOf({ ...input, roles: [mutant] });
    expect(new Set(found.map((one) => one.found))).toEqual(new Set(['conditional']));
  });

  it('sees what begins only later', () => {
    const mutant = adding(roleOf('team:oncology'), {
      Action: 's3:GetObject',
      Resource: `${bucket}/sales/raw/*`,
      Condition: { DateGreaterThan: { 'aws:CurrentTime': '2030-01-01T00:00:00Z' } },
    });
    const found = mismatchesOf({ ...input, roles: [mutant] });
    expect(new Set(found.map(({ at }) => at))).toEqual(new Set(['2030-01-01T00:00:00.001Z']));
  });
});

type Judging = ProofInput['resources'];

const withPolicy = (arn: string, change: (statements: readonly JsonObject[]) => readonly JsonObject[]): Judging =>
  input.resources.map((one) =>
    one.arn === arn ? { arn, document: { ...one.document, Statement: change(statementsOf(one.document)) } } : one,
  );

describe('the policies of buckets and keys', () => {
  const bucket = 'arn:aws:s3:::acme-datalake-prod-sensitive-eu-west-1';
  const isWriteLock = (statement: JsonObject): boolean => statement['Sid'] === 'DenyWritesButOfRuns';
  const isOpenToAll = (resources: Judging) => mismatchesOf({ ...input, resources, roles: [roleOf('team:nobody')] });

  it('are caught when the lock on published data is gone, or is too weak', () => {
    const changes: readonly ((statements: readonly JsonObject[]) => readonly JsonObject[])[] = [
      (statements) => statements.filter((statement) => !isWriteLock(statement)),
      (statements) => statements.map((one) => (isWriteLock(one) ? { ...one, Resource: `${bucket}/*/data/*` } : one)),
      (statements) => statements.map((one) => (isWriteLock(one) ? { ...one, Action: 's3:PutObject' } : one)),
      ...['arn:aws:iam::333333333333:role/edl/prod/*', 'arn:aws:iam::333333333333:role/*'].map(
        (arn) => (statements: readonly JsonObject[]) =>
          statements.map((one) =>
            isWriteLock(one) ? { ...one, Condition: { ArnNotLike: { 'aws:PrincipalArn': arn } } } : one,
          ),
      ),
    ];
    for (const change of changes) {
      const found = isOpenToAll(withPolicy(bucket, change));
      expect(found.length).toBeGreaterThan(0);
      expect(found.every(({ holder, expected }) => holder === ANYBODY && expected === 'denied')).toBe(true);
    }
    expect(isOpenToAll(input.resources.filter(({ arn }) => arn !== bucket)).length).toBeGreaterThan(0);
    expect(isOpenToAll(input.resources)).toEqual([]);
  });

  it('are caught when a bucket opens itself, or keeps its readers out', () => {
    const give = { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: `${bucket}/sales/data/*` };
    expect(isOpenToAll(withPolicy(bucket, (all) => [...all, give])).length).toBeGreaterThan(0);
    const resources = withPolicy(bucket, (all) => [...all, { ...give, Effect: 'Deny' }]);
    expect(isCaught(roleOf('team:oncology'), { ...input, resources })).toBe(true);
  });

  it('are caught when a key does not let the account decide, or lets everybody in', () => {
    const key = proofKeyArn('333333333333', 'eu-west-1', 'sensitive');
    expect(isCaught(roleOf('team:oncology'), { ...input, resources: withPolicy(key, () => []) })).toBe(true);
    const open = { Effect: 'Allow', Principal: { AWS: '*' }, Action: 'kms:*', Resource: '*' };
    expect(isOpenToAll(withPolicy(key, (all) => [...all, open])).length).toBeGreaterThan(0);
  });
});

describe('a boundary that lets less through', () => {
  it('is caught, whatever it forgets', () => {
    const { boundary } = roleOf('team:oncology');
    if (boundary === undefined) throw new Error('no boundary');
    for (const statement of statementsOf(boundary)) {
      const actions = textsOf(statement['Action']);
      const mutations: readonly StatementMutation[] = [
        { name: 'dropped', before: statement },
        ...[actions[0], actions.at(-1)].map((action) => ({
          name: `without ${action ?? ''}`,
          before: statement,
          after: { ...statement, Action: actions.filter((one) => one !== action) },
        })),
      ];
      for (const mutation of mutations) {
        const document = mutateDocument(boundary, mutation);
        const roles = MUTATED.map((holder) => ({ ...roleOf(holder), boundary: document }));
        const name = `${canonicalJson(statement['Sid'] ?? '')} ${mutation.name}`;
        expect(mismatchesOf({ ...input, roles }).length, name).toBeGreaterThan(0);
      }
    }
  });
});
