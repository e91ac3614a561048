import {
  CloudFormationClient,
  GetTemplateCommand,
  paginateDescribeStacks,
  type Stack,
} from '@aws-sdk/client-cloudformation';
import { EdlError } from '../../reconciler/model/errors.ts';
import type { JsonObject } from '../../reconciler/model/json.ts';
import type { ObservedStack } from '../../reconciler/model/live.ts';
import type { AwsReads } from '../../reconciler/model/reads.ts';
import { perRegion, type Wire } from '../clients.ts';
import { whileDoing } from '../errors.ts';
import { parseJsonObject } from '../parse.ts';

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
});

/** Reads stacks and their deployed templates. */
export const cloudFormationReads = (wire: Wire): Pick<AwsReads, 'stacks' | 'template'> => {
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
