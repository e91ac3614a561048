import { CFN_TYPES } from '../../spec/cloudformation.gen.ts';
import type { Json } from '../json.ts';
import { isList, isObject, isSame, textOf } from '../json.ts';
import type { ChangeDetail, ChangeTarget } from './change.ts';
import { KNOWN_AFTER_APPLY } from './evaluate.ts';
import { referencesOf } from './references.ts';

/** A value that differs, at the deepest place where both sides can be compared. */
interface Leaf {
  readonly path: string;
  readonly before: Json | undefined;
  readonly after: Json | undefined;
}

/** Every place where two values differ. Lists are compared by position, as change sets do. */
export const leaves = (before: Json | undefined, after: Json | undefined, path: string): readonly Leaf[] => {
  if (isSame(before, after) && (before === undefined) === (after === undefined)) return [];
  if (isObject(before) && isObject(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return keys.flatMap((key) => leaves(before[key], after[key], `${path}/${key}`));
  }
  if (isList(before) && isList(after)) {
    const longest = before.length > after.length ? before : after;
    return longest.flatMap((_item, index) => leaves(before[index], after[index], `${path}/${index}`));
  }
  return [{ path, before, after }];
};

/** A value as change sets print it: scalars as they are, anything else as JSON with its scalars as text. */
export const printed = (value: Json): string => textOf(value) ?? JSON.stringify(asText(value));

/** CloudFormation shows all scalars as text. */
export const asText = (value: Json): Json => {
  if (isList(value)) return value.map(asText);
  if (isObject(value)) return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, asText(item)]));
  return textOf(value) ?? null;
};

export const targetOf = (
  attribute: ChangeTarget['Attribute'],
  name: string | undefined,
  requiresRecreation: ChangeTarget['RequiresRecreation'],
  leaf: Leaf,
): ChangeTarget => ({
  Attribute: attribute,
  ...(name === undefined ? {} : { Name: name }),
  RequiresRecreation: requiresRecreation,
  Path: leaf.path,
  ...(leaf.before === undefined ? {} : { BeforeValue: printed(leaf.before) }),
  ...(leaf.after === undefined ? {} : { AfterValue: printed(leaf.after) }),
  AttributeChangeType: leaf.before === undefined ? 'Add' : leaf.after === undefined ? 'Remove' : 'Modify',
});

const RECREATION = { 'in-place': 'Never', 'may-replace': 'Conditionally', replaces: 'Always' } as const;

/** What made a property change, beside an edit of the template itself. */
export interface Causes {
  readonly parameters: ReadonlySet<string>;
  readonly resources: ReadonlySet<string>;
}

type Cause = Pick<ChangeDetail, 'Evaluation' | 'ChangeSource'> & { readonly CausingEntity?: string };

/**
 * A changed parameter gives two details for each property that refers to it, a Dynamic one and a Static one that names the
 * parameter (using-cfn-updating-stacks-changesets-samples).
 */
const causesOf = (expression: Json | undefined, isKnown: boolean, causes: Causes): readonly Cause[] => {
  const references = referencesOf(expression);
  const found: Cause[] = [];
  for (const name of references.names) {
    if (causes.parameters.has(name))
      found.push({ Evaluation: 'Static', ChangeSource: 'ParameterReference', CausingEntity: name });
    if (causes.resources.has(name))
      found.push({
        Evaluation: isKnown ? 'Static' : 'Dynamic',
        ChangeSource: 'ResourceReference',
        CausingEntity: name,
      });
  }
  for (const { id, attribute } of references.attributes) {
    if (causes.resources.has(id)) {
      found.push({
        Evaluation: isKnown ? 'Static' : 'Dynamic',
        ChangeSource: 'ResourceAttribute',
        CausingEntity: `${id}.${attribute}`,
      });
    }
  }
  const isDirect = found.every((cause) => cause.ChangeSource === 'ParameterReference');
  const direct: Cause = { Evaluation: found.length === 0 ? 'Static' : 'Dynamic', ChangeSource: 'DirectModification' };
  return isDirect ? [direct, ...found] : found;
};

/** The details of a change to one top-level property. */
export const propertyDetails = (
  type: string,
  name: string,
  before: Json | undefined,
  after: Json | undefined,
  expression: Json | undefined,
  causes: Causes,
): readonly ChangeDetail[] => {
  const update = CFN_TYPES[type]?.properties[name]?.update ?? 'in-place';
  const changed = leaves(before, after, `/Properties/${name}`);
  return changed.flatMap((leaf) => {
    const isKnown = leaf.after !== KNOWN_AFTER_APPLY;
    const target = targetOf(
      'Properties',
      name,
      isKnown || update === 'in-place' ? RECREATION[update] : 'Conditionally',
      leaf,
    );
    return causesOf(expression, isKnown, causes).map((cause) => ({ Target: target, ...cause }));
  });
};
