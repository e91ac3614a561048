import type { Change, Drift, Plan, PropertyChange } from '../reconciler/model/plan.ts';
import { countOf, placeOf } from './layout.ts';
import { formatValue, isPrintable } from './values.ts';

/** Properties that hold policy documents: counted, never shown. */
const DOCUMENTS: ReadonlySet<string> = new Set(['AssumeRolePolicyDocument', 'KeyPolicy', 'Policies', 'PolicyDocument']);

const LISTED_AT_MOST = 4;

const stepsOf = (path: string): readonly string[] =>
  path
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));

const groupByProperty = (properties: readonly PropertyChange[]): ReadonlyMap<string, readonly PropertyChange[]> => {
  const groups = new Map<string, PropertyChange[]>();
  for (const property of properties) {
    const [name = ''] = stepsOf(property.path);
    groups.set(name, [...(groups.get(name) ?? []), property]);
  }
  return groups;
};

/** The list of a role's inline policies holds many documents; every other such property is one. */
const documentOf = (name: string, path: string): { readonly key: string; readonly isWhole: boolean } => {
  const [, index = ''] = stepsOf(path);
  return name === 'Policies'
    ? { key: index, isWhole: stepsOf(path).length === 2 }
    : { key: '', isWhole: stepsOf(path).length === 1 };
};

/** `2 documents changed`, or `1 document added, 1 removed`. Of drift, `added` means added in AWS. */
const describeDocuments = (name: string, properties: readonly PropertyChange[], isDrift: boolean): string => {
  const sorts = { added: new Set<string>(), changed: new Set<string>(), removed: new Set<string>() };
  for (const { path, before, after } of properties) {
    const [from, to] = isDrift ? [after, before] : [before, after];
    const { key, isWhole } = documentOf(name, path);
    const sort = isWhole && from === undefined ? 'added' : isWhole && to === undefined ? 'removed' : 'changed';
    sorts[sort].add(key);
  }
  const told = Object.entries(sorts).filter(([, keys]) => keys.size > 0);
  const counts = told.map(
    ([sort, keys], index) => `${index === 0 ? countOf(keys.size, 'document') : keys.size} ${sort}`,
  );
  return `${counts.join(', ')}${isDrift ? ' in AWS' : ''}`;
};

const isShown = ({ path, before, after }: PropertyChange): boolean =>
  isPrintable(path, before) && isPrintable(path, after);

const also = ({ cause }: PropertyChange): string => (cause === 'both' ? ' (changed in AWS too)' : '');

const describeOne = (property: PropertyChange, isDrift: boolean): string => {
  const name = stepsOf(property.path).join('.');
  if (!isShown(property)) return `${name}: changed${isDrift ? ' in AWS' : also(property)}`;
  const [before, after] = [formatValue(property.before), formatValue(property.after)];
  return isDrift ? `${name}: ${before} in AWS, declared ${after}` : `${name}: ${before} → ${after}${also(property)}`;
};

const describeGroup = (name: string, properties: readonly PropertyChange[], isDrift: boolean): readonly string[] => {
  if (DOCUMENTS.has(name)) return [`${name}: ${describeDocuments(name, properties, isDrift)}`];
  if (properties.length <= LISTED_AT_MOST) return properties.map((property) => describeOne(property, isDrift));
  return [`${name}: ${countOf(properties.length, 'value')} changed${isDrift ? ' in AWS' : ''}`];
};

/** Where the registry records datasets, and jobs by their pipelines. */
const REGISTERED = /^\/Document\/(datasets|jobs)\//;

/** What the registry records, one by one: owners of datasets approve access, so a new dataset is news. */
const describeRegistered = (properties: readonly PropertyChange[], isDrift: boolean): readonly string[] =>
  properties
    .filter(({ path }) => REGISTERED.test(path) && !path.endsWith('/digest'))
    .map((property) => {
      const [name = '', ...field] = stepsOf(property.path).slice(2);
      if (field.length > 0) return describeOne({ ...property, path: `/${name}/${field.join('/')}` }, isDrift);
      const [from, to] = isDrift ? [property.after, property.before] : [property.before, property.after];
      const what = from === undefined ? 'registered' : to === undefined ? 'taken out' : 'changed';
      return `${name}: ${what}${isDrift ? ' in AWS' : ''}`;
    });

/** One short line for each property that differs. Documents, long values and what might be secret are counted only. */
export const describeProperties = (properties: readonly PropertyChange[], isDrift: boolean): readonly string[] => [
  ...describeRegistered(properties, isDrift),
  ...[...groupByProperty(properties.filter(({ path }) => !REGISTERED.test(path)))].flatMap(([name, group]) =>
    describeGroup(name, group, isDrift),
  ),
];

/** The lines under a change. */
export const describeChange = (change: Change): readonly string[] => {
  if (change.action === 'create') return [];
  if (change.action === 'prune') return change.holdsData ? ['holds data'] : [];
  const isDigestOnly = change.properties.every((property) => property.path === '/EdlDigest');
  if (change.action === 'update' && isDigestOnly)
    return [change.kind === 'stack' ? 'template: something beside the properties changed' : 'mark: written again'];
  if (change.action === 'adopt') {
    // Nobody applied it before, so "changed in AWS too" would mean nothing.
    const lines = describeProperties(
      change.properties.map((property) => ({ ...property, cause: 'edited' })),
      false,
    );
    return [change.ownership === 'ours' ? 'retained earlier, taken back' : 'exists already, nobody owns it', ...lines];
  }
  const lines = describeProperties(change.properties, false);
  return change.impact === 'in-place' ? lines : [`impact: ${change.impact}`, ...lines];
};

/** The lines under a drifted object. */
export const describeDrift = (drift: Drift): readonly string[] =>
  drift.status === 'missing'
    ? ['somebody deleted it in AWS; CloudFormation will not make it again']
    : describeProperties(drift.properties, true);

/** One line for each rule on each object: what is ignored, until when and why. */
export const tellIgnored = ({ ignored = [] }: Plan): readonly string[] =>
  ignored.map(({ id, status, properties, rule: { path, reason, until, declaredIn } }) => {
    const what = path === undefined ? status : countOf(properties.length, 'difference');
    return `${id}: ${what} ignored until ${until}: ${reason} (${placeOf(declaredIn)})`;
  });
