import { accessOf } from '../access/held/access-of.ts';
import type { LiveState } from '../reconciler/model/live.ts';
import type { Reporter } from '../reconciler/model/ports.ts';
import type { AwsReads, LiveManagedPolicy } from '../reconciler/model/reads.ts';
import type { AccessHolder, AccessRow, DesiredState } from '../reconciler/model/resource.ts';
import type { UndeclaredRole, Unproven, Verification } from '../report/verification.ts';
import { resourceKinds } from '../resources/index.ts';
import type { Catalog } from '../reconciler/model/catalog.ts';
import { instanceNamed } from '../reconciler/model/instance.ts';
import { roleId } from '../resources/shared/ids.ts';
import type { FoundRole } from './held-roles.ts';
import { observeLive } from './observe.ts';
import {
  DECIDING_KINDS,
  desiredObjects,
  type LakeProof,
  liveObjects,
  proofInput,
  type StateObject,
} from './proof-input.ts';

/** What is to be judged, and everything about it that no question can tell. */
export interface VerifySide {
  readonly input: LakeProof;
  readonly missing: Verification['missing'];
  readonly undeclared: readonly UndeclaredRole[];
  readonly unknown: readonly Unproven[];
}

/** Which lake is judged. */
export interface Judged {
  readonly catalog: Catalog;
  readonly desired: DesiredState;
}

/** The compiled side: nothing is missing and nothing unknown in it. */
export const compiledSide = ({ catalog, desired }: Judged): VerifySide => ({
  input: proofInput({ catalog, instance: desired.instance, asOf: desired.asOf, objects: desiredObjects(desired) }),
  missing: [],
  undeclared: [],
  unknown: [],
});

const isDeciding = ({ kind }: { readonly kind: string }): boolean => DECIDING_KINDS.has(kind);

/** Only what decides: otherwise every stack would look changed, because nobody read the other half of it. */
const decidingPart = (desired: DesiredState): DesiredState => ({
  ...desired,
  stacks: desired.stacks.map((stack) => ({ ...stack, resources: stack.resources.filter(isDeciding) })),
  resources: desired.resources.filter(isDeciding),
});

/** What AWS has of the kinds that decide, in bulk. */
export const observeDeciding = (
  { catalog, desired }: Judged,
  reads: AwsReads,
  reporter: Reporter,
): Promise<LiveState> =>
  observeLive({
    desired: decidingPart(desired),
    tiers: catalog.lake.tiers.map((tier) => tier.name),
    kinds: resourceKinds.filter(({ name }) => DECIDING_KINDS.has(name)),
    reads,
    reporter,
  });

const isReadable = (live: LiveState, kinds: readonly string[]): boolean =>
  !live.unreadable.some(({ kind }) => kinds.includes(kind));

/** Whether roles and their policies were read; both come from one call. */
export const hasRoles = (live: LiveState): boolean => isReadable(live, ['iam-role', 'iam-managed-policy']);

/** A bucket whose policy nobody could read counts as not there: what its policy keeps out is unknown. */
const readObjects = (live: LiveState): readonly StateObject[] => {
  const regions = new Set(live.unreadable.flatMap(({ kind, region }) => (kind === 's3-bucket-policy' ? [region] : [])));
  return liveObjects({
    ...live,
    resources: live.resources.filter(({ kind, region }) => kind !== 's3-bucket' || !regions.has(region)),
  });
};

const withoutHolder = <Row extends AccessRow>(rows: readonly Row[]): readonly Omit<Row, 'principal'>[] =>
  rows.map(({ principal: _principal, ...row }) => row);

/** What a role gives that no grant stands for. Whose it is does not matter, so rows carry no holder. */
const undeclaredRole = (role: FoundRole, { world, resources }: LakeProof): UndeclaredRole => {
  const nobody: AccessHolder = `exposed:${role.roleName}`;
  const { rows, conditional } = accessOf({ ...role, holder: nobody }, { ...world, resources });
  return {
    role: role.roleName,
    arn: role.arn,
    held: withoutHolder(rows),
    conditional: withoutHolder(conditional),
  };
};

const unreadPolicies = (roles: readonly FoundRole[]): readonly Unproven[] =>
  roles.flatMap(({ roleName, unread }) =>
    unread.length === 0 ? [] : [{ what: 'policies', role: roleName, policies: unread }],
  );

/** Roles that EDL compiles no access for and that may be there nevertheless: CloudFormation's. */
const isCloudFormations = (name: string, { catalog, desired }: Judged): boolean =>
  desired.resources.some(({ id }) => id === roleId(name)) ||
  instanceNamed(catalog, desired.instance).cloudFormationRole === name;

/**
 * The live side. Declared roles are judged question by question; those that nothing declares are asked what they give;
 * what could not be read is told, because nothing is proven of it. `policies` are all of the account's own.
 */
export const liveSide = (judged: Judged, live: LiveState, policies: readonly LiveManagedPolicy[]): VerifySide => {
  const { catalog, desired } = judged;
  const declared = compiledSide(judged).input.roles;
  const side = { catalog, instance: desired.instance, asOf: desired.asOf, objects: readObjects(live), policies };
  const input = proofInput(side);
  const names = new Set(declared.map(({ roleName }) => roleName));
  const found = new Set(input.roles.map(({ roleName }) => roleName));
  const roles = input.roles.filter(({ roleName }) => names.has(roleName));
  const others = [...input.roles.filter(({ roleName }) => !names.has(roleName)), ...input.others].filter(
    ({ roleName }) => !isCloudFormations(roleName, judged),
  );
  return {
    input: { ...input, roles },
    missing: hasRoles(live)
      ? declared
          .filter(({ roleName }) => !found.has(roleName))
          .map(({ roleName, holder }) => ({ role: roleName, holder }))
      : [],
    undeclared: others
      .map((role) => undeclaredRole(role, input))
      .filter(({ held, conditional }) => held.length + conditional.length > 0),
    unknown: [
      ...live.unreadable.filter(isDeciding).map((unread) => ({ what: 'kind' as const, ...unread })),
      ...unreadPolicies([...roles, ...others]),
    ],
  };
};
