import type { Catalog, Principal } from '../../reconciler/model/catalog.ts';
import { at, type Diagnostic, sortDiagnostics } from '../../reconciler/model/diagnostic.ts';
import { compareText } from '../../reconciler/model/json.ts';
import type { AccessRow } from '../../reconciler/model/resource.ts';
import { grantedRows, withOpenMetadata } from '../rows.ts';
import { type Scope, scopeOf } from '../scope.ts';
import type { PackedRole } from './fit.ts';
import { judgeRole } from './limits.ts';
import { packRows } from './pack.ts';
import type { AccessRole, AccessWorkGroup, CompiledAccess, RolePolicy } from './role.ts';
import { defaultShell, exposedShell, principalShell, type RoleShell, runnerShell } from './roles.ts';
import { callersIn } from './trust.ts';
import { defaultWorkGroups, principalWorkGroups } from './workgroups.ts';

const byName = (left: { readonly name: string }, right: { readonly name: string }): number =>
  compareText(left.name, right.name);

interface Filled {
  readonly packed: PackedRole;
  readonly diagnostics: readonly Diagnostic[];
}

/** Packs a role's rows: the leftmost leaf goes inline beside the base, the others become managed policies. */
const fillRole = (scope: Scope, shell: RoleShell, rows: readonly AccessRow[]): Filled => {
  const { base, ...rest } = shell;
  const leaves = packRows(scope, rows);
  const inline: RolePolicy[] = base === undefined ? [] : [base];
  const managed: RolePolicy[] = [];
  for (const { bits, document } of leaves)
    if (bits === '') inline.push({ name: 'access', document });
    else managed.push({ name: `${shell.roleName}-${bits}`, document });
  const role: AccessRole = {
    ...rest,
    inline: inline.sort(byName),
    managed: managed.sort(byName),
    rows: withOpenMetadata(scope, rows),
  };
  const packed = { scope, role, rows };
  return { packed, diagnostics: judgeRole(packed, leaves) };
};

const shellsOf = (scope: Scope): readonly RoleShell[] => [
  ...scope.catalog.principals.map((principal) => principalShell(scope, principal)),
  ...[...scope.tiers.values()]
    .filter((tier) => tier.defaultRole !== undefined)
    .map((tier) => defaultShell(scope, tier)),
  ...[...scope.datasets.values()].flatMap((dataset) =>
    dataset.expose.map((exposure) => exposedShell(scope, dataset, exposure)),
  ),
  ...scope.pipelines.map((pipeline) => runnerShell(scope, pipeline)),
];

const uncalled = (scope: Scope, principal: Principal): readonly Diagnostic[] =>
  callersIn(scope, principal.assumedBy).length > 0
    ? []
    : [
        {
          code: 'EDL-2055',
          severity: 'note',
          summary: 'Nobody may take this role',
          detail: `${principal.ref} has no caller in instance ${scope.instance.name}, so its role is there but nobody can take it. Add one under assumedBy.`,
          ...at(principal.declaredIn),
        },
      ];

const groupByHolder = (rows: readonly AccessRow[]): ReadonlyMap<string, readonly AccessRow[]> => {
  const groups = new Map<string, AccessRow[]>();
  for (const row of rows) {
    const group = groups.get(row.principal);
    if (group === undefined) groups.set(row.principal, [row]);
    else group.push(row);
  }
  return groups;
};

const workGroupsOf = (
  scope: Scope,
  byHolder: ReadonlyMap<string, readonly AccessRow[]>,
): readonly AccessWorkGroup[] => [
  ...scope.catalog.principals.flatMap((principal) =>
    principalWorkGroups(scope, principal, byHolder.get(principal.ref) ?? []),
  ),
  ...[...scope.tiers.values()]
    .filter((tier) => tier.defaultRole !== undefined)
    .flatMap((tier) => defaultWorkGroups(scope, tier)),
];

interface Compiled {
  readonly access: CompiledAccess;
  readonly packed: readonly PackedRole[];
}

const compile = (scope: Scope): Compiled => {
  const granted = grantedRows(scope);
  const byHolder = groupByHolder(granted.rows);
  const filled = shellsOf(scope)
    .map((shell) => fillRole(scope, shell, byHolder.get(shell.holder) ?? []))
    .sort((left, right) => compareText(left.packed.role.roleName, right.packed.role.roleName));
  const diagnostics = [
    ...granted.notes,
    ...scope.catalog.principals.flatMap((principal) => uncalled(scope, principal)),
    ...filled.flatMap((one) => one.diagnostics),
  ];
  const packed = filled.map((one) => one.packed);
  const access = {
    roles: packed.map((one) => one.role),
    workGroups: [...workGroupsOf(scope, byHolder)].sort(
      (left, right) => byName(left, right) || compareText(left.region, right.region),
    ),
    rows: withOpenMetadata(scope, granted.rows),
    diagnostics: sortDiagnostics(diagnostics),
  };
  return { access, packed };
};

const known = new WeakMap<Catalog, Map<string, Compiled>>();

const compileOnce = (catalog: Catalog, instance: string, asOf: string): Compiled => {
  const ofCatalog = known.get(catalog) ?? new Map<string, Compiled>();
  known.set(catalog, ofCatalog);
  const key = `${instance} ${asOf}`;
  const compiled = ofCatalog.get(key) ?? compile(scopeOf(catalog, instance, asOf));
  ofCatalog.set(key, compiled);
  return compiled;
};

/**
 * Compiles all access of an instance at a time: a role for each holder, its documents, and the workgroups. Remembered by
 * catalog, instance and time, because several kinds of resource declare parts of it. The instance must be in the catalog.
 */
export const compileAccess = (catalog: Catalog, instance: string, asOf: string): CompiledAccess =>
  compileOnce(catalog, instance, asOf).access;

/** The same roles with the rows that each was packed from: to judge what does not fit, and to say why. Sorted by name. */
export const packedRoles = (catalog: Catalog, instance: string, asOf: string): readonly PackedRole[] =>
  compileOnce(catalog, instance, asOf).packed;
