import type { Json } from '../json.ts';
import { isObject, parseJson } from '../json.ts';

/** One request to an AWS API, recognised: the gateway decides by service and operation alone. */
export interface Call {
  readonly service: string;
  readonly operation: string;
  /** Who asks: CloudFormation may do a few things that clients may not, such as setting `aws:` tags. */
  readonly from: 'client' | 'engine';
  readonly account: string;
  readonly region: string;
  readonly method: string;
  /** Path and query as they were sent. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | string;
}

export type Next = (call: Call) => Promise<Reply>;

/** Answers a call, alone or by asking the next one in line; the last one is moto. */
export type Handler = (call: Call, next: Next) => Promise<Reply>;

/** Fields of an aws-query request (`Action=…&Name=…`). */
export const formOf = (call: Call): URLSearchParams => new URLSearchParams(call.body.toString('utf8'));

/** The members of a query list, `Prefix.member.1`, `Prefix.member.2.Key`, … as one form for each member; `''` holds a scalar member. */
export const membersOf = (form: URLSearchParams, prefix: string): readonly ReadonlyMap<string, string>[] => {
  const found = new Map<number, Map<string, string>>();
  const start = `${prefix}.member.`;
  for (const [key, value] of form) {
    if (!key.startsWith(start)) continue;
    const [index = '', ...rest] = key.slice(start.length).split('.');
    const member = found.get(Number(index)) ?? new Map<string, string>();
    member.set(rest.join('.'), value);
    found.set(Number(index), member);
  }
  return [...found.entries()].sort(([a], [b]) => a - b).map(([, member]) => member);
};

export const scalarsOf = (form: URLSearchParams, prefix: string): readonly string[] =>
  membersOf(form, prefix).flatMap((member) => member.get('') ?? []);

/** The body of a JSON request; an empty or broken one is an empty object, as the services that matter here treat it. */
export const jsonOf = (call: Call): Readonly<Record<string, Json>> => {
  const value = parseJson(call.body.toString('utf8'));
  return isObject(value) ? value : {};
};

export const textReply = (status: number, body: string, type: string): Reply => ({
  status,
  headers: { 'content-type': type },
  body,
});

export const jsonReply = (value: Json): Reply => textReply(200, JSON.stringify(value), 'application/x-amz-json-1.1');

export const bodyText = (reply: Reply): string =>
  typeof reply.body === 'string' ? reply.body : reply.body.toString('utf8');

export const isOk = (reply: Reply): boolean => reply.status < 300;
