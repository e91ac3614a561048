import { s3Operation } from './s3-operation.ts';

/** The account of callers whose access key is not an account number. */
export const DEFAULT_ACCOUNT = '123456789012';

/** Who calls what: read from the signature, which no one checks here, and from the request's form. */
export interface Identity {
  readonly service: string;
  readonly operation: string;
  readonly account: string;
  readonly region: string;
  readonly accessKeyId: string;
}

interface Request {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

interface Credential {
  readonly accessKeyId: string;
  readonly region: string;
  readonly service: string;
}

/** Both places of a Signature Version 4 credential: the header, and the query of a presigned URL. */
export const credentialOf = (request: Pick<Request, 'headers' | 'path'>): Credential | undefined => {
  const header = /Credential=([^,\s]+)/.exec(request.headers['authorization'] ?? '')?.[1];
  const query = new URLSearchParams(request.path.split('?', 2)[1] ?? '').get('X-Amz-Credential');
  const [accessKeyId, , region, service] = (header ?? query ?? '').split('/');
  if (accessKeyId === undefined || region === undefined || service === undefined) return undefined;
  return { accessKeyId, region, service: service.toLowerCase() };
};

const operationOf = (service: string, request: Request): string => {
  const target = request.headers['x-amz-target'];
  if (target !== undefined) return target.slice(target.lastIndexOf('.') + 1);
  if (service === 's3') return s3Operation(request.method, request.path, request.headers);
  if ((request.headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded')) {
    const action = /(?:^|&)Action=([^&]+)/.exec(request.body.toString('utf8'))?.[1];
    if (action !== undefined) return action;
  }
  return `${request.method} ${request.path.split('?', 1)[0] ?? ''}`;
};

/**
 * Recognises a request. An access key id of twelve digits is the account; `accounts` knows the keys that AssumeRole gave out.
 * An unsigned request is taken for S3, as anonymous object reads are the only ones that make sense here.
 */
export const identify = (request: Request, accounts: ReadonlyMap<string, string>): Identity => {
  const credential = credentialOf(request);
  const service = credential?.service ?? 's3';
  const accessKeyId = credential?.accessKeyId ?? '';
  const account = /^\d{12}$/.test(accessKeyId) ? accessKeyId : (accounts.get(accessKeyId) ?? DEFAULT_ACCOUNT);
  return {
    service,
    operation: operationOf(service, request),
    account,
    region: credential?.region ?? 'us-east-1',
    accessKeyId,
  };
};
