import type { Json, JsonObject } from '../json.ts';
import { compact, isObject, isSame, listAt, objectAt, textAt } from '../json.ts';
import { found, onlyKnown, optionalFlag, tagChanges, unless } from './common.ts';
import type { Context, Desired, ResourceType, Tag } from './resource-type.ts';

const GONE = ['InvalidRequestException'];

const CONFIGURATION = [
  'BytesScannedCutoffPerQuery',
  'EnforceWorkGroupConfiguration',
  'EngineVersion',
  'ManagedQueryResultsConfiguration',
  'PublishCloudWatchMetricsEnabled',
  'RequesterPaysEnabled',
  'ResultConfiguration',
];

const arnOf = (context: Context, name: string): string =>
  `arn:aws:athena:${context.region}:${context.account}:workgroup/${name}`;

const athenaTags = (tags: readonly Tag[]): readonly Json[] => tags.map((tag) => ({ Key: tag.Key, Value: tag.Value }));

/** The template's configuration in the API's types: templates may write numbers and booleans as text. */
const configurationOf = (properties: JsonObject): JsonObject => {
  const given = objectAt(properties, 'WorkGroupConfiguration');
  const cutoff = textAt(given, 'BytesScannedCutoffPerQuery');
  const managed = given['ManagedQueryResultsConfiguration'];
  return compact({
    EnforceWorkGroupConfiguration: optionalFlag(given, 'EnforceWorkGroupConfiguration') ?? true,
    PublishCloudWatchMetricsEnabled: optionalFlag(given, 'PublishCloudWatchMetricsEnabled') ?? true,
    RequesterPaysEnabled: optionalFlag(given, 'RequesterPaysEnabled'),
    BytesScannedCutoffPerQuery: cutoff === undefined ? undefined : Number(cutoff),
    EngineVersion: given['EngineVersion'],
    ResultConfiguration: given['ResultConfiguration'],
    ManagedQueryResultsConfiguration: isObject(managed)
      ? { ...managed, Enabled: optionalFlag(managed, 'Enabled') ?? false }
      : undefined,
  });
};

/** What the update must say to take away what the new configuration no longer has. */
const updatesOf = (before: JsonObject, after: JsonObject): JsonObject => {
  const { ManagedQueryResultsConfiguration: managed, ResultConfiguration: result, ...plain } = configurationOf(after);
  const old = configurationOf(before);
  return compact({
    ...plain,
    ManagedQueryResultsConfigurationUpdates:
      managed ?? (old['ManagedQueryResultsConfiguration'] === undefined ? undefined : { Enabled: false }),
    ResultConfigurationUpdates:
      result ??
      (old['ResultConfiguration'] === undefined
        ? undefined
        : { RemoveOutputLocation: true, RemoveEncryptionConfiguration: true, RemoveExpectedBucketOwner: true }),
    RemoveBytesScannedCutoffPerQuery:
      plain['BytesScannedCutoffPerQuery'] === undefined && old['BytesScannedCutoffPerQuery'] !== undefined
        ? true
        : undefined,
  });
};

const workGroupOf = async (context: Context, name: string): Promise<JsonObject | undefined> => {
  const answer = await found(GONE, () => context.services.json('athena', 'GetWorkGroup', { WorkGroup: name }));
  return answer && objectAt(answer, 'WorkGroup');
};

const read = async (context: Context, name: string): Promise<Desired | undefined> => {
  const group = await workGroupOf(context, name);
  if (group === undefined) return undefined;
  const tags = await context.services.json('athena', 'ListTagsForResource', { ResourceARN: arnOf(context, name) });
  const properties = compact({
    Name: name,
    State: textAt(group, 'State'),
    Description: textAt(group, 'Description'),
    WorkGroupConfiguration: objectAt(group, 'Configuration'),
  });
  return {
    properties,
    tags: listAt(tags, 'Tags').map((tag) => ({ Key: textAt(tag, 'Key') ?? '', Value: textAt(tag, 'Value') ?? '' })),
  };
};

export const athenaWorkGroup: ResourceType = {
  type: 'AWS::Athena::WorkGroup',
  modelled: ['Description', 'Name', 'RecursiveDeleteOption', 'State', 'Tags', 'WorkGroupConfiguration'],
  nameProperty: 'Name',
  identifiers: ['Name'],
  isBlind: true,
  check(properties) {
    onlyKnown('WorkGroupConfiguration', properties['WorkGroupConfiguration'], CONFIGURATION);
  },
  async create(context, { properties, tags }, born) {
    const name = textAt(properties, 'Name') ?? '';
    await context.services.json(
      'athena',
      'CreateWorkGroup',
      compact({
        Name: name,
        Description: textAt(properties, 'Description'),
        Configuration: configurationOf(properties),
        Tags: athenaTags(tags),
      }),
    );
    born(name);
    const state = textAt(properties, 'State');
    if (state === 'DISABLED')
      await context.services.json('athena', 'UpdateWorkGroup', { WorkGroup: name, State: state });
    return { physicalId: name, attributes: {} };
  },
  async update(context, name, before, after) {
    const described = ['Description', 'State', 'WorkGroupConfiguration'];
    if (described.some((key) => !isSame(before.properties[key], after.properties[key]))) {
      await context.services.json(
        'athena',
        'UpdateWorkGroup',
        compact({
          WorkGroup: name,
          Description: textAt(after.properties, 'Description') ?? '',
          State: textAt(after.properties, 'State') ?? 'ENABLED',
          ConfigurationUpdates: updatesOf(before.properties, after.properties),
        }),
      );
    }
    const { set, removed } = tagChanges(before.tags, after.tags);
    const ResourceARN = arnOf(context, name);
    if (set.length > 0) await context.services.json('athena', 'TagResource', { ResourceARN, Tags: athenaTags(set) });
    if (removed.length > 0) await context.services.json('athena', 'UntagResource', { ResourceARN, TagKeys: removed });
  },
  async remove(context, name, properties) {
    if ((await workGroupOf(context, name)) === undefined) return;
    const recursive = optionalFlag(properties, 'RecursiveDeleteOption') ?? false;
    await unless([], () =>
      context.services.json('athena', 'DeleteWorkGroup', { WorkGroup: name, RecursiveDeleteOption: recursive }),
    );
  },
  async find(context, properties) {
    const name = textAt(properties, 'Name') ?? '';
    return (await workGroupOf(context, name)) && { physicalId: name, attributes: {} };
  },
  read,
};
