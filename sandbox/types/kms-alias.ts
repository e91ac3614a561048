import type { JsonObject } from '../json.ts';
import { listAt, textAt } from '../json.ts';
import { unless } from './common.ts';
import type { Context, ResourceType } from './resource-type.ts';

const GONE = ['NotFoundException'];

/** Key ids and key ARNs name the same key. */
const keyIdOf = (target: string): string => target.slice(target.lastIndexOf('/') + 1);

const aliasOf = async (context: Context, name: string): Promise<JsonObject | undefined> => {
  let marker: string | undefined;
  do {
    const page = await context.services.json('kms', 'ListAliases', marker === undefined ? {} : { Marker: marker });
    for (const alias of listAt(page, 'Aliases')) {
      const target = textAt(alias, 'TargetKeyId');
      if (textAt(alias, 'AliasName') === name && target !== undefined) return { AliasName: name, TargetKeyId: target };
    }
    marker = textAt(page, 'NextMarker');
  } while (marker !== undefined);
  return undefined;
};

export const kmsAlias: ResourceType = {
  type: 'AWS::KMS::Alias',
  modelled: ['AliasName', 'TargetKeyId'],
  nameProperty: 'AliasName',
  identifiers: ['AliasName'],
  async create(context, { properties }, born) {
    const name = textAt(properties, 'AliasName') ?? '';
    await context.services.json('kms', 'CreateAlias', {
      AliasName: name,
      TargetKeyId: keyIdOf(textAt(properties, 'TargetKeyId') ?? ''),
    });
    born(name);
    return { physicalId: name, attributes: {} };
  },
  async update(context, name, _before, after) {
    await context.services.json('kms', 'UpdateAlias', {
      AliasName: name,
      TargetKeyId: keyIdOf(textAt(after.properties, 'TargetKeyId') ?? ''),
    });
  },
  async remove(context, name) {
    await unless(GONE, () => context.services.json('kms', 'DeleteAlias', { AliasName: name }));
  },
  async find(context, properties) {
    const name = textAt(properties, 'AliasName') ?? '';
    return (await aliasOf(context, name)) && { physicalId: name, attributes: {} };
  },
  async read(context, name) {
    const alias = await aliasOf(context, name);
    return alias && { properties: alias, tags: [] };
  },
};
