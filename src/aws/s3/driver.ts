import { S3Client } from '@aws-sdk/client-s3';
import pLimit from 'p-limit';
import { EdlError } from '../../reconciler/model/errors.ts';
import type { Change } from '../../reconciler/model/plan.ts';
import type { Driver, Reporter, StackWork } from '../../reconciler/model/ports.ts';
import type { Resource, ResourceId } from '../../reconciler/model/resource.ts';
import type { Failure } from '../../reconciler/model/result.ts';
import { perRegion, type Wire } from '../clients.ts';
import { textAt } from '../marked.ts';
import { asFailure, asResult, type Effect } from '../result.ts';
import type { Timer } from '../wait.ts';
import { putDocument } from './put-document.ts';
import type { PutOnce } from './put-once.ts';

const UPLOADS_IN_FLIGHT = 4;

/** What the driver needs from outside. */
export interface S3DriverParts {
  readonly wire: Wire;
  readonly timer: Timer;
  readonly putOnce: PutOnce;
}

const refusePrune = (change: Change): never => {
  throw new EdlError(
    'EDL-4051',
    'user',
    `${change.id} is not removed: EDL never removes an object in S3. If it is really to go, remove it by hand; the next plan no longer shows it.`,
  );
};

/** A file is named by its content: its key holds the sha256 of the bytes to upload. */
const uploadFile = async (putOnce: PutOnce, work: StackWork, resource: Resource, key: string): Promise<void> => {
  const blob = work.blobs.find(({ sha256 }) => key.includes(sha256));
  if (blob === undefined) {
    throw new EdlError('EDL-9044', 'bug', `The content of ${resource.id} is not among the files to upload.`);
  }
  await putOnce({
    region: work.region,
    account: work.account,
    bucket: textAt(resource.properties, 'Bucket'),
    key,
    body: blob.bytes,
    contentType: blob.contentType,
  });
};

const applyChange = async (
  client: S3Client,
  putOnce: PutOnce,
  work: StackWork,
  change: Change,
  resource: Resource | undefined,
): Promise<void> => {
  if (change.action === 'prune') return refusePrune(change);
  if (resource === undefined) {
    throw new EdlError('EDL-9043', 'bug', `${change.id} is to be ${change.action}d but not declared.`);
  }
  const key = textAt(resource.properties, 'Key');
  const document = resource.properties['Document'];
  if (document === undefined) return uploadFile(putOnce, work, resource, key);
  const bucket = textAt(resource.properties, 'Bucket');
  return putDocument(client, work, resource, { bucket, key, document }, change.action === 'create');
};

const applyChanges = async (
  client: S3Client,
  putOnce: PutOnce,
  work: StackWork,
  reporter: Reporter,
): Promise<Effect> => {
  const resources = new Map((work.desired?.resources ?? []).map((resource) => [resource.id, resource]));
  const limit = pLimit(UPLOADS_IN_FLIGHT);
  const failures: Failure[] = [];
  const objects: ResourceId[] = [];
  const apply = async (change: Change): Promise<void> => {
    const { id, action } = change;
    try {
      await applyChange(client, putOnce, work, change, resources.get(id));
      objects.push(id);
      reporter.emit({ type: 'stack-progress', stack: work.name, message: `${action} ${id}` });
    } catch (error) {
      failures.push(asFailure(error, `${action} ${id}`, id));
    }
  };
  await Promise.all(work.changes.map((change) => limit(() => apply(change))));
  if (failures.length > 0) return { outcome: 'failed', failures, objects };
  return { outcome: objects.length === 0 ? 'unchanged' : 'applied', objects };
};

/** Puts files and documents into the artifacts bucket. It never removes an object. */
export const s3Driver = ({ wire, timer, putOnce }: S3DriverParts): Driver => {
  const clientOf = perRegion((region) => wire.instrument('s3', new S3Client(wire.settings(region))));
  return {
    name: 's3',
    apply: (work, reporter) =>
      asResult(timer, work, () => applyChanges(clientOf(work.region), putOnce, work, reporter)),
  };
};
