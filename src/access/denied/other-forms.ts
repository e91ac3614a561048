import { locationIn } from './arns.ts';
import { type Form, form, type LooseFacts } from './facts.ts';
import { actionOfOperation, actionOfS3a } from './operations.ts';
import type { S3Location } from './types.ts';

const DENIED =
  /^(AccessDenied(Exception)?|AccessDeniedFault|403|Forbidden|AllAccessDisabled|UnauthorizedOperation|UnauthorizedException|AuthorizationError)$/;
const ENDED =
  /^(ExpiredToken(Exception)?|ExpiredTokenFault|RequestExpired|TokenRefreshRequired|InvalidClientTokenId|UnrecognizedClientException|InvalidAccessKeyId|InvalidToken|SignatureDoesNotMatch|AuthFailure)$/;
const ABSENT = /^(EntityNotFoundException|NoSuchBucket|NoSuchKey|NotFound|404|NoSuchEntity|ResourceNotFoundException)$/;

const WITHIN = 400;

const before = (text: string, index: number): string => text.slice(Math.max(0, index - WITHIN), index);
const after = (text: string, index: number): string => text.slice(index, index + WITHIN);

/** The AWS CLI names source and target in front: `download failed: s3://… to …`, `upload failed: … to s3://…`. */
const transferred = (text: string): S3Location | undefined => {
  const last = [...text.matchAll(/(?:download|upload|copy|delete|move) failed: /g)].at(-1);
  return last === undefined ? undefined : locationIn(text.slice(last.index));
};

const signOf = (code: string): LooseFacts | undefined => {
  if (DENIED.test(code)) return {};
  if (ENDED.test(code)) return { signs: ['session-ended'] };
  return ABSENT.test(code) ? { signs: ['not-found'] } : undefined;
};

/** botocore, hence boto3 and the AWS CLI (docs.aws.amazon.com/cli/latest/userguide/cli-chap-troubleshooting). */
const botocore = form(
  /An error occurred \((\w+)\) when calling the (\w+) operation(?: \(reached max retries: \d+\))?:/g,
  (match, text) => {
    const [, code = '', operation = ''] = match;
    const sign = signOf(code);
    if (sign === undefined) return undefined;
    const action = actionOfOperation(operation);
    const location = transferred(before(text, match.index));
    return { ...sign, action, location };
  },
);

const SERVICES: Readonly<Record<string, string>> = {
  'amazon s3': 's3',
  s3: 's3',
  awsglue: 'glue',
  glue: 'glue',
  amazonathena: 'athena',
  athena: 'athena',
  awskms: 'kms',
  kms: 'kms',
  awssecuritytokenservice: 'sts',
  sts: 'sts',
};

/**
 * Both SDKs for Java, hence Spark, Hive, Trino and Athena's own errors, which add the path
 * (repost.aws/knowledge-center/access-denied-athena).
 */
const java = form(
  /\(Service: ([\w ]+)[;,] Status Code: (\d{3})(?:[;,] (?:Error Code: ([\w ]+?)|Request ID|Proxy)(?=[;,):]))?[^)]{0,300}\)(?:[,;]? S3 Extended Request ID: \S+)?(?:\s*\((?:Path: ([^)]+)|Bucket: ([^,)]+), Key: ([^)]+))\))?/g,
  (match, text) => {
    const [, service = '', status = '', code = '', path = '', bucket = '', key = ''] = match;
    const sign = signOf(code.split(' ')[0] ?? '') ?? (status === '403' ? {} : undefined);
    if (sign === undefined) return undefined;
    const known = SERVICES[service.toLowerCase()];
    const request = /request: (GET|HEAD|PUT|DELETE) (\S+) (\S+)/.exec(before(text, match.index));
    const url = request === null ? undefined : locationIn(`${request[2] ?? ''}/${request[3] ?? ''}`);
    const location = bucket === '' ? (locationIn(path) ?? url) : { bucket, key };
    return {
      ...sign,
      service: known,
      location,
    };
  },
);

/** Hadoop's S3A connector (hadoop-aws, troubleshooting_s3a). */
const s3a = form(
  /AccessDeniedException:? (s3[an]?:\/\/\S+|[a-z0-9][a-z0-9.-]+): ([\w() -]{2,60}?)(?: on (s3[an]?:\/\/\S+|[\w.-]+))?(?: at \d+)?:/g,
  ([, place = '', doing = '']) => {
    const action = actionOfS3a(doing);
    const location = locationIn(place.startsWith('s3') ? place.replace(/:$/, '') : `s3://${place}`);
    return {
      service: 's3',
      action,
      location,
    };
  },
);

/** The answer of S3 itself (AmazonS3/latest/API/ErrorResponses). */
const xml = form(
  /<Error>\s*(?:<Type>\w+<\/Type>\s*)?<Code>(\w+)<\/Code>(.{0,1500}?)<\/Error>/g,
  ([, code = '', rest = '']) => {
    const sign = signOf(code);
    if (sign === undefined) return undefined;
    const [, bucket = ''] = /<BucketName>([^<]+)</.exec(rest) ?? [];
    const [, key = ''] = /<Key>([^<]+)</.exec(rest) ?? [];
    const [, resource = ''] = /<Resource>\/([^<]+)</.exec(rest) ?? [];
    const location = bucket === '' ? locationIn(resource === '' ? '' : `s3://${resource}`) : { bucket, key };
    return { ...sign, location };
  },
);

/** Apache Arrow's own words (arrow.apache.org, S3FileSystem), hence pandas and DuckDB beside it. */
const arrow = form(
  /(?:key '([^']*)' in )?bucket '([^']+)': AWS Error (?:ACCESS_DENIED|\[code 15\]|UNKNOWN \(HTTP status 403\))(?: during (\w+) operation)?/g,
  ([, key = '', bucket = '', operation = '']) => {
    const action = actionOfOperation(operation);
    return { service: 's3', location: { bucket, key }, action };
  },
);

/** Athena (athena/latest/ug/troubleshooting-athena and workgroups-troubleshooting). */
const athena: readonly Form[] = [
  form(/Permission denied on S3 path:\s*(s3:\/\/\S+)/gi, ([, path = '']) => ({
    action: 's3:GetObject',
    signs: ['via-athena'],
    ...placeIn(path),
  })),
  form(/Access denied when writing (?:output )?to (?:url|location):?\s*(s3:\/\/\S+)/gi, ([, path = '']) => ({
    action: 's3:PutObject',
    signs: ['query-results', 'via-athena'],
    ...placeIn(path),
  })),
  form(/Unable to verify\/create output bucket\s+([a-z0-9.-]+)/gi, ([, bucket = '']) => ({
    action: 's3:GetBucketLocation',
    signs: ['query-results', 'via-athena'],
    ...placeIn(`s3://${bucket}`),
  })),
  form(/No output location provided|outputLocation is not a valid S3 path/gi, () => ({
    service: 'athena',
    signs: ['query-results', 'via-athena'],
  })),
  form(/Insufficient permissions to execute the query/gi, () => ({ signs: ['via-athena'] })),
  form(/\b(?:HIVE_[A-Z_]+|ICEBERG_[A-Z_]+|PERMISSION_DENIED|GENERIC_USER_ERROR)\b/g, (match, text) => {
    const rest = after(text, match.index);
    return /access denied|forbidden|permission denied|403|not authorized/i.test(rest)
      ? { signs: ['via-athena'], ...placeIn(rest) }
      : undefined;
  }),
  form(/TABLE_NOT_FOUND[^']{0,80}'?(?:awsdatacatalog\.)?([\w-]+)\.([\w-]+)'?/gi, ([, database = '', table = '']) => ({
    service: 'glue',
    table: { database, table },
    signs: ['not-found', 'via-athena'],
  })),
];

/** The rest: another permission system, hidden facts, no session, no such thing. */
const others: readonly Form[] = [
  // lake-formation/latest/dg/troubleshooting
  form(/Insufficient Lake Formation permission\(s\)(?:[^.]{0,60}? on (\w+))?/gi, () => ({
    signs: ['lake-formation'],
  })),
  // kms/latest/developerguide: keys that are gone, elsewhere or closed all read alike
  form(/ciphertext refers to a customer master key that does not exist/gi, () => ({
    action: 'kms:Decrypt',
    isActionStated: true,
    signs: ['unknown-key'],
  })),
  // STS/latest/APIReference/API_DecodeAuthorizationMessage
  form(/Encoded authorization failure message:\s*\S+/gi, () => ({ signs: ['encoded'] })),
  form(
    /security token included in the request is (?:expired|invalid)|Unable to locate credentials|Token has expired and refresh failed|(?:SSO|session) (?:session|token)[^.]{0,60}(?:expired|invalid)/gi,
    () => ({ signs: ['session-ended'] }),
  ),
  form(/EntityNotFoundException|(?:Table|Database) \S+ (?:is )?not found/g, (match, text) => {
    const [, database = '', table = ''] = /\b(edl_\w+?_\w+?)[./](\w+)/.exec(after(text, match.index)) ?? [];
    return { service: 'glue', signs: ['not-found'], ...(table === '' ? {} : { table: { database, table } }) };
  }),
];

/** Whatever else says no near a place in S3: s3fs, DuckDB, browsers. */
const generic = form(
  /access ?denied|AccessDenied|\b403\b[^;]{0,20}Forbidden|\bForbidden\b|HTTP 403|Permission ?(?:denied|Error)|PERMISSION_DENIED/gi,
  (match, text) => {
    const near = `${before(text, match.index).split(/[;\n]/).at(-1) ?? ''}${after(text, match.index).slice(0, 250)}`;
    return placeIn(near);
  },
);

function placeIn(text: string): LooseFacts {
  const location = locationIn(text);
  return location === undefined ? {} : { location };
}

/** Everything but IAM's general form, the most telling first. */
export const OTHER_FORMS: readonly Form[] = [s3a, arrow, xml, botocore, java, ...athena, ...others];

/** The last resort: only words of refusal. */
export const GENERIC_FORM: Form = generic;
