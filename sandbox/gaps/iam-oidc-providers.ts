import type { Gap } from '../gateway.ts';
import type { Call, Handler, Next } from '../protocol/call.ts';
import { bodyText, formOf, isOk, textReply } from '../protocol/call.ts';
import { escapeXml } from '../protocol/xml.ts';

/** Client ids of each provider, once they were changed after its creation. */
type ClientIds = Map<string, readonly string[]>;

const keyOf = (call: Call): string => formOf(call).get('OpenIDConnectProviderArn') ?? '';

const LIST = /<ClientIDList\s*\/>|<ClientIDList>.*?<\/ClientIDList>/s;

const idsIn = (xml: string): readonly string[] =>
  [...(LIST.exec(xml)?.[0] ?? '').matchAll(/<member>(.*?)<\/member>/gs)].map((match) => match[1] ?? '');

const getting = (call: Call, next: Next): ReturnType<Next> => {
  const form = { Action: 'GetOpenIDConnectProvider', Version: '2010-05-08', OpenIDConnectProviderArn: keyOf(call) };
  const body = Buffer.from(new URLSearchParams(form).toString());
  return next({ ...call, operation: 'GetOpenIDConnectProvider', body });
};

/** Both changes may be said twice (API_AddClientIDToOpenIDConnectProvider, API_RemoveClientIDFromOpenIDConnectProvider). */
const changing =
  (known: ClientIds, change: (ids: readonly string[], id: string) => readonly string[]): Handler =>
  async (call, next) => {
    const reply = await getting(call, next);
    if (!isOk(reply)) return reply;
    const ids = known.get(keyOf(call)) ?? idsIn(bodyText(reply));
    known.set(keyOf(call), change(ids, escapeXml(formOf(call).get('ClientID') ?? '')));
    const answer = `${call.operation}Response`;
    return textReply(200, `<${answer} xmlns="https://iam.amazonaws.com/doc/2010-05-08/"></${answer}>`, 'text/xml');
  };

/** The client ids of OIDC providers. */
export const iamOidcProviders = (): Gap => {
  const known: ClientIds = new Map();
  return {
    reason: 'moto has no AddClientIDToOpenIDConnectProvider and no RemoveClientIDFromOpenIDConnectProvider',
    handlers: {
      'iam:AddClientIDToOpenIDConnectProvider': changing(known, (ids, id) => [...new Set([...ids, id])]),
      'iam:RemoveClientIDFromOpenIDConnectProvider': changing(known, (ids, id) => ids.filter((one) => one !== id)),
      'iam:GetOpenIDConnectProvider': async (call, next) => {
        const reply = await next(call);
        const ids = known.get(keyOf(call));
        if (!isOk(reply) || ids === undefined) return reply;
        const list = `<ClientIDList>${ids.map((id) => `<member>${id}</member>`).join('')}</ClientIDList>`;
        return textReply(
          200,
          bodyText(reply).replace(LIST, () => list),
          'text/xml',
        );
      },
      'iam:DeleteOpenIDConnectProvider': async (call, next) => {
        const reply = await next(call);
        if (isOk(reply)) known.delete(keyOf(call));
        return reply;
      },
    },
    reset: () => {
      known.clear();
    },
  };
};
