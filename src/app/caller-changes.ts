import { accountsOf, callersOf } from '../access/changes/callers.ts';
import { holderText } from '../access/changes/describe.ts';
import { worldOf } from '../access/held/world.ts';
import type { Catalog } from '../reconciler/model/catalog.ts';
import { at, type Diagnostic, type SourceLocation } from '../reconciler/model/diagnostic.ts';
import { compareText, textOf } from '../reconciler/model/json.ts';
import type { DesiredState } from '../reconciler/model/resource.ts';
import { rolesIn, type ViewedRole } from './held-roles.ts';
import type { IamViews } from './iam-views.ts';

const list = (callers: readonly string[]): string => callers.join(', ');

/** Where a role is declared; its callers are in the same place. */
type Place = ReturnType<typeof at>;

const placesOf = ({ resources }: DesiredState): ReadonlyMap<string, SourceLocation | undefined> =>
  new Map(
    resources
      .filter(({ kind }) => kind === 'iam-role')
      .map(({ properties, declaredIn }) => [textOf(properties['RoleName']), declaredIn]),
  );

const changed = (
  { holder, roleName }: ViewedRole,
  gained: readonly string[],
  lost: readonly string[],
  place: Place,
): Diagnostic => ({
  code: 'EDL-3130',
  severity: gained.length > 0 ? 'warning' : 'note',
  summary: 'Who may take a role changes',
  detail: [
    ...(gained.length > 0
      ? [`From now on ${list(gained)} may work as ${holderText(holder)}, with everything it was granted.`]
      : []),
    ...(lost.length > 0 ? [`${list(lost)} may no longer work as ${holderText(holder)}.`] : []),
  ].join(' '),
  ...place,
  target: `iam-role/${roleName}`,
});

const outside = (
  { holder, roleName }: ViewedRole,
  callers: readonly string[],
  accounts: readonly string[],
  place: Place,
): Diagnostic => ({
  code: 'EDL-3131',
  severity: 'warning',
  summary: 'Role can be taken from another account',
  detail: `${holderText(holder)} is open to ${list(callers)}, from account ${list(accounts)}: outside of this instance's own account.`,
  ...place,
  target: `iam-role/${roleName}`,
});

/** What a plan changes about who may work under which role: as much access as any policy gives, and easily overlooked. */
export const callerChanges = (catalog: Catalog, desired: DesiredState, views: IamViews): readonly Diagnostic[] => {
  const world = worldOf(catalog, desired.instance, desired.asOf);
  const [before, after] = [rolesIn(views.applied, world), rolesIn(views.declared, world)];
  const places = placesOf(desired);
  return [...after.values()]
    .sort((left, right) => compareText(left.roleName, right.roleName))
    .flatMap((role): readonly Diagnostic[] => {
      const earlier = before.get(role.roleName);
      const callers = callersOf(role.trust);
      const known = earlier === undefined ? [] : callersOf(earlier.trust);
      const gained = callers.filter((caller) => !known.includes(caller));
      const lost = known.filter((caller) => !callers.includes(caller));
      const foreign = gained.filter((caller) => accountsOf([caller]).some((account) => account !== desired.account));
      const accounts = accountsOf(foreign).filter((account) => account !== desired.account);
      const place = at(places.get(role.roleName));
      return [
        ...(earlier !== undefined && gained.length + lost.length > 0 ? [changed(role, gained, lost, place)] : []),
        ...(foreign.length > 0 ? [outside(role, foreign, accounts, place)] : []),
      ];
    });
};
