import type { Json, JsonObject } from '../json.ts';
import { compact, isSame, objectAt, parseJson, textAt, textsAt } from '../json.ts';
import { AwsError } from '../protocol/errors.ts';
import { elements } from '../protocol/xml.ts';
import { documentText, found, generatedName, iamCapability, unless } from './common.ts';
import type { Context, ResourceType } from './resource-type.ts';

const GONE = ['NoSuchEntity'];

const resultOf = (answer: Json, action: string): JsonObject =>
  objectAt(objectAt(answer, `${action}Response`), `${action}Result`);

const attach = async (
  context: Context,
  arn: string,
  before: readonly string[],
  after: readonly string[],
): Promise<void> => {
  const dropped = before.filter((role) => !after.includes(role));
  await Promise.all(
    dropped.map((role) =>
      unless(GONE, () => context.services.iam('DetachRolePolicy', { RoleName: role, PolicyArn: arn })),
    ),
  );
  for (const role of after.filter((added) => !before.includes(added))) {
    await context.services.iam('AttachRolePolicy', { RoleName: role, PolicyArn: arn });
  }
};

/** The versions that are not the default one, oldest first. */
const oldVersions = async (context: Context, arn: string): Promise<readonly string[]> => {
  const result = resultOf(await context.services.iam('ListPolicyVersions', { PolicyArn: arn }), 'ListPolicyVersions');
  return elements(objectAt(result, 'Versions'), 'member')
    .filter((version) => textAt(version, 'IsDefaultVersion') !== 'true')
    .map((version) => textAt(version, 'VersionId') ?? '')
    .sort((a, b) => Number(a.slice(1)) - Number(b.slice(1)));
};

/** A new default version; when five exist the oldest makes room, as an update never fails for its own history. */
const putDocument = async (context: Context, arn: string, document: string): Promise<void> => {
  const create = (): Promise<Json> =>
    context.services.iam('CreatePolicyVersion', { PolicyArn: arn, PolicyDocument: document, SetAsDefault: 'true' });
  try {
    await create();
  } catch (error) {
    if (!(error instanceof AwsError && error.code === 'LimitExceeded' && /versions/.test(error.message))) throw error;
    const [oldest] = await oldVersions(context, arn);
    if (oldest !== undefined) await context.services.iam('DeletePolicyVersion', { PolicyArn: arn, VersionId: oldest });
    await create();
  }
};

const policyOf = async (context: Context, arn: string): Promise<JsonObject | undefined> => {
  const answer = await found(GONE, () => context.services.iam('GetPolicy', { PolicyArn: arn }));
  return answer === undefined ? undefined : objectAt(resultOf(answer, 'GetPolicy'), 'Policy');
};

const attributesOf = (policy: JsonObject): Record<string, string> => ({
  PolicyArn: textAt(policy, 'Arn') ?? '',
  PolicyId: textAt(policy, 'PolicyId') ?? '',
  CreateDate: textAt(policy, 'CreateDate') ?? '',
});

export const iamManagedPolicy: ResourceType = {
  type: 'AWS::IAM::ManagedPolicy',
  modelled: ['Description', 'ManagedPolicyName', 'Path', 'PolicyDocument', 'Roles'],
  attributes: ['CreateDate', 'PolicyArn', 'PolicyId'],
  nameProperty: 'ManagedPolicyName',
  identifiers: ['PolicyArn'],
  capability: iamCapability('ManagedPolicyName'),
  async create(context, { properties }, born) {
    const answer = await context.services.iam('CreatePolicy', {
      PolicyName: textAt(properties, 'ManagedPolicyName') ?? generatedName(context, 128),
      PolicyDocument: documentText(properties['PolicyDocument']),
      Path: textAt(properties, 'Path') ?? '/',
      Description: textAt(properties, 'Description'),
    });
    const policy = objectAt(resultOf(answer, 'CreatePolicy'), 'Policy');
    const arn = textAt(policy, 'Arn') ?? '';
    born(arn);
    await attach(context, arn, [], textsAt(properties, 'Roles'));
    return { physicalId: arn, attributes: attributesOf(policy) };
  },
  async update(context, arn, before, after) {
    if (!isSame(before.properties['PolicyDocument'], after.properties['PolicyDocument'])) {
      await putDocument(context, arn, documentText(after.properties['PolicyDocument']));
    }
    await attach(context, arn, textsAt(before.properties, 'Roles'), textsAt(after.properties, 'Roles'));
  },
  async remove(context, arn, properties) {
    await unless(GONE, async () => {
      await attach(context, arn, textsAt(properties, 'Roles'), []);
      const old = await oldVersions(context, arn);
      await Promise.all(
        old.map((version) => context.services.iam('DeletePolicyVersion', { PolicyArn: arn, VersionId: version })),
      );
      await context.services.iam('DeletePolicy', { PolicyArn: arn });
    });
  },
  async find(context, properties) {
    const path = textAt(properties, 'Path') ?? '/';
    const named = `arn:aws:iam::${context.account}:policy${path}${textAt(properties, 'ManagedPolicyName') ?? ''}`;
    const arn = textAt(properties, 'PolicyArn') ?? named;
    const policy = await policyOf(context, arn);
    return policy && { physicalId: arn, attributes: attributesOf(policy) };
  },
  async read(context, arn) {
    const policy = await policyOf(context, arn);
    if (policy === undefined) return undefined;
    const version = textAt(policy, 'DefaultVersionId') ?? '';
    const answer = resultOf(
      await context.services.iam('GetPolicyVersion', { PolicyArn: arn, VersionId: version }),
      'GetPolicyVersion',
    );
    const entities = resultOf(
      await context.services.iam('ListEntitiesForPolicy', { PolicyArn: arn }),
      'ListEntitiesForPolicy',
    );
    const roles = elements(objectAt(entities, 'PolicyRoles'), 'member').map((role) => textAt(role, 'RoleName') ?? '');
    const properties = compact({
      ManagedPolicyName: textAt(policy, 'PolicyName'),
      Path: textAt(policy, 'Path'),
      Description: textAt(policy, 'Description') === '' ? undefined : textAt(policy, 'Description'),
      PolicyDocument: parseJson(decodeURIComponent(textAt(objectAt(answer, 'PolicyVersion'), 'Document') ?? '')),
      Roles: roles.length === 0 ? undefined : roles,
    });
    return { properties, tags: [] };
  },
};
