import { LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import { CreateRoleCommand } from '@aws-sdk/client-iam';
import { GetServiceQuotaCommand } from '@aws-sdk/client-service-quotas';
import { AssumeRoleCommand, GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { MOTO_ACCOUNT, casesOf, trust } from './case.ts';

/** Who somebody is, what an account may have, and what happened in it. */
export const ACCOUNT_CASES = casesOf({
  'sts:GetCallerIdentity': (aws) => aws.sts.send(new GetCallerIdentityCommand({})),
  'sts:GetCallerIdentity with an account as the key': async (aws) => {
    const { sts } = aws.as('222222222222');
    return { Account: (await sts.send(new GetCallerIdentityCommand({}))).Account };
  },
  'sts:AssumeRole by another account, then GetCallerIdentity': async (aws) => {
    await aws.iam.send(new CreateRoleCommand({ RoleName: 'assumed', AssumeRolePolicyDocument: trust() }));
    const { sts } = aws.as('222222222222');
    const RoleArn = `arn:aws:iam::${MOTO_ACCOUNT}:role/assumed`;
    const { Credentials } = await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 's' }));
    const assumed = aws.as(Credentials?.AccessKeyId ?? '');
    return assumed.sts.send(new GetCallerIdentityCommand({}));
  },
  'servicequotas:GetServiceQuota of IAM': (aws) =>
    aws.quotas.send(new GetServiceQuotaCommand({ ServiceCode: 'iam', QuotaCode: 'L-0DA4ABF3' })),
  'servicequotas:GetServiceQuota that does not exist': (aws) =>
    aws.quotas.send(new GetServiceQuotaCommand({ ServiceCode: 'iam', QuotaCode: 'L-00000000' })),
  'cloudtrail:LookupEvents': async (aws) => {
    const answer = await aws.cloudtrail.send(
      new LookupEventsCommand({ LookupAttributes: [{ AttributeKey: 'EventName', AttributeValue: 'CreateNothing' }] }),
    );
    return answer.Events;
  },
});
