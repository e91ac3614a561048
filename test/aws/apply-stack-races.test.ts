import { describe, expect, it } from 'vitest';
import { newRaceMemory, retryRaces, type RaceMemory } from '../../src/aws/wait.ts';
import { EdlError } from '../../src/reconciler/model/errors.ts';
import { ARN, desired, goodUpdate, inTurn, modify, run } from './apply-fakes.ts';
import { STACK, STACK_ARN, described, sdkError, virtualTimer, withDigest } from './fakes.ts';

describe('applyStack, when it is not alone', () => {
  it('waits for an operation that runs', async () => {
    const answers = {
      ...goodUpdate(),
      DescribeStacks: inTurn(
        described('UPDATE_IN_PROGRESS'),
        described('UPDATE_COMPLETE_CLEANUP_IN_PROGRESS'),
        described('UPDATE_COMPLETE'),
        described('UPDATE_COMPLETE', withDigest(desired.digest)),
      ),
    };
    const { result, events } = run(answers);
    expect(await result).toEqual({ outcome: 'applied' });
    expect(events[0]).toMatchObject({ message: 'waiting: another operation is running (UPDATE_IN_PROGRESS)' });
  });

  it('gives up on an operation that never ends', async () => {
    const answers = { ...goodUpdate(), DescribeStacks: inTurn(described('UPDATE_IN_PROGRESS')) };
    const { result, timer } = run(answers);
    await expect(result).rejects.toMatchObject({ code: 'EDL-4024', disposition: 'retry' });
    expect(timer.now()).toBeGreaterThan(3_600_000);
    expect(timer.slept.length).toBeLessThan(500);
    expect(timer.slept[0]).toBeLessThan(200);
  });

  it('starts over when somebody else was faster', async () => {
    const answers = {
      ...goodUpdate(),
      DescribeStacks: inTurn(
        described('UPDATE_COMPLETE'),
        described('UPDATE_COMPLETE'),
        described('UPDATE_COMPLETE', withDigest(desired.digest)),
      ),
      CreateChangeSet: inTurn(
        sdkError('ValidationError', `Stack:${STACK_ARN} is in UPDATE_IN_PROGRESS state and can not be updated.`),
        { Id: ARN, StackId: STACK_ARN },
      ),
    };
    const { result, timer } = run(answers);
    expect(await result).toEqual({ outcome: 'applied' });
    expect(timer.slept[0]).toBeGreaterThan(500);
  });

  it('waits until a new service role can be used', async () => {
    const unknown = sdkError(
      'ValidationError',
      'Role arn:aws:iam::111111111111:role/cfn is invalid or cannot be assumed',
    );
    const answers = {
      ...goodUpdate(),
      DescribeStacks: inTurn(
        ...Array.from({ length: 6 }, () => described('UPDATE_COMPLETE')),
        described('UPDATE_COMPLETE', withDigest(desired.digest)),
      ),
      CreateChangeSet: inTurn(unknown, unknown, unknown, unknown, unknown, { Id: ARN, StackId: STACK_ARN }),
    };
    const { result } = run(answers);
    expect(await result).toEqual({ outcome: 'applied' });
    const never = run({ ...answers, CreateChangeSet: inTurn(unknown) });
    await expect(never.result).rejects.toMatchObject({ code: 'EDL-4017' });
    expect(never.timer.now()).toBeLessThan(30_000);
  });

  it('starts over when its change set was removed by another apply', async () => {
    const answers = {
      ...goodUpdate(),
      DescribeStacks: inTurn(
        described('UPDATE_COMPLETE'),
        described('UPDATE_COMPLETE'),
        described('UPDATE_COMPLETE', withDigest(desired.digest)),
      ),
      DescribeChangeSet: inTurn(sdkError('ChangeSetNotFound', 'gone', 404), {
        Status: 'CREATE_COMPLETE',
        Changes: [modify],
      }),
    };
    const { result } = run(answers);
    expect(await result).toEqual({ outcome: 'applied' });
  });

  it('removes a change set of its name that was left over, and never executes it', async () => {
    const answers = {
      ...goodUpdate(),
      DescribeStacks: inTurn(
        described('UPDATE_COMPLETE'),
        described('UPDATE_COMPLETE'),
        described('UPDATE_COMPLETE', withDigest(desired.digest)),
      ),
      CreateChangeSet: inTurn(sdkError('AlreadyExistsException', 'ChangeSet already exists'), {
        Id: ARN,
        StackId: STACK_ARN,
      }),
    };
    const { result, calls } = run(answers);
    expect(await result).toEqual({ outcome: 'applied' });
    expect(calls[2]).toMatchObject({ operation: 'DeleteChangeSet', input: { StackName: STACK } });
  });

  it('goes on when the answer to the start got lost', async () => {
    const answers = {
      ...goodUpdate(),
      DescribeChangeSet: inTurn(
        { Status: 'CREATE_COMPLETE', Changes: [modify] },
        { Status: 'CREATE_COMPLETE', ExecutionStatus: 'EXECUTE_IN_PROGRESS' },
      ),
      ExecuteChangeSet: inTurn(sdkError('InvalidChangeSetStatus', 'is in EXECUTE_IN_PROGRESS')),
    };
    const { result } = run(answers);
    expect(await result).toEqual({ outcome: 'applied' });
  });
});

describe('what stacks of a run know together', () => {
  const gone = new EdlError('EDL-4017', 'retry', 'Role arn:… is invalid or cannot be assumed');
  const waited = async (work: () => Promise<unknown>, races: RaceMemory): Promise<number> => {
    const timer = virtualTimer();
    await retryRaces(timer, work, races).catch(() => undefined);
    return timer.slept.length;
  };
  const failing = () => Promise.reject(gone);

  it('a role that one has waited for in vain is not waited for again, until one can use it', async () => {
    const races = newRaceMemory();
    expect(await waited(failing, races)).toBe(6);
    expect(await waited(failing, races)).toBe(0);
    expect(await waited(() => Promise.resolve(), races)).toBe(0);
    expect(await waited(failing, races)).toBe(6);
  });

  it("another operation under way is each stack's own matter", async () => {
    const races = newRaceMemory();
    const busy = () => Promise.reject(new EdlError('EDL-4012', 'retry', 'busy'));
    expect([await waited(busy, races), await waited(busy, races)]).toEqual([3, 3]);
  });
});
