import { UpdateTerminationProtectionCommand } from '@aws-sdk/client-cloudformation';
import { foundationStack } from '../../reconciler/model/names.ts';
import type { Stack } from '../../reconciler/model/resource.ts';
import { whileDoing } from '../errors.ts';
import type { StackContext } from './context.ts';

/** What must not vanish by one wrong call: the stacks that hold the boundary, the keys and the buckets. */
export const isProtected = ({ work }: StackContext, desired: Stack): boolean =>
  desired.bootstrap || work.name === foundationStack(work.instance, work.region);

const setProtection = (context: StackContext, stackId: string, isOn: boolean, what: string): Promise<void> =>
  whileDoing(what, async () => {
    await context.client.send(
      new UpdateTerminationProtectionCommand({ StackName: stackId, EnableTerminationProtection: isOn }),
    );
  });

/**
 * Protects a stack from deletion. Any status but that of a deletion allows it (AWSCloudFormation/latest/UserGuide/
 * using-cfn-protect-stacks), so a new stack is protected before its change set runs: a run that is killed right after must
 * not leave one that nobody ever protects.
 */
export const protect = (context: StackContext, stackId: string): Promise<void> =>
  setProtection(context, stackId, true, `protect stack ${context.work.name} from deletion`);

/** Lifts the protection of a stack that never succeeded, so that it can be removed and made anew. */
export const unprotect = (context: StackContext, stackId: string): Promise<void> =>
  setProtection(context, stackId, false, `lift the protection of stack ${context.work.name}`);
