import { randomUUID } from 'node:crypto';
import type { Gap } from '../gateway.ts';
import type { Call, Next } from '../protocol/call.ts';
import { bodyText, formOf, isOk, scalarsOf, textReply } from '../protocol/call.ts';
import { AwsError } from '../protocol/errors.ts';
import { elementText, unescapeXml } from '../protocol/xml.ts';
import type { IamMirror, MirroredAccount } from './iam-mirror.ts';

type ListName = 'UserDetailList' | 'GroupDetailList' | 'RoleDetailList' | 'Policies';

/** One user, group, role or policy as the XML that describes it. */
interface Entry {
  readonly list: ListName;
  readonly xml: string;
}

const LISTS: readonly { readonly list: ListName; readonly filter: string }[] = [
  { list: 'UserDetailList', filter: 'User' },
  { list: 'GroupDetailList', filter: 'Group' },
  { list: 'RoleDetailList', filter: 'Role' },
  { list: 'Policies', filter: 'LocalManagedPolicy' },
];

const OPEN = '<member>';
const CLOSE = '</member>';

/** The outermost members of a list; members nest, so depth is counted instead of parsing megabytes of XML. */
const membersOf = (xml: string, list: string): readonly string[] => {
  const start = xml.indexOf(`<${list}>`);
  if (start < 0) return [];
  const end = xml.indexOf(`</${list}>`, start);
  const found: string[] = [];
  for (let depth = 0, from = 0, at = start; at < end;) {
    const open = xml.indexOf(OPEN, at);
    const close = xml.indexOf(CLOSE, at);
    if (close < 0 || (close > end && (open < 0 || open > end))) break;
    if (open >= 0 && open < close) {
      if (depth === 0) from = open + OPEN.length;
      depth += 1;
      at = open + OPEN.length;
    } else {
      depth -= 1;
      if (depth === 0) found.push(xml.slice(from, close));
      at = close + CLOSE.length;
    }
  }
  return found;
};

const encodeTrust = (xml: string): string =>
  xml.replace(
    /<AssumeRolePolicyDocument>([^<]*)</,
    (_all, text: string) => `<AssumeRolePolicyDocument>${encodeURIComponent(unescapeXml(text))}<`,
  );

const namePolicy = (xml: string, account: MirroredAccount): string => {
  if (xml.includes('<PolicyName>')) return xml;
  const arn = elementText(xml, 'Arn') ?? '';
  const name = arn.slice(arn.lastIndexOf('/') + 1);
  return `<PolicyName>${name}</PolicyName><PolicyId>${account.policies.get(arn) ?? ''}</PolicyId>${xml.replace('<Description/>', '')}`;
};

const entriesOf = (xml: string, account: MirroredAccount): readonly Entry[] =>
  LISTS.flatMap(({ list }) =>
    membersOf(xml, list).map((member) => ({
      list,
      xml: list === 'RoleDetailList' ? encodeTrust(member) : list === 'Policies' ? namePolicy(member, account) : member,
    })),
  );

interface Page {
  readonly start: number;
  readonly size: number;
  readonly filter: readonly string[];
}

const pageOf = (call: Call): Page => {
  const form = formOf(call);
  const size = Number(form.get('MaxItems') ?? '100');
  if (!Number.isInteger(size) || size < 1 || size > 1_000) {
    throw new AwsError(
      'ValidationError',
      `Value '${form.get('MaxItems') ?? ''}' at 'maxItems' failed to satisfy constraint: Member must have value between 1 and 1000`,
    );
  }
  const marker = form.get('Marker');
  const start = marker === null ? 0 : Number(Buffer.from(marker, 'base64url').toString());
  if (!Number.isInteger(start)) throw new AwsError('ValidationError', 'Invalid Marker');
  return { start, size, filter: scalarsOf(form, 'Filter') };
};

const answer = (all: readonly Entry[], page: Page): string => {
  const wanted = new Set(
    LISTS.filter(({ filter }) => page.filter.length === 0 || page.filter.includes(filter)).map(({ list }) => list),
  );
  const entries = all.filter((entry) => wanted.has(entry.list));
  const end = page.start + page.size;
  const shown = entries.slice(page.start, end);
  const lists = LISTS.map(({ list }) => {
    const members = shown.filter((entry) => entry.list === list).map((entry) => `${OPEN}${entry.xml}${CLOSE}`);
    return `<${list}>${members.join('')}</${list}>`;
  });
  const isTruncated = end < entries.length;
  const marker = isTruncated ? `<Marker>${Buffer.from(String(end)).toString('base64url')}</Marker>` : '';
  return (
    '<GetAccountAuthorizationDetailsResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><GetAccountAuthorizationDetailsResult>' +
    `<IsTruncated>${isTruncated}</IsTruncated>${marker}${lists.join('')}</GetAccountAuthorizationDetailsResult>` +
    `<ResponseMetadata><RequestId>${randomUUID()}</RequestId></ResponseMetadata></GetAccountAuthorizationDetailsResponse>`
  );
};

/** The whole account's IAM in AWS's pages, read from moto once for each state of the account. */
export const iamAuthorizationDetails = (mirror: IamMirror): Gap => {
  const cache = new Map<string, { readonly version: number; readonly entries: readonly Entry[] }>();
  const load = async (call: Call, next: Next): Promise<readonly Entry[]> => {
    const account = mirror.account(call.account);
    const known = cache.get(call.account);
    if (known?.version === account.version) return known.entries;
    const { version } = account;
    const form = new URLSearchParams({ Action: 'GetAccountAuthorizationDetails', Version: '2010-05-08' });
    const reply = await next({ ...call, body: Buffer.from(form.toString()) });
    if (!isOk(reply)) throw new AwsError('ServiceFailure', bodyText(reply).slice(0, 300), 500);
    const entries = entriesOf(bodyText(reply), account);
    cache.set(call.account, { version, entries });
    return entries;
  };
  return {
    reason:
      'moto ignores MaxItems, Marker and Filter, does not URL-encode trust policies here, and leaves out PolicyName and PolicyId',
    handlers: {
      'iam:GetAccountAuthorizationDetails': async (call, next) => {
        const page = pageOf(call);
        return textReply(200, answer(await load(call, next), page), 'text/xml');
      },
    },
    reset: () => {
      cache.clear();
    },
  };
};
