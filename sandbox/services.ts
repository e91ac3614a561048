import type { Json, JsonObject } from './json.ts';
import { isObject, parseJson, textAt } from './json.ts';
import type { Call, Next, Reply } from './protocol/call.ts';
import { bodyText, isOk } from './protocol/call.ts';
import { AwsError } from './protocol/errors.ts';
import { s3Operation } from './protocol/s3-operation.ts';
import { elementText, fromXml } from './protocol/xml.ts';

/** The service APIs as the CloudFormation engine calls them: through the gateway's own dispatch, without the network between. */
export interface Services {
  iam(action: string, parameters?: Readonly<Record<string, string | undefined>>): Promise<Json>;
  json(service: 'athena' | 'glue' | 'kms', operation: string, body: JsonObject): Promise<JsonObject>;
  s3(method: string, path: string, body?: string): Promise<Reply>;
}

const TARGETS = { athena: 'AmazonAthena', glue: 'AWSGlue', kms: 'TrentService' } as const;

/** A refusal read back from the answer that it was sent as. */
export const refusal = (reply: Reply): AwsError => {
  const text = bodyText(reply);
  const json = parseJson(text);
  const code = textAt(json, '__type') ?? elementText(text, 'Code') ?? 'InternalFailure';
  const message =
    textAt(json, 'message') ?? textAt(json, 'Message') ?? elementText(text, 'Message') ?? text.slice(0, 300);
  return new AwsError(code, message, reply.status);
};

export const servicesOf = (dispatch: Next, account: string, region: string): Services => {
  const send = async (
    call: Pick<Call, 'service' | 'operation' | 'method' | 'path' | 'headers'>,
    body: string,
  ): Promise<Reply> => {
    const scope = `Credential=${account}/20250101/${region}/${call.service}/aws4_request`;
    const headers = {
      ...call.headers,
      host: '127.0.0.1',
      authorization: `AWS4-HMAC-SHA256 ${scope}, SignedHeaders=host, Signature=sandbox`,
    };
    const reply = await dispatch({ ...call, from: 'engine', headers, account, region, body: Buffer.from(body) });
    if (!isOk(reply)) throw refusal(reply);
    return reply;
  };
  return {
    async iam(action, parameters = {}) {
      const form = new URLSearchParams({ Action: action, Version: '2010-05-08' });
      for (const [name, value] of Object.entries(parameters)) if (value !== undefined) form.set(name, value);
      const headers = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' };
      const call = { service: 'iam', operation: action, method: 'POST', path: '/', headers };
      return fromXml(bodyText(await send(call, form.toString())));
    },
    async json(service, operation, body) {
      const headers = {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': `${TARGETS[service]}.${operation}`,
      };
      const call = { service, operation, method: 'POST', path: '/', headers };
      const answer = parseJson(bodyText(await send(call, JSON.stringify(body))));
      return isObject(answer) ? answer : {};
    },
    s3(method, path, body = '') {
      const call = { service: 's3', operation: s3Operation(method, path, {}), method, path, headers: {} };
      return send(call, body);
    },
  };
};
