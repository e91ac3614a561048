import {
  CloudFormationClient,
  DescribeStackEventsCommand,
  GetTemplateCommand,
  ListStacksCommand,
  paginateDescribeStacks,
  type Stack,
  type StackSummary,
} from '@aws-sdk/client-cloudformation';
import { EdlError } from '../../reconciler/model/errors.ts';
import type { JsonObject } from '../../reconciler/model/json.ts';
import type { DeletedStack, ObservedStack } from '../../reconciler/model/live.ts';
import { DELETION_TOKEN_PREFIX } from '../../reconciler/model/names.ts';
import type { AwsReads } from '../../reconciler/model/reads.ts';
import { perRegion, type Wire } from '../clients.ts';
import { whileDoing } from '../errors.ts';
import { parseJsonObject } from '../parse.ts';

/** The name in the ARN of a change set: `arn:…:changeSet/<name>/<id>`. */
const changeSetNameOf = (arn: string | undefined): string => arn?.split('/')[1] ?? '';

/** DescribeStacks in the words of the model. Shared with the driver, so that both see a stack alike. */
export const asObservedStack = (region: string, stack: Stack): ObservedStack => ({
  name: stack.StackName ?? '',
  region,
  stackId: stack.StackId ?? '',
  status: stack.StackStatus ?? '',
  tags: Object.fromEntries((stack.Tags ?? []).map((tag) => [tag.Key ?? '', tag.Value ?? ''])),
  outputs: Object.fromEntries(
    (stack.Outputs ?? []).map((output) => [output.OutputKey ?? '', output.OutputValue ?? '']),
  ),
  ...(stack.RoleARN === undefined ? {} : { roleArn: stack.RoleARN }),
  terminationProtection: stack.EnableTerminationProtection ?? false,
  changeSet: changeSetNameOf(stack.ChangeSetId),
});

/** The latest deletion of each of these names; a name can have been used and deleted many times. */
const latestDeletions = (summaries: readonly StackSummary[], names: readonly string[]): readonly StackSummary[] =>
  names.flatMap((name) => {
    const time = ({ DeletionTime }: StackSummary): number => DeletionTime?.getTime() ?? 0;
    return (
      summaries.filter((one) => one.StackName === name).toSorted((left, right) => time(right) - time(left))[0] ?? []
    );
  });

/** The deleted stack's events tell with which token its deletion was asked for; ours have tokens of ours. */
const isOurDeletion = async (client: CloudFormationClient, stackId: string): Promise<boolean> => {
  const answer = await client.send(new DescribeStackEventsCommand({ StackName: stackId }));
  const event = (answer.StackEvents ?? []).find(
    ({ PhysicalResourceId, ResourceStatus }) => PhysicalResourceId === stackId && ResourceStatus?.startsWith('DELETE_'),
  );
  return event?.ClientRequestToken?.startsWith(DELETION_TOKEN_PREFIX) === true;
};

/**
 * One page: AWS lists what was deleted in the last 90 days, and what is further back than the first page is as unknown as what
 * is older (AWSCloudFormation/latest/APIReference/API_ListStacks).
 */
const findDeleted = async (
  client: CloudFormationClient,
  region: string,
  names: readonly string[],
): Promise<readonly DeletedStack[]> => {
  const page = await client.send(new ListStacksCommand({ StackStatusFilter: ['DELETE_COMPLETE'] }));
  const found: DeletedStack[] = [];
  for (const { StackName, StackId, DeletionTime } of latestDeletions(page.StackSummaries ?? [], names)) {
    if (StackName === undefined || StackId === undefined || (await isOurDeletion(client, StackId))) continue;
    const at = DeletionTime?.toISOString();
    found.push({ name: StackName, region, stackId: StackId, ...(at === undefined ? {} : { at }) });
  }
  return found;
};

/** Reads stacks and their deployed templates. */
export const cloudFormationReads = (wire: Wire): Pick<AwsReads, 'stacks' | 'deletedStacks' | 'template'> => {
  const clientOf = perRegion((region) =>
    wire.instrument('cloudformation', new CloudFormationClient(wire.settings(region))),
  );
  return {
    stacks: (region) =>
      whileDoing(`list the stacks of ${region}`, async () => {
        const stacks: ObservedStack[] = [];
        for await (const page of paginateDescribeStacks({ client: clientOf(region) }, {})) {
          stacks.push(...(page.Stacks ?? []).map((stack) => asObservedStack(region, stack)));
        }
        return stacks;
      }),
    deletedStacks: (region, names) =>
      whileDoing(`list the deleted stacks of ${region}`, () => findDeleted(clientOf(region), region, names)),
    template: (region, stack) =>
      whileDoing(`read the template of stack ${stack}`, async (): Promise<JsonObject> => {
        const answer = await clientOf(region).send(
          new GetTemplateCommand({ StackName: stack, TemplateStage: 'Original' }),
        );
        if (answer.TemplateBody === undefined) {
          throw new EdlError(
            'EDL-4013',
            'retry',
            `Stack ${stack} has no template. It may be in the middle of its creation; run again.`,
          );
        }
        return parseJsonObject(answer.TemplateBody, `the template of stack ${stack}`);
      }),
  };
};
