import { type JsonObject, textOf } from '../../../reconciler/model/json.ts';
import { allows, forbids, policyRules } from '../policy-tests.ts';
import { always, harmless, type KindEffects, UNKNOWN_PART, whole } from '../rule.ts';

/** `edl-<instance>-boundary`. */
const isBoundary = ({ ManagedPolicyName: name }: JsonObject): boolean => textOf(name ?? '').endsWith('-boundary');

/** Policies: the boundary of all roles, and what does not fit into one. */
export const IAM_MANAGED_POLICY: KindEffects = {
  kind: 'iam-managed-policy',
  parts: [...policyRules('/PolicyDocument', 'identity'), ...harmless('/Description'), UNKNOWN_PART],
  missing: [
    whole('it is the boundary', isBoundary, 'widens', 'nothing holds the roles of the lake back any more'),
    whole(
      'it denies something',
      ({ PolicyDocument: document }) => forbids(document, 'identity'),
      'widens',
      'what it denied is no longer denied',
    ),
    always('narrows', 'the role that it belongs to no longer has what it gives'),
  ],
  undeclared: [
    whole(
      'it allows something',
      ({ PolicyDocument: document }) => allows(document, 'identity'),
      'widens',
      'nobody declared it, and whoever it is attached to has what it gives',
    ),
    always('neutral', 'nobody declared it, and it gives nothing'),
  ],
};
