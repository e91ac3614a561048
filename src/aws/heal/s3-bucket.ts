import {
  DeleteBucketLifecycleCommand,
  PutBucketEncryptionCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketVersioningCommand,
  PutPublicAccessBlockCommand,
  type ObjectOwnership,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { HealPart, HealWork } from '../../reconciler/model/heal.ts';
import { listOf, objectOf, textOf } from '../../reconciler/model/json.ts';
import { encryptionRule, isTranslatable, lifecycleRule } from './bucket-shapes.ts';
import { propertyOf, refuseMissing, refusePart, refuseUndeclared, type HealStep } from './step.ts';

/** Which bucket, and the account that must own it (AmazonS3/latest/userguide/bucket-owner-condition). */
interface Address {
  readonly Bucket: string;
  readonly ExpectedBucketOwner: string;
}

/** What healing calls for each property of a bucket; all under AmazonS3/latest/API. Nothing: no call takes it. */
type Write = (part: HealPart, address: Address, client: S3Client) => HealStep | undefined;

/** API_PutPublicAccessBlock: what is left out is off. */
const publicAccess: Write = ({ path, wanted }, address, client) => {
  if (wanted === undefined) return undefined;
  const blocks = objectOf(wanted);
  const isOn = (name: string): boolean => blocks[name] === true;
  return {
    paths: [path],
    does: 'blocks public access as declared (s3:PutPublicAccessBlock)',
    run: () =>
      client.send(
        new PutPublicAccessBlockCommand({
          ...address,
          PublicAccessBlockConfiguration: {
            BlockPublicAcls: isOn('BlockPublicAcls'),
            BlockPublicPolicy: isOn('BlockPublicPolicy'),
            IgnorePublicAcls: isOn('IgnorePublicAcls'),
            RestrictPublicBuckets: isOn('RestrictPublicBuckets'),
          },
        }),
      ),
  };
};

/** API_PutBucketVersioning. MFA delete asks for the device of the account's root, which nobody has here. */
const versioning: Write = ({ path, live, wanted }, address, client) => {
  const { Status: status } = objectOf(wanted);
  if (status !== 'Enabled' || objectOf(live)['MFADelete'] !== undefined) return undefined;
  return {
    paths: [path],
    does: 'keeps versions again (s3:PutBucketVersioning)',
    run: () => client.send(new PutBucketVersioningCommand({ ...address, VersioningConfiguration: { Status: status } })),
  };
};

/** API_PutBucketEncryption. */
const encryption: Write = ({ path, wanted }, address, client) => {
  const rules = listOf(objectOf(wanted)['ServerSideEncryptionConfiguration']);
  if (rules.length === 0) return undefined;
  return {
    paths: [path],
    does: 'writes the default encryption (s3:PutBucketEncryption)',
    run: () =>
      client.send(
        new PutBucketEncryptionCommand({
          ...address,
          ServerSideEncryptionConfiguration: { Rules: rules.map(encryptionRule) },
        }),
      ),
  };
};

const OWNERSHIPS: readonly ObjectOwnership[] = ['BucketOwnerEnforced', 'BucketOwnerPreferred', 'ObjectWriter'];

/** API_PutBucketOwnershipControls. */
const ownership: Write = ({ path, wanted }, address, client) => {
  const [rule] = listOf(objectOf(wanted)['Rules']);
  const owner = OWNERSHIPS.find((name) => name === objectOf(rule)['ObjectOwnership']);
  if (owner === undefined) return undefined;
  return {
    paths: [path],
    does: `makes ownership of objects ${owner} (s3:PutBucketOwnershipControls)`,
    run: () =>
      client.send(
        new PutBucketOwnershipControlsCommand({
          ...address,
          OwnershipControls: { Rules: [{ ObjectOwnership: owner }] },
        }),
      ),
  };
};

/** API_PutBucketLifecycleConfiguration writes all rules at once; without rules there is nothing to write (API_DeleteBucketLifecycle). */
const lifecycle: Write = ({ path, wanted }, address, client) => {
  const rules = listOf(objectOf(wanted)['Rules']);
  if (!isTranslatable(rules)) return undefined;
  if (rules.length === 0) {
    return {
      paths: [path],
      does: 'removes lifecycle rules that nobody declared (s3:DeleteBucketLifecycle)',
      run: () => client.send(new DeleteBucketLifecycleCommand(address)),
    };
  }
  return {
    paths: [path],
    does: 'writes the lifecycle rules (s3:PutBucketLifecycleConfiguration)',
    run: () =>
      client.send(
        new PutBucketLifecycleConfigurationCommand({
          ...address,
          LifecycleConfiguration: { Rules: rules.map(lifecycleRule) },
        }),
      ),
  };
};

const WRITES: Readonly<Record<string, Write>> = {
  BucketEncryption: encryption,
  LifecycleConfiguration: lifecycle,
  OwnershipControls: ownership,
  PublicAccessBlockConfiguration: publicAccess,
  VersioningConfiguration: versioning,
};

/** Puts parts of a bucket right. None of them touches an object in it. */
export const healBucket = (work: HealWork, client: S3Client): readonly HealStep[] => {
  if (work.wanted === undefined) return [refuseUndeclared(work)];
  if (work.live === undefined) return [refuseMissing(work)];
  const address: Address = { Bucket: textOf(work.wanted['BucketName']), ExpectedBucketOwner: work.scope.account };
  return work.parts.map((part) => WRITES[propertyOf(part.path)]?.(part, address, client) ?? refusePart(work, part));
};
