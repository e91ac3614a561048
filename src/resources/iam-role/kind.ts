import { namesGonePrincipals } from '../../reconciler/model/gone-principals.ts';
import type { ResourceKind } from '../../reconciler/model/kind.ts';
import { bootstrapStack, cloudFormationRole } from '../../reconciler/model/names.ts';
import type { DeclareInput, Resource } from '../../reconciler/model/resource.ts';
import { accessOf } from '../shared/access.ts';
import { managedPolicyId, roleId } from '../shared/ids.ts';
import { impactFromSchema } from '../shared/impact.ts';
import { hasOwnName } from '../shared/own-names.ts';
import { scopeOf, type LakeScope } from '../shared/scope.ts';
import { cloudFormationRoleProperties } from './cloudformation-role.ts';
import { normalizeRole, roleFromLive, roleProperties } from './properties.ts';

const NAME = 'iam-role';
const TYPE = 'AWS::IAM::Role';

/** None where the instance names a role that is there already. */
const cloudFormationRoles = (scope: LakeScope): readonly Resource[] =>
  scope.instance.cloudFormationRole === undefined
    ? [
        {
          id: roleId(cloudFormationRole(scope.instance.name)),
          kind: NAME,
          type: TYPE,
          stack: bootstrapStack(scope.instance.name, scope.home, scope.home),
          region: scope.home,
          properties: cloudFormationRoleProperties(scope),
          dependsOn: [],
          declaredIn: scope.lake.declaredIn,
        },
      ]
    : [];

const accessRoles = (input: DeclareInput, scope: LakeScope): readonly Resource[] =>
  accessOf(input).roles.map((role) => ({
    id: roleId(role.roleName),
    kind: NAME,
    type: TYPE,
    stack: role.stack,
    region: role.region,
    properties: roleProperties(role, scope),
    dependsOn: role.managed.map(({ name }) => managedPolicyId(name)),
    ...(role.declaredIn === undefined ? {} : { declaredIn: role.declaredIn }),
  }));

/** The roles that people, services and pipelines work under, and the one that CloudFormation acts with. */
export const iamRole: ResourceKind = {
  name: NAME,
  type: TYPE,
  driver: 'cloudformation',
  holdsData: false,
  separateItems: ['ManagedPolicyArns', 'Policies'],
  isGlobal: true,
  declare: (input) => {
    const scope = scopeOf(input);
    return {
      resources: [...cloudFormationRoles(scope), ...accessRoles(input, scope)],
      diagnostics: accessOf(input).diagnostics,
    };
  },
  observe: async (reads, scope) => {
    const { roles } = await reads.accountAuthorization();
    return roles
      .filter((role) => hasOwnName(role, scope))
      .map((role) => ({
        id: roleId(role.name),
        kind: NAME,
        region: scope.homeRegion,
        properties: normalizeRole(roleFromLive(role)),
        tags: role.tags,
        ...(namesGonePrincipals(role.trust)
          ? { presentRoles: { account: scope.account, arns: roles.map(({ arn }) => arn) } }
          : {}),
      }));
  },
  normalize: normalizeRole,
  impactOf: impactFromSchema(TYPE),
};
