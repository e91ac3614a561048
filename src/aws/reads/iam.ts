import {
  GetRoleCommand,
  IAMClient,
  paginateGetAccountAuthorizationDetails,
  paginateListRoles,
  type ManagedPolicyDetail,
  type Role,
  type RoleDetail,
} from '@aws-sdk/client-iam';
import type { JsonObject } from '../../reconciler/model/json.ts';
import type { AccountAuthorization, AwsReads, LiveManagedPolicy, LiveRole } from '../../reconciler/model/reads.ts';
import type { Wire } from '../clients.ts';
import { whileDoing } from '../errors.ts';
import { isFailure } from '../failure-facts.ts';
import { parseJsonObject } from '../parse.ts';

/** The most that IAM puts into one page. */
const PAGE_SIZE = 1000;
/** IAM's own default, one hour; ListRoles leaves nothing out, but the SDK's type allows it. */
const DEFAULT_SESSION_SECONDS = 3600;

/** IAM returns documents URL-encoded as of RFC 3986 (IAM/latest/APIReference/API_PolicyDetail). */
const parseDocument = (text: string | undefined, what: string): JsonObject =>
  parseJsonObject(decodeURIComponent(text ?? ''), what);

const asRole = (detail: RoleDetail, listed: Role): LiveRole => {
  const name = detail.RoleName ?? '';
  const boundary = detail.PermissionsBoundary?.PermissionsBoundaryArn;
  const description = listed.Description;
  return {
    name,
    path: detail.Path ?? '/',
    arn: detail.Arn ?? '',
    trust: parseDocument(detail.AssumeRolePolicyDocument, `the trust policy of role ${name}`),
    inlinePolicies: (detail.RolePolicyList ?? []).map((policy) => ({
      name: policy.PolicyName ?? '',
      document: parseDocument(policy.PolicyDocument, `the policy ${policy.PolicyName ?? ''} of role ${name}`),
    })),
    attachedPolicyArns: (detail.AttachedManagedPolicies ?? []).map((policy) => policy.PolicyArn ?? ''),
    ...(boundary === undefined ? {} : { permissionsBoundary: boundary }),
    ...(description === undefined || description === '' ? {} : { description }),
    maxSessionSeconds: listed.MaxSessionDuration ?? DEFAULT_SESSION_SECONDS,
    tags: Object.fromEntries((detail.Tags ?? []).map((tag) => [tag.Key ?? '', tag.Value ?? ''])),
  };
};

const asManagedPolicy = (policy: ManagedPolicyDetail): LiveManagedPolicy => {
  const name = policy.PolicyName ?? '';
  const version = policy.PolicyVersionList?.find((candidate) => candidate.IsDefaultVersion === true);
  return {
    name,
    path: policy.Path ?? '/',
    arn: policy.Arn ?? '',
    document: parseDocument(version?.Document, `the managed policy ${name}`),
    ...(policy.PolicyVersionList === undefined ? {} : { versions: policy.PolicyVersionList.length }),
  };
};

/** Roles with their policies, and the customer managed policies. */
const readDetails = async (client: IAMClient) => {
  const roles: RoleDetail[] = [];
  const policies: LiveManagedPolicy[] = [];
  const pages = paginateGetAccountAuthorizationDetails(
    { client, pageSize: PAGE_SIZE },
    { Filter: ['Role', 'LocalManagedPolicy'] },
  );
  for await (const page of pages) {
    roles.push(...(page.RoleDetailList ?? []));
    policies.push(...(page.Policies ?? []).map(asManagedPolicy));
  }
  return { roles, policies };
};

/** By name: description and longest session, which the details leave out (IAM/latest/APIReference/API_RoleDetail). */
const listRoles = async (client: IAMClient): Promise<ReadonlyMap<string, Role>> => {
  const roles = new Map<string, Role>();
  for await (const page of paginateListRoles({ client, pageSize: PAGE_SIZE }, {})) {
    for (const role of page.Roles ?? []) roles.set(role.RoleName ?? '', role);
  }
  return roles;
};

/** For a role that appeared or vanished between the two lists. */
const findRole = async (client: IAMClient, name: string): Promise<Role | undefined> => {
  try {
    return (await client.send(new GetRoleCommand({ RoleName: name }))).Role;
  } catch (error) {
    if (isFailure(error, 'NoSuchEntity', 'NoSuchEntityException')) return undefined;
    throw error;
  }
};

/** Reads all roles and customer managed policies of the account, in pages of a thousand. */
export const iamReads = (wire: Wire, homeRegion: string): Pick<AwsReads, 'accountAuthorization'> => {
  const client = wire.instrument('iam', new IAMClient(wire.settings(homeRegion)));
  return {
    accountAuthorization: () =>
      whileDoing('read the roles and policies of the account', async (): Promise<AccountAuthorization> => {
        const [details, listed] = await Promise.all([readDetails(client), listRoles(client)]);
        const roles: LiveRole[] = [];
        for (const detail of details.roles) {
          const name = detail.RoleName ?? '';
          const role = listed.get(name) ?? (await findRole(client, name));
          if (role !== undefined) roles.push(asRole(detail, role));
        }
        return { roles, policies: details.policies };
      }),
  };
};
