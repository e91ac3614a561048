import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import type { Driver } from '../../reconciler/model/ports.ts';
import { perRegion, type Wire } from '../clients.ts';
import type { PutOnce } from '../s3/put-once.ts';
import { asResult } from '../result.ts';
import { newRaceMemory, type Timer } from '../wait.ts';
import { applyStack } from './apply-stack.ts';
import type { StackContext } from './context.ts';
import { pruneStack } from './prune-stack.ts';

/** What the driver needs from outside: connections, time, and a place for large templates. */
export interface CloudFormationDriverParts {
  readonly wire: Wire;
  readonly timer: Timer;
  readonly putOnce: PutOnce;
}

/** Applies stacks of CloudFormation; see `applyStack` and `pruneStack`. */
export const cloudFormationDriver = ({ wire, timer, putOnce }: CloudFormationDriverParts): Driver => {
  const clientOf = perRegion((region) =>
    wire.instrument('cloudformation', new CloudFormationClient(wire.settings(region))),
  );
  const races = newRaceMemory();
  return {
    name: 'cloudformation',
    apply: (work, reporter) =>
      asResult(timer, work, async () => {
        const context: StackContext = {
          client: clientOf(work.region),
          work,
          reporter,
          timer,
          races,
          uploadTemplate: (bucket, key, body) =>
            putOnce({
              region: work.region,
              account: work.account,
              bucket,
              key,
              body: Buffer.from(body, 'utf8'),
              contentType: 'application/json',
            }),
        };
        const outcome = await (work.desired === undefined ? pruneStack(context) : applyStack(context, work.desired));
        const objects = work.changes.map((change) => change.id);
        return outcome.outcome === 'failed' ? { ...outcome, objects: [] } : { ...outcome, objects };
      }),
  };
};
