import {
  type CloudFormationClient,
  DescribeStacksCommand,
  UpdateStackCommand,
  UpdateTerminationProtectionCommand,
  waitUntilStackUpdateComplete,
} from '@aws-sdk/client-cloudformation';
import type { HealPart, HealWork } from '../../reconciler/model/heal.ts';
import { stackTags } from '../../reconciler/model/names.ts';
import { propertyOf, type HealStep } from './step.ts';

/** Parts of a stack that are not its template. */
const SETTINGS: ReadonlySet<string> = new Set(['EnableTerminationProtection', 'Tags']);

/** Whether a part of a stack is in its template, which only a change set can put back. */
export const isOfTemplate = ({ path }: HealPart): boolean => !SETTINGS.has(propertyOf(path));

/** AWSCloudFormation/latest/APIReference/API_UpdateTerminationProtection. */
const protect = ({ path }: HealPart, StackName: string, client: CloudFormationClient): HealStep => ({
  paths: [path],
  does: 'protects the stack from deletion (cloudformation:UpdateTerminationProtection)',
  run: () => client.send(new UpdateTerminationProtectionCommand({ StackName, EnableTerminationProtection: true })),
});

const LONGEST_UPDATE_SECONDS = 1800;

/** Tags change with an update of the stack that keeps its template; the tags of others go along (API_UpdateStack). */
const tags = ({ path }: HealPart, work: HealWork, client: CloudFormationClient): HealStep => ({
  paths: [path],
  does: 'gives the stack our tags again (cloudformation:UpdateStack, with the template that it has)',
  run: async () => {
    const StackName = work.stack;
    const ours = stackTags(work.scope.organization, work.scope.instance);
    const { Stacks: [stack] = [] } = await client.send(new DescribeStacksCommand({ StackName }));
    const others = (stack?.Tags ?? []).filter(({ Key }) => Key === undefined || !(Key in ours));
    await client.send(
      new UpdateStackCommand({
        StackName,
        UsePreviousTemplate: true,
        Capabilities: ['CAPABILITY_NAMED_IAM'],
        Tags: [...others, ...Object.entries(ours).map(([Key, Value]) => ({ Key, Value }))],
      }),
    );
    await waitUntilStackUpdateComplete(
      { client, maxWaitTime: LONGEST_UPDATE_SECONDS, minDelay: 1, maxDelay: 10 },
      { StackName },
    );
  },
});

/** Puts parts of a stack itself right. A stack that is gone is for apply, and a template for a change set. */
export const healStack = (work: HealWork, client: CloudFormationClient): readonly HealStep[] => {
  if (work.live === undefined) {
    return [
      {
        paths: [],
        code: 'EDL-4154',
        refused: `Stack ${work.stack} is not there as a whole. Run edl apply: it makes the stack and all that is in it.`,
      },
    ];
  }
  return work.parts.map((part): HealStep => {
    if (propertyOf(part.path) === 'EnableTerminationProtection') return protect(part, work.stack, client);
    if (propertyOf(part.path) === 'Tags') return tags(part, work, client);
    return {
      paths: [part.path],
      code: 'EDL-4153',
      refused: `${part.path} of stack ${work.stack} is in its template, which only a change set puts back. Run edl drift --heal all.`,
    };
  });
};
