import type { Gap } from '../gateway.ts';
import type { Json, JsonObject } from '../json.ts';
import { compact, isObject, listAt, objectAt, parseJson, textAt, textsAt } from '../json.ts';
import type { Call, Next, Reply } from '../protocol/call.ts';
import { bodyText, isOk, jsonOf, jsonReply } from '../protocol/call.ts';
import { AwsError } from '../protocol/errors.ts';
import { jsonPage, pageSize } from './paging.ts';
import type { Places } from './places.ts';
import { newPlaces } from './places.ts';

interface WorkGroup {
  readonly name: string;
  readonly createdAt: number;
  readonly tags: Map<string, string>;
  state: string;
  description: string | undefined;
  configuration: JsonObject;
}

const MIN_CUTOFF = 10_000_000;
const ENGINE = { SelectedEngineVersion: 'AUTO', EffectiveEngineVersion: 'Athena engine version 3' };
const DEFAULTS: JsonObject = {
  EnforceWorkGroupConfiguration: true,
  PublishCloudWatchMetricsEnabled: true,
  RequesterPaysEnabled: false,
  EnableMinimumEncryptionConfiguration: false,
  ResultConfiguration: {},
};

const invalid = (message: string): AwsError => new AwsError('InvalidRequestException', message);

/** AWS adds the engine that a selection stands for. */
const complete = (configuration: JsonObject): JsonObject => {
  const cutoff = configuration['BytesScannedCutoffPerQuery'];
  if (typeof cutoff === 'number' && cutoff < MIN_CUTOFF)
    throw invalid(`BytesScannedCutoffPerQuery must be at least ${MIN_CUTOFF}`);
  const selected = textAt(configuration['EngineVersion'], 'SelectedEngineVersion') ?? 'AUTO';
  return { ...DEFAULTS, ...configuration, EngineVersion: { ...ENGINE, SelectedEngineVersion: selected } };
};

const without = (value: JsonObject, keys: readonly string[]): JsonObject =>
  Object.fromEntries(Object.entries(value).filter(([key]) => !keys.includes(key)));

/** Applies `…Updates`: given fields are set, and `Remove<Field>: true` takes a field away. */
const applied = (before: JsonObject, updates: JsonObject): JsonObject => {
  const removed = Object.entries(updates)
    .filter(([key, value]) => key.startsWith('Remove') && value === true)
    .map(([key]) => key.slice('Remove'.length));
  const set = Object.fromEntries(
    Object.entries(updates).filter(([key]) => !key.startsWith('Remove') && !key.endsWith('Updates')),
  );
  const nested = Object.entries(updates).flatMap(([key, value]) => {
    const name = key.slice(0, -'Updates'.length);
    return key.endsWith('Updates') && isObject(value) ? [[name, applied(objectAt(before, name), value)] as const] : [];
  });
  return without({ ...before, ...set, ...Object.fromEntries(nested) }, removed);
};

const shown = (group: WorkGroup): JsonObject =>
  compact({
    Name: group.name,
    State: group.state,
    Description: group.description,
    Configuration: group.configuration,
    CreationTime: group.createdAt,
  });

const tagsOf = (list: readonly Json[]): Map<string, string> =>
  new Map(list.map((tag) => [textAt(tag, 'Key') ?? '', textAt(tag, 'Value') ?? '']));

const newWorkGroup = (name: string, body: JsonObject): WorkGroup => ({
  name,
  createdAt: Date.now() / 1000,
  tags: tagsOf(listAt(body, 'Tags')),
  state: 'ENABLED',
  description: textAt(body, 'Description'),
  configuration: complete(objectAt(body, 'Configuration')),
});

const find = (groups: Places<WorkGroup>, call: Call, name: string): WorkGroup => {
  const group = groups.of(call).get(name);
  if (group === undefined) throw invalid(`WorkGroup ${name} is not found.`);
  return group;
};

const ofArn = (groups: Places<WorkGroup>, call: Call): WorkGroup | undefined => {
  const arn = textAt(jsonOf(call), 'ResourceARN') ?? '';
  const name = /:workgroup\/(.+)$/.exec(arn)?.[1];
  return name === undefined ? undefined : find(groups, call, name);
};

/** Query history and named queries live in moto. */
const hasHistory = async (call: Call, next: Next, name: string): Promise<boolean> => {
  const ask = async (operation: string, list: string): Promise<number> => {
    const body = Buffer.from(JSON.stringify({ WorkGroup: name }));
    const reply = await next({
      ...call,
      operation,
      headers: { ...call.headers, 'x-amz-target': `AmazonAthena.${operation}` },
      body,
    });
    return listAt(parseJson(bodyText(reply)), list).length;
  };
  return (
    (await ask('ListQueryExecutions', 'QueryExecutionIds')) > 0 || (await ask('ListNamedQueries', 'NamedQueryIds')) > 0
  );
};

const tagHandlers = (groups: Places<WorkGroup>): Gap['handlers'] => ({
  'athena:ListTagsForResource': async (call, next) => {
    const group = ofArn(groups, call);
    if (group === undefined) return next(call);
    return jsonReply({ Tags: [...group.tags].map(([Key, Value]) => ({ Key, Value })) });
  },
  'athena:TagResource': async (call, next) => {
    const group = ofArn(groups, call);
    if (group === undefined) return next(call);
    for (const [key, value] of tagsOf(listAt(jsonOf(call), 'Tags'))) group.tags.set(key, value);
    return jsonReply({});
  },
  'athena:UntagResource': async (call, next) => {
    const group = ofArn(groups, call);
    if (group === undefined) return next(call);
    for (const key of textsAt(jsonOf(call), 'TagKeys')) group.tags.delete(key);
    return jsonReply({});
  },
});

const list = (groups: Places<WorkGroup>, call: Call): Reply => {
  const body = jsonOf(call);
  const all = [...groups.of(call).values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  const page = jsonPage(all, body['NextToken'], pageSize(body['MaxResults'], 50, 50));
  const WorkGroups = page.items.map((group) =>
    compact({
      Name: group.name,
      State: group.state,
      Description: group.description,
      CreationTime: group.createdAt,
      EngineVersion: objectAt(group.configuration, 'EngineVersion'),
    }),
  );
  return jsonReply(compact({ WorkGroups, NextToken: page.next }));
};

/** Work groups, kept by the gateway; moto hears of their creation and deletion because its queries need them. */
export const athenaWorkGroups = (): Gap => {
  const groups = newPlaces<WorkGroup>(() => new Map([['primary', newWorkGroup('primary', {})]]));
  return {
    reason:
      'moto has no UpdateWorkGroup, answers a missing work group with null, and deletes work groups that hold query history',
    handlers: {
      'athena:CreateWorkGroup': async (call, next) => {
        const body = jsonOf(call);
        const name = textAt(body, 'Name') ?? '';
        if (groups.of(call).has(name)) throw invalid(`WorkGroup ${name} is already created`);
        const group = newWorkGroup(name, body);
        groups.of(call).set(name, group);
        const reply = await next(call);
        if (isOk(reply)) return jsonReply({});
        groups.of(call).delete(name);
        return reply;
      },
      'athena:GetWorkGroup': (call) =>
        Promise.resolve(jsonReply({ WorkGroup: shown(find(groups, call, textAt(jsonOf(call), 'WorkGroup') ?? '')) })),
      'athena:UpdateWorkGroup': (call) => {
        const body = jsonOf(call);
        const group = find(groups, call, textAt(body, 'WorkGroup') ?? '');
        group.configuration = complete(applied(group.configuration, objectAt(body, 'ConfigurationUpdates')));
        group.state = textAt(body, 'State') ?? group.state;
        const description = textAt(body, 'Description');
        if (description !== undefined) group.description = description === '' ? undefined : description;
        return Promise.resolve(jsonReply({}));
      },
      'athena:DeleteWorkGroup': async (call, next) => {
        const body = jsonOf(call);
        const name = textAt(body, 'WorkGroup') ?? '';
        if (name === 'primary') throw invalid('The primary workgroup cannot be deleted.');
        find(groups, call, name);
        const isRecursive = body['RecursiveDeleteOption'] === true;
        if (!isRecursive && (await hasHistory(call, next, name))) throw invalid(`WorkGroup ${name} is not empty`);
        const reply = await next(call);
        if (!isOk(reply)) return reply;
        groups.of(call).delete(name);
        return jsonReply({});
      },
      'athena:ListWorkGroups': (call) => Promise.resolve(list(groups, call)),
      ...tagHandlers(groups),
    },
    reset: () => {
      groups.clear();
    },
  };
};
