import type { HolderKind, Principal } from '../../reconciler/model/catalog.ts';
import { compareText } from '../../reconciler/model/json.ts';
import type { AccessHolder, AccessRow } from '../../reconciler/model/resource.ts';

/** Somebody whom a rule judges, with everything that he holds at once. */
export interface Subject {
  /** As messages and allowances name it: a principal, `everyone`, `exposed:<dataset>/<level>`, or a person's address. */
  readonly name: string;
  readonly kind: HolderKind | 'person';
  /** Whose access it is, without the default roles that everybody may take. */
  readonly holders: readonly AccessHolder[];
  readonly rows: readonly AccessRow[];
}

/** Rows by who holds them. */
export type RowsByHolder = ReadonlyMap<AccessHolder, readonly AccessRow[]>;

const KINDS: readonly HolderKind[] = ['team', 'user', 'service', 'pipeline', 'exposed', 'everyone'];

/** The kind of a holder, which its name begins with. */
export const kindOf = (holder: AccessHolder): HolderKind | undefined =>
  KINDS.find((kind) => holder.startsWith(`${kind}:`));

/** People work under roles of teams and users, and may take the default roles beside them; programs have one role. */
const isForPeople = (kind: HolderKind): boolean => kind === 'team' || kind === 'user';

/** Rows by holder, without those of whoever is left out. */
export const groupByHolder = (rows: readonly AccessRow[], except: readonly AccessHolder[]): RowsByHolder => {
  const groups = new Map<AccessHolder, AccessRow[]>();
  for (const row of rows) {
    if (except.includes(row.principal)) continue;
    const group = groups.get(row.principal) ?? [];
    groups.set(row.principal, group);
    group.push(row);
  }
  return groups;
};

/** What everybody holds, by the default roles. */
export const everyoneOf = (groups: RowsByHolder): Subject => {
  const holders = [...groups.keys()].filter((holder) => kindOf(holder) === 'everyone');
  const rows = holders.flatMap((holder) => groups.get(holder) ?? []);
  return { name: 'everyone', kind: 'everyone', holders, rows };
};

/** Each holder but everyone, with what everyone holds where people work under it; sorted by name. */
export const holdersOf = (groups: RowsByHolder, everyone: Subject): readonly Subject[] =>
  [...groups]
    .flatMap(([holder, own]): readonly Subject[] => {
      const kind = kindOf(holder);
      if (kind === undefined || kind === 'everyone') return [];
      const rows = isForPeople(kind) ? [...own, ...everyone.rows] : own;
      return [{ name: holder, kind, holders: [holder], rows }];
    })
    .sort((left, right) => compareText(left.name, right.name));

/** `jane.doe@acme.example` as the name of a user would be: `jane-doe`. */
const nameOfPerson = (address: string): string =>
  (address.split('@')[0] ?? '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');

/** The principals that each person works under, by address: teams and users that list it, and users of the same name. */
const principalsOfPeople = (principals: readonly Principal[]): ReadonlyMap<string, readonly Principal[]> => {
  const people = new Map<string, Principal[]>();
  const working = principals.filter(({ kind }) => isForPeople(kind));
  for (const principal of working)
    for (const member of principal.members) {
      const address = member.toLowerCase();
      const list = people.get(address) ?? [];
      people.set(address, list);
      if (!list.includes(principal)) list.push(principal);
    }
  const nameless = new Map(
    working.flatMap((one) => (one.kind === 'user' && one.members.length === 0 ? [[one.name, one]] : [])),
  );
  for (const [address, list] of people) {
    const user = nameless.get(nameOfPerson(address));
    if (user !== undefined) list.push(user);
  }
  return people;
};

/**
 * Everybody who works under more than one principal, with all that these hold and what everyone holds; sorted by address.
 * Who works under one only holds what that one holds.
 */
export const peopleOf = (
  principals: readonly Principal[],
  groups: RowsByHolder,
  everyone: Subject,
): readonly Subject[] =>
  [...principalsOfPeople(principals)]
    .flatMap(([name, all]): readonly Subject[] => {
      const holders = all.map(({ ref }) => ref).filter((ref) => groups.has(ref));
      if (holders.length < 2) return [];
      const rows = [...holders.flatMap((holder) => groups.get(holder) ?? []), ...everyone.rows];
      return [{ name, kind: 'person', holders: [...holders].sort(compareText), rows }];
    })
    .sort((left, right) => compareText(left.name, right.name));
