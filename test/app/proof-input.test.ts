import { beforeAll, describe, expect, it } from 'vitest';
import { desiredObjects, liveObjects, proofInput, type StateObject } from '../../src/app/proof-input.ts';
import type { Catalog } from '../../src/reconciler/model/catalog.ts';
import type { JsonObject } from '../../src/reconciler/model/json.ts';
import type { LiveState } from '../../src/reconciler/model/live.ts';
import type { DesiredState } from '../../src/reconciler/model/resource.ts';
import { AS_OF, compileSound, loadSample, TINY_RUNTIME } from '../compile/sample.ts';

const ROLE = 'edl-dev01-team-oncology';
const ANYTHING: JsonObject = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };

let catalog: Catalog;
let desired: DesiredState;

beforeAll(async () => {
  catalog = await loadSample();
  desired = compileSound({ catalog, instance: 'dev01', asOf: AS_OF, runtime: TINY_RUNTIME });
});

const inputOf = (objects: readonly StateObject[], policies: Parameters<typeof proofInput>[0]['policies'] = []) =>
  proofInput({ catalog, instance: 'dev01', asOf: AS_OF, objects, policies });

/** The compiled objects with one role's properties changed by hand. */
const withRole = (change: (properties: JsonObject) => JsonObject): readonly StateObject[] =>
  desiredObjects(desired).map((object) =>
    object.id === `iam-role/${ROLE}` ? { ...object, properties: change(object.properties) } : object,
  );

const attach = (...arns: readonly string[]) =>
  withRole((properties) => ({ ...properties, ManagedPolicyArns: [...arns] }));

const roleIn = (input: ReturnType<typeof inputOf>) => {
  const role = input.roles.find(({ roleName }) => roleName === ROLE);
  if (role === undefined) throw new Error('no role');
  return role;
};

describe('what is proven', () => {
  it('is the same for the compiled side and a live side that is as compiled', () => {
    const live: LiveState = {
      stacks: [],
      unreadable: [],
      resources: desired.resources.map(({ id, kind, region, properties }) => ({
        id,
        kind,
        region,
        properties,
        ownership: 'ours',
      })),
    };
    const [compiled, asLive] = [inputOf(desiredObjects(desired)), inputOf(liveObjects(live))];
    expect(asLive).toEqual(compiled);
    expect(compiled.roles.length).toBeGreaterThan(10);
  });

  it('has every role that gives access, each under the boundary, and the policies of buckets and keys', () => {
    const { roles, others, resources } = inputOf(desiredObjects(desired));
    expect(others.map(({ roleName }) => roleName)).toEqual(['edl-dev01-cloudformation']);
    expect(roles.filter(({ boundary, unread }) => boundary === undefined || unread.length > 0)).toEqual([]);
    expect(new Set(roles.map(({ holder }) => holder.split(':')[0]))).toEqual(
      new Set(['team', 'user', 'service', 'pipeline', 'everyone', 'exposed']),
    );
    expect(resources.map(({ arn }) => arn)).toEqual(
      expect.arrayContaining([
        'arn:aws:s3:::acme-datalake-dev01-sensitive-eu-west-1',
        'arn:aws:s3:::acme-datalake-drop-dev01-internal-eu-west-1',
        'arn:aws:kms:eu-west-1:111111111111:key/edl-proof-sensitive',
      ]),
    );
    expect(resources.every(({ document }) => document['Statement'] !== undefined)).toBe(true);
  });

  it('leaves out what is gone', () => {
    const live: LiveState = {
      stacks: [],
      unreadable: [],
      resources: [{ id: `iam-role/${ROLE}`, kind: 'iam-role', region: 'eu-west-1', ownership: 'ours' }],
    };
    expect(liveObjects(live)).toEqual([]);
  });
});

describe('policies that are not of the lake', () => {
  const THEIRS = 'arn:aws:iam::111111111111:policy/ReadOnlyAccess';
  const policy = { name: 'ReadOnlyAccess', path: '/', arn: THEIRS, document: ANYTHING };

  it("are judged where they are the account's own", () => {
    const role = roleIn(inputOf(attach(THEIRS), [policy]));
    expect(role.documents).toContainEqual({ name: THEIRS, document: ANYTHING });
    expect(role.unread).toEqual([]);
  });

  it("are unread where they are AWS's own, also when one of the account has the same name", () => {
    const arn = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
    const role = roleIn(inputOf(attach(arn), [policy]));
    expect(role.documents.map(({ name }) => name)).not.toContain(arn);
    expect(role.unread).toEqual([arn]);
  });

  it('are unread as a boundary too, and count as one where they are known', () => {
    const bounded = (arn: string) => withRole((properties) => ({ ...properties, PermissionsBoundary: arn }));
    const unknown = roleIn(inputOf(bounded('arn:aws:iam::aws:policy/PowerUserAccess')));
    expect([unknown.boundary, unknown.unread]).toEqual([undefined, ['arn:aws:iam::aws:policy/PowerUserAccess']]);
    expect(roleIn(inputOf(bounded(THEIRS), [policy])).boundary).toEqual(ANYTHING);
  });
});
