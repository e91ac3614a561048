import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { EdlError } from '../../reconciler/model/errors.ts';
import type { AwsReads } from '../../reconciler/model/reads.ts';
import type { Wire } from '../clients.ts';
import { whileDoing } from '../errors.ts';

/** Reads who we are. */
export const stsReads = (wire: Wire, homeRegion: string): Pick<AwsReads, 'callerAccount'> => {
  const client = wire.instrument('sts', new STSClient(wire.settings(homeRegion)));
  return {
    callerAccount: () =>
      whileDoing('find out which account the credentials belong to', async () => {
        const answer = await client.send(new GetCallerIdentityCommand({}));
        if (answer.Account === undefined)
          throw new EdlError('EDL-4013', 'retry', 'STS returned no account. Run again.');
        return answer.Account;
      }),
  };
};

/** Reads who we are, by name; for marks that people read, such as that of the lease. */
export const callerArn = (wire: Wire, homeRegion: string): Promise<string> =>
  whileDoing('find out whose credentials these are', async () => {
    const client = wire.instrument('sts', new STSClient(wire.settings(homeRegion)));
    const { Arn } = await client.send(new GetCallerIdentityCommand({}));
    if (Arn === undefined) throw new EdlError('EDL-4013', 'retry', 'STS returned no name. Run again.');
    return Arn;
  });
