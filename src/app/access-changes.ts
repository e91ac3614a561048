import { diffAccess, peopleOf } from '../access/diff.ts';
import { accessOf, type HeldRole } from '../access/held/access-of.ts';
import { worldOf, type HeldWorld } from '../access/held/world.ts';
import type { Catalog } from '../reconciler/model/catalog.ts';
import {
  compareText,
  isJsonArray,
  isJsonObject,
  sameJson,
  type Json,
  type JsonObject,
} from '../reconciler/model/json.ts';
import type { LiveState } from '../reconciler/model/live.ts';
import { boundaryPolicy, iamPath, roleArn } from '../reconciler/model/names.ts';
import type { AccessChange } from '../reconciler/model/plan.ts';
import type { AccessHolder, AccessRow } from '../reconciler/model/resource.ts';

/** Two states of one instance's roles: as they are, and as they will be. */
export interface AccessComparison {
  readonly catalog: Catalog;
  readonly instance: string;
  readonly before: LiveState;
  readonly after: LiveState;
  /** ISO 8601: the time that expiry is judged at. */
  readonly asOf: string;
}

const HOLDERS: readonly (readonly [pattern: RegExp, holder: (name: string) => AccessHolder])[] = [
  [/^team-(.+)$/, (name) => `team:${name}`],
  [/^user-(.+)$/, (name) => `user:${name}`],
  [/^service-(.+)$/, (name) => `service:${name}`],
  [/^pipeline-(.+)$/, (name) => `pipeline:${name}`],
  [/^default-(.+)$/, (name) => `everyone:${name}`],
  [
    /^ds-(.+-(?:discover|read|read-raw|write|admin))$/,
    (name) => `exposed:${name.replace(/-(discover|read-raw|read|write|admin)$/, '/$1')}`,
  ],
];

/** Whose a role is, by its name; undefined for roles that people do not work under (CloudFormation's). */
const holderOf = (roleName: string, instance: string): AccessHolder | undefined => {
  const prefix = `edl-${instance}-`;
  if (!roleName.startsWith(prefix)) return undefined;
  for (const [pattern, holder] of HOLDERS) {
    const [, name] = pattern.exec(roleName.slice(prefix.length)) ?? [];
    if (name !== undefined) return holder(name);
  }
  return undefined;
};

const textOf = (value: Json | undefined): string => (typeof value === 'string' ? value : '');
const listOf = (value: Json | undefined): readonly Json[] => (isJsonArray(value) ? value : []);

/** Documents of the managed policies of a state, by ARN's last part with path: `/edl/dev01/edl-dev01-boundary`. */
const managedDocuments = (state: LiveState): ReadonlyMap<string, JsonObject> =>
  new Map(
    state.resources.flatMap(({ kind, properties }) => {
      const document = properties?.['PolicyDocument'];
      if (kind !== 'iam-managed-policy' || !isJsonObject(document)) return [];
      return [[`${textOf(properties?.['Path'])}${textOf(properties?.['ManagedPolicyName'])}`, document] as const];
    }),
  );

const keyOfArn = (arn: string): string => arn.slice(arn.indexOf('/'));

const inlineOf = (properties: JsonObject): HeldRole['documents'] =>
  listOf(properties['Policies']).flatMap((policy) => {
    const document = isJsonObject(policy) ? policy['PolicyDocument'] : undefined;
    return isJsonObject(policy) && isJsonObject(document) ? [{ name: textOf(policy['PolicyName']), document }] : [];
  });

const rolesOf = (state: LiveState, { instance, account }: HeldWorld): ReadonlyMap<string, HeldRole> => {
  const managed = managedDocuments(state);
  const boundary = managed.get(`${iamPath(instance)}${boundaryPolicy(instance)}`);
  const roles = state.resources.flatMap(({ kind, properties }): readonly (readonly [string, HeldRole])[] => {
    if (kind !== 'iam-role' || properties === undefined) return [];
    const name = textOf(properties['RoleName']);
    const holder = holderOf(name, instance);
    if (holder === undefined) return [];
    const attached = listOf(properties['ManagedPolicyArns']).flatMap((arn) => {
      const document = managed.get(keyOfArn(textOf(arn)));
      return document === undefined ? [] : [{ name: textOf(arn), document }];
    });
    const isBounded =
      boundary !== undefined && keyOfArn(textOf(properties['PermissionsBoundary'])).endsWith(boundaryPolicy(instance));
    return [
      [
        name,
        {
          holder,
          arn: roleArn(account, textOf(properties['Path']), name),
          documents: [...inlineOf(properties), ...attached],
          ...(isBounded ? { boundary } : {}),
        },
      ],
    ];
  });
  return new Map(roles);
};

const isSameRole = (left: HeldRole | undefined, right: HeldRole | undefined): boolean =>
  left !== undefined && right !== undefined && sameJson(asComparable(left), asComparable(right));

const asComparable = ({ documents, boundary }: HeldRole): Json => [
  [...documents]
    .sort((left, right) => compareText(left.name, right.name))
    .map(({ name, document }) => [name, document]),
  boundary ?? null,
];

/**
 * Who gains and loses what between two states, read from the documents themselves. Only roles whose documents differ are
 * evaluated. Roles whose rights grew or ended merely because time passed show as expired.
 */
export const accessChanges = ({
  catalog,
  instance,
  before,
  after,
  asOf,
}: AccessComparison): readonly AccessChange[] => {
  const world = worldOf(catalog, instance, asOf);
  const [old, next] = [rolesOf(before, world), rolesOf(after, world)];
  const rows: { readonly before: AccessRow[]; readonly after: AccessRow[] } = { before: [], after: [] };
  for (const name of new Set([...old.keys(), ...next.keys()])) {
    const [was, is] = [old.get(name), next.get(name)];
    if (isSameRole(was, is)) continue;
    if (was !== undefined) {
      const held = accessOf(was, world);
      rows.before.push(...held.rows, ...held.expired);
    }
    if (is !== undefined) rows.after.push(...accessOf(is, world).rows);
  }
  return diffAccess(rows.before, rows.after, { people: peopleOf(catalog), tiers: world.tiers, asOf });
};
