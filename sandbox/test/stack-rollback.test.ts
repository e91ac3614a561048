import { ContinueUpdateRollbackCommand, DescribeAccountLimitsCommand } from '@aws-sdk/client-cloudformation';
import type { ContinueUpdateRollbackCommandInput } from '@aws-sdk/client-cloudformation';
import {
  AttachRolePolicyCommand,
  CreatePolicyCommand,
  DeletePolicyCommand,
  DetachRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { expect, test } from 'vitest';
import {
  ACCOUNT,
  allow,
  createStack,
  describeStack,
  role,
  settled,
  trustOf,
  updateStack,
  useSandbox,
} from './support.ts';

const world = useSandbox();

/** A stack whose role cannot get back the policy that the update took from it, as somebody deleted that meanwhile. */
const stuck = async (name: string): Promise<string> => {
  const PolicyName = `${name}-policy`;
  const PolicyDocument = JSON.stringify(allow('s3:Get*'));
  const { Policy } = await world.clients.iam.send(new CreatePolicyCommand({ PolicyName, PolicyDocument }));
  const PolicyArn = Policy?.Arn ?? '';
  await createStack(world.clients, name, {
    Resources: { Role: role(`${name}-role`, { ManagedPolicyArns: [PolicyArn] }) },
  });
  await world.clients.iam.send(new DetachRolePolicyCommand({ RoleName: `${name}-role`, PolicyArn }));
  await world.clients.iam.send(new DeletePolicyCommand({ PolicyArn }));
  const broken = role(undefined, {
    AssumeRolePolicyDocument: trustOf({ AWS: `arn:aws:iam::${ACCOUNT}:role/nobody` }),
  });
  const Resources = { Role: role(`${name}-role`), Broken: { ...broken, DependsOn: 'Role' } };
  expect((await updateStack(world.clients, name, { Resources })).StackStatus).toBe('UPDATE_ROLLBACK_FAILED');
  return PolicyArn;
};
const goOn = async (StackName: string, options: Partial<ContinueUpdateRollbackCommandInput> = {}) => {
  await world.clients.cfn.send(new ContinueUpdateRollbackCommand({ StackName, ...options }));
  return (await settled(world.clients, (await describeStack(world.clients, StackName)).StackId ?? '')).StackStatus;
};

test('S24 a rollback that failed goes on when the cause is mended, or past what is skipped', async () => {
  await stuck('s24-a');
  await expect(updateStack(world.clients, 's24-a', { Resources: { Role: role('s24-a-role') } })).rejects.toThrow(
    'is in UPDATE_ROLLBACK_FAILED state and can not be updated.',
  );
  expect(await goOn('s24-a')).toBe('UPDATE_ROLLBACK_FAILED');
  const document = JSON.stringify(allow('s3:Get*'));
  await world.clients.iam.send(new CreatePolicyCommand({ PolicyName: 's24-a-policy', PolicyDocument: document }));
  expect(await goOn('s24-a')).toBe('UPDATE_ROLLBACK_COMPLETE');
  await expect(goOn('s24-a')).rejects.toThrow('can not continue update rollback');
  const PolicyArn = await stuck('s24-b');
  await expect(goOn('s24-b', { ResourcesToSkip: ['Other'] })).rejects.toThrow('only resources that failed');
  await expect(goOn('s24-b', { ResourcesToSkip: ['Role'], ForceRollback: true })).rejects.toThrow('both');
  expect(await goOn('s24-b', { ResourcesToSkip: ['Role'] })).toBe('UPDATE_ROLLBACK_COMPLETE');
  await expect(
    world.clients.iam.send(new AttachRolePolicyCommand({ RoleName: 's24-b-role', PolicyArn })),
  ).rejects.toThrow();
  await stuck('s24-c');
  expect(await goOn('s24-c', { ForceRollback: true })).toBe('UPDATE_ROLLBACK_COMPLETE');
});

test('S25 the limits of the account', async () => {
  const { AccountLimits } = await world.clients.cfn.send(new DescribeAccountLimitsCommand({}));
  expect(AccountLimits).toContainEqual({ Name: 'StackLimit', Value: 2000 });
});
