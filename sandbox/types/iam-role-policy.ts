import type { JsonObject } from '../json.ts';
import { compact, isSame, objectAt, parseJson, textAt } from '../json.ts';
import { documentText, found, unless } from './common.ts';
import type { Context, ResourceType } from './resource-type.ts';

const GONE = ['NoSuchEntity'];

/** The physical id holds both parts of the identifier; neither part may contain the bar. */
const parts = (physicalId: string): { readonly PolicyName: string; readonly RoleName: string } => {
  const [policy = '', role = ''] = physicalId.split('|');
  return { PolicyName: policy, RoleName: role };
};

const physicalIdOf = (properties: JsonObject): string =>
  `${textAt(properties, 'PolicyName') ?? ''}|${textAt(properties, 'RoleName') ?? ''}`;

const liveDocument = async (context: Context, physicalId: string): Promise<string | undefined> => {
  const answer = await found(GONE, () => context.services.iam('GetRolePolicy', parts(physicalId)));
  return answer === undefined
    ? undefined
    : textAt(objectAt(objectAt(answer, 'GetRolePolicyResponse'), 'GetRolePolicyResult'), 'PolicyDocument');
};

export const iamRolePolicy: ResourceType = {
  type: 'AWS::IAM::RolePolicy',
  modelled: ['PolicyDocument', 'PolicyName', 'RoleName'],
  kinds: { PolicyDocument: 'document' },
  identifiers: ['PolicyName', 'RoleName'],
  capability: () => 'CAPABILITY_IAM',
  async create(context, { properties }, born) {
    const physicalId = physicalIdOf(properties);
    await context.services.iam('PutRolePolicy', {
      ...parts(physicalId),
      PolicyDocument: documentText(properties['PolicyDocument']),
    });
    born(physicalId);
    return { physicalId, attributes: {} };
  },
  async update(context, physicalId, before, after) {
    if (isSame(before.properties['PolicyDocument'], after.properties['PolicyDocument'])) return;
    await context.services.iam('PutRolePolicy', {
      ...parts(physicalId),
      PolicyDocument: documentText(after.properties['PolicyDocument']),
    });
  },
  async remove(context, physicalId) {
    await unless(GONE, () => context.services.iam('DeleteRolePolicy', parts(physicalId)));
  },
  async find(context, properties) {
    const physicalId = physicalIdOf(properties);
    const document = await liveDocument(context, physicalId);
    return document === undefined ? undefined : { physicalId, attributes: {} };
  },
  async read(context, physicalId) {
    const document = await liveDocument(context, physicalId);
    if (document === undefined) return undefined;
    return {
      properties: compact({ ...parts(physicalId), PolicyDocument: parseJson(decodeURIComponent(document)) }),
      tags: [],
    };
  },
};
