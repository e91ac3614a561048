import { callersOf } from '../../access/changes/callers.ts';
import { defaultShell } from '../../access/documents/roles.ts';
import { callersIn } from '../../access/documents/trust.ts';
import { type Scope, scopeOf } from '../../access/scope.ts';
import type { Caller, Catalog } from '../../reconciler/model/catalog.ts';
import { roleArn } from '../../reconciler/model/names.ts';
import type { AccessHolder } from '../../reconciler/model/resource.ts';
import type { DefaultRole } from '../../report/access-answers.ts';

/** The callers that are declared for a holder's role; undefined where the role has others: a service, or the whole account. */
const declaredCallers = (
  { principals, datasets, lake }: Catalog,
  holder: AccessHolder,
): readonly Caller[] | undefined => {
  const principal = principals.find(({ ref }) => ref === holder);
  if (principal !== undefined) return principal.assumedBy;
  const tier = lake.tiers.find(({ name }) => holder === `everyone:${name}`);
  if (tier !== undefined) return tier.defaultRole?.assumedBy.length === 0 ? undefined : tier.defaultRole?.assumedBy;
  return datasets
    .flatMap(({ name, expose }) =>
      expose.map((exposure) => ({ ...exposure, role: `exposed:${name}/${exposure.level}` })),
    )
    .find(({ role }) => role === holder)?.assumedBy;
};

/** Whether nobody at all may take a holder's role in an instance: what it holds is then of no use to anybody. */
export const isUntaken = (scope: Scope, holder: AccessHolder): boolean => {
  const callers = declaredCallers(scope.catalog, holder);
  return callers !== undefined && callersIn(scope, callers).length === 0;
};

/** The default roles of an instance, with who may take each: what people may do without any grant. */
export const defaultRoles = (catalog: Catalog, instance: string, asOf: string): readonly DefaultRole[] => {
  const scope = scopeOf(catalog, instance, asOf);
  return catalog.lake.tiers.flatMap((tier): readonly DefaultRole[] => {
    if (tier.defaultRole === undefined) return [];
    const { holder, path, roleName, trust } = defaultShell(scope, tier);
    const arn = roleArn(scope.instance.account, path, roleName);
    return [{ principal: holder, tier: tier.name, arn, callers: callersOf(trust) }];
  });
};
