import {
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
  type GetObjectCommandOutput,
} from '@aws-sdk/client-s3';
import { EdlError } from '../../reconciler/model/errors.ts';
import { asJson, type Json } from '../../reconciler/model/json.ts';
import { parseLease, type ParsedLease } from '../../reconciler/model/lease-format.ts';
import type { Lease, LeaseCondition, LeaseRead, LeaseStore, LeaseWrite } from '../../reconciler/model/lease.ts';
import { LEASE_KEY } from '../../reconciler/model/names.ts';
import type { Wire } from '../clients.ts';
import { whileDoing } from '../errors.ts';
import { isFailure, statusOf } from '../failure-facts.ts';
import { bodyOf } from './put-document.ts';

/** Where the lease of an instance lies. */
export interface LeasePlace {
  /** The home region. */
  readonly region: string;
  readonly bucket: string;
  /** The account that must own the bucket. */
  readonly account: string;
}

/** A lease that is asked for longer than this is of no use any more; its holder asks again. */
const PATIENCE_MS = 20_000;

/** The part of a parsed HTTP answer that the SDK gives to nobody but middleware. */
const headerIn = (response: unknown, name: string): string | undefined => {
  const headers: unknown =
    typeof response === 'object' && response !== null ? Reflect.get(response, 'headers') : undefined;
  const header: unknown = typeof headers === 'object' && headers !== null ? Reflect.get(headers, name) : undefined;
  return typeof header === 'string' ? header : undefined;
};

/** The age of an object by S3's clock alone: when it answered, less when it was written. Ours may be wrong. */
const ageSeconds = (answer: GetObjectCommandOutput, date: string | undefined, place: string): number => {
  const age = (Date.parse(date ?? '') - (answer.LastModified?.getTime() ?? Number.NaN)) / 1000;
  if (Number.isFinite(age)) return age;
  throw new EdlError(
    'EDL-4013',
    'retry',
    `Could not read ${place}: the answer does not say when it was given, or when the lease was written. A proxy between here and AWS may have taken it away.`,
  );
};

const parseBody = (text: string): ParsedLease => {
  let value: Json;
  try {
    value = JSON.parse(text) as Json; // JSON.parse returns JSON by definition
  } catch {
    return { status: 'unreadable' };
  }
  return parseLease(value);
};

/** Names the failure; a call that was given up says so itself, since the SDK's word for it is no reason. */
const asked = <Value>(doing: string, call: (signal: AbortSignal) => Promise<Value>): Promise<Value> =>
  whileDoing(doing, async () => {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    try {
      return await call(signal);
    } catch (error) {
      if (!signal.aborted) throw error;
      const message = `Could not ${doing}: AWS did not answer within ${PATIENCE_MS / 1000} seconds. Check the network.`;
      throw new EdlError('EDL-4006', 'retry', message, { cause: error });
    }
  });

/** Whether there was a lease, and somebody removed it: a versioned bucket then has a mark (AmazonS3/latest/API/API_HeadObject). */
const isRemoved = async (client: S3Client, address: Address, signal: AbortSignal): Promise<boolean> => {
  try {
    await client.send(new HeadObjectCommand(address), { abortSignal: signal });
    return false;
  } catch (error) {
    if (statusOf(error) !== 404 || !(error instanceof Error)) throw error;
    return headerIn(Reflect.get(error, '$response'), 'x-amz-delete-marker') === 'true';
  }
};

const readLease = async (
  client: S3Client,
  address: Address,
  place: string,
  signal: AbortSignal,
): Promise<LeaseRead> => {
  let date: string | undefined;
  const command = new GetObjectCommand(address);
  command.middlewareStack.add(
    (next) => async (args) => {
      const answer = await next(args);
      date = headerIn(answer.response, 'date');
      return answer;
    },
    { step: 'deserialize', name: 'edlDate' },
  );
  try {
    const answer = await client.send(command, { abortSignal: signal });
    const parsed = parseBody((await answer.Body?.transformToString('utf-8')) ?? '');
    const etag = answer.ETag ?? '';
    if (parsed.status !== 'lease') return { ...parsed, etag };
    return { status: 'found', seen: { lease: parsed.lease, etag, ageSeconds: ageSeconds(answer, date, place) } };
  } catch (error) {
    if (isFailure(error, 'NoSuchBucket')) return { status: 'no-bucket' };
    if (isFailure(error, 'NoSuchKey')) {
      return { status: (await isRemoved(client, address, signal)) ? 'removed' : 'absent' };
    }
    throw error;
  }
};

interface Address {
  readonly Bucket: string;
  readonly Key: string;
  readonly ExpectedBucketOwner: string;
}

const writeLease = async (
  client: S3Client,
  address: Address,
  lease: Lease,
  condition: LeaseCondition,
  signal: AbortSignal,
): Promise<LeaseWrite> => {
  const only = 'absent' in condition ? { IfNoneMatch: '*' } : { IfMatch: condition.etag };
  const command = new PutObjectCommand({
    ...address,
    ...only,
    Body: bodyOf(asJson(lease)),
    ContentType: 'application/json',
  });
  try {
    const { ETag } = await client.send(command, { abortSignal: signal });
    if (ETag !== undefined) return { status: 'written', etag: ETag };
  } catch (error) {
    // 409: two at once. 404: for If-Match it is gone, or the bucket is.
    const isConflict = isFailure(
      error,
      'PreconditionFailed',
      'ConditionalRequestConflict',
      'NoSuchKey',
      'NoSuchBucket',
    );
    if (!isConflict) throw error;
  }
  return { status: 'conflict' };
};

/**
 * The lease as an object in S3, written only under a condition (AmazonS3/latest/userguide/conditional-writes), so that of two
 * writers one wins. It is never removed: a removed one could not be told from one that never was.
 */
export const s3Lease = (wire: Wire, { region, bucket, account }: LeasePlace): LeaseStore => {
  const client = wire.instrument('s3', new S3Client(wire.settings(region)), 'aside');
  const address: Address = { Bucket: bucket, Key: LEASE_KEY, ExpectedBucketOwner: account };
  const place = `s3://${bucket}/${LEASE_KEY}`;
  return {
    place,
    read: () => asked(`read the lease ${place}`, (signal) => readLease(client, address, place, signal)),
    write: (lease, condition) =>
      asked(`write the lease ${place}`, (signal) => writeLease(client, address, lease, condition, signal)),
  };
};
