import { describe, expect, it } from 'vitest';
import { effectOfObject, type WholeObject } from '../../../src/access/effects/effect-of.ts';
import { KIND_EFFECTS } from '../../../src/access/effects/tables.ts';
import type { DriftEffect } from '../../../src/reconciler/model/drift.ts';
import { allow, deny, policy, ROOT, trust } from './cases.ts';

const QUARANTINE = { PolicyName: 'edl-quarantine', PolicyDocument: policy(deny('*')) };
const WORK = { PolicyName: 'work', PolicyDocument: policy(allow('s3:*')) };
const NIGHT_SHIFT = {
  RoleName: 'night-shift',
  AssumeRolePolicyDocument: trust(ROOT),
  Policies: [WORK],
  ManagedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'],
};

const OBJECTS: readonly (readonly [string, WholeObject, DriftEffect, string])[] = [
  [
    'a role',
    { kind: 'iam-role', state: 'missing', properties: {} },
    'narrows',
    'nobody can work under the role any more',
  ],
  [
    'a role with policies',
    { kind: 'iam-role', state: 'undeclared', properties: NIGHT_SHIFT },
    'widens',
    'nobody declared it, anybody in account 111111111111 may take it, and it has the policies work, AdministratorAccess',
  ],
  [
    'a role that nobody may take',
    { kind: 'iam-role', state: 'undeclared', properties: { RoleName: 'x' } },
    'widens',
    'nobody declared it, nobody that its trust policy names may take it, and it has no policies yet',
  ],
  [
    'a role in quarantine',
    { kind: 'iam-role', state: 'undeclared', properties: { ...NIGHT_SHIFT, Policies: [WORK, QUARANTINE] } },
    'neutral',
    'nobody declared the role, and it can do nothing while it is in quarantine',
  ],
  [
    'a role whose quarantine lets something through',
    {
      kind: 'iam-role',
      state: 'undeclared',
      properties: { ...NIGHT_SHIFT, Policies: [{ ...QUARANTINE, PolicyDocument: policy(deny('s3:*')) }] },
    },
    'widens',
    'nobody declared it, anybody in account 111111111111 may take it, and it has the policies edl-quarantine, AdministratorAccess; its edl-quarantine is no quarantine: it does not deny everything',
  ],
  [
    'a role that only looks like one in quarantine',
    {
      kind: 'iam-role',
      state: 'undeclared',
      properties: { RoleName: 'x', Policies: [{ ...QUARANTINE, PolicyDocument: policy(allow('s3:*')) }] },
    },
    'widens',
    'nobody declared it, nobody that its trust policy names may take it, and it has the policies edl-quarantine; its edl-quarantine is no quarantine: it allows s3:* on everything',
  ],
  [
    'a role whose own policy denies everything',
    { kind: 'iam-role', state: 'undeclared', properties: { Policies: [{ ...QUARANTINE, PolicyName: 'mine' }] } },
    'widens',
    'nobody declared it, nobody that its trust policy names may take it, and it has the policies mine',
  ],
  [
    'the boundary',
    {
      kind: 'iam-managed-policy',
      state: 'missing',
      properties: { ManagedPolicyName: 'edl-dev01-boundary', PolicyDocument: policy(allow('s3:*')) },
    },
    'widens',
    'nothing holds the roles of the lake back any more',
  ],
  [
    'a policy that denies',
    { kind: 'iam-managed-policy', state: 'missing', properties: { PolicyDocument: policy(deny('s3:*')) } },
    'widens',
    'what it denied is no longer denied',
  ],
  [
    'a policy that allows',
    { kind: 'iam-managed-policy', state: 'missing', properties: { PolicyDocument: policy(allow('s3:*')) } },
    'narrows',
    'the role that it belongs to no longer has what it gives',
  ],
  [
    'a policy that allows',
    { kind: 'iam-managed-policy', state: 'undeclared', properties: { PolicyDocument: policy(allow('s3:*')) } },
    'widens',
    'nobody declared it, and whoever it is attached to has what it gives',
  ],
  [
    'a policy that denies',
    { kind: 'iam-managed-policy', state: 'undeclared', properties: { PolicyDocument: policy(deny('s3:*')) } },
    'neutral',
    'nobody declared it, and it gives nothing',
  ],
  [
    'a bucket policy that denies',
    {
      kind: 's3-bucket-policy',
      state: 'missing',
      properties: { PolicyDocument: policy(deny('s3:*', { Principal: '*', Resource: '*' })) },
    },
    'widens',
    'nothing but roles limits who reads, writes and deletes in the bucket, and how',
  ],
  [
    'a bucket policy that allows',
    {
      kind: 's3-bucket-policy',
      state: 'missing',
      properties: { PolicyDocument: policy(allow('s3:*', { Principal: '*', Resource: '*' })) },
    },
    'narrows',
    'what the policy allowed is no longer allowed',
  ],
  [
    'a bucket policy that allows',
    {
      kind: 's3-bucket-policy',
      state: 'undeclared',
      properties: { PolicyDocument: policy(allow('s3:*', { Principal: '*', Resource: '*' })) },
    },
    'widens',
    'nobody declared it, and it lets in whom it names',
  ],
  [
    'a bucket policy that denies',
    {
      kind: 's3-bucket-policy',
      state: 'undeclared',
      properties: { PolicyDocument: policy(deny('s3:*', { Principal: '*', Resource: '*' })) },
    },
    'narrows',
    'nobody declared it, and it denies what roles allow',
  ],
  [
    'a bucket policy that cannot be read',
    { kind: 's3-bucket-policy', state: 'undeclared', properties: { PolicyDocument: 'x' } },
    'widens',
    'nobody declared it, and it lets in whom it names',
  ],
  [
    'a bucket',
    { kind: 's3-bucket', state: 'missing', properties: {} },
    'narrows',
    'its data is gone, and another account can take its name',
  ],
  [
    'a bucket',
    { kind: 's3-bucket', state: 'undeclared', properties: {} },
    'widens',
    'nobody declared it, and roles of the lake may use any bucket with such a name',
  ],
  [
    'a key',
    { kind: 'kms-key', state: 'missing', properties: {} },
    'narrows',
    'nobody can read what is encrypted with it',
  ],
  [
    'a key',
    { kind: 'kms-key', state: 'undeclared', properties: {} },
    'widens',
    'nobody declared it, and the lake knows it by one of its own names',
  ],
  [
    'an alias',
    { kind: 'kms-alias', state: 'missing', properties: {} },
    'narrows',
    'neither buckets nor roles find the key of the tier',
  ],
  [
    'an alias',
    { kind: 'kms-alias', state: 'undeclared', properties: {} },
    'widens',
    'roles of the lake may use any key with such a name, and nobody declared this one',
  ],
  [
    'a workgroup',
    { kind: 'athena-workgroup', state: 'missing', properties: {} },
    'narrows',
    'whose workgroup it is cannot query',
  ],
  [
    'a workgroup',
    { kind: 'athena-workgroup', state: 'undeclared', properties: {} },
    'widens',
    'roles of the lake may query in any workgroup with such a name, and no limit of git holds in this one',
  ],
  [
    'a database',
    { kind: 'glue-database', state: 'missing', properties: {} },
    'narrows',
    'nobody finds the tables of the tier',
  ],
  [
    'a database',
    { kind: 'glue-database', state: 'undeclared', properties: {} },
    'neutral',
    'nobody declared it, and who finds its tables may take them for tables of the lake',
  ],
  [
    'a table',
    { kind: 'glue-table', state: 'missing', properties: {} },
    'narrows',
    'nobody finds the table, although its data is still there',
  ],
  [
    'a table',
    { kind: 'glue-table', state: 'undeclared', properties: {} },
    'neutral',
    'nobody declared it, and who finds it may take its data for published data',
  ],
  ['a job', { kind: 'glue-job', state: 'missing', properties: {} }, 'narrows', 'the pipeline cannot run'],
  [
    'a job',
    { kind: 'glue-job', state: 'undeclared', properties: { Role: 'arn:r' } },
    'widens',
    'nobody declared it, and its code runs with the rights of arn:r',
  ],
  [
    'a job without a role',
    { kind: 'glue-job', state: 'undeclared', properties: {} },
    'widens',
    'nobody declared it, and its code runs with the rights of a role that it does not name',
  ],
  [
    'an artifact',
    { kind: 'artifact', state: 'missing', properties: {} },
    'narrows',
    'jobs that load the file cannot start',
  ],
  [
    'an artifact',
    { kind: 'artifact', state: 'undeclared', properties: {} },
    'neutral',
    'no job that git declares loads it',
  ],
  [
    'the registry',
    { kind: 'registry', state: 'missing', properties: {} },
    'narrows',
    'programs that ask which datasets and jobs there are get no answer',
  ],
  [
    'the registry',
    { kind: 'registry', state: 'undeclared', properties: {} },
    'neutral',
    'programs that ask which datasets and jobs there are get another answer than git',
  ],
  [
    'a stack',
    { kind: 'stack', state: 'missing', properties: {} },
    'narrows',
    'what only this stack held is gone with it',
  ],
  [
    'a stack',
    { kind: 'stack', state: 'undeclared', properties: {} },
    'neutral',
    'nobody declared it; its objects are judged one by one',
  ],
  [
    'something unheard of',
    { kind: 'volcano', state: 'undeclared', properties: {} },
    'widens',
    'EDL does not know what objects of this kind give',
  ],
];

describe('what it means that an object is missing, or undeclared', () => {
  it.each(OBJECTS.map((row) => [`${row[0]} ${row[1].state}`, row] as const))(
    '%s',
    (_title, [_name, object, effect, meaning]) => {
      expect(effectOfObject(object)).toEqual({ effect, meaning });
    },
  );

  it('each row decides one of these', () => {
    const rows = KIND_EFFECTS.reduce((count, { missing, undeclared }) => count + missing.length + undeclared.length, 0);
    const decided = OBJECTS.flatMap(([, { kind, state, properties }]) => {
      const table = KIND_EFFECTS.find((one) => one.kind === kind);
      return table?.[state].find(({ when }) => when.holds(properties)) ?? [];
    });
    expect(new Set(decided).size).toBe(rows);
  });
});
