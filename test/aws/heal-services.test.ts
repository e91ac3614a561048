import { describe, expect, it } from 'vitest';
import type { HealPart, HealWork } from '../../src/reconciler/model/heal.ts';
import type { JsonObject } from '../../src/reconciler/model/json.ts';
import { digestOfProperties } from '../../src/reconciler/model/mark.ts';
import { sdkError } from './fakes.ts';
import { heal as run, part, policy, workOn } from './heal-fakes.ts';

describe('kms', () => {
  const key = (...parts: readonly HealPart[]): HealWork => workOn('kms-key', { physicalId: 'k-1', parts });

  it('a key is enabled before its other settings, and its deletion cancelled', async () => {
    const { names } = await run(
      key(
        part('/Description', 'x', 'ours'),
        part('/EnableKeyRotation', undefined, true),
        part('/KeyPolicy', policy('*'), policy('kms:*')),
        part('/Enabled', false, undefined),
        part('/KeyState', 'PendingDeletion', undefined),
      ),
      { 'kms:DescribeKey': { KeyMetadata: { KeyState: 'PendingDeletion' } } },
    );
    expect(names.filter((name) => name !== 'DescribeKey')).toEqual([
      'CancelKeyDeletion',
      'CancelKeyDeletion',
      'EnableKey',
      'PutKeyPolicy',
      'EnableKeyRotation',
      'UpdateKeyDescription',
    ]);
  });

  it('the other way round, where git has it so', async () => {
    const { names } = await run(key(part('/Enabled', undefined, false), part('/EnableKeyRotation', true, undefined)));
    expect(names).toEqual(['DisableKey', 'DisableKeyRotation']);
  });

  it('a grant is revoked by its id; one that is gone already is fine', async () => {
    const grant = { GrantId: 'g-1', Operations: ['Decrypt'] };
    const { calls, results } = await run(key(part('/Grants/0', grant, undefined)), {
      'kms:RevokeGrant': sdkError('NotFoundException', 'gone'),
    });
    expect(calls).toEqual([{ call: 'kms:RevokeGrant', input: { KeyId: 'k-1', GrantId: 'g-1' } }]);
    expect(results).toMatchObject([{ outcome: 'healed' }]);
  });

  it('a key that is gone is never replaced', async () => {
    const { live: _live, ...gone } = key();
    expect(await run(gone)).toMatchObject({ results: [{ outcome: 'refused', code: 'EDL-4157' }], calls: [] });
  });

  it('an alias points back', async () => {
    const wanted = { AliasName: 'alias/edl-dev01-secret', TargetKeyId: 'k-1' };
    const { calls } = await run(workOn('kms-alias', { wanted, parts: [part('/TargetKeyId', 'k-2', 'k-1')] }));
    expect(calls).toEqual([{ call: 'kms:UpdateAlias', input: wanted }]);
  });
});

describe('athena-workgroup', () => {
  const wanted = {
    Name: 'edl-dev01-team-a',
    Description: 'ours',
    State: 'ENABLED',
    WorkGroupConfiguration: {
      BytesScannedCutoffPerQuery: 10,
      EnforceWorkGroupConfiguration: true,
      ManagedQueryResultsConfiguration: { Enabled: true },
    },
  };

  it('one call a property; results that somebody redirected come back', async () => {
    const live = { ResultConfiguration: { OutputLocation: 's3://elsewhere/' } };
    const { calls } = await run(
      workOn('athena-workgroup', {
        wanted,
        parts: [
          part('/Description', 'x', 'ours'),
          part('/State', 'DISABLED', 'ENABLED'),
          part('/WorkGroupConfiguration', live, wanted.WorkGroupConfiguration),
        ],
      }),
    );
    expect(calls.map(({ call }) => call)).toEqual(Array(3).fill('athena:UpdateWorkGroup'));
    expect(calls[2]?.input).toMatchObject({
      ConfigurationUpdates: {
        BytesScannedCutoffPerQuery: 10,
        EnforceWorkGroupConfiguration: true,
        PublishCloudWatchMetricsEnabled: false,
        ResultConfigurationUpdates: { RemoveOutputLocation: true },
        ManagedQueryResultsConfigurationUpdates: { Enabled: true },
      },
    });
  });

  it('one that is gone is made anew under its name', async () => {
    const { live: _live, ...gone } = workOn('athena-workgroup', { wanted });
    const { calls } = await run(gone);
    expect(calls).toMatchObject([
      {
        call: 'athena:CreateWorkGroup',
        input: { Name: 'edl-dev01-team-a', Tags: [{ Key: 'edl:owner', Value: 'acme' }, {}] },
      },
    ]);
  });
});

describe('glue', () => {
  const mark = (id: string): JsonObject => ({
    '--edl-owner': 'acme/dev01',
    '--edl-object': id,
    '--edl-digest': 'sha256:a',
  });
  const job = workOn('glue-job', {
    id: 'glue-job/eu-west-1/edl-dev01-x',
    live: { Name: 'edl-dev01-x', Role: 'theirs', Timeout: 99, NonOverridableArguments: { a: 'b' } },
    wanted: { Name: 'edl-dev01-x', Role: 'ours', Timeout: 10 },
    parts: [part('/Role', 'theirs', 'ours')],
    markDigest: 'sha256:applied',
  });

  it('a job gets its role back and keeps the rest, and its mark tells what was applied', async () => {
    const { calls } = await run(job, { 'glue:GetJob': { Job: { NonOverridableArguments: mark(job.id) } } });
    expect(calls[1]).toMatchObject({
      call: 'glue:UpdateJob',
      input: {
        JobName: 'edl-dev01-x',
        JobUpdate: { Role: 'ours', Timeout: 99, NonOverridableArguments: { a: 'b', '--edl-digest': 'sha256:applied' } },
      },
    });
  });

  it('an object whose mark is another one is left alone', async () => {
    const { names, results } = await run(job, { 'glue:GetJob': { Job: { NonOverridableArguments: mark('other') } } });
    expect(names).toEqual(['GetJob']);
    expect(results).toMatchObject([{ outcome: 'failed', code: 'EDL-4041' }]);
  });

  it('a job that is gone is made anew, with a mark that proves what it is', async () => {
    const { live: _live, markDigest: _digest, ...gone } = job;
    const { calls } = await run({ ...gone, parts: [] });
    const digest = digestOfProperties(gone.wanted ?? {});
    expect(calls).toMatchObject([
      {
        call: 'glue:CreateJob',
        input: {
          Name: 'edl-dev01-x',
          Role: 'ours',
          NonOverridableArguments: { '--edl-owner': 'acme/dev01', '--edl-object': job.id, '--edl-digest': digest },
        },
      },
    ]);
  });

  it('what is gone is made anew', async () => {
    const names = ['glue-job', 'glue-database', 'glue-table'].map(async (kind) => {
      const { live: _live, ...gone } = workOn(kind, { id: `${kind}/eu-west-1/a/b`, wanted: job.wanted ?? {} });
      return (await run(gone)).names;
    });
    expect(await Promise.all(names)).toEqual([['CreateJob'], ['CreateDatabase'], ['CreateTable']]);
  });
});

describe('stacks', () => {
  it('protection and tags of a stack by calls, its template not', async () => {
    const { calls, results } = await run(
      workOn('stack', {
        parts: [part('/EnableTerminationProtection', false, true), part('/Resources/X', {}, undefined)],
      }),
    );
    expect(calls).toEqual([
      {
        call: 'cloudformation:UpdateTerminationProtection',
        input: { StackName: 'edl-dev01-test', EnableTerminationProtection: true },
      },
    ]);
    expect(results).toMatchObject([{ outcome: 'healed' }, { outcome: 'refused', code: 'EDL-4153' }]);
  });
});
