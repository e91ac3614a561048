import { CFN_TYPES } from '../../../spec/cloudformation.gen.ts';
import type { Impact } from '../../reconciler/model/plan.ts';

/** The property that a JSON pointer leads into: `Policies` of `/Policies/0/PolicyName`. */
const propertyOf = (path: string): string => path.split('/')[1] ?? '';

/** What CloudFormation's schema says that a change at a path does. A property that the schema does not know changes in place. */
export const impactFromSchema =
  (type: string) =>
  (path: string): Impact =>
    CFN_TYPES[type]?.properties[propertyOf(path)]?.update ?? 'in-place';

/** For types that CloudFormation does not know: these properties say which object it is, the others what is in it. */
export const impactOfIdentity =
  (identity: readonly string[]) =>
  (path: string): Impact =>
    identity.includes(propertyOf(path)) ? 'replaces' : 'in-place';
