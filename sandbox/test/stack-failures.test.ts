import { RollbackStackCommand } from '@aws-sdk/client-cloudformation';
import { CreatePolicyCommand, DeletePolicyCommand, DeleteRolePolicyCommand } from '@aws-sdk/client-iam';
import { expect, test } from 'vitest';
import {
  allow,
  brokenRole,
  bucket,
  changeSet,
  createStack,
  deleteStack,
  describeStack,
  eventsOf,
  executeChangeSet,
  hasBucket,
  liveRole,
  reasonsOf,
  role,
  settled,
  updateStack,
  useSandbox,
} from './support.ts';

const world = useSandbox();

const KEEP = { DisableRollback: true };

/** A role that is created and then fails, as the policy that it wants attached does not exist. */
const halfRole = (name: string, properties: object = {}): object =>
  role(name, { ManagedPolicyArns: ['arn:aws:iam::111111111111:policy/missing'], ...properties });

const lastStates = async (name: string): Promise<Record<string, string>> => {
  const told = [...(await eventsOf(world.clients, name))].reverse();
  return Object.fromEntries(told.map((event) => [event.LogicalResourceId ?? '', event.ResourceStatus ?? '']));
};

test('S27 a creation that fails with rollback disabled keeps what was made, and other paths go on', async () => {
  const Resources = {
    Broken: brokenRole(),
    Waiting: role('s27-waiting', { Description: { 'Fn::GetAtt': ['Broken', 'Arn'] } }),
    Fine: role('s27-fine'),
    Later: { ...bucket('s27-later'), DependsOn: 'Fine' },
  };
  const stack = await createStack(world.clients, 's27', { Resources }, KEEP);
  expect(stack).toMatchObject({
    StackStatus: 'CREATE_FAILED',
    DisableRollback: true,
    StackStatusReason: 'The following resource(s) failed to create: [Broken]. ',
  });
  expect(await lastStates('s27')).toMatchObject({
    Broken: 'CREATE_FAILED',
    Fine: 'CREATE_COMPLETE',
    Later: 'CREATE_COMPLETE',
  });
  expect(Object.keys(await lastStates('s27'))).not.toContain('Waiting');
  expect(await hasBucket(world.clients, 's27-later')).toBe(true);
});

test('S27 S28 an update that fails with rollback disabled is gone on with', async () => {
  const { clients } = world;
  await createStack(clients, 's28', { Resources: { Role: role('s28-role'), Old: role('s28-old') } });
  const Policies = [{ PolicyName: 'p', PolicyDocument: allow('s3:Get*') }];
  const next = {
    Resources: {
      Role: halfRole('s28-role', { Description: 'new', Policies }),
      New: role('s28-new'),
      Half: halfRole('s28-half'),
    },
  };
  const failed = await updateStack(clients, 's28', next, KEEP);
  expect(failed).toMatchObject({ StackStatus: 'UPDATE_FAILED', DisableRollback: true });
  expect(await lastStates('s28')).toMatchObject({
    Role: 'UPDATE_FAILED',
    New: 'CREATE_COMPLETE',
    Half: 'CREATE_FAILED',
    Old: 'CREATE_COMPLETE',
  });
  expect((await liveRole(clients, 's28-role'))?.Description ?? '').toBe('');
  await expect(
    clients.iam.send(new DeleteRolePolicyCommand({ RoleName: 's28-role', PolicyName: 'p' })),
  ).rejects.toMatchObject({ name: 'NoSuchEntityException' });
  await expect(updateStack(clients, 's28', next)).rejects.toThrow(
    'This stack is currently in a non-terminal [UPDATE_FAILED] state. To update the stack from this state, please use the disable-rollback parameter with update-stack API.',
  );
  const shown = await changeSet(clients, 's28', '', { TemplateBody: undefined, UsePreviousTemplate: true });
  expect(shown.Changes?.map(({ ResourceChange: change }) => [change?.Action, change?.LogicalResourceId])).toEqual([
    ['Add', 'Half'],
    ['Remove', 'Old'],
    ['Modify', 'Role'],
  ]);
  await expect(executeChangeSet(clients, shown)).rejects.toThrow('with execute-change-set API');
  const PolicyDocument = JSON.stringify(allow('s3:Get*'));
  await clients.iam.send(new CreatePolicyCommand({ PolicyName: 'missing', PolicyDocument }));
  expect(await executeChangeSet(clients, shown, KEEP)).toMatchObject({ StackStatus: 'UPDATE_COMPLETE' });
  const told = (await eventsOf(clients, 's28')).map((event) => `${event.LogicalResourceId} ${event.ResourceStatus}`);
  expect(told).toContain('Half DELETE_COMPLETE');
  expect((await liveRole(clients, 's28-role'))?.Description).toBe('new');
  await expect(liveRole(clients, 's28-old')).rejects.toThrow();
  await deleteStack(clients, 's28');
  await clients.iam.send(new DeletePolicyCommand({ PolicyArn: 'arn:aws:iam::111111111111:policy/missing' }));
});

test('S28 no replacement while rollback is disabled, no update after OnFailure DO_NOTHING, and deletion takes all', async () => {
  const { clients } = world;
  const at = (Path: string): object => ({ Resources: { Role: role(undefined, { Path }) } });
  await createStack(clients, 's28-moved', at('/a/'));
  expect((await updateStack(clients, 's28-moved', at('/b/'), KEEP)).StackStatus).toBe('UPDATE_FAILED');
  expect(await reasonsOf(clients, 's28-moved', 'UPDATE_FAILED')).toContain(
    'Replacement type updates not supported on stack with disable-rollback.',
  );
  const half = { Resources: { Half: halfRole('s28-stuck') } };
  await createStack(clients, 's28-stuck', half, { OnFailure: 'DO_NOTHING' });
  await expect(updateStack(clients, 's28-stuck', half, KEEP)).rejects.toThrow(
    'This stack cannot be updated from [CREATE_FAILED] state because it contains [on-failure: DO_NOTHING].',
  );
  await expect(liveRole(clients, 's28-stuck')).resolves.toBeDefined();
  expect((await deleteStack(clients, 's28-stuck')).StackStatus).toBe('DELETE_COMPLETE');
  await expect(liveRole(clients, 's28-stuck')).rejects.toThrow();
  await expect(
    createStack(clients, 's28-both', half, { OnFailure: 'ROLLBACK', DisableRollback: false }),
  ).rejects.toThrow('You cannot specify both OnFailure and DisableRollback');
});

test('S29 RetainExceptOnCreate: a rollback deletes what it made, whatever its DeletionPolicy', async () => {
  const { clients } = world;
  const keep = { DeletionPolicy: 'Retain' };
  const drop = { RetainExceptOnCreate: true };
  const failing = (name: string): object => ({ Made: bucket(name, {}, keep), Broken: brokenRole(['Made']) });
  await createStack(clients, 's29-a', { Resources: failing('s29-a') }, drop);
  expect(await hasBucket(clients, 's29-a')).toBe(false);
  const First = bucket('s29-first', {}, keep);
  await createStack(clients, 's29-b', { Resources: { First } });
  await updateStack(clients, 's29-b', { Resources: { First, ...failing('s29-b') } }, drop);
  expect(await hasBucket(clients, 's29-b')).toBe(false);
  const shown = await changeSet(clients, 's29-b', { Resources: { First, ...failing('s29-c') } });
  const stack = await executeChangeSet(clients, shown, drop);
  expect(stack.StackStatus).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect([await hasBucket(clients, 's29-c'), await hasBucket(clients, 's29-first')]).toEqual([false, true]);
});

test('C23 a change set or its execution says what becomes of a failure', async () => {
  const { clients } = world;
  const create = { ChangeSetType: 'CREATE' as const };
  const failing = (name: string): object => ({ Resources: { Made: bucket(name), Broken: brokenRole(['Made']) } });
  const preserved = await changeSet(clients, 'c23-a', failing('c23-a'), { ...create, OnStackFailure: 'DO_NOTHING' });
  expect(preserved.OnStackFailure).toBe('DO_NOTHING');
  await expect(executeChangeSet(clients, preserved, KEEP)).rejects.toThrow('DisableRollback cannot be specified');
  expect((await executeChangeSet(clients, preserved)).StackStatus).toBe('CREATE_FAILED');
  const deleted = await changeSet(clients, 'c23-b', failing('c23-b'), { ...create, OnStackFailure: 'DELETE' });
  expect((await executeChangeSet(clients, deleted)).StackStatus).toBe('DELETE_COMPLETE');
  expect(await hasBucket(clients, 'c23-b')).toBe(false);
  const rolledBack = await changeSet(clients, 'c23-c', failing('c23-c'), { ...create, OnStackFailure: 'ROLLBACK' });
  expect((await executeChangeSet(clients, rolledBack)).StackStatus).toBe('ROLLBACK_COMPLETE');
  await createStack(clients, 'c23', { Resources: { Stay: role('c23-stay') } });
  await expect(changeSet(clients, 'c23', failing('c23-d'), { OnStackFailure: 'DELETE' })).rejects.toThrow(
    'OnStackFailure DELETE is only supported for ChangeSetType CREATE',
  );
  const update = await changeSet(clients, 'c23', failing('c23-d'), { OnStackFailure: 'DO_NOTHING' });
  expect((await executeChangeSet(clients, update)).StackStatus).toBe('UPDATE_FAILED');
  expect((await describeStack(clients, 'c23')).DisableRollback).toBe(true);
  expect(await hasBucket(clients, 'c23-d')).toBe(true);
});

test('S35 RollbackStack goes back to what was stable, past all updates since', async () => {
  const { clients } = world;
  const goBack = async (StackName: string): Promise<string | undefined> => {
    const { StackId } = await clients.cfn.send(new RollbackStackCommand({ StackName }));
    return (await settled(clients, StackId ?? '')).StackStatus;
  };
  const Role = (Description: string): object => role('s35-role', { Description });
  const Fine = role('s35-fine');
  await createStack(clients, 's35', { Resources: { Role: Role('first') }, Outputs: { Told: { Value: 'first' } } });
  await expect(goBack('s35')).rejects.toThrow('is in CREATE_COMPLETE state and can not be rolled back.');
  const more = { Fine, Half: halfRole('s35-half') };
  await updateStack(clients, 's35', { Resources: { Role: Role('second'), ...more } }, KEEP);
  const last = await updateStack(clients, 's35', { Resources: { Role: Role('third'), ...more } }, KEEP);
  expect([last.StackStatus, (await liveRole(clients, 's35-role'))?.Description]).toEqual(['UPDATE_FAILED', 'third']);
  expect(await goBack('s35')).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect((await liveRole(clients, 's35-role'))?.Description).toBe('first');
  for (const name of ['s35-fine', 's35-half']) await expect(liveRole(clients, name)).rejects.toThrow();
  expect((await describeStack(clients, 's35')).Outputs).toMatchObject([{ OutputValue: 'first' }]);
  const events = (await eventsOf(clients, 's35')).filter(({ LogicalResourceId: id }) => id === 's35');
  expect(events.map(({ ResourceStatus }) => ResourceStatus).slice(0, 4)).toEqual([
    'UPDATE_ROLLBACK_COMPLETE',
    'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS',
    'UPDATE_ROLLBACK_IN_PROGRESS',
    'UPDATE_FAILED',
  ]);
  const next = await updateStack(clients, 's35', { Resources: { Role: Role('fourth') } });
  expect(next.StackStatus).toBe('UPDATE_COMPLETE');
  await createStack(clients, 's35-new', { Resources: { Fine: role('s35-new'), Half: halfRole('s35-none') } }, KEEP);
  expect(await goBack('s35-new')).toBe('DELETE_COMPLETE');
  await expect(liveRole(clients, 's35-new')).rejects.toThrow();
});
