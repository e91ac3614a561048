import { listNames, nearest } from '../../catalog/nearest.ts';
import { LEVELS, type RowLevel } from '../../access/levels.ts';
import type { Catalog, Dataset, Instance, PrincipalRef } from '../../reconciler/model/catalog.ts';
import type { Diagnostic } from '../../reconciler/model/diagnostic.ts';
import { pipelinesOf } from '../../reconciler/model/instance.ts';
import type { AccessHolder } from '../../reconciler/model/resource.ts';

/** A name, or why it means nothing. */
export type Named<T> = { readonly found: T } | { readonly problem: Diagnostic };

type Code = Diagnostic['code'];

const unknown = (code: Code, summary: string, sentence: string, name: string, known: Iterable<string>): Diagnostic => {
  const names = [...known];
  const guess = nearest(name, names);
  const way = guess === undefined ? `There are: ${listNames(names, 12)}.` : `Did you mean ${guess}?`;
  return { code, severity: 'error', summary, detail: `${sentence} ${way}` };
};

/** The instance that a question is about: the one that is named, else the only one. */
export const instanceOf = ({ lake }: Catalog, name: string | undefined): Named<Instance> => {
  const names = lake.instances.map((instance) => instance.name);
  const [only, ...others] = lake.instances;
  if (name === undefined) {
    if (only !== undefined && others.length === 0) return { found: only };
    const detail = `The lake has several instances, and access differs between them. Name one with --instance: ${names.join(', ')}.`;
    return { problem: { code: 'EDL-5040', severity: 'error', summary: 'Which instance?', detail } };
  }
  const found = lake.instances.find((instance) => instance.name === name);
  if (found !== undefined) return { found };
  return {
    problem: unknown('EDL-5001', 'Unknown instance', `lake.yaml has no instance "${name}".`, name, names),
  };
};

/** The dataset of a name. */
export const datasetOf = ({ datasets }: Catalog, name: string): Named<Dataset> => {
  const found = datasets.find((dataset) => dataset.name === name);
  if (found !== undefined) return { found };
  const names = datasets.map((dataset) => dataset.name);
  return {
    problem: unknown('EDL-5041', 'Unknown dataset', `The catalog has no dataset "${name}".`, name, names),
  };
};

/** Everybody who may hold access in an instance, as people write them. */
export const holdersOf = (catalog: Catalog, instance: Instance): readonly AccessHolder[] => [
  ...catalog.principals.map(({ ref }) => ref),
  ...pipelinesOf(catalog, instance).map(({ name }): AccessHolder => `pipeline:${name}`),
  ...catalog.lake.tiers.flatMap(({ name, defaultRole }): readonly AccessHolder[] =>
    defaultRole === undefined ? [] : [`everyone:${name}`],
  ),
  ...catalog.datasets.flatMap(({ name, expose }) =>
    expose.map(({ level }): AccessHolder => `exposed:${name}/${level}`),
  ),
];

/** Whether somebody asks for a person. */
export const isPerson = (name: string): boolean => name.includes('@');

const peopleOf = ({ principals }: Catalog): ReadonlySet<string> =>
  new Set(principals.flatMap(({ members }) => members));

/** The holders whose name is the same but for the kind, which people leave out: `oncology` for `team:oncology`. */
const withoutKind = (holders: readonly AccessHolder[], name: string): readonly AccessHolder[] =>
  holders.filter((holder) => holder.slice(holder.indexOf(':') + 1) === name);

/** The holder of a name; a name without its kind is enough where it means one. */
export const holderOf = (catalog: Catalog, instance: Instance, name: string): Named<AccessHolder> => {
  const holders = [
    ...holdersOf(catalog, instance),
    ...catalog.pipelines
      .filter((pipeline) => !pipelinesOf(catalog, instance).includes(pipeline))
      .map((pipeline): AccessHolder => `pipeline:${pipeline.name}`),
  ];
  const found = holders.find((holder) => holder === name);
  if (found !== undefined) return { found };
  const [alike, ...more] = withoutKind(holders, name);
  if (alike !== undefined && more.length === 0) return { found: alike };
  const known = alike === undefined ? holders : [alike, ...more];
  const sentence =
    alike === undefined ? `The catalog has no principal "${name}".` : `"${name}" may be more than one principal.`;
  return { problem: unknown('EDL-5042', 'Unknown principal', sentence, name, known) };
};

/** The principals that list a person; addresses are the same in any case. */
const principalsOf = ({ principals }: Catalog, email: string): Catalog['principals'] =>
  principals.filter(({ members }) => members.some((member) => member.toLowerCase() === email.toLowerCase()));

const unknownPerson = (catalog: Catalog, email: string): Diagnostic =>
  unknown(
    'EDL-5042',
    'Unknown principal',
    `No team or user of the catalog lists ${email} as a member.`,
    email,
    peopleOf(catalog),
  );

/** The principals that a person works under: those that list him, and the default roles, which are for everybody. */
export const holdersOfPerson = (
  catalog: Catalog,
  instance: Instance,
  email: string,
): Named<readonly AccessHolder[]> => {
  const own = principalsOf(catalog, email);
  if (own.length === 0) return { problem: unknownPerson(catalog, email) };
  const everyone = holdersOf(catalog, instance).filter((holder) => holder.startsWith('everyone:'));
  return { found: [...own.map(({ ref }) => ref), ...everyone] };
};

/** The instance as a flag of a command to copy: none where there is one anyway. */
const instanceFlag = ({ lake: { instances } }: Catalog, instance: string | undefined): string => {
  if (instance !== undefined) return ` --instance ${instance}`;
  return instances.length < 2 ? '' : ` --instance ${instances.map(({ name }) => name).join('|')}`;
};

/** Who may be asked about instead of a person with several roles: somebody works under one at a time. */
export const onePrincipal = (catalog: Catalog, email: string, instance?: string): Diagnostic => {
  const own = principalsOf(catalog, email).map(({ ref }) => ref);
  if (own.length === 0) return unknownPerson(catalog, email);
  return {
    code: 'EDL-5043',
    severity: 'error',
    summary: 'Not a principal',
    detail: `${email} is a person who may take several roles, and works under one at a time. Ask about ${own.join(' or ')}, or see everything with: edl access what ${email}${instanceFlag(catalog, instance)}`,
  };
};

/** The principal that a person works under, where there is one only. */
export const principalOfPerson = (catalog: Catalog, email: string, instance?: string): Named<PrincipalRef> => {
  const [only, ...others] = principalsOf(catalog, email);
  return only !== undefined && others.length === 0
    ? { found: only.ref }
    : { problem: onePrincipal(catalog, email, instance) };
};

/** The level of a name. */
export const levelOf = (name: string): Named<RowLevel> => {
  const found = LEVELS.find((level) => level === name);
  if (found !== undefined) return { found };
  return { problem: unknown('EDL-5044', 'Unknown level', `There is no level "${name}".`, name, LEVELS) };
};
