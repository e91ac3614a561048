import { describe, expect, it } from 'vitest';
import { asEdlError, whileDoing } from '../../src/aws/errors.ts';
import { isFailure, rememberOperation } from '../../src/aws/failure-facts.ts';
import { EdlError } from '../../src/reconciler/model/errors.ts';

/** An error as the SDK throws it. */
const sdkError = (name: string, message: string, status?: number, more: object = {}): Error =>
  Object.assign(new Error(message), {
    name,
    ...(status === undefined ? {} : { $metadata: { httpStatusCode: status, requestId: 'r-1', attempts: 8 } }),
    ...more,
  });

const network = (code: string): Error => Object.assign(new Error(`connect ${code} 127.0.0.1:1`), { code });

interface Row {
  readonly what: string;
  readonly error: unknown;
  readonly code: string;
  readonly disposition: string;
  readonly says: RegExp;
}

const denied =
  'User: arn:aws:sts::111111111111:assumed-role/ci/x is not authorized to perform: iam:GetAccountAuthorizationDetails on resource: *';

const ROWS: readonly Row[] = [
  {
    what: 'no credentials',
    error: sdkError('CredentialsProviderError', 'Could not load credentials from any providers'),
    code: 'EDL-4001',
    disposition: 'user',
    says: /AWS_PROFILE/,
  },
  {
    what: 'an expired session token',
    error: sdkError('ExpiredTokenException', 'The security token included in the request is expired', 403),
    code: 'EDL-4002',
    disposition: 'user',
    says: /Sign in again/,
  },
  {
    what: 'an expired SSO session',
    error: sdkError('CredentialsProviderError', 'The SSO session associated with this profile has expired.'),
    code: 'EDL-4002',
    disposition: 'user',
    says: /aws sso login/,
  },
  {
    what: 'a wrong access key',
    error: sdkError('InvalidClientTokenId', 'The security token included in the request is invalid.', 403),
    code: 'EDL-4003',
    disposition: 'user',
    says: /does not accept the credentials/,
  },
  {
    what: 'a wrong secret',
    error: sdkError('SignatureDoesNotMatch', 'The request signature we calculated does not match', 403),
    code: 'EDL-4003',
    disposition: 'user',
    says: /clock/,
  },
  {
    what: 'access denied with a reason',
    error: sdkError('AccessDenied', denied, 403),
    code: 'EDL-4004',
    disposition: 'user',
    says: /Give iam:GetAccountAuthorizationDetails to the role/,
  },
  {
    what: 'a 403 without a readable body',
    error: sdkError('UnknownError', 'UnknownError', 403),
    code: 'EDL-4004',
    disposition: 'user',
    says: /access denied/,
  },
  {
    what: 'throttling that outlasted the retries',
    error: sdkError('Throttling', 'Rate exceeded', 400),
    code: 'EDL-4005',
    disposition: 'retry',
    says: /after 8 attempts/,
  },
  {
    what: 'S3 slowing down',
    error: sdkError('SlowDown', 'Please reduce your request rate.', 503),
    code: 'EDL-4005',
    disposition: 'retry',
    says: /throttling/,
  },
  {
    what: 'a refused connection',
    error: network('ECONNREFUSED'),
    code: 'EDL-4006',
    disposition: 'retry',
    says: /AWS_ENDPOINT_URL/,
  },
  {
    what: 'a refused connection to every address of a name',
    error: Object.assign(new Error(''), { name: 'AggregateError', errors: [network('ECONNREFUSED')] }),
    code: 'EDL-4006',
    disposition: 'retry',
    says: /ECONNREFUSED/,
  },
  {
    what: 'an unknown host, as a cause',
    error: new Error('request failed', { cause: network('ENOTFOUND') }),
    code: 'EDL-4006',
    disposition: 'retry',
    says: /could not be reached/,
  },
  {
    what: 'a timeout',
    error: sdkError('TimeoutError', 'Connection timed out after 30000 ms'),
    code: 'EDL-4006',
    disposition: 'retry',
    says: /network/,
  },
  {
    what: 'a refused request',
    error: sdkError('ValidationError', 'Template format error: unsupported structure.', 400),
    code: 'EDL-4007',
    disposition: 'user',
    says: /unsupported structure/,
  },
  {
    what: 'a missing Glue object',
    error: sdkError('EntityNotFoundException', 'Table x not found.', 400),
    code: 'EDL-4008',
    disposition: 'user',
    says: /does not exist/,
  },
  {
    what: 'a missing stack',
    error: sdkError('ValidationError', 'Stack with id edl-dev01-bootstrap does not exist', 400),
    code: 'EDL-4008',
    disposition: 'user',
    says: /does not exist/,
  },
  {
    what: 'a failure of the service',
    error: sdkError('InternalFailure', 'We encountered an internal error.', 500),
    code: 'EDL-4009',
    disposition: 'retry',
    says: /HTTP 500/,
  },
  {
    what: 'a 502 whose body is a web page',
    error: Object.assign(new SyntaxError("Unexpected token '<'"), { $response: { statusCode: 502 } }),
    code: 'EDL-4009',
    disposition: 'retry',
    says: /HTTP 502/,
  },
  {
    what: 'no region',
    error: new Error('Region is missing'),
    code: 'EDL-4010',
    disposition: 'user',
    says: /AWS_REGION/,
  },
  {
    what: 'a profile that does not exist',
    error: sdkError('CredentialsProviderError', 'Could not resolve credentials using profile: [prod] in configuration'),
    code: 'EDL-4010',
    disposition: 'user',
    says: /AWS_PROFILE/,
  },
  {
    what: 'a quota',
    error: sdkError('ResourceNumberLimitExceededException', 'Number of jobs exceeds 1000', 400),
    code: 'EDL-4011',
    disposition: 'user',
    says: /Service Quotas/,
  },
  {
    what: 'another operation on the stack',
    error: sdkError('ValidationError', 'Stack:arn is in UPDATE_IN_PROGRESS state and can not be updated.', 400),
    code: 'EDL-4012',
    disposition: 'retry',
    says: /at the same time/,
  },
  {
    what: 'two writers of one object',
    error: sdkError('ConditionalRequestConflict', 'conflict', 409),
    code: 'EDL-4012',
    disposition: 'retry',
    says: /at the same time/,
  },
  {
    what: 'an answer that is not JSON',
    error: new SyntaxError("Unexpected token 'o'"),
    code: 'EDL-4013',
    disposition: 'retry',
    says: /could not be read/,
  },
  {
    what: 'a bucket elsewhere',
    error: sdkError('PermanentRedirect', 'must be addressed using the specified endpoint', 301),
    code: 'EDL-4014',
    disposition: 'user',
    says: /another region/,
  },
  {
    what: 'anything else',
    error: new TypeError('x is not a function'),
    code: 'EDL-4015',
    disposition: 'bug',
    says: /x is not/,
  },
  { what: 'what is not an error', error: 'boom', code: 'EDL-4015', disposition: 'bug', says: /boom/ },
];

describe('asEdlError', () => {
  it.each(ROWS)('names $what $code', ({ error, code, disposition, says }) => {
    const named = asEdlError(error, 'list the stacks of eu-west-1');
    expect(named.code).toBe(code);
    expect(named.disposition).toBe(disposition);
    expect(named.message).toMatch(/^Could not list the stacks of eu-west-1: /);
    expect(named.message).toMatch(says);
    expect(named.cause).toBe(error);
  });

  it('passes what is named already', () => {
    const error = new EdlError('EDL-4024', 'retry', 'Gave up.');
    expect(asEdlError(error, 'anything')).toBe(error);
  });

  it('names the IAM action of an operation when AWS does not', () => {
    const error = sdkError('AccessDenied', 'Access Denied', 403);
    rememberOperation(error, 's3:GetBucketEncryption');
    expect(asEdlError(error, 'read bucket b').message).toContain('access denied to s3:GetEncryptionConfiguration');
  });

  it('tells the request id for AWS support', () => {
    expect(asEdlError(sdkError('AccessDenied', denied, 403), 'x').message).toContain('Request id: r-1.');
  });
});

describe('whileDoing', () => {
  it('gives the value of the work', async () => {
    expect(await whileDoing('count', () => Promise.resolve(3))).toBe(3);
  });

  it('names what the work throws', async () => {
    await expect(whileDoing('count', () => Promise.reject(network('EPIPE')))).rejects.toMatchObject({
      code: 'EDL-4006',
    });
  });
});

describe('isFailure', () => {
  it('reads the code where the name says nothing', () => {
    expect(isFailure(sdkError('Error', 'none', 404, { Code: 'NoSuchTagSet' }), 'NoSuchTagSet')).toBe(true);
    expect(isFailure(sdkError('NoSuchKey', 'none', 404), 'NoSuchTagSet')).toBe(false);
  });
});
