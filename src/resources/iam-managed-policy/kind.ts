import type { JsonObject } from '../../reconciler/model/json.ts';
import type { ResourceKind } from '../../reconciler/model/kind.ts';
import { bootstrapStack, boundaryPolicy, iamPath } from '../../reconciler/model/names.ts';
import type { DeclareInput, Resource } from '../../reconciler/model/resource.ts';
import { accessOf } from '../shared/access.ts';
import { managedPolicyId } from '../shared/ids.ts';
import { impactFromSchema } from '../shared/impact.ts';
import { hasOwnName } from '../shared/own-names.ts';
import { normalizePolicy } from '../shared/policy.ts';
import { mapProperty } from '../shared/properties.ts';
import { scopeOf, type LakeScope } from '../shared/scope.ts';
import { boundaryDocument } from './boundary.ts';

const NAME = 'iam-managed-policy';
const TYPE = 'AWS::IAM::ManagedPolicy';

/** No description: AWS cannot change one later without another policy, and names tell enough. */
const propertiesOf = (name: string, path: string, document: JsonObject): JsonObject => ({
  ManagedPolicyName: name,
  Path: path,
  PolicyDocument: document,
});

const normalize = (properties: JsonObject): JsonObject => mapProperty(properties, 'PolicyDocument', normalizePolicy);

const boundary = (scope: LakeScope): Resource => {
  const name = boundaryPolicy(scope.instance.name);
  return {
    id: managedPolicyId(name),
    kind: NAME,
    type: TYPE,
    stack: bootstrapStack(scope.instance.name, scope.home, scope.home),
    region: scope.home,
    properties: propertiesOf(name, iamPath(scope.instance.name), boundaryDocument(scope)),
    dependsOn: [],
    declaredIn: scope.lake.declaredIn,
  };
};

const accessPolicies = (input: DeclareInput, scope: LakeScope): readonly Resource[] =>
  accessOf(input).roles.flatMap((role) =>
    role.managed.map(({ name, document }) => ({
      id: managedPolicyId(name),
      kind: NAME,
      type: TYPE,
      stack: role.stack,
      region: role.region,
      properties: propertiesOf(name, iamPath(scope.instance.name), document),
      dependsOn: [],
      ...(role.declaredIn === undefined ? {} : { declaredIn: role.declaredIn }),
    })),
  );

/** The boundary of all roles, and what does not fit into a role's inline policies. */
export const iamManagedPolicy: ResourceKind = {
  name: NAME,
  type: TYPE,
  driver: 'cloudformation',
  holdsData: false,
  isGlobal: true,
  declare: (input) => {
    const scope = scopeOf(input);
    return { resources: [boundary(scope), ...accessPolicies(input, scope)] };
  },
  observe: async (reads, scope) => {
    const { policies } = await reads.accountAuthorization();
    return policies
      .filter((policy) => hasOwnName(policy, scope))
      .map((policy) => ({
        id: managedPolicyId(policy.name),
        kind: NAME,
        region: scope.homeRegion,
        properties: normalize(propertiesOf(policy.name, policy.path, policy.document)),
      }));
  },
  normalize,
  impactOf: impactFromSchema(TYPE),
};
