import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sha256Hex } from '../../src/reconciler/model/digest.ts';
import { digestOfProperties } from '../../src/reconciler/model/mark.ts';
import type { Change } from '../../src/reconciler/model/plan.ts';
import type { StackWork } from '../../src/reconciler/model/ports.ts';
import type { Resource, ResourceId } from '../../src/reconciler/model/resource.ts';
import type { StackResult } from '../../src/reconciler/model/result.ts';
import { createOf, pruneOf, recorder, stackOf, updateOf, workOf } from './fakes.ts';
import { REGION, startTestAws, type TestAws } from './sandbox.ts';

let test: TestAws;
beforeAll(async () => {
  test = await startTestAws();
});
afterAll(async () => {
  await test.stop();
});

const apply = (work: StackWork, reporter = recorder()): Promise<StackResult> => test.driver('s3').apply(work, reporter);

describe('the S3 driver', () => {
  const bucket = 'acme-datalake-artifacts-dev01-us';
  const bytes = Buffer.from('print("hello")\n');
  const sha256 = sha256Hex(bytes);
  const key = `edl/artifacts/job-${sha256}.py`;
  const stack = 'edl-dev01-objects-eu-west-1';
  const resourceOf = (id: ResourceId, type: string, properties: Resource['properties']): Resource => ({
    id,
    kind: id.split('/')[0] ?? '',
    type,
    stack,
    region: REGION,
    properties,
    dependsOn: [],
  });
  const file = resourceOf(`artifact/${REGION}/job-${sha256}.py`, 'EDL::Lake::Artifact', {
    Bucket: bucket,
    Key: key,
    Md5: 'x',
    Size: bytes.length,
  });
  const registryOf = (datasets: object): Resource =>
    resourceOf(`registry/${REGION}`, 'EDL::Lake::Registry', {
      Bucket: bucket,
      Key: 'edl/datasets.json',
      Document: { datasets: { ...datasets } },
    });
  const workFor = (changes: readonly Change[], resources: readonly Resource[]): StackWork =>
    workOf(changes, stackOf(resources, { name: stack, driver: 's3' }), {
      blobs: [{ sha256, bytes, contentType: 'text/x-python' }],
    });
  const s3 = () => new S3Client({ region: REGION });
  const textAt = async (name: string) =>
    (await s3().send(new GetObjectCommand({ Bucket: bucket, Key: name }))).Body?.transformToString();

  it('uploads files and the registry, and does no harm the second time', async () => {
    await s3().send(
      new CreateBucketCommand({ Bucket: bucket, CreateBucketConfiguration: { LocationConstraint: REGION } }),
    );
    const registry = registryOf({});
    const work = workFor([createOf(file), createOf(registry)], [file, registry]);
    expect(await apply(work)).toMatchObject({ outcome: 'applied' });
    expect(await apply(work)).toMatchObject({ outcome: 'applied' });
    expect(await textAt(key)).toBe('print("hello")\n');
    const { reads } = test.connect();
    const live = await reads.object(REGION, bucket, 'edl/datasets.json');
    expect(JSON.parse(live?.body ?? '')).toEqual({ datasets: {} });
    expect(live?.metadata).toEqual({
      'edl-owner': 'acme/dev01',
      'edl-object': registry.id,
      'edl-digest': digestOfProperties(registry.properties),
    });
  });

  it('updates the registry', async () => {
    const registry = registryOf({ crm: { owner: 'team:crm' } });
    expect(await apply(workFor([updateOf(registry)], [registry]))).toMatchObject({ outcome: 'applied' });
    expect(JSON.parse((await textAt('edl/datasets.json')) ?? '')).toEqual({ datasets: { crm: { owner: 'team:crm' } } });
  });

  it('refuses a file whose name lies about its content', async () => {
    await s3().send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: 'print("hullo")\n' }));
    const result = await apply(workFor([createOf(file)], [file]));
    expect(result).toMatchObject({ outcome: 'failed', failures: [{ code: 'EDL-4050', id: file.id }] });
    expect(await textAt(key)).toBe('print("hullo")\n');
  });

  it('does not create a registry over one without our mark', async () => {
    await s3().send(new PutObjectCommand({ Bucket: bucket, Key: 'edl/datasets.json', Body: '{"mine":1}' }));
    const registry = registryOf({});
    expect(await apply(workFor([createOf(registry)], [registry]))).toMatchObject({
      outcome: 'failed',
      failures: [{ code: 'EDL-4040' }],
    });
    expect(await textAt('edl/datasets.json')).toBe('{"mine":1}');
  });

  it('never removes an object', async () => {
    const result = await apply(workFor([pruneOf(registryOf({}))], []));
    expect(result).toMatchObject({ outcome: 'failed', failures: [{ code: 'EDL-4051' }] });
    expect(await textAt('edl/datasets.json')).toBe('{"mine":1}');
  });
});
