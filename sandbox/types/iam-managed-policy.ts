import type { Json, JsonObject } from '../json.ts';
import { compact, isSame, objectAt, parseJson, textAt, textsAt } from '../json.ts';
import { AwsError } from '../protocol/errors.ts';
import { elements } from '../protocol/xml.ts';
import { documentText, found, generatedName, iamCapability, unless } from './common.ts';
import type { Context, ResourceType } from './resource-type.ts';

const GONE = ['NoSuchEntity'];

const resultOf = (answer: Json, action: string): JsonObject =>
  objectAt(objectAt(answer, `${action}Response`), `${action}Result`);

/** Whom a policy can be attached to, by the property that lists them. */
const HOLDERS = { Groups: 'Group', Roles: 'Role', Users: 'User' } as const;

const attach = async (context: Context, arn: string, before: JsonObject, after: JsonObject): Promise<void> => {
  for (const [property, kind] of Object.entries(HOLDERS)) {
    const [old, wanted] = [textsAt(before, property), textsAt(after, property)];
    const request = (name: string): Record<string, string> => ({ [`${kind}Name`]: name, PolicyArn: arn });
    const dropped = old.filter((name) => !wanted.includes(name));
    await Promise.all(
      dropped.map((name) => unless(GONE, () => context.services.iam(`Detach${kind}Policy`, request(name)))),
    );
    for (const name of wanted.filter((added) => !old.includes(added))) {
      await context.services.iam(`Attach${kind}Policy`, request(name));
    }
  }
};

/** Who has the policy, by property; one that nobody of a kind has lacks that property. */
const holdersOf = async (context: Context, arn: string): Promise<Record<string, Json | undefined>> => {
  const answer = await context.services.iam('ListEntitiesForPolicy', { PolicyArn: arn });
  const entities = resultOf(answer, 'ListEntitiesForPolicy');
  return Object.fromEntries(
    Object.entries(HOLDERS).map(([property, kind]) => {
      const names = elements(objectAt(entities, `Policy${property}`), 'member').map(
        (item) => textAt(item, `${kind}Name`) ?? '',
      );
      return [property, names.length === 0 ? undefined : names];
    }),
  );
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
  modelled: ['Description', 'Groups', 'ManagedPolicyName', 'Path', 'PolicyDocument', 'Roles', 'Users'],
  kinds: { Groups: 'list', PolicyDocument: 'document', Roles: 'list', Users: 'list' },
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
    await attach(context, arn, {}, properties);
    return { physicalId: arn, attributes: attributesOf(policy) };
  },
  async update(context, arn, before, after) {
    if (!isSame(before.properties['PolicyDocument'], after.properties['PolicyDocument'])) {
      await putDocument(context, arn, documentText(after.properties['PolicyDocument']));
    }
    await attach(context, arn, before.properties, after.properties);
  },
  async remove(context, arn, properties) {
    await unless(GONE, async () => {
      await attach(context, arn, properties, {});
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
    const properties = compact({
      ManagedPolicyName: textAt(policy, 'PolicyName'),
      Path: textAt(policy, 'Path'),
      Description: textAt(policy, 'Description') === '' ? undefined : textAt(policy, 'Description'),
      PolicyDocument: parseJson(decodeURIComponent(textAt(objectAt(answer, 'PolicyVersion'), 'Document') ?? '')),
      ...(await holdersOf(context, arn)),
    });
    return { properties, tags: [] };
  },
};
