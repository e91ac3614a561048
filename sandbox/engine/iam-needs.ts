import { notModelled } from '../protocol/errors.ts';
import type { Tag } from '../types/resource-type.ts';
import { readRole } from './iam-facts.ts';
import type { Keys, Need, World } from './needs.ts';
import { needOf, requestTags, tagKeys, withTags } from './needs.ts';

type Parameters = Readonly<Record<string, string | undefined>>;

const numbered = (parameters: Parameters, name: RegExp): readonly string[] =>
  Object.entries(parameters).flatMap(([key, value]) => (name.test(key) && value !== undefined ? [value] : []));

const queryTagsOf = (parameters: Parameters): readonly Tag[] => {
  const values = numbered(parameters, /^Tags\.member\.\d+\.Value$/);
  return numbered(parameters, /^Tags\.member\.\d+\.Key$/).map((Key, index) => ({ Key, Value: values[index] ?? '' }));
};

/** What names a resource of IAM that is no role. Users and groups have paths that no request tells. */
const otherResource = (world: World, action: string, parameters: Parameters): string => {
  const { PolicyArn, PolicyName, Path = '/', OpenIDConnectProviderArn, Url, UserName, GroupName } = parameters;
  if (UserName !== undefined || GroupName !== undefined)
    throw notModelled(`the rights of a service role on users and groups (iam:${action})`);
  const own = `arn:aws:iam::${world.account}`;
  if (Url !== undefined) return `${own}:oidc-provider/${Url.replace(/^https:\/\//, '')}`;
  return OpenIDConnectProviderArn ?? PolicyArn ?? `${own}:policy${Path}${PolicyName ?? ''}`;
};

const TAGGING: Readonly<Record<string, string>> = {
  CreateOpenIDConnectProvider: 'iam:TagOpenIDConnectProvider',
  CreatePolicy: 'iam:TagPolicy',
  CreateRole: 'iam:TagRole',
};

const ABSENT = ['iam:passedtoservice', 'iam:permissionsboundary', 'iam:policyarn'];
const ABSENT_OF_ROLES = [...ABSENT, 'aws:resourcetag/*', 'iam:resourcetag/*'];

const roleNeed = async (
  world: World,
  action: string,
  name: string,
  parameters: Parameters,
  request: Keys,
): Promise<Need> => {
  const { PolicyArn: policy, Path = '/', PermissionsBoundary } = parameters;
  const role = action === 'CreateRole' ? undefined : await readRole(world.services, name);
  const boundary = PermissionsBoundary ?? role?.boundary;
  const keys = {
    ...request,
    ...tagKeys('aws:resourcetag', role?.tags ?? []),
    ...tagKeys('iam:resourcetag', role?.tags ?? []),
    ...(boundary === undefined ? {} : { 'iam:permissionsboundary': [boundary] }),
    ...(policy === undefined ? {} : { 'iam:policyarn': [policy] }),
  };
  const resource = role?.arn ?? `arn:aws:iam::${world.account}:role${Path}${name}`;
  return needOf(world, `iam:${action}`, resource, keys, ABSENT_OF_ROLES);
};

/** What a call of IAM must be allowed; tags on creation ask for the right to tag too (IAM id_tags_roles). */
export const iamNeeds = async (world: World, action: string, parameters: Parameters): Promise<readonly Need[]> => {
  const { RoleName: name } = parameters;
  const tags = queryTagsOf(parameters);
  const request = requestTags(tags, numbered(parameters, /^TagKeys\.member\.\d+$/));
  const need =
    name === undefined
      ? needOf(world, `iam:${action}`, otherResource(world, action, parameters), request, ABSENT)
      : await roleNeed(world, action, name, parameters, request);
  const tagging = TAGGING[action];
  return tagging === undefined ? [need] : withTags(need, tags, tagging);
};
