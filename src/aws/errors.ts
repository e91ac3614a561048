import { EdlError, type Disposition } from '../reconciler/model/errors.ts';
import { THROTTLING_NAMES, factsOf, type FailureFacts } from './failure-facts.ts';

/** One family of failures: how to recognise it, and what to tell. Rows are tried in order; the first that matches wins. */
interface FailureRow {
  readonly code: `EDL-${number}`;
  readonly disposition: Disposition;
  readonly matches: (facts: FailureFacts) => boolean;
  readonly explain: (facts: FailureFacts) => string;
}

const named =
  (...names: readonly string[]) =>
  (facts: FailureFacts): boolean =>
    names.includes(facts.name);

const either =
  (...tests: readonly ((facts: FailureFacts) => boolean)[]) =>
  (facts: FailureFacts): boolean =>
    tests.some((test) => test(facts));

const mentions =
  (pattern: RegExp) =>
  (facts: FailureFacts): boolean =>
    pattern.test(facts.message);

const CREDENTIAL_ROWS: readonly FailureRow[] = [
  {
    code: 'EDL-4010',
    disposition: 'user',
    matches: either(mentions(/region is missing/i), mentions(/could not resolve credentials using profile/i)),
    explain: (facts) =>
      `the AWS settings are incomplete (${facts.message}). Check AWS_PROFILE, AWS_REGION and the file that \`aws configure list\` names.`,
  },
  {
    code: 'EDL-4002',
    disposition: 'user',
    matches: either(
      named('ExpiredToken', 'ExpiredTokenException', 'TokenRefreshRequired', 'RequestExpired', 'ExpiredTokenError'),
      (facts) => facts.name === 'CredentialsProviderError' && /expired/i.test(facts.message),
      (facts) => facts.name === 'TokenProviderError',
    ),
    explain: () =>
      'the AWS session has expired. Sign in again (for IAM Identity Center: `aws sso login`) and repeat the command.',
  },
  {
    code: 'EDL-4001',
    disposition: 'user',
    matches: either(named('CredentialsProviderError', 'NoCredentials'), mentions(/could not load credentials/i)),
    explain: (facts) =>
      `there are no usable AWS credentials (${facts.message}). Set AWS_PROFILE to a profile that works with \`aws sts get-caller-identity\`, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.`,
  },
  {
    code: 'EDL-4003',
    disposition: 'user',
    matches: named(
      'InvalidClientTokenId',
      'UnrecognizedClientException',
      'InvalidAccessKeyId',
      'SignatureDoesNotMatch',
      'InvalidSignatureException',
      'IncompleteSignature',
      'MissingAuthenticationToken',
      'MissingAuthenticationTokenException',
      'RequestTimeTooSkewed',
      'InvalidToken',
      'AuthFailure',
    ),
    explain: (facts) =>
      `AWS does not accept the credentials (${facts.name}: ${facts.message}). Check the access key, that this computer's clock is right, and that the credentials belong to this partition.`,
  },
];

const isDenied = either(
  named(
    'AccessDenied',
    'AccessDeniedException',
    'UnauthorizedOperation',
    'Forbidden',
    'NotAuthorized',
    'AuthorizationError',
    'AllAccessDisabled',
  ),
  (facts) => facts.status === 403,
);

const isUnreachable = either(
  (facts) => facts.network !== undefined,
  named('TimeoutError', 'RequestTimeout', 'RequestTimeoutException', 'NetworkingError'),
);

const isMissing = either(
  named(
    'NoSuchBucket',
    'NoSuchKey',
    'NotFound',
    'NotFoundException',
    'EntityNotFoundException',
    'ResourceNotFoundException',
    'NoSuchEntity',
    'NoSuchEntityException',
  ),
  mentions(/^stack (with id |\[)?.* does not exist/i),
  (facts) => facts.status === 404,
);

/** Change sets are known by ARN and all our own: one that is gone was removed by another apply of the same stack. */
const isBusy = either(
  named(
    'ChangeSetNotFound',
    'ChangeSetNotFoundException',
    'OperationAborted',
    'OperationInProgressException',
    'ConcurrentModificationException',
    'ConcurrentModification',
    'ConflictException',
    'ConditionalRequestConflict',
    'InvalidChangeSetStatus',
    'InvalidChangeSetStatusException',
    'TokenAlreadyExistsException',
    'AlreadyExistsException',
  ),
  mentions(/is in [A-Z_]+_IN_PROGRESS state/),
  (facts) => facts.status === 409,
);

const isInvalid = either(
  named(
    'ValidationError',
    'ValidationException',
    'InvalidRequestException',
    'InvalidInputException',
    'InvalidParameterException',
    'InvalidParameterValue',
    'InsufficientCapabilitiesException',
    'InsufficientCapabilities',
    'MalformedXML',
    'MalformedPolicy',
    'MalformedPolicyDocument',
  ),
  (facts) => facts.status === 400,
);

const SERVICE_ROWS: readonly FailureRow[] = [
  {
    code: 'EDL-4014',
    disposition: 'user',
    matches: either(
      named('PermanentRedirect', 'AuthorizationHeaderMalformed', 'IllegalLocationConstraintException'),
      (facts) => facts.status === 301,
    ),
    explain: () =>
      'the bucket lives in another region. Bucket names carry their region; check that nobody else made a bucket of this name.',
  },
  {
    code: 'EDL-4004',
    disposition: 'user',
    matches: isDenied,
    explain: (facts) =>
      `access denied${facts.action === undefined ? '' : ` to ${facts.action}`} (${facts.message}). Give ${facts.action ?? 'this action'} to the role that runs EDL, or check that no service control policy, bucket policy or boundary denies it.`,
  },
  {
    code: 'EDL-4011',
    disposition: 'user',
    matches: named(
      'LimitExceeded',
      'LimitExceededException',
      'ResourceNumberLimitExceededException',
      'TooManyBuckets',
      'ServiceQuotaExceededException',
    ),
    explain: (facts) =>
      `a quota of the account is used up (${facts.message}). Ask AWS to raise it in Service Quotas, or remove what is not needed.`,
  },
  {
    code: 'EDL-4005',
    disposition: 'retry',
    matches: either(named(...THROTTLING_NAMES), (facts) => facts.status === 429),
    explain: (facts) =>
      `AWS kept throttling ${facts.operation ?? 'the call'} after ${facts.attempts} ${facts.attempts === 1 ? 'attempt' : 'attempts'}. Run again later, with a lower --parallelism, or while less else uses this account.`,
  },
  {
    code: 'EDL-4006',
    disposition: 'retry',
    matches: isUnreachable,
    explain: (facts) =>
      `AWS could not be reached (${facts.network ?? facts.name}: ${facts.message}). Check the network, the proxy, the region's name and AWS_ENDPOINT_URL.`,
  },
  {
    code: 'EDL-4009',
    disposition: 'retry',
    matches: (facts) => facts.status !== undefined && facts.status >= 500,
    explain: (facts) =>
      `AWS failed to answer (HTTP ${facts.status ?? 0}, ${facts.name}: ${facts.message.slice(0, 200)}). Nothing is wrong with the request; run again, and see the AWS Health Dashboard if it stays.`,
  },
  {
    code: 'EDL-4017',
    disposition: 'retry',
    matches: mentions(/is invalid or cannot be assumed|should be given assume role permissions|unable to assume/i),
    explain: (facts) =>
      `AWS cannot use the role that it is to work with (${facts.message}). A new role takes IAM some seconds to spread, which EDL has waited for; check that the role exists, that the service may assume it, and that you may pass it.`,
  },
  {
    code: 'EDL-4012',
    disposition: 'retry',
    matches: isBusy,
    explain: (facts) =>
      `something else is changing it at the same time (${facts.name}: ${facts.message}). Run again when that is done.`,
  },
  {
    code: 'EDL-4008',
    disposition: 'user',
    matches: isMissing,
    explain: (facts) =>
      `it does not exist (${facts.name}: ${facts.message}). It may have been removed meanwhile; plan again.`,
  },
  {
    code: 'EDL-4007',
    disposition: 'user',
    matches: isInvalid,
    explain: (facts) => `AWS refused the request as invalid (${facts.name}: ${facts.message}).`,
  },
  {
    code: 'EDL-4013',
    disposition: 'retry',
    matches: either(named('SyntaxError'), mentions(/deserializ|unexpected token|xml parse error/i)),
    explain: (facts) =>
      `the answer could not be read (${facts.message.slice(0, 200)}). A proxy between here and AWS may have changed it.`,
  },
];

const ROWS: readonly FailureRow[] = [...CREDENTIAL_ROWS, ...SERVICE_ROWS];

/**
 * The one place that knows the SDK's errors. `doing` completes "Could not …". Callers decide by `disposition` and never
 * look at SDK classes; an error that is an EdlError already passes unchanged.
 */
export const asEdlError = (error: unknown, doing: string): EdlError => {
  if (error instanceof EdlError) return error;
  const facts = factsOf(error);
  const row = ROWS.find((candidate) => candidate.matches(facts));
  const explanation = row?.explain(facts) ?? `an unexpected failure (${facts.name}: ${facts.message}).`;
  const request = facts.requestId === undefined ? '' : ` Request id: ${facts.requestId}.`;
  return new EdlError(
    row?.code ?? 'EDL-4015',
    row?.disposition ?? 'bug',
    `Could not ${doing}: ${explanation}${request}`,
    {
      cause: error,
    },
  );
};

/** Runs calls to AWS and names their failure: `doing` completes "Could not …". */
export const whileDoing = async <T>(doing: string, work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    throw asEdlError(error, doing);
  }
};
