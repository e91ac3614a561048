import type { JsonObject } from '../json.ts';
import { compact } from '../json.ts';
import type { Call } from '../protocol/call.ts';
import { isOk } from '../protocol/call.ts';
import { refusal } from '../services.ts';
import { requestParameters } from './trail-parameters.ts';
import { resourcesOf } from './trail-resources.ts';
import type { TrailRecord } from './trail.ts';
import { eventRegion } from './trail.ts';

const CLOUDFORMATION = 'cloudformation.amazonaws.com';
const TEXT_MOST = 1024;

/** CloudTrail's names of S3 operations where they are not the API's (S3 cloudtrail-logging-s3-info). */
const S3_NAMES: Readonly<Record<string, string>> = {
  PutBucketLifecycleConfiguration: 'PutBucketLifecycle',
  PutBucketNotificationConfiguration: 'PutBucketNotification',
  PutObjectLockConfiguration: 'PutBucketObjectLockConfiguration',
  PutPublicAccessBlock: 'PutBucketPublicAccessBlock',
  DeletePublicAccessBlock: 'DeleteBucketPublicAccessBlock',
};

/** The name of a call's event. */
export const eventName = ({ service, operation }: Pick<Call, 'service' | 'operation'>): string =>
  service === 's3' ? (S3_NAMES[operation] ?? operation) : operation;

/** IAM's errors have one name on the wire and another in the API's model, which is the one that is recorded. */
const IAM_ERRORS =
  /^(?:DeleteConflict|EntityAlreadyExists|InvalidInput|LimitExceeded|MalformedPolicyDocument|NoSuchEntity)$/;

const problemOf = ({ call, reply }: TrailRecord): JsonObject => {
  if (isOk(reply)) return {};
  const { code, message } = refusal(reply);
  const errorCode = call.service === 'iam' && IAM_ERRORS.test(code) ? `${code}Exception` : code;
  return { errorCode, errorMessage: message.slice(0, TEXT_MOST) };
};

/** Who called: the account itself, unless the keys came from AssumeRole (cloudtrail-event-reference-user-identity). */
const identityOf = ({ call, accessKeyId, session }: TrailRecord): JsonObject => {
  const invokedBy = call.from === 'engine' ? { invokedBy: CLOUDFORMATION } : {};
  const accountId = call.account;
  if (session === undefined) {
    const arn = `arn:aws:iam::${accountId}:root`;
    return { type: 'Root', principalId: accountId, arn, accountId, accessKeyId, ...invokedBy };
  }
  const { roleArn, arn, id } = session;
  const userName = roleArn.slice(roleArn.lastIndexOf('/') + 1);
  const principalId = id.slice(0, id.indexOf(':'));
  const sessionIssuer = { type: 'Role', principalId, arn: roleArn, accountId, userName };
  return { type: 'AssumedRole', principalId: id, arn, accountId, accessKeyId, sessionContext: { sessionIssuer } };
};

/** Who called, in one word: `root`, or the name of the session. */
export const usernameOf = ({ session }: TrailRecord): string =>
  session?.arn.slice(session.arn.lastIndexOf('/') + 1) ?? 'root';

/** The whole event (cloudtrail-event-reference-record-contents), but for what is answered: `responseElements` is null here. */
const bodyOf = (record: TrailRecord): JsonObject => {
  const { call, id, atSeconds } = record;
  const isEngine = call.from === 'engine';
  return {
    eventVersion: '1.11',
    userIdentity: identityOf(record),
    eventTime: new Date(atSeconds * 1000).toISOString().replace('.000Z', 'Z'),
    eventSource: `${call.service}.amazonaws.com`,
    eventName: eventName(call),
    awsRegion: eventRegion(call),
    sourceIPAddress: isEngine ? CLOUDFORMATION : '127.0.0.1',
    userAgent: isEngine ? CLOUDFORMATION : (call.headers['user-agent'] ?? '').slice(0, TEXT_MOST),
    ...problemOf(record),
    requestParameters: requestParameters(call),
    responseElements: null,
    eventID: id,
    readOnly: false,
    ...(call.service === 's3'
      ? {
          resources: resourcesOf(record).map(({ type, name }) => ({
            accountId: call.account,
            type,
            ARN: `arn:aws:s3:::${name}`,
          })),
        }
      : {}),
    eventType: 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: call.account,
    eventCategory: 'Management',
  };
};

/** A record as LookupEvents shows it (CloudTrail API_Event). */
export const eventOf = (record: TrailRecord): JsonObject =>
  compact({
    EventId: record.id,
    EventName: eventName(record.call),
    ReadOnly: 'false',
    AccessKeyId: record.accessKeyId === '' ? undefined : record.accessKeyId,
    EventTime: record.atSeconds,
    EventSource: `${record.call.service}.amazonaws.com`,
    Username: usernameOf(record),
    Resources: resourcesOf(record).map(({ type, name }) => ({ ResourceType: type, ResourceName: name })),
    CloudTrailEvent: JSON.stringify(bodyOf(record)),
  });
