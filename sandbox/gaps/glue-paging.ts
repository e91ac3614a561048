import type { Gap } from '../gateway.ts';
import type { Json } from '../json.ts';
import { compact, listAt, parseJson } from '../json.ts';
import type { Call, Handler, Next, Reply } from '../protocol/call.ts';
import { bodyText, isOk, jsonOf, jsonReply } from '../protocol/call.ts';
import { jsonPage, pageSize } from './paging.ts';
import type { Places } from './places.ts';
import { newPlaces } from './places.ts';

const PAGE = 100;
const READS = /^(?:Get|List|BatchGet|Search|Check|Query)/;

type Answer = { readonly ok: true; readonly items: readonly Json[] } | { readonly ok: false; readonly reply: Reply };

/** The whole list from moto, kept until something in Glue changes: moto takes a quarter of a second for 1,000 tables. */
const wholeList = async (cache: Places<readonly Json[]>, call: Call, next: Next, list: string): Promise<Answer> => {
  const { MaxResults: _size, NextToken: _token, ...query } = jsonOf(call);
  const key = `${call.operation} ${JSON.stringify(query)}`;
  const known = cache.of(call).get(key);
  if (known !== undefined) return { ok: true, items: known };
  const reply = await next({ ...call, body: Buffer.from(JSON.stringify(query)) });
  if (!isOk(reply)) return { ok: false, reply };
  const items = listAt(parseJson(bodyText(reply)), list);
  cache.of(call).set(key, items);
  return { ok: true, items };
};

const paged =
  (cache: Places<readonly Json[]>, list: string): Handler =>
  async (call, next) => {
    const body = jsonOf(call);
    const answer = await wholeList(cache, call, next, list);
    if (!answer.ok) return answer.reply;
    const page = jsonPage(answer.items, body['NextToken'], pageSize(body['MaxResults'], PAGE, PAGE));
    return jsonReply(compact({ [list]: page.items, NextToken: page.next }));
  };

/** Lists of the Glue catalog in AWS's pages. */
export const gluePaging = (): Gap => {
  const cache = newPlaces<readonly Json[]>();
  return {
    reason: 'moto answers GetTables and GetDatabases in one page whatever their size',
    handlers: {
      'glue:GetTables': paged(cache, 'TableList'),
      'glue:GetDatabases': paged(cache, 'DatabaseList'),
      'glue:*': async (call, next) => {
        if (READS.test(call.operation)) return next(call);
        try {
          return await next(call);
        } finally {
          cache.of(call).clear();
        }
      },
    },
    reset: () => {
      cache.clear();
    },
  };
};
