/** What can be told of a failure whatever threw it: a service, the credential chain, the network. */
export interface FailureFacts {
  /** The error's name as AWS sends it, such as `AccessDenied`. */
  readonly name: string;
  readonly message: string;
  readonly status?: number;
  /** Node's code of a failed connection, such as `ECONNREFUSED`. */
  readonly network?: string;
  readonly attempts: number;
  readonly requestId?: string;
  /** `service:Operation` of the SDK. */
  readonly operation?: string;
  /** The IAM action that was refused. */
  readonly action?: string;
}

/** Names under which services say that we call too often. */
export const THROTTLING_NAMES: readonly string[] = [
  'BandwidthLimitExceeded',
  'PriorRequestNotComplete',
  'RequestLimitExceeded',
  'RequestThrottled',
  'RequestThrottledException',
  'SlowDown',
  'ThrottledException',
  'Throttling',
  'ThrottlingException',
  'TooManyRequestsException',
];

const NETWORK_CODES: readonly string[] = [
  'EAI_AGAIN',
  'ECONNABORTED',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
];

/** Operations of S3 whose IAM action has another name (Service Authorization Reference, "Actions defined by Amazon S3"). */
const ACTION_OF_OPERATION: Readonly<Record<string, string>> = {
  's3:GetBucketEncryption': 's3:GetEncryptionConfiguration',
  's3:GetBucketLifecycleConfiguration': 's3:GetLifecycleConfiguration',
  's3:GetPublicAccessBlock': 's3:GetBucketPublicAccessBlock',
  's3:HeadObject': 's3:GetObject',
  's3:ListBuckets': 's3:ListAllMyBuckets',
  's3:ListObjectsV2': 's3:ListBucket',
};

/** Filled by the clients, because the SDK's errors do not say which operation they come from. */
const operations = new WeakMap<object, string>();

/** Notes which operation an error came from, for the message. */
export const rememberOperation = (error: unknown, operation: string): void => {
  if (typeof error === 'object' && error !== null) operations.set(error, operation);
};

/** A field of something whose shape nobody promises, such as an error of the SDK. */
export const field = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;

const textField = (value: unknown, key: string): string | undefined => {
  const found = field(value, key);
  return typeof found === 'string' && found !== '' ? found : undefined;
};

const numberField = (value: unknown, key: string): number | undefined => {
  const found = field(value, key);
  return typeof found === 'number' ? found : undefined;
};

/** The network code of an error or of what caused it; Node puts it on the innermost one. */
const networkCode = (error: unknown, depth = 0): string | undefined => {
  const code = textField(error, 'code');
  if (code !== undefined && NETWORK_CODES.includes(code)) return code;
  const cause = field(error, 'cause') ?? firstOf(field(error, 'errors'));
  return cause === undefined || depth > 5 ? undefined : networkCode(cause, depth + 1);
};

const firstOf = (value: unknown): unknown => (Array.isArray(value) ? (value as readonly unknown[])[0] : undefined);

const refusedAction = (message: string, operation: string | undefined): string | undefined =>
  /not authorized to perform:? ([a-z0-9-]+:[A-Za-z]+)/.exec(message)?.[1] ??
  (operation === undefined ? undefined : (ACTION_OF_OPERATION[operation] ?? operation));

/** The error's name as AWS sends it; some older services put it in `Code`. */
export const failureName = (error: unknown): string => {
  const name = textField(error, 'name') ?? 'Error';
  return name === 'Error' || name === 'UnknownError' ? (textField(error, 'Code') ?? name) : name;
};

/** Whether an error carries one of these names. For the few failures that are answers, such as "not configured". */
export const isFailure = (error: unknown, ...names: readonly string[]): boolean => names.includes(failureName(error));

/** The HTTP status of the answer, also where its body could not be read. */
export const statusOf = (error: unknown): number | undefined =>
  numberField(field(error, '$metadata'), 'httpStatusCode') ?? numberField(field(error, '$response'), 'statusCode');

/** Whether AWS says that we call too often. */
export const isThrottling = (error: unknown): boolean =>
  THROTTLING_NAMES.includes(failureName(error)) || statusOf(error) === 429;

/** Reads everything that can be told of a failure. */
export const factsOf = (error: unknown): FailureFacts => {
  const metadata = field(error, '$metadata');
  const message = textField(error, 'message') ?? (typeof error === 'string' ? error : 'no message');
  const operation = typeof error === 'object' && error !== null ? operations.get(error) : undefined;
  const action = refusedAction(message, operation);
  const status = statusOf(error);
  const network = networkCode(error);
  const requestId = textField(metadata, 'requestId');
  return {
    name: failureName(error),
    message,
    attempts: numberField(metadata, 'attempts') ?? 1,
    ...(status === undefined ? {} : { status }),
    ...(network === undefined ? {} : { network }),
    ...(requestId === undefined ? {} : { requestId }),
    ...(operation === undefined ? {} : { operation }),
    ...(action === undefined ? {} : { action }),
  };
};
