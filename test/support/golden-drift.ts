import { nameAuthors } from '../../src/app/drift/authors.ts';
import { reportOf } from '../../src/app/drift/check-drift.ts';
import { judgeDrift, type DriftParts } from '../../src/app/drift/entries.ts';
import { composePlan } from '../../src/app/compose-plan.ts';
import type { DriftReport } from '../../src/reconciler/model/drift.ts';
import { pendingChanges } from '../../src/reconciler/drift/pending.ts';
import { resourceKinds } from '../../src/resources/index.ts';
import { listOf, objectOf, textOf, type JsonObject } from '../../src/reconciler/model/json.ts';
import type { LiveState } from '../../src/reconciler/model/live.ts';
import { policyArn, roleArn } from '../../src/reconciler/model/names.ts';
import type { AccountAuthorization, LiveManagedPolicy, LiveRole } from '../../src/reconciler/model/reads.ts';
import type { DesiredState } from '../../src/reconciler/model/resource.ts';
import type { Trail, TrailEvent } from '../../src/reconciler/model/trail.ts';
import type { Compiled, TrailDeed } from './golden-story.ts';

const eventOf = ({ event, on, by, at }: TrailDeed, index: number): TrailEvent => ({
  id: `00000000-0000-4000-8000-${String(index + 1).padStart(12, '0')}`,
  name: event,
  at,
  by,
  isRefused: false,
  parameters: on,
});

/** CloudTrail as a story tells it. */
const trailOf = (deeds: readonly TrailDeed[]): Trail => ({
  events: ({ attribute, value }) =>
    Promise.resolve(
      deeds
        .filter(({ event, on }) => value === (attribute === 'EventName' ? event : on))
        .map(eventOf)
        .sort((left, right) => Date.parse(right.at) - Date.parse(left.at)),
    ),
});

const roleOf = (role: JsonObject, { account }: DesiredState): LiveRole => {
  const [name, path] = [textOf(role['RoleName']), textOf(role['Path'])];
  const boundary = textOf(role['PermissionsBoundary']);
  return {
    name,
    path,
    arn: roleArn(account, path, name),
    trust: objectOf(role['AssumeRolePolicyDocument']),
    inlinePolicies: listOf(role['Policies'])
      .map(objectOf)
      .map((policy) => ({ name: textOf(policy['PolicyName']), document: objectOf(policy['PolicyDocument']) })),
    attachedPolicyArns: listOf(role['ManagedPolicyArns']).map(textOf),
    ...(boundary === '' ? {} : { permissionsBoundary: boundary }),
    maxSessionSeconds: 3600,
    tags: {},
  };
};

const policyOf = (policy: JsonObject, { account }: DesiredState): LiveManagedPolicy => {
  const [name, path] = [textOf(policy['ManagedPolicyName']), textOf(policy['Path'])];
  return { name, path, arn: policyArn(account, path, name), document: objectOf(policy['PolicyDocument']) };
};

/** The account's roles and policies: those of the lake, since a story has no others. */
const authorizationOf = ({ resources }: LiveState, desired: DesiredState): AccountAuthorization => {
  const ofKind = (name: string): readonly JsonObject[] =>
    resources.flatMap(({ kind, properties }) => (kind === name && properties !== undefined ? [properties] : []));
  return {
    roles: ofKind('iam-role').map((role) => roleOf(role, desired)),
    policies: ofKind('iam-managed-policy').map((policy) => policyOf(policy, desired)),
  };
};

/** What `edl drift` would tell of a story. */
export const tellDrift = async (
  { catalog, desired, diagnostics, live }: Compiled & { readonly live: LiveState },
  deeds: readonly TrailDeed[],
): Promise<DriftReport> => {
  const selection = { targets: [], excludes: [] };
  const plan = composePlan({ catalog, desired, live, diagnostics, meta: {}, selection });
  const parts: DriftParts = { plan, catalog, desired, live };
  const { judged, ignored } = judgeDrift(parts);
  const named = await nameAuthors(judged, parts, { trail: trailOf(deeds) });
  const reads = { accountAuthorization: () => Promise.resolve(authorizationOf(live, desired)) };
  const pending = pendingChanges(plan, desired, live, resourceKinds);
  return reportOf({ parts, judged: named, ignored, checked: desired.resources, pending }, reads);
};
