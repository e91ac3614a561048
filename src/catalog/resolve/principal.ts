import type { Grant, GrantEntry, Principal, PrincipalKind } from '../../reconciler/model/catalog.ts';
import { invariant } from '../../reconciler/model/errors.ts';
import { sortByContent } from '../catalog-digest.ts';
import type { Entry, GrantFile, PrincipalFile, Select } from '../files.gen.ts';
import type { ParsedFile } from '../parse.ts';
import { declaredAt, resolveCallers, sorted, toPrincipalRef } from './refs.ts';

const KINDS: readonly PrincipalKind[] = ['team', 'user', 'service'];

/** A principal with its defaults. */
export const resolvePrincipal = (file: PrincipalFile, source: ParsedFile): Principal => {
  const kind = KINDS.find((candidate) => file[candidate] !== undefined);
  const name = kind === undefined ? undefined : file[kind];
  invariant(kind !== undefined && name !== undefined, 'A principal is a team, a user or a service.');
  return {
    kind,
    name,
    ref: `${kind}:${name}`,
    ...(file.description === undefined ? {} : { description: file.description }),
    members: sorted(file.members ?? []),
    assumedBy: resolveCallers(file.assumedBy),
    declaredIn: declaredAt(source, kind),
  };
};

/** The datasets that an entry is about. */
export const resolveTarget = (file: Entry): GrantEntry['target'] => {
  if (file.dataset !== undefined) return { dataset: file.dataset };
  const select: Select | undefined = file.select;
  invariant(select !== undefined, 'An entry names a dataset or selects datasets.');
  return {
    select: {
      ...(select.tier === undefined ? {} : { tier: select.tier }),
      ...(select.domain === undefined ? {} : { domain: select.domain }),
      ...(select.owner === undefined ? {} : { owner: toPrincipalRef(select.owner) }),
    },
  };
};

const resolveEntry = (file: Entry, source: ParsedFile, index: number): GrantEntry => ({
  target: resolveTarget(file),
  level: file.level,
  ...(file.expires === undefined ? {} : { expires: file.expires }),
  ...(file.instances === undefined ? {} : { instances: sorted(file.instances) }),
  declaredIn: declaredAt(source, 'access', index),
});

/** A grant with its entries in the order of their content. */
export const resolveGrant = (file: GrantFile, source: ParsedFile): Grant => ({
  principal: toPrincipalRef(file.principal),
  ...(file.reason === undefined ? {} : { reason: file.reason }),
  access: sortByContent(file.access.map((entry, index) => resolveEntry(entry, source, index))),
  declaredIn: declaredAt(source, 'principal'),
});
