import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { UpdateTerminationProtectionCommand } from '@aws-sdk/client-cloudformation';
import { UpdateRoleCommand } from '@aws-sdk/client-iam';
import { expect, test } from 'vitest';
import {
  ACCOUNT,
  bucket,
  executeChangeSet,
  liveRole,
  readyChangeSet,
  REGION,
  role,
  settled,
  trustOf,
  useSandbox,
} from './support.ts';

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
  const settle = async (): Promise<unknown> => (await settled(world.clients, 's26')).StackStatus;
  expect(await settle()).toBe('CREATE_COMPLETE');
  await cfn('create-change-set', ...named, '--change-set-name', 'two', ...template('two'));
  await cfn('wait', 'change-set-create-complete', ...named, '--change-set-name', 'two');
  expect(await cfn('describe-change-set', ...named, '--change-set-name', 'two', '--include-property-values')).toMatch(
    /"BeforeValue": "one",\s+"AfterValue": "two"/,
  );
  await cfn('execute-change-set', ...named, '--change-set-name', 'two');
  await cfn('wait', 'stack-update-complete', ...named);
  await describeByHand('s26-role', 'by hand');
  const revert = [
    '--use-previous-template',
    '--deployment-mode',
    'REVERT_DRIFT',
    '--capabilities',
    'CAPABILITY_NAMED_IAM',
  ];
  const made = JSON.parse(await cfn('create-change-set', ...named, '--change-set-name', 'back', ...revert)) as {
    readonly Id: string;
  };
  const shown = await readyChangeSet(world.clients, made.Id);
  expect(JSON.stringify(shown)).toContain('"ActualValue":"by hand"');
  await executeChangeSet(world.clients, shown);
  expect((await liveRole(world.clients, 's26-role'))?.Description).toBe('two');
  const broken = role(undefined, {
    AssumeRolePolicyDocument: trustOf({ AWS: `arn:aws:iam::${ACCOUNT}:role/nobody` }),
  });
  await cfn('update-stack', ...named, ...template('three', { Broken: { ...broken, DependsOn: 'Role' } }));
  expect(await settle()).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect((await liveRole(world.clients, 's26-role'))?.Description).toBe('two');
  await expect(cfn('delete-stack', ...named)).rejects.toThrow('TerminationProtection is enabled');
  await world.clients.cfn.send(
    new UpdateTerminationProtectionCommand({ StackName: 's26', EnableTerminationProtection: false }),
  );
}, 60_000);
