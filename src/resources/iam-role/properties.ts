import type { AccessRole } from '../../access/documents/role.ts';
import { type Json, type JsonObject, listOf, objectOf, textOf } from '../../reconciler/model/json.ts';
import { iamPath, policyArn } from '../../reconciler/model/names.ts';
import type { LiveRole } from '../../reconciler/model/reads.ts';
import { boundaryArn } from '../shared/boundary.ts';
import { normalizePolicy } from '../shared/policy.ts';
import { mapProperty, omitEmpty, sortList } from '../shared/properties.ts';
import type { LakeScope } from '../shared/scope.ts';

/** A role that grants made, in CloudFormation's shape. */
export const roleProperties = (role: AccessRole, scope: LakeScope): JsonObject =>
  omitEmpty({
    RoleName: role.roleName,
    Path: role.path,
    Description: role.description,
    AssumeRolePolicyDocument: role.trust,
    MaxSessionDuration: role.maxSessionSeconds,
    PermissionsBoundary: boundaryArn(scope),
    Policies: role.inline.map(({ name, document }) => ({ PolicyName: name, PolicyDocument: document })),
    ManagedPolicyArns: role.managed.map(({ name }) => policyArn(scope.account, iamPath(scope.instance.name), name)),
  });

/** A live role in CloudFormation's shape. */
export const roleFromLive = (role: LiveRole): JsonObject =>
  omitEmpty({
    RoleName: role.name,
    Path: role.path,
    Description: role.description,
    AssumeRolePolicyDocument: role.trust,
    MaxSessionDuration: role.maxSessionSeconds,
    PermissionsBoundary: role.permissionsBoundary,
    Policies: role.inlinePolicies.map(({ name, document }) => ({ PolicyName: name, PolicyDocument: document })),
    ManagedPolicyArns: role.attachedPolicyArns,
  });

const normalizeInline = (policies: Json): Json =>
  sortList(
    listOf(policies).map((policy) => mapProperty(objectOf(policy), 'PolicyDocument', normalizePolicy)),
    (policy) => textOf(objectOf(policy)['PolicyName']),
  );

/** Roles in the one form that compares: neither the order of policies nor that of their statements means anything. */
export const normalizeRole = (properties: JsonObject): JsonObject => {
  const trusted = mapProperty(properties, 'AssumeRolePolicyDocument', normalizePolicy);
  const inline = mapProperty(trusted, 'Policies', normalizeInline);
  return omitEmpty(mapProperty(inline, 'ManagedPolicyArns', (arns) => sortList(listOf(arns), textOf)));
};
