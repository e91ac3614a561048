import type { HeldRole } from '../access/held/access-of.ts';
import type { HeldWorld } from '../access/held/world.ts';
import { type JsonObject, textOf, listOf, objectOf } from '../reconciler/model/json.ts';
import { policyArn, roleArn } from '../reconciler/model/names.ts';
import type { AccessHolder } from '../reconciler/model/resource.ts';

/** Roles and policies of some state of the lake: as applied, as live, as declared. */
export type IamView = readonly { readonly kind: string; readonly properties: JsonObject }[];

/** A role with what may be done under it and who may take it. */
export interface ViewedRole extends HeldRole {
  readonly roleName: string;
  readonly trust: JsonObject;
  /** ARNs of what is attached, or is its boundary, though the view has no document of it: AWS's own policies, and others'. */
  readonly unread: readonly string[];
}

/** A role whose name may say nothing of whose it is. */
export type FoundRole = Omit<ViewedRole, 'holder'> & Partial<Pick<ViewedRole, 'holder'>>;

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

/** Documents of the managed policies, by ARN: a policy of AWS's own may have the name of one of the account's. */
const managedDocuments = (view: IamView, account: string): ReadonlyMap<string, JsonObject> =>
  new Map(
    view
      .filter(({ kind }) => kind === 'iam-managed-policy')
      .map(({ properties }) => [
        policyArn(account, textOf(properties['Path']), textOf(properties['ManagedPolicyName'])),
        objectOf(properties['PolicyDocument']),
      ]),
  );

const inlineOf = (properties: JsonObject): HeldRole['documents'] =>
  listOf(properties['Policies'])
    .map(objectOf)
    .map((policy) => ({ name: textOf(policy['PolicyName']), document: objectOf(policy['PolicyDocument']) }));

const viewRole = (properties: JsonObject, account: string, managed: ReadonlyMap<string, JsonObject>): FoundRole => {
  const roleName = textOf(properties['RoleName']);
  const arns = listOf(properties['ManagedPolicyArns']).map(textOf);
  const boundaryArn = textOf(properties['PermissionsBoundary']);
  const boundary = managed.get(boundaryArn);
  const attached = arns.flatMap((arn) => {
    const document = managed.get(arn);
    return document === undefined ? [] : [{ name: arn, document }];
  });
  return {
    roleName,
    arn: roleArn(account, textOf(properties['Path']), roleName),
    documents: [...inlineOf(properties), ...attached],
    trust: objectOf(properties['AssumeRolePolicyDocument']),
    unread: [...arns, ...(boundaryArn === '' ? [] : [boundaryArn])].filter((arn) => !managed.has(arn)),
    ...(boundary === undefined ? {} : { boundary }),
  };
};

/** Every role in a view; whoever made it. */
export const allRolesIn = (view: IamView, { instance, account }: HeldWorld): readonly FoundRole[] => {
  const managed = managedDocuments(view, account);
  return view
    .filter(({ kind }) => kind === 'iam-role')
    .map(({ properties }) => {
      const role = viewRole(properties, account, managed);
      const holder = holderOf(role.roleName, instance);
      return holder === undefined ? role : { ...role, holder };
    });
};

/** The lake's roles in a view, by name, with their documents put together. */
export const rolesIn = (view: IamView, world: HeldWorld): ReadonlyMap<string, ViewedRole> =>
  new Map(
    allRolesIn(view, world).flatMap(({ holder, ...role }) =>
      holder === undefined ? [] : [[role.roleName, { ...role, holder }] as const],
    ),
  );
