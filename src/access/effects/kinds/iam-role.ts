import { isJsonArray, type Json, type JsonObject, listOf, objectOf, textOf } from '../../../reconciler/model/json.ts';
import { isQuarantined, QUARANTINE_POLICY } from '../../../reconciler/drift/quarantine.ts';
import { knownAwsPolicy } from '../../changes/aws-policies.ts';
import { allowedText, inlineDocument, policyRules, takers, trustRules } from '../policy-tests.ts';
import {
  always,
  type Change,
  extra,
  gone,
  harmless,
  type KindEffects,
  larger,
  otherwise,
  rule,
  type Test,
  UNKNOWN_PART,
  whole,
} from '../rule.ts';

/** What AWS takes where nothing is said (IAM/latest/APIReference/API_CreateRole). */
const DEFAULT_SESSION_SECONDS = 3600;

/** Policies of AWS's own that only deny (aws-managed-policy/latest/reference/AWSDenyAll). */
const DENYING = /^arn:aws:iam::aws:policy\/(AWSDenyAll|AWSCompromisedKeyQuarantine(V\d+)?)$/;

const isDenying = (arn: Json | undefined): boolean => DENYING.test(textOf(arn));

const denying: Test<Change> = {
  text: "one more, which is AWS's own and only denies",
  holds: ({ live, declared }) => declared === undefined && isDenying(live),
};

const goneDenying: Test<Change> = {
  text: "gone, which is AWS's own and only denies",
  holds: ({ live, declared }) => live === undefined && isDenying(declared),
};

/** The last part of an ARN, which people know a policy or a role by. */
const nameOf = (arn: Json | undefined): string => textOf(arn).split('/').at(-1) ?? '';

const attachedText = ({ live }: Change): string => {
  const isKnown = knownAwsPolicy(textOf(live)) !== undefined;
  return isKnown
    ? `the role has what the policy ${nameOf(live)} of AWS gives`
    : `the role has whatever the policy ${nameOf(live)} gives`;
};

const policyNames = (role: JsonObject): readonly string[] => [
  ...listOf(role['Policies']).map((policy) => textOf(objectOf(policy)['PolicyName'])),
  ...(isJsonArray(role['ManagedPolicyArns']) ? role['ManagedPolicyArns'].map(nameOf) : []),
];

/** A policy that only bears the name of the one by which healing takes everything away must not read as if it did. */
const falseQuarantine = (role: JsonObject): string => {
  const policy = listOf(role['Policies']).find((one) => textOf(objectOf(one)['PolicyName']) === QUARANTINE_POLICY);
  if (policy === undefined) return '';
  const does = allowedText(inlineDocument(policy), 'identity') ?? 'it does not deny everything';
  return `; its ${QUARANTINE_POLICY} is no quarantine: ${does}`;
};

const undeclaredText = (role: JsonObject): string => {
  const names = policyNames(role);
  const policies = names.length === 0 ? 'no policies yet' : `the policies ${names.join(', ')}`;
  return `nobody declared it, ${takers(role)} may take it, and it has ${policies}${falseQuarantine(role)}`;
};

/** Roles: who may take them, what they may do, and what holds them back. */
export const IAM_ROLE: KindEffects = {
  kind: 'iam-role',
  parts: [
    ...trustRules('/AssumeRolePolicyDocument'),
    ...policyRules('/Policies/*', 'identity', inlineDocument),
    rule('/ManagedPolicyArns/*', denying, 'narrows', 'a policy of AWS takes everything away that the role may do'),
    rule('/ManagedPolicyArns/*', extra, 'widens', { text: 'names the policy', tell: attachedText }),
    rule('/ManagedPolicyArns/*', goneDenying, 'widens', 'a policy that denied is no longer attached'),
    rule('/ManagedPolicyArns/*', gone, 'narrows', {
      text: 'names the policy',
      tell: ({ declared }) => `the role no longer has what the policy ${nameOf(declared)} gives`,
    }),
    rule('/PermissionsBoundary', extra, 'narrows', 'a permissions boundary that git does not have holds the role back'),
    rule('/PermissionsBoundary', gone, 'widens', 'nothing holds the role back any more, whatever policies it gets'),
    rule(
      '/PermissionsBoundary',
      otherwise,
      'widens',
      'another policy than the boundary of the lake holds the role back',
    ),
    rule(
      '/MaxSessionDuration',
      larger('longer', DEFAULT_SESSION_SECONDS),
      'widens',
      'who took the role keeps it for longer, also after it was taken away',
    ),
    rule('/MaxSessionDuration', otherwise, 'narrows', 'sessions of the role end sooner'),
    rule(
      '/Path',
      otherwise,
      'widens',
      'bucket policies know runner roles by their path, and this role has another one',
    ),
    ...harmless('/Description'),
    UNKNOWN_PART,
  ],
  missing: [always('narrows', 'nobody can work under the role any more')],
  undeclared: [
    whole(
      'its policy `edl-quarantine` denies everything',
      isQuarantined,
      'neutral',
      'nobody declared the role, and it can do nothing while it is in quarantine',
    ),
    always('widens', { text: 'names who may take it and its policies', tell: undeclaredText }),
  ],
};
