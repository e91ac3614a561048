import { beforeAll, describe, expect, it } from 'vitest';
import { type Judged, liveSide } from '../../src/app/verify-live.ts';
import type { JsonObject } from '../../src/reconciler/model/json.ts';
import type { LiveResource, LiveState } from '../../src/reconciler/model/live.ts';
import { AS_OF, compileSound, loadSample, TINY_RUNTIME } from '../compile/sample.ts';

const SITES = 'arn:aws:s3:::acme-datalake-dev01-internal-eu-west-1/site-codes/data/*';

let judged: Judged;

beforeAll(async () => {
  const catalog = await loadSample();
  judged = { catalog, desired: compileSound({ catalog, instance: 'dev01', asOf: AS_OF, runtime: TINY_RUNTIME }) };
});

const liveRole = (name: string, path: string, more: JsonObject = {}): LiveResource => ({
  id: `iam-role/${name}`,
  kind: 'iam-role',
  region: 'eu-west-1',
  ownership: 'unowned',
  properties: { RoleName: name, Path: path, ...more },
});

const reading = (resource: string, condition?: JsonObject): JsonObject => {
  const statement = {
    Effect: 'Allow',
    Action: ['s3:GetObject'],
    Resource: [resource],
    ...(condition === undefined ? {} : { Condition: condition }),
  };
  const document = { Version: '2012-10-17', Statement: [statement] };
  return { Policies: [{ PolicyName: 'handy', PolicyDocument: document }] };
};

/** As applied, and what somebody did to it. */
const live = (change: (resources: readonly LiveResource[]) => readonly LiveResource[]): LiveState => ({
  stacks: [],
  unreadable: [],
  resources: change(
    judged.desired.resources.map(({ id, kind, region, properties }) => ({
      id,
      kind,
      region,
      properties,
      ownership: 'ours',
    })),
  ),
});

const found = (state: LiveState) => {
  const { input, ...rest } = liveSide(judged, state, []);
  return { roles: input.roles.length, ...rest };
};

describe('the live side', () => {
  it('has nothing to tell where all is as compiled', () => {
    const { roles, ...rest } = found(live((resources) => resources));
    expect(roles).toBeGreaterThan(10);
    expect(rest).toEqual({ missing: [], undeclared: [], unknown: [] });
  });

  it('tells a declared role that is not there', () => {
    const id = 'iam-role/edl-dev01-team-oncology';
    const missing = [{ role: 'edl-dev01-team-oncology', holder: 'team:oncology' }];
    expect(found(live((all) => all.filter((one) => one.id !== id)))).toMatchObject({ missing });
    const emptied = live((all) =>
      all.map(({ properties, ...one }) => (one.id === id || properties === undefined ? one : { ...one, properties })),
    );
    expect(found(emptied)).toMatchObject({ missing });
  });

  it.each([
    ['by its path', liveRole('helper', '/edl/dev01/', reading(SITES))],
    ['by its name', liveRole('edl-dev01-team-gone', '/', reading(SITES))],
  ])('tells a role of the lake %s that nothing declares, and what it gives', (_, role) => {
    const { undeclared } = found(live((resources) => [...resources, role]));
    expect(undeclared).toMatchObject([
      { held: [{ dataset: 'site-codes', tier: 'internal', level: 'read' }], conditional: [] },
    ]);
    expect(undeclared[0]).not.toHaveProperty('held.0.principal');
  });

  it('tells what it may give, and what that hangs on', () => {
    const role = liveRole('helper', '/edl/dev01/', reading(SITES, { Bool: { 'aws:Unheard': 'true' } }));
    const { undeclared } = found(live((resources) => [...resources, role]));
    expect(undeclared).toMatchObject([{ held: [], conditional: [{ dataset: 'site-codes', level: 'read' }] }]);
  });

  it('leaves a role alone that gives nothing', () => {
    expect(found(live((resources) => [...resources, liveRole('helper', '/edl/dev01/')]))).toMatchObject({
      undeclared: [],
      unknown: [],
    });
  });

  it("leaves CloudFormation's role alone, whatever it may do", () => {
    const id = 'iam-role/edl-dev01-cloudformation';
    const role = liveRole('edl-dev01-cloudformation', '/edl/dev01/', reading(SITES));
    expect(found(live((resources) => [...resources.filter((one) => one.id !== id), role]))).toMatchObject({
      undeclared: [],
    });
  });

  it('proves nothing of policies that nobody read, also of roles that nothing declares', () => {
    const arn = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
    const role = liveRole('helper', '/edl/dev01/', { ManagedPolicyArns: [arn] });
    expect(found(live((resources) => [...resources, role])).unknown).toEqual([
      { what: 'policies', role: 'helper', policies: [arn] },
    ]);
  });

  it('proves nothing where roles could not be read, and does not call them missing', () => {
    const reason = 'AccessDenied';
    const state: LiveState = {
      stacks: [],
      resources: [],
      unreadable: [
        { kind: 'iam-role', region: 'global', reason },
        { kind: 's3-bucket-policy', region: 'eu-west-1', reason },
        { kind: 'stack', region: 'eu-west-1', reason },
      ],
    };
    expect(found(state)).toEqual({
      roles: 0,
      missing: [],
      undeclared: [],
      unknown: [
        { what: 'kind', kind: 'iam-role', region: 'global', reason },
        { what: 'kind', kind: 's3-bucket-policy', region: 'eu-west-1', reason },
      ],
    });
  });
});
