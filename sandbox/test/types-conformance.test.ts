import { execFile } from 'node:child_process';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Stack } from '@aws-sdk/client-cloudformation';
import { CreateGroupCommand, CreateUserCommand } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CFN_TYPES } from '../../spec/cloudformation.gen.ts';
import type { Sandbox } from '../index.ts';
import { borrowSandbox } from './borrow.ts';
import type { Json, JsonObject } from '../json.ts';
import { objectAt, parseJson, textAt } from '../json.ts';
import { typeOf } from '../types/registry.ts';
import { MANAGED_POLICY, OIDC_PROVIDER, ROLE, ROLE_POLICY } from './conformance/iam.ts';
import { ALIAS, KEY, WORK_GROUP } from './conformance/kms-athena.ts';
import { BUCKET_POLICY } from './conformance/s3-bucket-policy.ts';
import { BUCKET, LOCKED_BUCKET } from './conformance/s3-bucket.ts';
import type { TypeCase } from './conformance/type-case.ts';
import { isChangeable, isFixed, isRequired, placesOf, propertiesOf } from './conformance/type-case.ts';
import type { Clients } from './support.ts';
import { changeSet, clientsFor, createStack, deleteStack, eventsOf, reasonsOf, updateStack } from './support.ts';

const CASES: readonly TypeCase[] = [
  ALIAS,
  BUCKET,
  BUCKET_POLICY,
  KEY,
  LOCKED_BUCKET,
  MANAGED_POLICY,
  OIDC_PROVIDER,
  ROLE,
  ROLE_POLICY,
  WORK_GROUP,
];
const TYPES = Object.keys(CFN_TYPES).filter((type) => typeOf(type) !== undefined);
const casesOf = (type: string): readonly TypeCase[] => CASES.filter((one) => one.type === type);

let sandbox: Sandbox;
let clients: Clients;

beforeAll(async () => {
  sandbox = await borrowSandbox();
  clients = clientsFor(sandbox);
  for (const letter of ['a', 'b']) {
    await clients.iam.send(new CreateUserCommand({ UserName: `r10-user-${letter}` }));
    await clients.iam.send(new CreateGroupCommand({ GroupName: `r10-group-${letter}` }));
  }
});
afterAll(() => sandbox.stop());

const stackOf = ({ name }: TypeCase): string => `r10-${name.replace(/\W+/g, '-')}`;

const templateOf = (one: TypeCase, properties: JsonObject): JsonObject => ({
  Resources: {
    ...one.around,
    Made: { Type: one.type, Properties: { ...one.fixed, ...properties }, DependsOn: Object.keys(one.around ?? {}) },
  },
  Outputs: {
    Id: { Value: { Ref: 'Made' } },
    ...Object.fromEntries(
      Object.keys(one.attributes).map((name, index) => [`A${index}`, { Value: { 'Fn::GetAtt': ['Made', name] } }]),
    ),
  },
});

const firstOf = (one: TypeCase): Record<string, Json> =>
  Object.fromEntries(Object.entries(one.properties).map(([name, property]) => [name, property.first]));

const update = async (one: TypeCase, properties: JsonObject): Promise<void> => {
  const { StackStatus } = await updateStack(clients, stackOf(one), templateOf(one, properties));
  if (StackStatus !== 'UPDATE_COMPLETE') throw new Error(await reasonsOf(clients, stackOf(one), 'UPDATE_FAILED'));
};

/** What the service shows of each property, next to what it should. */
const expectLive = async (one: TypeCase, id: string, phase: 0 | 1 | 2, names: readonly string[]): Promise<void> => {
  for (const name of names) {
    const property = one.properties[name];
    if (property === undefined || !isChangeable(property)) continue;
    const wanted = property.shows[phase === 2 && property.shows.length === 2 ? 1 : phase];
    expect(await property.live(clients, id), `${one.type} ${name}`).toEqual(wanted);
  }
};

/** Drift-aware change sets read the resource by the sandbox's own handler. */
const expectInSync = async (one: TypeCase, properties: JsonObject, ChangeSetName: string): Promise<void> => {
  if (typeOf(one.type)?.isBlind === true) return;
  const mode = { DeploymentMode: 'REVERT_DRIFT', ChangeSetName } as const;
  const shown = await changeSet(clients, stackOf(one), templateOf(one, properties), mode);
  expect([shown.Changes, shown.StackDriftStatus]).toEqual([[], 'IN_SYNC']);
};

const expectOutputs = (one: TypeCase, stack: Stack): string => {
  const values = new Map((stack.Outputs ?? []).map((output) => [output.OutputKey, output.OutputValue]));
  const id = values.get('Id') ?? '';
  expect(id).toMatch(one.ref);
  Object.entries(one.attributes).forEach(([name, pattern], index) => {
    expect(values.get(`A${index}`), name).toMatch(pattern);
  });
  return id;
};

/** The last phase: what may be taken away is. A required property, or one that only its first value is modelled for, stays. */
const leftOf = (one: TypeCase, second: JsonObject): JsonObject =>
  Object.fromEntries(
    Object.entries(second).filter(([name]) => {
      const property = one.properties[name];
      return property !== undefined && isChangeable(property) && property.shows.length < 3;
    }),
  );

describe.each(CASES.map((one) => [one.name, one] as const))('%s', (_name, one) => {
  test('R10 is created with every property, changed by each, put back by their removal, and deleted', async () => {
    const values = firstOf(one);
    const created = await createStack(clients, stackOf(one), templateOf(one, values));
    expect(created.StackStatus, await reasonsOf(clients, stackOf(one), 'CREATE_FAILED')).toBe('CREATE_COMPLETE');
    const id = expectOutputs(one, created);
    await expectLive(one, id, 0, Object.keys(values));
    await expectInSync(one, values, 'first');
    for (const [name, property] of Object.entries(one.properties)) {
      if (isFixed(property)) continue;
      values[name] = property.second;
      await update(one, values);
      await expectLive(one, id, 1, [name]);
    }
    await expectLive(one, id, 1, Object.keys(values));
    await expectInSync(one, values, 'second');
    const left = leftOf(one, values);
    if (Object.keys(left).length < Object.keys(values).length) await update(one, left);
    await expectLive(one, id, 2, Object.keys(values));
    await expectInSync(one, left, 'third');
    const ids = (await eventsOf(clients, stackOf(one))).filter((told) => told.LogicalResourceId === 'Made');
    expect([...new Set(ids.map((told) => told.PhysicalResourceId))].sort()).toEqual(['', id]);
    expect((await deleteStack(clients, stackOf(one))).StackStatus).toBe('DELETE_COMPLETE');
    expect(await one.gone(clients, id)).toBe(true);
  });
});

describe.each(TYPES)('%s', (type) => {
  const modelled = typeOf(type)?.modelled ?? [];
  const cases = casesOf(type);

  test('R10 has a row for each property that is modelled, and for each attribute', () => {
    const rows = cases.flatMap((one) => Object.keys(one.properties)).sort();
    expect(rows).toEqual(propertiesOf(type, false).filter((name) => modelled.includes(name)));
    const fixed = new Set(cases.flatMap((one) => Object.keys(one.fixed)));
    expect([...fixed].sort()).toEqual(propertiesOf(type, true).filter((name) => modelled.includes(name)));
    for (const one of cases) expect(Object.keys(one.attributes)).toEqual(typeOf(type)?.attributes ?? []);
  });

  test('R12 any other property or attribute of it is refused by its name', async () => {
    const spec = CFN_TYPES[type];
    const submit = (made: object, value: Json): Promise<unknown> =>
      createStack(clients, 'r12', { Resources: { Made: made }, Outputs: { Value: { Value: value } } });
    const others = Object.keys(spec?.properties ?? {}).filter((name) => !modelled.includes(name));
    for (const name of others) {
      await expect(submit({ Type: type, Properties: { [name]: 'x' } }, 'x')).rejects.toThrow(
        `The sandbox does not model ${type} ${name} (resource Made).`,
      );
    }
    const known = typeOf(type)?.attributes ?? [];
    for (const name of (spec?.attributes ?? []).filter((attribute) => !known.includes(attribute))) {
      await expect(submit({ Type: type }, { 'Fn::GetAtt': ['Made', name] })).rejects.toThrow(
        `The sandbox does not model the attribute ${name} of ${type}.`,
      );
    }
  });
});

/** What only a look inside a property tells; `check` refuses it when the resource is made or changed. */
const NESTED: readonly (readonly [type: string, what: string, properties: JsonObject])[] = [
  [
    'AWS::S3::Bucket',
    'BlockedEncryptionTypes',
    { BucketEncryption: { ServerSideEncryptionConfiguration: [{ BlockedEncryptionTypes: {} }] } },
  ],
  ['AWS::S3::Bucket', 'Transition', { LifecycleConfiguration: { Rules: [{ Transition: {} }] } }],
  [
    'AWS::S3::Bucket',
    'TransitionDefaultMinimumObjectSize',
    { LifecycleConfiguration: { TransitionDefaultMinimumObjectSize: 'x' } },
  ],
  ['AWS::S3::Bucket', 'LambdaConfigurations', { NotificationConfiguration: { LambdaConfigurations: [] } }],
  ['AWS::S3::Bucket', 'QueueConfigurations', { NotificationConfiguration: { QueueConfigurations: [] } }],
  ['AWS::S3::Bucket', 'TopicConfigurations', { NotificationConfiguration: { TopicConfigurations: [] } }],
  [
    'AWS::S3::Bucket',
    'DefaultEventHold',
    { ObjectLockConfiguration: { Rule: { DefaultRetention: { DefaultEventHold: {} } } } },
  ],
  ['AWS::S3::Bucket', 'Else', { IntelligentTieringConfigurations: [{ Tierings: [{ Else: 1 }] }] }],
  ['AWS::Athena::WorkGroup', 'ExecutionRole', { WorkGroupConfiguration: { ExecutionRole: 'x' } }],
  ['AWS::Athena::WorkGroup', 'Else', { WorkGroupConfiguration: { ResultConfiguration: { Else: 1 } } }],
  ['AWS::IAM::Role', 'Else', { Policies: [{ PolicyName: 'x', Else: 1 }] }],
  ['AWS::IAM::OIDCProvider', 'ThumbprintList', { Url: 'https://ci.acme.example' }],
];

test('R10 every property goes again, but those that are required and two that have to stay', () => {
  const staying = CASES.flatMap((one) =>
    Object.entries(one.properties).flatMap(([name, property]) =>
      isChangeable(property) && property.shows.length < 3 && !isRequired(one.type, name) ? [`${one.type} ${name}`] : [],
    ),
  );
  expect(staying).toEqual(['AWS::IAM::OIDCProvider ThumbprintList', 'AWS::IAM::RolePolicy PolicyDocument']);
});

test.each(NESTED)('R12 %s refuses %s inside a property', (type, what, properties) => {
  expect(() => typeOf(type)?.check?.(properties)).toThrow(what);
});

const FIXED = CASES.flatMap((one) =>
  Object.entries(one.properties).flatMap(([name, property]) =>
    isFixed(property) ? [[one.type, name, property.refused] as const] : [],
  ),
);

test.each(FIXED)('R12 %s refuses %s %s', (type, name, value) => {
  expect(() => typeOf(type)?.check?.({ [name]: value })).toThrow(`does not model ${type} with ${name}`);
});

/** The templates that `edl compile` writes for the sample lake, its bootstrap stacks among them. */
const compiled = async (): Promise<readonly JsonObject[]> => {
  const root = fileURLToPath(new URL('../../', import.meta.url));
  const folder = await mkdtemp(join(tmpdir(), 'edl-types-'));
  try {
    const found = ['dev01', 'prod'].map(async (instance) => {
      const out = join(folder, instance);
      const command = ['bin/edl.js', 'compile', '--instance', instance, '--as-of', '2026-11-22', '--out', out];
      await promisify(execFile)(process.execPath, command, { cwd: root });
      const files = await readdir(join(out, 'stacks'));
      return Promise.all(files.map((file) => readFile(join(out, 'stacks', file), 'utf8')));
    });
    return (await Promise.all(found)).flat().map((text) => objectAt({ it: parseJson(text) ?? null }, 'it'));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

test('R10 every property that `edl compile` emits is one that its type is created with here', async () => {
  const resources = (await compiled()).flatMap((template) => Object.values(objectAt(template, 'Resources')));
  expect(resources.length).toBeGreaterThan(100);
  const missing = new Set<string>();
  for (const resource of resources) {
    const type = textAt(resource, 'Type') ?? '';
    const tried = new Set(casesOf(type).flatMap((one) => placesOf({ ...one.fixed, ...firstOf(one) })));
    for (const place of placesOf(objectAt(resource, 'Properties'))) if (!tried.has(place)) missing.add(type + place);
  }
  expect([...missing]).toEqual([]);
});
