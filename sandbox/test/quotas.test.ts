import {
  GetAccountSummaryCommand,
  AttachRolePolicyCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
} from '@aws-sdk/client-iam';
import { GetServiceQuotaCommand, ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Sandbox } from '../index.ts';
import { borrowSandbox } from './borrow.ts';
import { ACCOUNT, allow, clientsFor, REGION, trustOf } from './support.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await borrowSandbox();
});
afterAll(() => sandbox.stop());

const quotaOf = async (service: string, code: string, region: string): Promise<number | undefined> => {
  const client = new ServiceQuotasClient({
    endpoint: sandbox.endpoint,
    region,
    maxAttempts: 1,
    credentials: { accessKeyId: ACCOUNT, secretAccessKey: 'x' },
  });
  const answer = await client.send(new GetServiceQuotaCommand({ ServiceCode: service, QuotaCode: code }));
  return answer.Quota?.Value;
};

test('G12 IAM and Service Quotas tell the same quotas, and IAM enforces them', async () => {
  const { iam } = clientsFor(sandbox);
  const summary = async () => (await iam.send(new GetAccountSummaryCommand({}))).SummaryMap;
  await iam.send(new CreateRoleCommand({ RoleName: 'full', AssumeRolePolicyDocument: JSON.stringify(trustOf()) }));
  const attach = async (index: number): Promise<void> => {
    const made = await iam.send(
      new CreatePolicyCommand({ PolicyName: `p-${index}`, PolicyDocument: JSON.stringify(allow('s3:*')) }),
    );
    await iam.send(new AttachRolePolicyCommand({ RoleName: 'full', PolicyArn: made.Policy?.Arn }));
  };
  for (let index = 0; index < 10; index += 1) await attach(index);
  expect(await summary()).toMatchObject({
    AttachedPoliciesPerRoleQuota: 10,
    AssumeRolePolicySizeQuota: 2048,
    Policies: 10,
    PoliciesQuota: 1500,
    Roles: 1,
    RolesQuota: 1000,
  });
  expect(await quotaOf('iam', 'L-0DA4ABF3', 'us-east-1')).toBe(10);
  expect(await quotaOf('cloudformation', 'L-0485CB21', REGION)).toBe(2000);
  await expect(attach(10)).rejects.toThrow('PoliciesPerRole: 10');

  sandbox.setQuota(ACCOUNT, 'L-0DA4ABF3', 20);
  expect(await summary()).toMatchObject({ AttachedPoliciesPerRoleQuota: 20 });
  expect(await quotaOf('iam', 'L-0DA4ABF3', 'us-east-1')).toBe(20);
  await expect(attach(11)).resolves.toBeUndefined();

  const unknown = { name: 'NoSuchResourceException' };
  await expect(quotaOf('iam', 'L-0DA4ABF3', REGION)).rejects.toMatchObject(unknown);
  await expect(quotaOf('cloudformation', 'L-0DA4ABF3', 'us-east-1')).rejects.toMatchObject(unknown);
  await expect(quotaOf('vpc', 'L-F678F1CE', REGION)).rejects.toMatchObject(unknown);
});
