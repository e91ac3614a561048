import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { UpdateTerminationProtectionCommand } from '@aws-sdk/client-cloudformation';
import { UpdateRoleCommand } from '@aws-sdk/client-iam';
import { expect, test } from 'vitest';
import { ACCOUNT, liveRole, REGION, bucket, role, settled, trustOf, useSandbox } from './support.ts';

const world = useSandbox();

const describeByHand = (RoleName: string, Description: string): Promise<unknown> =>
  world.clients.iam.send(new UpdateRoleCommand({ RoleName, Description, MaxSessionDuration: 3600 }));

test('S26 the AWS CLI', async () => {
  const aws = async (...words: string[]): Promise<string> => {
    const env = { PATH: process.env['PATH'], ...world.sandbox.environment(ACCOUNT, REGION) };
    return (await promisify(execFile)('aws', [...words, '--output', 'json'], { env })).stdout;
  };
  const cfn = (command: string, ...words: string[]): Promise<string> => aws('cloudformation', command, ...words);
  const named = ['--stack-name', 's26'];
  const template = (description: string, more: object = {}): string[] => [
    '--template-body',
    JSON.stringify({
      Resources: { Bucket: bucket('s26-bucket'), Role: role('s26-role', { Description: description }), ...more },
    }),
    '--capabilities',
    'CAPABILITY_NAMED_IAM',
  ];
  await cfn('create-stack', ...named, ...template('one'), '--enable-termination-protection');
  await cfn('wait', 'stack-create-complete', ...named);
  const apply = async (set: string, words: string[]): Promise<string> => {
    await cfn('create-change-set', ...named, '--change-set-name', set, ...words);
    await cfn('wait', 'change-set-create-complete', ...named, '--change-set-name', set);
    const shown = await cfn('describe-change-set', ...named, '--change-set-name', set, '--include-property-values');
    await cfn('execute-change-set', ...named, '--change-set-name', set);
    await cfn('wait', 'stack-update-complete', ...named);
    return shown;
  };
  expect(await apply('two', template('two'))).toMatch(/"BeforeValue": "one",\s+"AfterValue": "two"/);
  await describeByHand('s26-role', 'by hand');
  const revert = [
    '--use-previous-template',
    '--capabilities',
    'CAPABILITY_NAMED_IAM',
    '--deployment-mode',
    'REVERT_DRIFT',
  ];
  expect(await apply('back', revert)).toContain('"ActualValue": "by hand"');
  expect((await liveRole(world.clients, 's26-role'))?.Description).toBe('two');
  const broken = role(undefined, {
    AssumeRolePolicyDocument: trustOf({ AWS: `arn:aws:iam::${ACCOUNT}:role/nobody` }),
  });
  await cfn('update-stack', ...named, ...template('three', { Broken: { ...broken, DependsOn: 'Role' } }));
  expect((await settled(world.clients, 's26')).StackStatus).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect((await liveRole(world.clients, 's26-role'))?.Description).toBe('two');
  await expect(cfn('delete-stack', ...named)).rejects.toThrow('TerminationProtection is enabled');
  await world.clients.cfn.send(
    new UpdateTerminationProtectionCommand({ StackName: 's26', EnableTerminationProtection: false }),
  );
}, 60_000);
