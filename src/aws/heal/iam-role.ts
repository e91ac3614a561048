import {
  AttachRolePolicyCommand,
  DeleteRolePermissionsBoundaryCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  type IAMClient,
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
  UpdateAssumeRolePolicyCommand,
  UpdateRoleCommand,
} from '@aws-sdk/client-iam';
import { QUARANTINE_POLICY } from '../../reconciler/drift/quarantine.ts';
import type { HealPart, HealWork } from '../../reconciler/model/heal.ts';
import { type Json, objectOf, sameJson, textOf } from '../../reconciler/model/json.ts';
import { iamPath } from '../../reconciler/model/names.ts';
import { isFailure } from '../failure-facts.ts';
import {
  itemsOf,
  policyText,
  propertyOf,
  refuseMissing,
  refusePart,
  refuseUndeclared,
  withParts,
  type HealStep,
} from './step.ts';

/** What healing calls for each property of a role; all under IAM/latest/APIReference. */
type Write = (part: HealPart, role: string, client: IAMClient) => HealStep;

const orGone = async (work: () => Promise<unknown>): Promise<void> => {
  try {
    await work();
  } catch (error) {
    if (!isFailure(error, 'NoSuchEntity', 'NoSuchEntityException')) throw error;
  }
};

const nameOf = (policy: Json): string => textOf(objectOf(policy)['PolicyName']);

/** API_DeleteRolePolicy, API_PutRolePolicy. What goes, goes first: all inline policies of a role share one quota. */
const inlinePolicies: Write = (part, RoleName, client) => {
  const { live, wanted } = itemsOf(part);
  const kept = new Set(wanted.map(nameOf));
  const removed = live.map(nameOf).filter((name) => !kept.has(name));
  const put = wanted.filter((policy) => !live.some((one) => sameJson(one, policy)));
  const does = [
    ...removed.map((name) => `deletes the inline policy ${name} (iam:DeleteRolePolicy)`),
    ...put.map((policy) => `writes the inline policy ${nameOf(policy)} (iam:PutRolePolicy)`),
  ];
  return {
    paths: [part.path],
    does: does.join(', '),
    run: async () => {
      for (const PolicyName of removed)
        await orGone(() => client.send(new DeleteRolePolicyCommand({ RoleName, PolicyName })));
      for (const policy of put) {
        const PolicyDocument = policyText(objectOf(policy)['PolicyDocument']);
        await client.send(new PutRolePolicyCommand({ RoleName, PolicyName: nameOf(policy), PolicyDocument }));
      }
    },
  };
};

/** API_DetachRolePolicy, API_AttachRolePolicy. What goes, goes first: a role takes ten. */
const attachedPolicies: Write = (part, RoleName, client) => {
  const items = itemsOf(part);
  const [live, wanted] = [items.live.map(textOf), items.wanted.map(textOf)];
  const detached = live.filter((arn) => !wanted.includes(arn));
  const attached = wanted.filter((arn) => !live.includes(arn));
  const does = [
    ...detached.map((arn) => `detaches ${arn} (iam:DetachRolePolicy)`),
    ...attached.map((arn) => `attaches ${arn} (iam:AttachRolePolicy)`),
  ];
  return {
    paths: [part.path],
    does: does.join(', '),
    run: async () => {
      for (const PolicyArn of detached)
        await orGone(() => client.send(new DetachRolePolicyCommand({ RoleName, PolicyArn })));
      for (const PolicyArn of attached) await client.send(new AttachRolePolicyCommand({ RoleName, PolicyArn }));
    },
  };
};

/** API_UpdateAssumeRolePolicy. */
const trust: Write = ({ path, wanted }, RoleName, client) => ({
  paths: [path],
  does: 'writes who may take the role (iam:UpdateAssumeRolePolicy)',
  run: () => client.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: policyText(wanted) })),
});

/** API_PutRolePermissionsBoundary, API_DeleteRolePermissionsBoundary. */
const boundary: Write = ({ path, wanted }, RoleName, client) =>
  wanted === undefined
    ? {
        paths: [path],
        does: 'removes a permissions boundary that nobody declared (iam:DeleteRolePermissionsBoundary)',
        run: () => orGone(() => client.send(new DeleteRolePermissionsBoundaryCommand({ RoleName }))),
      }
    : {
        paths: [path],
        does: `sets the permissions boundary ${textOf(wanted)} (iam:PutRolePermissionsBoundary)`,
        run: () =>
          client.send(new PutRolePermissionsBoundaryCommand({ RoleName, PermissionsBoundary: textOf(wanted) })),
      };

const WRITES: Readonly<Record<string, Write>> = {
  AssumeRolePolicyDocument: trust,
  ManagedPolicyArns: attachedPolicies,
  PermissionsBoundary: boundary,
  Policies: inlinePolicies,
};

const SETTINGS: ReadonlySet<string> = new Set(['Description', 'MaxSessionDuration']);

/** IAM's own default, one hour. */
const DEFAULT_SESSION_SECONDS = 3600;

/** One call writes description and longest session, and resets the one that it leaves out (API_UpdateRole). */
const settings = (work: HealWork, RoleName: string, client: IAMClient): readonly HealStep[] => {
  const parts = work.parts.filter(({ path }) => SETTINGS.has(propertyOf(path)));
  if (parts.length === 0) return [];
  const { Description, MaxSessionDuration } = withParts(work.live ?? {}, parts);
  const seconds = typeof MaxSessionDuration === 'number' ? MaxSessionDuration : DEFAULT_SESSION_SECONDS;
  return [
    {
      paths: parts.map(({ path }) => path),
      does: `writes ${parts.map(({ path }) => propertyOf(path)).join(' and ')} (iam:UpdateRole)`,
      run: () =>
        client.send(new UpdateRoleCommand({ RoleName, Description: textOf(Description), MaxSessionDuration: seconds })),
    },
  ];
};

const DENY_ALL = policyText({
  Version: '2012-10-17',
  Statement: [{ Sid: 'EdlQuarantine', Effect: 'Deny', Action: '*', Resource: '*' }],
});

/** Nothing is deleted: whoever needs the role finds it as it was, once somebody has looked at it and taken the policy away. */
const quarantine = (work: HealWork, RoleName: string, client: IAMClient): HealStep =>
  textOf(work.live?.['Path']).startsWith(iamPath(work.scope.instance))
    ? {
        paths: [],
        does: `puts the role into quarantine: the inline policy ${QUARANTINE_POLICY} denies it everything (iam:PutRolePolicy)`,
        run: () =>
          client.send(new PutRolePolicyCommand({ RoleName, PolicyName: QUARANTINE_POLICY, PolicyDocument: DENY_ALL })),
      }
    : refuseUndeclared(work);

const isRemoval = ({ live, wanted }: HealPart): boolean => live !== undefined && wanted === undefined;

/** Puts parts of a role right: what takes rights away first. */
export const healRole = (work: HealWork, client: IAMClient): readonly HealStep[] => {
  const role = textOf((work.wanted ?? work.live)?.['RoleName']);
  if (work.wanted === undefined) return [quarantine(work, role, client)];
  if (work.live === undefined) return [refuseMissing(work)];
  const parts = work.parts.filter(({ path }) => !SETTINGS.has(propertyOf(path)));
  const ordered = [...parts.filter(isRemoval), ...parts.filter((part) => !isRemoval(part))];
  return [
    ...ordered.map((part) => WRITES[propertyOf(part.path)]?.(part, role, client) ?? refusePart(work, part)),
    ...settings(work, role, client),
  ];
};
