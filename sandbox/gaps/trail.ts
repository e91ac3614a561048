import { randomUUID } from 'node:crypto';
import type { Call, Next, Reply } from '../protocol/call.ts';
import { bodyText, isOk } from '../protocol/call.ts';
import { credentialOf } from '../protocol/identify.ts';
import { s3Target } from '../protocol/s3-operation.ts';

/** What CloudTrail knows of temporary credentials. */
export interface Session {
  readonly roleArn: string;
  /** The ARN of the session, which names the role and the session. */
  readonly arn: string;
  /** `<role id>:<session name>`. */
  readonly id: string;
}

/** One call that changed something, or tried to. */
export interface TrailRecord {
  readonly id: string;
  /** When it was answered; CloudTrail knows no parts of seconds. */
  readonly atSeconds: number;
  readonly call: Call;
  readonly reply: Reply;
  readonly accessKeyId: string;
  /** Unless the caller is the account itself. */
  readonly session: Session | undefined;
}

/** What CloudTrail's event history is made of. */
export interface Trail {
  /** By access key id. */
  readonly sessions: Map<string, Session>;
  /** The records of an account and region, oldest first. */
  records(account: string, region: string): readonly TrailRecord[];
  add(record: TrailRecord): void;
  clear(): void;
}

/** CloudTrail keeps 90 days (LookupEvents is for recent events); a sandbox that runs for long may not grow with them. */
const MOST_RECORDS = 500;
/** IAM has no regions: its events are those of one (CloudTrail cloudtrail-concepts, global service events). */
const HOME = 'us-east-1';

/** Where the event of a call is found. */
export const eventRegion = ({ service, region }: Pick<Call, 'service' | 'region'>): string =>
  service === 'iam' ? HOME : region;

export const newTrail = (mostRecords = MOST_RECORDS): Trail => {
  const accounts = new Map<string, TrailRecord[]>();
  const sessions = new Map<string, Session>();
  return {
    sessions,
    records: (account, region) => (accounts.get(account) ?? []).filter((record) => eventRegion(record.call) === region),
    add(record) {
      const records = accounts.get(record.call.account) ?? [];
      accounts.set(record.call.account, records);
      records.push(record);
      if (records.length > mostRecords) records.shift();
    },
    clear() {
      accounts.clear();
      sessions.clear();
    },
  };
};

const READS = /^(?:BatchGet|Check|Describe|Estimate|Get|Head|List|Lookup|Query|Search|Simulate|Validate)/;
/** KMS counts the use of keys as reading (logging-using-cloudtrail). */
const KEY_USES = /^(?:Decrypt|Derive|Encrypt|Generate(?:DataKey|Mac|Random)|ReEncrypt|Sign|Verify)/;

/** Whether an operation of this name only reads: such events are not kept here. */
export const isRead = (operation: string): boolean => READS.test(operation) || KEY_USES.test(operation);

/** What happens to objects is a data event, which the event history does not have (S3 cloudtrail-logging-s3-info). */
const isDataEvent = (call: Call): boolean =>
  call.service === 's3' && (s3Target(call.path).key !== '' || call.operation === 'DeleteObjects');

/** AssumeRole is recorded as read-only too, and a name with a space is no operation. */
const isRecorded = (call: Call): boolean =>
  call.service !== 'sts' && !call.operation.includes(' ') && !isRead(call.operation) && !isDataEvent(call);

/** What an event tells of a call, in memory of its own: a body as the network brought it may hold on to a larger piece. */
const keptCall = (call: Call): Call => {
  const agent = call.headers['user-agent'];
  return {
    ...call,
    headers: agent === undefined ? {} : { 'user-agent': agent },
    body: Buffer.from(new Uint8Array(call.body).buffer),
  };
};

/** What an event tells of an answer: why it was refused, or the name that something new has got. */
const keptReply = (call: Call, reply: Reply): Reply => ({
  status: reply.status,
  headers: {},
  body: isOk(reply) && !call.operation.startsWith('Create') ? '' : bodyText(reply),
});

/** Keeps what passes by, of clients and of CloudFormation alike, whether it succeeds or is refused. */
export const recording =
  (trail: Trail, dispatch: Next): Next =>
  async (call) => {
    const reply = await dispatch(call);
    if (!isRecorded(call)) return reply;
    const { accessKeyId } = credentialOf(call) ?? { accessKeyId: '' };
    trail.add({
      id: randomUUID(),
      atSeconds: Math.floor(Date.now() / 1000),
      call: keptCall(call),
      reply: keptReply(call, reply),
      accessKeyId,
      session: trail.sessions.get(accessKeyId),
    });
    return reply;
  };
