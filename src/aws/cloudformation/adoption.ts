import { type JsonObject, objectOf } from '../../reconciler/model/json.ts';
import { DIGEST_OUTPUT } from '../../reconciler/model/names.ts';
import type { Change } from '../../reconciler/model/plan.ts';
import type { Stack } from '../../reconciler/model/resource.ts';
import { templateDigest } from '../../reconciler/model/template-digest.ts';
import type { StackContext } from './context.ts';
import { logicalIdOfPlanned } from './planned.ts';

/** A planned adoption. */
type Adoption = Extract<Change, { action: 'adopt' }>;

/** The planned adoptions of a stack. */
export const adoptionsOf = (changes: readonly Change[]): readonly Adoption[] =>
  changes.filter((change) => change.action === 'adopt');

/**
 * The stack as it must be for the import: adopted objects as they are in AWS, because an import changes nothing of them, and
 * retained, because CloudFormation imports nothing that it could delete (UserGuide/import-resources-automatically). It has a
 * digest of its own, so that an apply that stops here is taken up by the next plan.
 */
export const importingStack = (desired: Stack, adoptions: readonly Adoption[]): Stack => {
  const template = objectOf(desired.template);
  const imported = adoptions.map(({ id, before }) => {
    const logicalId = logicalIdOfPlanned(id);
    const declared = objectOf(objectOf(template['Resources'])[logicalId]);
    return [logicalId, { ...declared, DeletionPolicy: 'Retain', Properties: before }] as const;
  });
  const resources: JsonObject = { ...objectOf(template['Resources']), ...Object.fromEntries(imported) };
  const digest = templateDigest({ ...template, Resources: resources });
  const outputs = objectOf(template['Outputs']);
  const marked = { ...outputs, [DIGEST_OUTPUT]: { ...objectOf(outputs[DIGEST_OUTPUT]), Value: digest } };
  return { ...desired, digest, template: { ...template, Resources: resources, Outputs: marked } };
};

const asUpdate = ({ after: _after, before: _before, ownership: _ownership, ...rest }: Adoption): Change => ({
  ...rest,
  action: 'update',
  impact: 'in-place',
});

/** What is left of the work once the objects are in the stack: to bring them to what is declared. */
export const afterImport = (context: StackContext): StackContext => ({
  ...context,
  work: { ...context.work, changes: adoptionsOf(context.work.changes).map(asUpdate) },
});
