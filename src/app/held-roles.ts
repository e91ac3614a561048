import type { HeldRole } from '../access/held/access-of.ts';
import type { HeldWorld } from '../access/held/world.ts';
import { type JsonObject, textOf, listOf, objectOf } from '../reconciler/model/json.ts';
import { boundaryPolicy, iamPath, roleArn } from '../reconciler/model/names.ts';
import type { AccessHolder } from '../reconciler/model/resource.ts';

/** Roles and policies of some state of the lake: as applied, as live, as declared. */
export type IamView = readonly { readonly kind: string; readonly properties: JsonObject }[];

/** A role with what may be done under it and who may take it. */
export interface ViewedRole extends HeldRole {
  readonly roleName: string;
  readonly trust: JsonObject;
}

const HOLDERS: readonly (readonly [pattern: RegExp, holder: (name: string) => AccessHolder])[] = [
  [/^team-(.+)$/, (name) => `team:${name}`],
  [/^user-(.+)$/, (name) => `user:${name}`],
  [/^service-(.+)$/, (name) => `service:${name}`],
  [/^pipeline-(.+)$/, (name) => `pipeline:${name}`],
  [/^default-(.+)$/, (name) => `everyone:${name}`],
  [
    /^ds-(.+-(?:discover|read-raw|read|write|admin))$/,
    (name) => `exposed:${name.replace(/-(discover|read-raw|read|write|admin)$/, '/$1')}`,
  ],
];

/** Whose a role is, by its name; undefined for roles that nobody's access depends on (CloudFormation's). */
const holderOf = (roleName: string, instance: string): AccessHolder | undefined => {
  const prefix = `edl-${instance}-`;
  if (!roleName.startsWith(prefix)) return undefined;
  for (const [pattern, holder] of HOLDERS) {
    const [, name] = pattern.exec(roleName.slice(prefix.length)) ?? [];
    if (name !== undefined) return holder(name);
  }
  return undefined;
};

/** Documents of the managed policies, by path and name: `/edl/dev01/edl-dev01-boundary`. */
const managedDocuments = (view: IamView): ReadonlyMap<string, JsonObject> =>
  new Map(
    view
      .filter(({ kind }) => kind === 'iam-managed-policy')
      .map(({ properties }) => [
        `${textOf(properties['Path'])}${textOf(properties['ManagedPolicyName'])}`,
        objectOf(properties['PolicyDocument']),
      ]),
  );

const keyOfArn = (arn: string): string => arn.slice(arn.indexOf('/'));

const inlineOf = (properties: JsonObject): HeldRole['documents'] =>
  listOf(properties['Policies'])
    .map(objectOf)
    .map((policy) => ({ name: textOf(policy['PolicyName']), document: objectOf(policy['PolicyDocument']) }));

/** The lake's roles in a view, by name, with their documents put together. Policies of others are not in it. */
export const rolesIn = (view: IamView, { instance, account }: HeldWorld): ReadonlyMap<string, ViewedRole> => {
  const managed = managedDocuments(view);
  const boundaryKey = `${iamPath(instance)}${boundaryPolicy(instance)}`;
  const boundary = managed.get(boundaryKey);
  const roles = view.flatMap(({ kind, properties }): readonly (readonly [string, ViewedRole])[] => {
    const roleName = textOf(properties['RoleName']);
    const holder = kind === 'iam-role' ? holderOf(roleName, instance) : undefined;
    if (holder === undefined) return [];
    const attached = listOf(properties['ManagedPolicyArns']).flatMap((arn) => {
      const document = managed.get(keyOfArn(textOf(arn)));
      return document === undefined ? [] : [{ name: textOf(arn), document }];
    });
    const isBounded = boundary !== undefined && keyOfArn(textOf(properties['PermissionsBoundary'])) === boundaryKey;
    const role = {
      roleName,
      holder,
      arn: roleArn(account, textOf(properties['Path']), roleName),
      documents: [...inlineOf(properties), ...attached],
      trust: objectOf(properties['AssumeRolePolicyDocument']),
      ...(isBounded ? { boundary } : {}),
    };
    return [[roleName, role]];
  });
  return new Map(roles);
};
