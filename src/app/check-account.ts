import type { Diagnostic } from '../reconciler/model/diagnostic.ts';
import type { AwsReads } from '../reconciler/model/reads.ts';
import type { DesiredState } from '../reconciler/model/resource.ts';

/** Refuses to look at or touch an account that is not the instance's: nothing if it is the right one. Throws when nobody can tell. */
export const checkAccount = async (
  desired: Pick<DesiredState, 'account' | 'instance'>,
  reads: AwsReads,
): Promise<readonly Diagnostic[]> => {
  const caller = await reads.callerAccount();
  if (caller === desired.account) return [];
  return [
    {
      code: 'EDL-5010',
      severity: 'error',
      summary: 'Wrong AWS account',
      detail: `Your credentials are for account ${caller}, but instance ${desired.instance} lives in ${desired.account}. Nothing was read or changed. Choose the right profile, for example with AWS_PROFILE, or the right --instance.`,
      target: desired.instance,
    },
  ];
};
