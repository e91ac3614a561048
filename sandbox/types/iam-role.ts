import type { Json, JsonObject } from '../json.ts';
import { compact, isObject, isSame, listAt, objectAt, parseJson, textAt, textOf, textsAt } from '../json.ts';
import { elements } from '../protocol/xml.ts';
import {
  checkKind,
  documentText,
  found,
  generatedName,
  iamCapability,
  numbered,
  onlyKnown,
  queryTags,
  tagChanges,
  unless,
} from './common.ts';
import type { Context, Desired, ResourceType, Tag } from './resource-type.ts';

const GONE = ['NoSuchEntity'];

type Policies = ReadonlyMap<string, string>;

const policiesOf = (properties: JsonObject): Policies =>
  new Map(
    listAt(properties, 'Policies').map((policy) => [
      textAt(policy, 'PolicyName') ?? '',
      documentText(isObject(policy) ? policy['PolicyDocument'] : undefined),
    ]),
  );

const putPolicies = async (context: Context, name: string, before: Policies, after: Policies): Promise<void> => {
  const { services } = context;
  const dropped = [...before.keys()].filter((policy) => !after.has(policy));
  const changed = [...after].filter(([policy, document]) => before.get(policy) !== document);
  // Deleting first keeps the sum of all documents below its quota at every moment.
  await Promise.all(
    dropped.map((policy) =>
      unless(GONE, () => services.iam('DeleteRolePolicy', { RoleName: name, PolicyName: policy })),
    ),
  );
  for (const [policy, document] of changed) {
    await services.iam('PutRolePolicy', { RoleName: name, PolicyName: policy, PolicyDocument: document });
  }
};

const attachPolicies = async (
  context: Context,
  name: string,
  before: readonly string[],
  after: readonly string[],
): Promise<void> => {
  const { services } = context;
  const dropped = before.filter((arn) => !after.includes(arn));
  await Promise.all(
    dropped.map((arn) => unless(GONE, () => services.iam('DetachRolePolicy', { RoleName: name, PolicyArn: arn }))),
  );
  for (const arn of after.filter((added) => !before.includes(added))) {
    await services.iam('AttachRolePolicy', { RoleName: name, PolicyArn: arn });
  }
};

const putTags = async (
  context: Context,
  name: string,
  before: readonly Tag[],
  after: readonly Tag[],
): Promise<void> => {
  const { set, removed } = tagChanges(before, after);
  if (set.length > 0) await context.services.iam('TagRole', { RoleName: name, ...queryTags(set) });
  if (removed.length === 0) return;
  await context.services.iam('UntagRole', { RoleName: name, ...numbered('TagKeys.member', removed) });
};

const roleOf = async (context: Context, name: string): Promise<JsonObject | undefined> => {
  const answer = await found(GONE, () => context.services.iam('GetRole', { RoleName: name }));
  return answer === undefined
    ? undefined
    : objectAt(objectAt(objectAt(answer, 'GetRoleResponse'), 'GetRoleResult'), 'Role');
};

const attributesOf = (role: JsonObject): Record<string, string> => ({
  Arn: textAt(role, 'Arn') ?? '',
  RoleId: textAt(role, 'RoleId') ?? '',
});

const members = (answer: Json, action: string, list: string): readonly Json[] =>
  elements(objectAt(objectAt(objectAt(answer, `${action}Response`), `${action}Result`), list), 'member');

const livePolicies = async (context: Context, name: string): Promise<readonly Json[]> => {
  const names = members(
    await context.services.iam('ListRolePolicies', { RoleName: name }),
    'ListRolePolicies',
    'PolicyNames',
  );
  return Promise.all(
    names.map(async (policy) => {
      const answer = await context.services.iam('GetRolePolicy', { RoleName: name, PolicyName: textOf(policy) ?? '' });
      const document =
        textAt(objectAt(objectAt(answer, 'GetRolePolicyResponse'), 'GetRolePolicyResult'), 'PolicyDocument') ?? '';
      return { PolicyName: policy, PolicyDocument: parseJson(decodeURIComponent(document)) ?? null };
    }),
  );
};

const changeTrust = async (context: Context, name: string, before: JsonObject, after: JsonObject): Promise<void> => {
  if (isSame(before['AssumeRolePolicyDocument'], after['AssumeRolePolicyDocument'])) return;
  const document = documentText(after['AssumeRolePolicyDocument']);
  await context.services.iam('UpdateAssumeRolePolicy', { RoleName: name, PolicyDocument: document });
};

const changeSettings = async (context: Context, name: string, before: JsonObject, after: JsonObject): Promise<void> => {
  const settings = ['Description', 'MaxSessionDuration'];
  if (settings.some((key) => !isSame(before[key], after[key]))) {
    const description = textAt(after, 'Description') ?? '';
    await context.services.iam('UpdateRole', {
      RoleName: name,
      Description: description,
      MaxSessionDuration: textAt(after, 'MaxSessionDuration') ?? '3600',
    });
  }
  const boundary = textAt(after, 'PermissionsBoundary');
  if (boundary === textAt(before, 'PermissionsBoundary')) return;
  if (boundary === undefined) await context.services.iam('DeleteRolePermissionsBoundary', { RoleName: name });
  else await context.services.iam('PutRolePermissionsBoundary', { RoleName: name, PermissionsBoundary: boundary });
};

const read = async (context: Context, name: string): Promise<Desired | undefined> => {
  const role = await roleOf(context, name);
  if (role === undefined) return undefined;
  const attached = members(
    await context.services.iam('ListAttachedRolePolicies', { RoleName: name }),
    'ListAttachedRolePolicies',
    'AttachedPolicies',
  );
  const policies = await livePolicies(context, name);
  const tags = elements(objectAt(role, 'Tags'), 'member').map((tag) => ({
    Key: textAt(tag, 'Key') ?? '',
    Value: textAt(tag, 'Value') ?? '',
  }));
  const properties = compact({
    RoleName: name,
    Path: textAt(role, 'Path'),
    Description: textAt(role, 'Description') === '' ? undefined : textAt(role, 'Description'),
    MaxSessionDuration: textAt(role, 'MaxSessionDuration'),
    AssumeRolePolicyDocument: parseJson(decodeURIComponent(textAt(role, 'AssumeRolePolicyDocument') ?? '')),
    PermissionsBoundary: textAt(objectAt(role, 'PermissionsBoundary'), 'PermissionsBoundaryArn'),
    ManagedPolicyArns: attached.length === 0 ? undefined : attached.map((policy) => textAt(policy, 'PolicyArn') ?? ''),
    Policies: policies.length === 0 ? undefined : policies,
  });
  return { properties, tags };
};

export const iamRole: ResourceType = {
  type: 'AWS::IAM::Role',
  modelled: [
    'AssumeRolePolicyDocument',
    'Description',
    'ManagedPolicyArns',
    'MaxSessionDuration',
    'Path',
    'PermissionsBoundary',
    'Policies',
    'RoleName',
    'Tags',
  ],
  kinds: { AssumeRolePolicyDocument: 'document', ManagedPolicyArns: 'list', Policies: 'list' },
  attributes: ['Arn', 'RoleId'],
  nameProperty: 'RoleName',
  identifiers: ['RoleName'],
  capability: iamCapability('RoleName'),
  check(properties) {
    for (const policy of listAt(properties, 'Policies')) {
      checkKind('Policies', 'object', policy);
      onlyKnown('AWS::IAM::Role Policies', policy, ['PolicyDocument', 'PolicyName']);
    }
  },
  async create(context, { properties, tags }, born) {
    const name = textAt(properties, 'RoleName') ?? generatedName(context, 64);
    const answer = await context.services.iam('CreateRole', {
      RoleName: name,
      AssumeRolePolicyDocument: documentText(properties['AssumeRolePolicyDocument']),
      Path: textAt(properties, 'Path') ?? '/',
      Description: textAt(properties, 'Description'),
      MaxSessionDuration: textAt(properties, 'MaxSessionDuration'),
      PermissionsBoundary: textAt(properties, 'PermissionsBoundary'),
      ...queryTags(tags),
    });
    born(name);
    await putPolicies(context, name, new Map(), policiesOf(properties));
    await attachPolicies(context, name, [], textsAt(properties, 'ManagedPolicyArns'));
    const role = objectAt(objectAt(objectAt(answer, 'CreateRoleResponse'), 'CreateRoleResult'), 'Role');
    return { physicalId: name, attributes: attributesOf(role) };
  },
  async update(context, name, before, after) {
    await changeTrust(context, name, before.properties, after.properties);
    await changeSettings(context, name, before.properties, after.properties);
    await attachPolicies(
      context,
      name,
      textsAt(before.properties, 'ManagedPolicyArns'),
      textsAt(after.properties, 'ManagedPolicyArns'),
    );
    await putPolicies(context, name, policiesOf(before.properties), policiesOf(after.properties));
    await putTags(context, name, before.tags, after.tags);
  },
  async remove(context, name, properties) {
    // Only what the template gave is taken away: a policy that others attached makes DeleteRole fail, as on AWS.
    await unless(GONE, async () => {
      await attachPolicies(context, name, textsAt(properties, 'ManagedPolicyArns'), []);
      await putPolicies(context, name, policiesOf(properties), new Map());
      await context.services.iam('DeleteRole', { RoleName: name });
    });
  },
  async find(context, properties) {
    const name = textAt(properties, 'RoleName') ?? '';
    const role = await roleOf(context, name);
    return role && { physicalId: name, attributes: attributesOf(role) };
  },
  read,
};
