import type { JsonObject } from '../json.ts';
import { compact, isSame, objectAt, textAt, textOf, textsAt } from '../json.ts';
import { AwsError, notModelled } from '../protocol/errors.ts';
import { elements } from '../protocol/xml.ts';
import { found, numbered, queryTags, tagChanges, unless } from './common.ts';
import type { Context, Desired, ResourceType, Tag } from './resource-type.ts';

const GONE = ['NoSuchEntity'];

const arnOf = (context: Context, properties: JsonObject): string =>
  `arn:aws:iam::${context.account}:oidc-provider/${(textAt(properties, 'Url') ?? '').replace(/^https:\/\//, '')}`;

const providerOf = async (context: Context, arn: string): Promise<JsonObject | undefined> => {
  const action = 'GetOpenIDConnectProvider';
  const answer = await found(GONE, () => context.services.iam(action, { OpenIDConnectProviderArn: arn }));
  return answer === undefined ? undefined : objectAt(objectAt(answer, `${action}Response`), `${action}Result`);
};

const putClients = async (
  context: Context,
  arn: string,
  before: readonly string[],
  after: readonly string[],
): Promise<void> => {
  const change = async (action: string, ids: readonly string[]): Promise<void> => {
    for (const ClientID of ids) await context.services.iam(action, { OpenIDConnectProviderArn: arn, ClientID });
  };
  await change(
    'RemoveClientIDFromOpenIDConnectProvider',
    before.filter((id) => !after.includes(id)),
  );
  await change(
    'AddClientIDToOpenIDConnectProvider',
    after.filter((id) => !before.includes(id)),
  );
};

const putThumbprints = async (context: Context, arn: string, before: JsonObject, after: JsonObject): Promise<void> => {
  if (isSame(before['ThumbprintList'], after['ThumbprintList'])) return;
  const list = numbered('ThumbprintList.member', textsAt(after, 'ThumbprintList'));
  await context.services.iam('UpdateOpenIDConnectProviderThumbprint', { OpenIDConnectProviderArn: arn, ...list });
};

const putTags = async (context: Context, arn: string, before: readonly Tag[], after: readonly Tag[]): Promise<void> => {
  const { set, removed } = tagChanges(before, after);
  const target = { OpenIDConnectProviderArn: arn };
  if (set.length > 0) await context.services.iam('TagOpenIDConnectProvider', { ...target, ...queryTags(set) });
  if (removed.length === 0) return;
  await context.services.iam('UntagOpenIDConnectProvider', { ...target, ...numbered('TagKeys.member', removed) });
};

const texts = (provider: JsonObject, list: string): readonly string[] | undefined => {
  const found = elements(objectAt(provider, list), 'member').map((item) => textOf(item) ?? '');
  return found.length === 0 ? undefined : found;
};

const read = async (context: Context, arn: string): Promise<Desired | undefined> => {
  const provider = await providerOf(context, arn);
  if (provider === undefined) return undefined;
  const properties = compact({
    Url: `https://${textAt(provider, 'Url') ?? ''}`,
    ClientIdList: texts(provider, 'ClientIDList'),
    ThumbprintList: texts(provider, 'ThumbprintList'),
  });
  const tags = elements(objectAt(provider, 'Tags'), 'member').map((tag) => ({
    Key: textAt(tag, 'Key') ?? '',
    Value: textAt(tag, 'Value') ?? '',
  }));
  return { properties, tags };
};

export const iamOidcProvider: ResourceType = {
  type: 'AWS::IAM::OIDCProvider',
  modelled: ['ClientIdList', 'Tags', 'ThumbprintList', 'Url'],
  kinds: { ClientIdList: 'list', ThumbprintList: 'list' },
  attributes: ['Arn'],
  nameProperty: 'Url',
  identifiers: ['Arn'],
  check(properties) {
    const url = textAt(properties, 'Url') ?? '';
    if (!url.startsWith('https://')) throw new AwsError('ValidationError', 'Invalid Open ID Connect Provider URL');
    // AWS would fetch the thumbprint from the provider; the sandbox has no network.
    if (properties['ThumbprintList'] === undefined) throw notModelled('AWS::IAM::OIDCProvider without ThumbprintList');
  },
  async create(context, { properties, tags }, born) {
    await context.services.iam('CreateOpenIDConnectProvider', {
      Url: textAt(properties, 'Url'),
      ...numbered('ClientIDList.member', textsAt(properties, 'ClientIdList')),
      ...numbered('ThumbprintList.member', textsAt(properties, 'ThumbprintList')),
      ...queryTags(tags),
    });
    const arn = arnOf(context, properties);
    born(arn);
    return { physicalId: arn, attributes: { Arn: arn } };
  },
  async update(context, arn, before, after) {
    await putClients(
      context,
      arn,
      textsAt(before.properties, 'ClientIdList'),
      textsAt(after.properties, 'ClientIdList'),
    );
    await putThumbprints(context, arn, before.properties, after.properties);
    await putTags(context, arn, before.tags, after.tags);
  },
  async remove(context, arn) {
    await unless(GONE, () => context.services.iam('DeleteOpenIDConnectProvider', { OpenIDConnectProviderArn: arn }));
  },
  async find(context, properties) {
    const arn = textAt(properties, 'Arn') ?? arnOf(context, properties);
    return (await providerOf(context, arn)) && { physicalId: arn, attributes: { Arn: arn } };
  },
  read,
};
