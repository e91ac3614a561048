import type { Caller, Catalog, Principal, PrincipalRef } from '../../reconciler/model/catalog.ts';
import type { AccessHolder } from '../../reconciler/model/resource.ts';
import { matchesGlob } from '../evaluate/glob.ts';
import { type NamedRole, namesOf } from './names.ts';
import type { DenialCaller } from './types.ts';

/** Who was refused, in the lake's terms. */
export interface Who {
  /** The role of the lake that asked. */
  readonly role?: NamedRole;
  /** A role of the lake by its name only: the caller is of another account. */
  readonly namesake?: NamedRole;
  /** Whose access counts: that of the role, else the one that the flag names or that the caller may take. */
  readonly holder?: AccessHolder;
  readonly caller?: DenialCaller;
  /** A role with a name of the lake that the catalog does not have. */
  readonly isUnknownRole: boolean;
  /** The principals that this caller may work as, where it is not a role of the lake. */
  readonly mayBe: readonly PrincipalRef[];
}

const lastPart = (arn: string): string => arn.slice(arn.lastIndexOf('/') + 1);

const nameOf = ({ role, user }: DenialCaller): string | undefined => role ?? user;

/** The permission set of a reserved role of IAM Identity Center (singlesignon/latest/userguide/referencingpermissionsets). */
export const permissionSetOf = (role: string): string | undefined =>
  /^AWSReservedSSO_(.+)_[0-9a-f]{16}$/.exec(role)?.[1];

/**
 * Whether a declared caller means this one, as far as a message tells: roles come without their path. Undefined where only
 * the token of a provider could tell.
 */
export const meansCaller = (declared: Caller, caller: DenialCaller, account: string): boolean | undefined => {
  const name = nameOf(caller);
  if ('saml' in declared || 'oidc' in declared) return undefined;
  if ('identityCenter' in declared)
    return caller.account === account && permissionSetOf(caller.role ?? '') === declared.identityCenter.permissionSet;
  const arn = declared.arn.replaceAll('{account}', account);
  const declaredAccount = arn.split(':')[4] ?? '';
  if (declaredAccount !== caller.account) return false;
  if (arn.endsWith(':root')) return true;
  const kind = /:(role|user|assumed-role)\//.exec(arn)?.[1];
  const isKind = kind === 'user' ? caller.user !== undefined : caller.role !== undefined;
  return name !== undefined && isKind && matchesGlob(lastPart(arn), name);
};

/** Whether a principal's role may be taken by this caller in an instance. */
export const trusts = (
  assumedBy: readonly Caller[],
  caller: DenialCaller,
  instance: { readonly name: string; readonly account: string },
): boolean =>
  assumedBy.some(
    (declared) =>
      (declared.instances?.includes(instance.name) ?? true) && meansCaller(declared, caller, instance.account) === true,
  );

/** Sessions are often named after a person, whole address or the part before the @. */
const isMember = ({ members, kind, name }: Principal, session: string): boolean => {
  const person = session.toLowerCase();
  const isAddress = members.some(
    (member) => member.toLowerCase() === person || member.toLowerCase().split('@')[0] === person,
  );
  return isAddress || (kind === 'user' && name === person.replaceAll('.', '-'));
};

const principalsOf = (catalog: Catalog, caller: DenialCaller): readonly PrincipalRef[] => {
  const trusted = catalog.principals.filter((principal) =>
    catalog.lake.instances.some((instance) => trusts(principal.assumedBy, caller, instance)),
  );
  if (trusted.length > 0) return trusted.map(({ ref }) => ref);
  const session = caller.session ?? caller.user;
  return session === undefined
    ? []
    : catalog.principals.filter((principal) => isMember(principal, session)).map(({ ref }) => ref);
};

/** Who was refused: the role of the message, else the principal that the flag names, else the one that the caller may be. */
export const whoOf = (catalog: Catalog, caller: DenialCaller | undefined, flag: PrincipalRef | undefined): Who => {
  const named = caller?.role === undefined ? undefined : namesOf(catalog).roles.get(caller.role);
  const isOfAccount = named !== undefined && named.arn.split(':')[4] === caller?.account;
  const role = isOfAccount ? named : undefined;
  const instances = catalog.lake.instances.map(({ name }) => name).join('|');
  const isOurs = new RegExp(`^edl-(${instances})-(team|user|service|pipeline|default|ds)-`).test(caller?.role ?? '');
  const mayBe = caller === undefined || role !== undefined ? [] : principalsOf(catalog, caller);
  const only = mayBe.length === 1 ? mayBe[0] : undefined;
  const holder = role?.holder ?? flag ?? only;
  return {
    isUnknownRole: named === undefined && isOurs,
    mayBe,
    ...(role === undefined ? {} : { role }),
    ...(named === undefined || isOfAccount ? {} : { namesake: named }),
    ...(holder === undefined ? {} : { holder }),
    ...(caller === undefined ? {} : { caller }),
  };
};
