import {
  CreatePolicyVersionCommand,
  DeletePolicyVersionCommand,
  type IAMClient,
  paginateListPolicyVersions,
  type PolicyVersion,
} from '@aws-sdk/client-iam';
import type { HealPart, HealWork } from '../../reconciler/model/heal.ts';
import { textOf } from '../../reconciler/model/json.ts';
import { policyArn } from '../../reconciler/model/names.ts';
import { policyText, propertyOf, refuseMissing, refusePart, refuseUndeclared, type HealStep } from './step.ts';

/** IAM keeps five versions of a policy (IAM/latest/UserGuide/access_policies_managed-versioning). */
const MOST_VERSIONS = 5;

const madeAt = ({ CreateDate }: PolicyVersion): number => CreateDate?.getTime() ?? 0;

/** The default version cannot be deleted, so the oldest of the others makes room (API_DeletePolicyVersion). */
const makeRoom = async (client: IAMClient, PolicyArn: string): Promise<void> => {
  const versions: PolicyVersion[] = [];
  for await (const page of paginateListPolicyVersions({ client }, { PolicyArn }))
    versions.push(...(page.Versions ?? []));
  if (versions.length < MOST_VERSIONS) return;
  const [oldest] = versions
    .filter(({ IsDefaultVersion }) => IsDefaultVersion !== true)
    .sort((left, right) => madeAt(left) - madeAt(right));
  if (oldest === undefined) return;
  await client.send(new DeletePolicyVersionCommand({ PolicyArn, VersionId: oldest.VersionId }));
};

/** IAM/latest/APIReference/API_CreatePolicyVersion. */
const document = ({ path, wanted }: HealPart, arn: string, client: IAMClient): HealStep => ({
  paths: [path],
  does: 'writes the document as the new default version (iam:CreatePolicyVersion)',
  run: async () => {
    await makeRoom(client, arn);
    const PolicyDocument = policyText(wanted);
    await client.send(new CreatePolicyVersionCommand({ PolicyArn: arn, PolicyDocument, SetAsDefault: true }));
  },
});

/** Puts the document of a managed policy right. One that nobody declared is only told: what it gives hangs on who has it. */
export const healManagedPolicy = (work: HealWork, client: IAMClient): readonly HealStep[] => {
  if (work.wanted === undefined) return [refuseUndeclared(work)];
  if (work.live === undefined) return [refuseMissing(work)];
  const { Path: path, ManagedPolicyName: name } = work.wanted;
  const arn = policyArn(work.scope.account, textOf(path), textOf(name));
  return work.parts.map((part) =>
    propertyOf(part.path) === 'PolicyDocument' ? document(part, arn, client) : refusePart(work, part),
  );
};
