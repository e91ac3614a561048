import type { JsonObject } from '../json.ts';
import { listAt, textAt, textsAt } from '../json.ts';
import { found } from '../types/common.ts';
import { kmsAlias } from '../types/kms-alias.ts';
import type { Tag } from '../types/resource-type.ts';
import type { Keys, Need, World } from './needs.ts';
import { needOf, requestTags, tagKeys, withTags } from './needs.ts';

const jsonTagsOf = (body: JsonObject): readonly Tag[] =>
  listAt(body, 'Tags').map((tag) => ({
    Key: textAt(tag, 'Key') ?? textAt(tag, 'TagKey') ?? '',
    Value: textAt(tag, 'Value') ?? textAt(tag, 'TagValue') ?? '',
  }));

/** The tags of a resource that is there; of any other none, and the call itself will say so. */
const liveTags = async (world: World, service: 'athena' | 'kms', query: JsonObject): Promise<Keys> => {
  const operation = service === 'kms' ? 'ListResourceTags' : 'ListTagsForResource';
  const answer = await found(['NotFoundException', 'InvalidRequestException', 'ResourceNotFoundException'], () =>
    world.services.json(service, operation, query),
  );
  return tagKeys(
    'aws:resourcetag',
    jsonTagsOf(answer ?? {}).map((tag) => [tag.Key, tag.Value]),
  );
};

const keyNeed = async (world: World, operation: string, key: string, body: JsonObject): Promise<Need> => {
  const id = key.slice(key.lastIndexOf('/') + 1);
  const tags = await liveTags(world, 'kms', { KeyId: id });
  const request = requestTags(jsonTagsOf(body), textsAt(body, 'TagKeys'));
  const resource = `arn:aws:kms:${world.region}:${world.account}:key/${id}`;
  return needOf(world, `kms:${operation}`, resource, { ...tags, ...request }, ['aws:resourcetag/*']);
};

/** A call about an alias must be allowed on the alias and on every key that it names or shall name (KMS alias-access). */
const aliasNeeds = async (
  world: World,
  operation: string,
  alias: string,
  body: JsonObject,
): Promise<readonly Need[]> => {
  const live = await kmsAlias.read({ ...world, stackName: '', logicalId: '' }, alias);
  const keys = new Set([textAt(body, 'TargetKeyId'), textAt(live?.properties, 'TargetKeyId')]);
  const resource = `arn:aws:kms:${world.region}:${world.account}:${alias}`;
  return [
    needOf(world, `kms:${operation}`, resource, {}, ['aws:resourcetag/*']),
    ...(await Promise.all([...keys].flatMap((key) => (key === undefined ? [] : keyNeed(world, operation, key, {}))))),
  ];
};

/** What a call of KMS must be allowed (KMS alias-access, tag-permissions). */
export const kmsNeeds = async (world: World, operation: string, body: JsonObject): Promise<readonly Need[]> => {
  const [alias, key] = [textAt(body, 'AliasName'), textAt(body, 'KeyId')];
  if (alias !== undefined) return aliasNeeds(world, operation, alias, body);
  if (key !== undefined) return [await keyNeed(world, operation, key, body)];
  const tags = jsonTagsOf(body);
  const need = needOf(world, `kms:${operation}`, '*', requestTags(tags), ['aws:resourcetag/*']);
  // A key that is not there yet has no ARN: tagging it must be allowed for all keys of the account and region.
  return withTags(need, tags, 'kms:TagResource', `arn:aws:kms:${world.region}:${world.account}:key/*`);
};

/** What a call of Athena must be allowed (Athena tags-access-control). */
export const athenaNeeds = async (world: World, operation: string, body: JsonObject): Promise<readonly Need[]> => {
  const name = textAt(body, 'WorkGroup') ?? textAt(body, 'Name') ?? '';
  const ResourceARN =
    textAt(body, 'ResourceARN') ?? `arn:aws:athena:${world.region}:${world.account}:workgroup/${name}`;
  const tags = jsonTagsOf(body);
  const isNew = operation === 'CreateWorkGroup';
  const live = isNew ? {} : await liveTags(world, 'athena', { ResourceARN });
  const keys = { ...live, ...requestTags(tags, textsAt(body, 'TagKeys')) };
  const need = needOf(world, `athena:${operation}`, ResourceARN, keys, ['aws:resourcetag/*']);
  return isNew ? withTags(need, tags, 'athena:TagResource') : [need];
};
