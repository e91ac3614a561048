import { knownAwsPolicy } from '../access/changes/aws-policies.ts';
import { callersOf } from '../access/changes/callers.ts';
import { diffAccess, peopleOf } from '../access/changes/diff.ts';
import { topLevels } from '../access/changes/effect.ts';
import { accessOf, type ConditionalRow, type HeldAccess } from '../access/held/access-of.ts';
import type { HeldWorld } from '../access/held/world.ts';
import { sortByRisk } from '../access/changes/risk.ts';
import type { Catalog } from '../reconciler/model/catalog.ts';
import { asJson, compareText, sameJson } from '../reconciler/model/json.ts';
import type { AccessChange, OutsideAccess } from '../reconciler/model/plan.ts';
import type { AccessRow } from '../reconciler/model/resource.ts';
import type { ViewedRole } from './held-roles.ts';
import { haveSameDocuments } from './same-documents.ts';

/** A side of the lake's roles, with the policies of its buckets. */
export interface RoleSide {
  readonly roles: ReadonlyMap<string, ViewedRole>;
  readonly resources: NonNullable<HeldWorld['resources']>;
}

/** The lake as the plan declares it, and as it will be live after the plan: what differs, others did. */
export interface OutsideComparison {
  readonly catalog: Catalog;
  readonly world: HeldWorld;
  readonly declared: RoleSide;
  readonly expected: RoleSide;
}

type Rights = Extract<OutsideAccess, { sort: 'rights' }>;
type Cause = Pick<Rights, 'deed' | 'policy'>;

const NOTHING: HeldAccess = { rows: [], expired: [], conditional: [] };

const heldBy = (role: ViewedRole | undefined, world: HeldWorld, { resources }: RoleSide): HeldAccess =>
  role === undefined ? NOTHING : accessOf(role, { ...world, resources });

const keyOf = ({ tier, dataset, level }: AccessRow): string => `${tier}\n${dataset}\n${level}`;

/** Conditional rights that are new, one change for each dataset and condition. */
const conditionalChanges = (
  before: HeldAccess,
  after: HeldAccess,
  catalog: Catalog,
): readonly { readonly change: AccessChange; readonly condition: string }[] => {
  const known = new Set([...before.rows, ...before.conditional, ...before.expired].map(keyOf));
  const groups = new Map<string, ConditionalRow[]>();
  const wide = new Set(after.conditional.filter(({ dataset }) => dataset === '*').map(keyOf));
  for (const row of after.conditional) {
    if (known.has(keyOf(row)) || (row.dataset !== '*' && wide.has(keyOf({ ...row, dataset: '*' })))) continue;
    const key = `${row.tier}\n${row.dataset}\n${row.condition}`;
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  const people = peopleOf(catalog);
  return [...groups.values()].flatMap((rows) => {
    const [first] = rows;
    if (first === undefined) return [];
    const count = people(first.principal);
    const change: AccessChange = {
      principal: first.principal,
      dataset: first.dataset,
      tier: first.tier,
      before: [],
      after: topLevels(rows.map(({ level }) => level)).map((level) => ({ level })),
      ...(count === undefined ? {} : { people: count }),
    };
    return [{ change, condition: first.condition }];
  });
};

/** What one deed gave and took. */
const rightsBetween = (
  before: HeldAccess,
  after: HeldAccess,
  role: ViewedRole,
  cause: Cause,
  { catalog, world }: OutsideComparison,
): readonly Rights[] => {
  const base = { role: role.roleName, principal: role.holder, sort: 'rights', ...cause } as const;
  const options = { people: peopleOf(catalog), tiers: world.tiers, asOf: world.asOf };
  return [
    ...diffAccess(before.rows, after.rows, options).map((change): Rights => ({ ...base, change, certainty: 'proven' })),
    ...conditionalChanges(before, after, catalog).map(({ change, condition }): Rights => ({
      ...base,
      change,
      certainty: 'conditional',
      condition,
    })),
  ];
};

/** Policies that are attached though git attaches none of them. */
const attachedTo = (declared: ViewedRole, expected: ViewedRole): readonly string[] =>
  expected.unread.filter((arn) => !declared.unread.includes(arn));

/** The rights of a role step by step, so that each is told with the deed that it comes from. */
const rightsOf = (
  input: OutsideComparison,
  declared: ViewedRole,
  expected: ViewedRole | undefined,
  isSameBuckets: boolean,
): readonly Rights[] => {
  const { world } = input;
  if (expected === undefined)
    return rightsBetween(heldBy(declared, world, input.declared), NOTHING, declared, { deed: 'role-deleted' }, input);
  const attached = attachedTo(declared, expected);
  const isSameRole = haveSameDocuments(declared, expected);
  if (isSameRole && isSameBuckets && attached.length === 0) return [];
  const before = heldBy(declared, world, input.declared);
  let known = isSameRole && isSameBuckets ? before : heldBy(expected, world, input.expected);
  const deed = isSameRole ? 'bucket-policy-changed' : 'policies-changed';
  const found = [...rightsBetween(before, known, declared, { deed }, input)];
  let { documents } = expected;
  for (const policy of attached) {
    const document = knownAwsPolicy(policy);
    if (document === undefined) continue;
    documents = [...documents, { name: policy, document }];
    const more = heldBy({ ...expected, documents }, world, input.expected);
    found.push(...rightsBetween(known, more, declared, { deed: 'policy-attached', policy }, input));
    known = more;
  }
  return found;
};

const callersChanged = (declared: ViewedRole, expected: ViewedRole): readonly OutsideAccess[] => {
  const [before, after] = [callersOf(declared.trust), callersOf(expected.trust)];
  const gained = after.filter((caller) => !before.includes(caller));
  const lost = before.filter((caller) => !after.includes(caller));
  if (gained.length === 0 && lost.length === 0) return [];
  return [{ role: declared.roleName, principal: declared.holder, sort: 'callers', gained, lost }];
};

const unreadPolicies = (declared: ViewedRole, expected: ViewedRole): readonly OutsideAccess[] =>
  attachedTo(declared, expected)
    .filter((policy) => knownAwsPolicy(policy) === undefined)
    .map((policy) => ({ role: declared.roleName, principal: declared.holder, sort: 'unread-policy', policy }));

const byRisk = (rights: readonly Rights[], tiers: readonly string[]): readonly Rights[] => {
  const byChange = new Map(rights.map((one) => [one.change, one]));
  return sortByRisk([...byChange.keys()], tiers).flatMap((change) => byChange.get(change) ?? []);
};

/**
 * What others gave and took past git and the plan leaves alone: rights, proven ones first and then those on conditions, by
 * risk; then who may take roles, and policies that nobody could read.
 */
export const outsideAccess = (input: OutsideComparison): readonly OutsideAccess[] => {
  const pairs = [...input.declared.roles.values()]
    .sort((left, right) => compareText(left.roleName, right.roleName))
    .map((declared) => ({ declared, expected: input.expected.roles.get(declared.roleName) }));
  const isSameBuckets = sameJson(asJson(input.declared.resources), asJson(input.expected.resources));
  const rights = pairs.flatMap(({ declared, expected }) => rightsOf(input, declared, expected, isSameBuckets));
  const ofPair = (find: (declared: ViewedRole, expected: ViewedRole) => readonly OutsideAccess[]) =>
    pairs.flatMap(({ declared, expected }) => (expected === undefined ? [] : find(declared, expected)));
  const certain = (certainty: Rights['certainty']): readonly Rights[] =>
    byRisk(
      rights.filter((one) => one.certainty === certainty),
      input.world.tiers,
    );
  return [...certain('proven'), ...certain('conditional'), ...ofPair(callersChanged), ...ofPair(unreadPolicies)];
};
