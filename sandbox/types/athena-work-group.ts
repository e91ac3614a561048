import type { Json, JsonObject } from '../json.ts';
import { compact, isObject, isSame, listAt, objectAt, textAt } from '../json.ts';
import { checkKind, found, onlyKnown, optionalFlag, tagChanges, unless } from './common.ts';
import type { Context, Desired, ResourceType, Tag } from './resource-type.ts';

const GONE = ['InvalidRequestException'];

type Shape = Readonly<Record<string, readonly string[] | undefined>>;

/** What a configuration may hold, and what each part may; those of Spark work groups are not modelled. */
const CONFIGURATION: Shape = {
  BytesScannedCutoffPerQuery: undefined,
  EnforceWorkGroupConfiguration: undefined,
  EngineVersion: ['SelectedEngineVersion'],
  ManagedQueryResultsConfiguration: ['Enabled', 'EncryptionConfiguration'],
  PublishCloudWatchMetricsEnabled: undefined,
  RequesterPaysEnabled: undefined,
  ResultConfiguration: ['AclConfiguration', 'EncryptionConfiguration', 'ExpectedBucketOwner', 'OutputLocation'],
};

const ENGINE = 'WorkGroupConfiguration.EngineVersion.EffectiveEngineVersion';

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
    RequesterPaysEnabled: optionalFlag(given, 'RequesterPaysEnabled') ?? false,
    BytesScannedCutoffPerQuery: cutoff === undefined ? undefined : Number(cutoff),
    EngineVersion: given['EngineVersion'] ?? { SelectedEngineVersion: 'AUTO' },
    ResultConfiguration: given['ResultConfiguration'],
    ManagedQueryResultsConfiguration: isObject(managed)
      ? { ...managed, Enabled: optionalFlag(managed, 'Enabled') ?? false }
      : undefined,
  });
};

/** A part's fields as they are to be, and `Remove<Field>` for each that the update takes away. */
const partUpdates = (before: JsonObject, after: JsonObject): JsonObject => {
  const gone = Object.keys(before).filter((name) => after[name] === undefined);
  return { ...after, ...Object.fromEntries(gone.map((name) => [`Remove${name}`, true])) };
};

/** What the update must say to take away what the new configuration no longer has. */
const updatesOf = (before: JsonObject, after: JsonObject): JsonObject => {
  const { ManagedQueryResultsConfiguration: _managed, ResultConfiguration: _result, ...plain } = configurationOf(after);
  const [old, wanted] = [configurationOf(before), configurationOf(after)];
  const part = (name: string, off: JsonObject): JsonObject | undefined => {
    const updates = partUpdates(objectAt(old, name), { ...off, ...objectAt(wanted, name) });
    return old[name] === undefined && wanted[name] === undefined ? undefined : updates;
  };
  const isCutoffGone =
    plain['BytesScannedCutoffPerQuery'] === undefined && old['BytesScannedCutoffPerQuery'] !== undefined;
  return compact({
    ...plain,
    ManagedQueryResultsConfigurationUpdates: part('ManagedQueryResultsConfiguration', { Enabled: false }),
    ResultConfigurationUpdates: part('ResultConfiguration', {}),
    RemoveBytesScannedCutoffPerQuery: isCutoffGone ? true : undefined,
  });
};

const workGroupOf = async (context: Context, name: string): Promise<JsonObject | undefined> => {
  const answer = await found(GONE, () => context.services.json('athena', 'GetWorkGroup', { WorkGroup: name }));
  return answer && objectAt(answer, 'WorkGroup');
};

const attributesOf = async (context: Context, name: string): Promise<Record<string, string>> => {
  const engine = objectAt(objectAt(await workGroupOf(context, name), 'Configuration'), 'EngineVersion');
  return { [ENGINE]: textAt(engine, 'EffectiveEngineVersion') ?? '' };
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
  kinds: { WorkGroupConfiguration: 'object' },
  attributes: [ENGINE],
  nameProperty: 'Name',
  identifiers: ['Name'],
  isBlind: true,
  check(properties) {
    const configuration = objectAt(properties, 'WorkGroupConfiguration');
    onlyKnown('WorkGroupConfiguration', configuration, Object.keys(CONFIGURATION));
    for (const [part, known] of Object.entries(CONFIGURATION)) {
      checkKind(`WorkGroupConfiguration/${part}`, known === undefined ? 'value' : 'object', configuration[part]);
      if (known !== undefined) onlyKnown(`WorkGroupConfiguration ${part}`, configuration[part], known);
    }
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
    return { physicalId: name, attributes: await attributesOf(context, name) };
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
    return (await workGroupOf(context, name)) && { physicalId: name, attributes: await attributesOf(context, name) };
  },
  read,
};
