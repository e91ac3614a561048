import { describe, expect, it } from 'vitest';
import type { HealPart, HealWork } from '../../src/reconciler/model/heal.ts';
import type { JsonObject } from '../../src/reconciler/model/json.ts';
import { sdkError } from './fakes.ts';
import { heal as run, part, policy, workOn } from './heal-fakes.ts';

const inline = (name: string, action: string): JsonObject => ({ PolicyName: name, PolicyDocument: policy(action) });

describe('iam-role', () => {
  const ROLE = { RoleName: 'edl-dev01-team-a', Path: '/edl/dev01/' };
  const role = (parts: readonly HealPart[], more: Partial<HealWork> = {}): HealWork =>
    workOn('iam-role', { live: ROLE, wanted: ROLE, parts, ...more });

  it('takes away what nobody declared before it gives back what is missing', async () => {
    const { names, calls, results, planned } = await run(
      role([
        part('/Policies/0', undefined, inline('access', 's3:GetObject')),
        part('/ManagedPolicyArns/0', undefined, 'arn:ours'),
        part('/Policies/1', inline('more', 's3:*'), undefined),
        part('/ManagedPolicyArns/1', 'arn:aws:iam::aws:policy/AdministratorAccess', undefined),
      ]),
    );
    expect(names).toEqual(['DeleteRolePolicy', 'DetachRolePolicy', 'PutRolePolicy', 'AttachRolePolicy']);
    expect(calls[0]?.input).toEqual({ RoleName: 'edl-dev01-team-a', PolicyName: 'more' });
    expect(calls[2]?.input).toMatchObject({
      PolicyDocument:
        '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}',
    });
    expect(results.map(({ outcome, how }) => [outcome, how])).toEqual(Array(4).fill(['healed', 'service']));
    expect(planned.map(({ path, detail }) => [path, detail])).toEqual(
      results.map(({ path, detail }) => [path, detail]),
    );
  });

  it('a changed policy is overwritten, a whole list item by item', async () => {
    const { names, calls } = await run(
      role([
        part(
          '/Policies',
          [inline('a', 's3:*'), inline('b', 's3:Get*'), inline('c', 's3:*')],
          [inline('a', 's3:Get*'), inline('b', 's3:Get*')],
        ),
      ]),
    );
    expect(names).toEqual(['DeleteRolePolicy', 'PutRolePolicy']);
    expect(calls.map(({ input }) => input['PolicyName'])).toEqual(['c', 'a']);
  });

  it('writes trust and boundary, and takes a boundary away that nobody declared', async () => {
    const set = await run(
      role([
        part('/AssumeRolePolicyDocument', policy('sts:*'), policy('sts:AssumeRole')),
        part('/PermissionsBoundary', undefined, 'arn:boundary'),
      ]),
    );
    expect(set.names).toEqual(['UpdateAssumeRolePolicy', 'PutRolePermissionsBoundary']);
    const gone = await run(role([part('/PermissionsBoundary', 'arn:theirs', undefined)]));
    expect(gone.names).toEqual(['DeleteRolePermissionsBoundary']);
  });

  it('UpdateRole resets what it leaves out, so the other setting goes along as it is', async () => {
    const live = { ...ROLE, Description: 'by hand', MaxSessionDuration: 43_200 };
    const one = await run(role([part('/MaxSessionDuration', 43_200, 3600)], { live }));
    expect(one.calls.map(({ input }) => input)).toEqual([
      { RoleName: 'edl-dev01-team-a', Description: 'by hand', MaxSessionDuration: 3600 },
    ]);
    const both = await run(
      role([part('/MaxSessionDuration', 43_200, 3600), part('/Description', 'by hand', 'ours')], { live }),
    );
    expect(both.calls.map(({ input }) => input)).toMatchObject([{ Description: 'ours', MaxSessionDuration: 3600 }]);
    expect(both.results).toHaveLength(2);
  });

  it('an unknown role under our path is denied everything; one elsewhere is left alone', async () => {
    const stranger = workOn('iam-role', { live: { RoleName: 'x', Path: '/edl/dev01/run/' } });
    const { wanted: _wanted, ...undeclared } = stranger;
    const { calls } = await run(undeclared);
    expect(calls).toEqual([
      {
        call: 'iam:PutRolePolicy',
        input: {
          RoleName: 'x',
          PolicyName: 'edl-quarantine',
          PolicyDocument:
            '{"Version":"2012-10-17","Statement":[{"Sid":"EdlQuarantine","Effect":"Deny","Action":"*","Resource":"*"}]}',
        },
      },
    ]);
    for (const Path of ['/', '/edl/', '/edl/dev02/', '/edl/dev011/']) {
      const elsewhere = await run({ ...undeclared, live: { RoleName: 'edl-dev01-x', Path } });
      expect(elsewhere.results).toMatchObject([{ outcome: 'refused', code: 'EDL-4156' }]);
      expect(elsewhere.calls).toEqual([]);
    }
  });

  it('what is gone already is fine; what fails stops no other part', async () => {
    const { results } = await run(
      role([
        part('/Policies/1', inline('more', 's3:*'), undefined),
        part('/ManagedPolicyArns/1', 'arn:theirs', undefined),
        part('/Path', '/', '/edl/dev01/'),
        part('/PermissionsBoundary', undefined, 'arn:boundary'),
      ]),
      {
        'iam:DeleteRolePolicy': sdkError('NoSuchEntityException', 'gone', 404),
        'iam:DetachRolePolicy': sdkError(
          'AccessDenied',
          'User x is not authorized to perform: iam:DetachRolePolicy',
          403,
        ),
      },
    );
    expect(results.map(({ path, outcome, code }) => [path, outcome, code])).toEqual([
      ['/Policies/1', 'healed', undefined],
      ['/ManagedPolicyArns/1', 'failed', 'EDL-4004'],
      ['/Path', 'refused', 'EDL-4155'],
      ['/PermissionsBoundary', 'healed', undefined],
    ]);
  });
});

describe('iam-managed-policy', () => {
  const NAMED = { ManagedPolicyName: 'edl-dev01-boundary', Path: '/edl/dev01/' };
  const work = workOn('iam-managed-policy', {
    live: NAMED,
    wanted: NAMED,
    parts: [part('/PolicyDocument', policy('*'), policy('s3:Get*'))],
  });
  const version = (id: number, isDefault: boolean): object => ({
    VersionId: `v${id}`,
    IsDefaultVersion: isDefault,
    CreateDate: new Date(id * 1000),
  });

  it('makes room before the sixth version: the oldest that is not in use goes', async () => {
    const Versions = [version(9, false), version(3, true), version(4, false), version(5, false), version(6, false)];
    const { calls } = await run(work, { 'iam:ListPolicyVersions': { Versions } });
    expect(calls.map(({ call }) => call)).toEqual([
      'iam:ListPolicyVersions',
      'iam:DeletePolicyVersion',
      'iam:CreatePolicyVersion',
    ]);
    expect(calls[1]?.input).toMatchObject({ VersionId: 'v4' });
    expect(calls[2]?.input).toMatchObject({
      PolicyArn: 'arn:aws:iam::111111111111:policy/edl/dev01/edl-dev01-boundary',
      SetAsDefault: true,
    });
  });

  it('deletes none where there is room, and nothing that nobody declared', async () => {
    const roomy = await run(work, { 'iam:ListPolicyVersions': { Versions: [version(1, true)] } });
    expect(roomy.names).toEqual(['ListPolicyVersions', 'CreatePolicyVersion']);
    const { wanted: _wanted, ...undeclared } = work;
    const stranger = await run({ ...undeclared, parts: [] });
    expect(stranger.results).toMatchObject([{ outcome: 'refused', code: 'EDL-4156' }]);
    expect(stranger.calls).toEqual([]);
  });
});
