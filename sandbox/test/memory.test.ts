import { expect, test } from 'vitest';
import { forgetDeleted } from '../engine/forget.ts';
import { newStack, recordEvent, setStatus, type Stack } from '../engine/stack.ts';
import { newTrail, recording } from '../gaps/trail.ts';
import { textReply } from '../protocol/call.ts';

/** What would grow for as long as a sandbox runs. */

const stackNamed = (name: string, deletedAtMs?: number): Stack => {
  const stack = newStack('111111111111', 'eu-west-1', name, 'CREATE_COMPLETE');
  if (deletedAtMs === undefined) return stack;
  setStatus(stack, 'DELETE_COMPLETE');
  stack.deletedAt = new Date(deletedAtMs);
  return stack;
};

test('S30 the stacks that were deleted first are forgotten, and no others', () => {
  const stacks = [stackNamed('late', 3), stackNamed('lives'), stackNamed('first', 1), stackNamed('second', 2)];
  forgetDeleted(stacks, 2);
  expect(stacks.map(({ name }) => name)).toEqual(['late', 'lives', 'second']);
  forgetDeleted(stacks, 2);
  expect(stacks).toHaveLength(3);
});

test('S31 events with the same properties hold one text', () => {
  const stack = stackNamed('events');
  const state = { logicalId: 'Role', type: 'AWS::IAM::Role', physicalId: 'role' };
  recordEvent(stack, { ...state, status: 'CREATE_IN_PROGRESS' }, { RoleName: 'role' });
  recordEvent(stack, { ...state, status: 'CREATE_COMPLETE' }, { RoleName: 'role' });
  recordEvent(stack, { ...state, status: 'UPDATE_IN_PROGRESS' }, { RoleName: 'other' });
  expect(stack.events.map(({ properties }) => properties)).toEqual([
    '{"RoleName":"role"}',
    '{"RoleName":"role"}',
    '{"RoleName":"other"}',
  ]);
});

test('G16 an event keeps of its call and answer only what it tells', async () => {
  const trail = newTrail();
  const piece = Buffer.from('Action=DeleteRole&RoleName=r and what else came with it');
  const call = {
    service: 'iam',
    operation: 'DeleteRole',
    from: 'client',
    account: '111111111111',
    region: 'us-east-1',
    method: 'POST',
    path: '/',
    headers: { 'user-agent': 'somebody', 'x-amz-date': '20260101T000000Z' },
    body: piece.subarray(0, 28),
  } as const;
  await recording(trail, () => Promise.resolve(textReply(200, '<DeleteRoleResponse/>', 'text/xml')))(call);
  const [record] = trail.records('111111111111', 'us-east-1');
  expect(record?.call.headers).toEqual({ 'user-agent': 'somebody' });
  expect(record?.call.body.toString()).toBe('Action=DeleteRole&RoleName=r');
  expect(record?.call.body.buffer.byteLength).toBe(28);
  expect(record?.reply.body).toBe('');
});
