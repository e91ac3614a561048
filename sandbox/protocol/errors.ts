import { randomUUID } from 'node:crypto';
import type { Call, Reply } from './call.ts';
import { textReply } from './call.ts';
import { escapeXml } from './xml.ts';

/** A refusal in AWS's own words; the gateway writes it in the shape of the service that was called. */
export class AwsError extends Error {
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    super(message);
    this.name = 'AwsError';
    this.code = code;
    this.status = status;
  }
}

export const validationError = (message: string): AwsError => new AwsError('ValidationError', message);

/** What the sandbox does not model is refused, never accepted and ignored. */
export const notModelled = (what: string): AwsError => validationError(`The sandbox does not model ${what}.`);

/** The services that speak JSON; all others answer errors in XML. */
export const JSON_SERVICES: ReadonlySet<string> = new Set([
  'athena',
  'cloudtrail',
  'glue',
  'kms',
  'ssm',
  'logs',
  'events',
  'secretsmanager',
  'servicequotas',
]);

const S3_NAMESPACE = '<?xml version="1.0" encoding="UTF-8"?>';

export const errorReply = (call: Pick<Call, 'service'>, error: AwsError): Reply => {
  if (JSON_SERVICES.has(call.service)) {
    const body = JSON.stringify({ __type: error.code, message: error.message, Message: error.message });
    const reply = textReply(error.status, body, 'application/x-amz-json-1.1');
    return { ...reply, headers: { ...reply.headers, 'x-amzn-errortype': error.code } };
  }
  const code = `<Code>${escapeXml(error.code)}</Code><Message>${escapeXml(error.message)}</Message>`;
  const id = randomUUID();
  if (call.service === 's3') {
    return textReply(
      error.status,
      `${S3_NAMESPACE}<Error>${code}<RequestId>${id}</RequestId></Error>`,
      'application/xml',
    );
  }
  const sender = error.status < 500 ? 'Sender' : 'Receiver';
  const body = `<ErrorResponse><Error><Type>${sender}</Type>${code}</Error><RequestId>${id}</RequestId></ErrorResponse>`;
  return textReply(error.status, body, 'text/xml');
};
