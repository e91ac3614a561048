import type { Change, Drift, PropertyChange } from '../reconciler/model/plan.ts';
import { countOf } from './layout.ts';
import { formatValue, isPrintable } from './values.ts';

/** Properties that hold policy documents: counted, never shown. */
const DOCUMENTS: ReadonlySet<string> = new Set([
  'AssumeRolePolicyDocument',
  'Document',
  'KeyPolicy',
  'Policies',
  'PolicyDocument',
]);

const LISTED_AT_MOST = 3;

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

/** `2 documents changed`, or `1 added, 1 removed` for whole documents of a list. */
const describeDocuments = (name: string, properties: readonly PropertyChange[]): string => {
  const sorts = { added: new Set<string>(), changed: new Set<string>(), removed: new Set<string>() };
  for (const { path, before, after } of properties) {
    const [, index = ''] = stepsOf(path);
    const isWhole = stepsOf(path).length <= (name === 'Policies' ? 2 : 1);
    const sort = isWhole && before === undefined ? 'added' : isWhole && after === undefined ? 'removed' : 'changed';
    sorts[sort].add(name === 'Policies' ? index : '');
  }
  const told = Object.entries(sorts).filter(([, indexes]) => indexes.size > 0);
  const total = told.reduce((sum, [, indexes]) => sum + indexes.size, 0);
  const [only] = told;
  if (told.length === 1 && only !== undefined) return `${countOf(total, 'document')} ${only[0]}`;
  return `documents: ${told.map(([sort, indexes]) => `${indexes.size} ${sort}`).join(', ')}`;
};

const isShown = ({ path, before, after }: PropertyChange): boolean =>
  isPrintable(path, before) && isPrintable(path, after);

const also = ({ cause }: PropertyChange): string => (cause === 'both' ? ' (changed in AWS too)' : '');

const describeOne = (property: PropertyChange, isDrift: boolean): string => {
  const name = stepsOf(property.path).join('.');
  const [before, after] = [formatValue(property.before), formatValue(property.after)];
  return isDrift ? `${name}: ${before} in AWS, declared ${after}` : `${name}: ${before} → ${after}${also(property)}`;
};

const describeGroup = (name: string, properties: readonly PropertyChange[], isDrift: boolean): readonly string[] => {
  if (DOCUMENTS.has(name)) return [`${name}: ${describeDocuments(name, properties)}`];
  if (properties.length <= LISTED_AT_MOST && properties.every(isShown))
    return properties.map((property) => describeOne(property, isDrift));
  return [`${name}: ${countOf(properties.length, 'value')} changed`];
};

/** One short line for each property that differs. Documents, long values and what might be secret are counted only. */
export const describeProperties = (properties: readonly PropertyChange[], isDrift: boolean): readonly string[] =>
  [...groupByProperty(properties)].flatMap(([name, group]) => describeGroup(name, group, isDrift));

/** The lines under a change. */
export const describeChange = (change: Change): readonly string[] => {
  if (change.action === 'create') return [];
  if (change.action === 'prune') return change.holdsData ? ['holds data'] : [];
  const isDigestOnly = change.properties.every((property) => property.path === '/EdlDigest');
  if (change.action === 'update' && isDigestOnly)
    return [change.kind === 'stack' ? 'template: something beside the properties changed' : 'mark: written again'];
  const lines = describeProperties(change.properties, false);
  if (change.action === 'adopt')
    return [change.ownership === 'ours' ? 'retained earlier, taken back' : 'exists already, nobody owns it', ...lines];
  return change.impact === 'in-place' ? lines : [`impact: ${change.impact}`, ...lines];
};

/** The lines under a drifted object. */
export const describeDrift = (drift: Drift): readonly string[] =>
  drift.status === 'missing'
    ? ['somebody deleted it in AWS; CloudFormation will not make it again']
    : describeProperties(drift.properties, true);
