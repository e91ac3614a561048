import { isList, objectAt } from '../json.ts';
import { AwsError } from '../protocol/errors.ts';
import type { Services } from '../services.ts';
import { iamRole } from '../types/iam-role.ts';
import { textsOf } from './conditions.ts';
import { readPolicy } from './iam-facts.ts';
import { iamNeeds } from './iam-needs.ts';
import { athenaNeeds, kmsNeeds } from './json-needs.ts';
import type { Rights } from './judge.ts';
import { refusalOf, statementsOf } from './judge.ts';
import type { Need, World } from './needs.ts';
import { s3Needs } from './s3-needs.ts';

export interface Place {
  readonly account: string;
  readonly region: string;
}

/** What a role's inline and attached policies say, and its permissions boundary. */
const readRights = async (world: World, role: string): Promise<Rights> => {
  const { services } = world;
  const properties = (await iamRole.read({ ...world, stackName: '', logicalId: '' }, role))?.properties ?? {};
  const inline = properties['Policies'];
  const attached = await Promise.all(textsOf(properties['ManagedPolicyArns']).map((arn) => readPolicy(services, arn)));
  const documents = [
    ...(isList(inline) ? inline.map((policy) => objectAt(policy, 'PolicyDocument')) : []),
    ...attached,
  ];
  const [boundary] = textsOf(properties['PermissionsBoundary']);
  return {
    identity: documents.flatMap(statementsOf),
    boundary: boundary === undefined ? undefined : statementsOf(await readPolicy(services, boundary)),
  };
};

/** The services as a stack's role may use them (using-iam-servicerole); the role is read once, at the first call. */
export const withRole = (services: Services, place: Place, roleArn: string): Services => {
  const name = roleArn.slice(roleArn.lastIndexOf('/') + 1);
  const world: World = { services, account: place.account, region: place.region, roleArn };
  let rights: Promise<Rights> | undefined;
  const check = async (needs: readonly Need[]): Promise<void> => {
    rights ??= readRights(world, name);
    for (const need of needs) {
      const why = refusalOf(await rights, need);
      if (why === undefined) continue;
      const user = `arn:aws:sts::${place.account}:assumed-role/${name}/AWSCloudFormation`;
      throw new AwsError(
        'AccessDenied',
        `User: ${user} is not authorized to perform: ${need.action} on resource: ${need.resource} ${why}`,
        403,
      );
    }
  };
  return {
    async iam(action, parameters = {}) {
      await check(await iamNeeds(world, action, parameters));
      return services.iam(action, parameters);
    },
    async json(service, operation, body) {
      if (service === 'glue') throw new Error('No resource type of CloudFormation calls Glue here.');
      await check(await (service === 'kms' ? kmsNeeds : athenaNeeds)(world, operation, body));
      return services.json(service, operation, body);
    },
    async s3(method, path, body) {
      await check(s3Needs(world, method, path));
      return services.s3(method, path, body);
    },
  };
};
