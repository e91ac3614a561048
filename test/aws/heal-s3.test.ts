import { describe, expect, it } from 'vitest';
import type { HealPart, HealWork } from '../../src/reconciler/model/heal.ts';
import { heal as run, part, policy, workOn } from './heal-fakes.ts';

describe('s3', () => {
  const BUCKET = { BucketName: 'acme-datalake-dev01-internal-eu-west-1' };
  const bucket = (...parts: readonly HealPart[]): HealWork =>
    workOn('s3-bucket', { live: BUCKET, wanted: BUCKET, parts });

  it.each([
    [
      '/PublicAccessBlockConfiguration',
      { BlockPublicAcls: true },
      'PutPublicAccessBlock',
      {
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: false,
          IgnorePublicAcls: false,
          RestrictPublicBuckets: false,
        },
      },
    ],
    [
      '/VersioningConfiguration',
      { Status: 'Enabled' },
      'PutBucketVersioning',
      {
        VersioningConfiguration: { Status: 'Enabled' },
      },
    ],
    [
      '/OwnershipControls',
      { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
      'PutBucketOwnershipControls',
      {
        OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
      },
    ],
    [
      '/BucketEncryption',
      {
        ServerSideEncryptionConfiguration: [
          {
            BucketKeyEnabled: true,
            ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: 'arn:key' },
          },
        ],
      },
      'PutBucketEncryption',
      {
        ServerSideEncryptionConfiguration: {
          Rules: [
            {
              ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: 'arn:key' },
              BucketKeyEnabled: true,
            },
          ],
        },
      },
    ],
    [
      '/LifecycleConfiguration',
      {
        Rules: [
          { Id: 'a', Status: 'Enabled', AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 } },
          { Id: 'b', Status: 'Enabled', NoncurrentVersionExpiration: { NoncurrentDays: 30 } },
        ],
      },
      'PutBucketLifecycleConfiguration',
      {
        LifecycleConfiguration: {
          Rules: [
            {
              ID: 'a',
              Status: 'Enabled',
              Filter: { Prefix: '' },
              AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
            },
            { ID: 'b', Status: 'Enabled', Filter: { Prefix: '' }, NoncurrentVersionExpiration: { NoncurrentDays: 30 } },
          ],
        },
      },
    ],
    ['/LifecycleConfiguration', undefined, 'DeleteBucketLifecycle', {}],
  ])('%s is put right by one call', async (path, wanted, call, input) => {
    const { calls, results } = await run(bucket(part(path, { other: true }, wanted)));
    expect(calls).toEqual([
      { call: `s3:${call}`, input: { Bucket: BUCKET.BucketName, ExpectedBucketOwner: '111111111111', ...input } },
    ]);
    expect(results).toMatchObject([{ path, outcome: 'healed' }]);
  });

  it.each([
    [
      'a lifecycle rule with a word that has no translation',
      part('/LifecycleConfiguration', undefined, { Rules: [{ Id: 'x', Odd: 1 }] }),
    ],
    [
      'versioning with MFA delete',
      part('/VersioningConfiguration', { Status: 'Suspended', MFADelete: 'Enabled' }, { Status: 'Enabled' }),
    ],
    ['a property that nobody declares', part('/WebsiteConfiguration', { IndexDocument: 'x' }, undefined)],
  ])('%s is refused, not half written', async (_what, drifted) => {
    const { calls, results } = await run(bucket(drifted));
    expect(calls).toEqual([]);
    expect(results).toMatchObject([{ outcome: 'refused', code: 'EDL-4155' }]);
  });

  it('a bucket policy is written where it differs and where it is gone', async () => {
    const wanted = { Bucket: 'b', PolicyDocument: policy('s3:*') };
    const changed = await run(
      workOn('s3-bucket-policy', { wanted, parts: [part('/PolicyDocument', {}, wanted.PolicyDocument)] }),
    );
    const { live: _live, ...gone } = workOn('s3-bucket-policy', { wanted });
    const anew = await run(gone);
    expect([changed.names, anew.names]).toEqual([['PutBucketPolicy'], ['PutBucketPolicy']]);
    expect(anew.results).toEqual([expect.objectContaining({ id: gone.id, outcome: 'healed' })]);
  });

  it('the reviewed content of a file goes back, and the registry with its mark', async () => {
    const bytes = new TextEncoder().encode('print()');
    const wanted = { Bucket: 'b', Key: 'edl/artifacts/job-abc.py' };
    const file = await run(
      workOn('artifact', {
        wanted,
        parts: [part('/Md5', 'x', 'y')],
        blob: { sha256: 'abc', bytes, contentType: 'text/x-python' },
      }),
    );
    expect(file.calls[0]?.input).toMatchObject({ Key: 'edl/artifacts/job-abc.py', Body: bytes });
    const registry = await run(
      workOn('registry', {
        wanted: { Bucket: 'b', Key: 'edl/datasets.json', Document: { datasets: [] } },
        parts: [part('/Document', {}, { datasets: [] })],
        markDigest: 'sha256:applied',
      }),
    );
    expect(registry.calls[0]?.input['Metadata']).toEqual({
      'edl-owner': 'acme/dev01',
      'edl-object': 'registry/x',
      'edl-digest': 'sha256:applied',
    });
  });
});
