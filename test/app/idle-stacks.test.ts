import { describe, expect, it } from 'vitest';
import { awaitIdleStacks } from '../../src/app/idle-stacks.ts';
import type { Timer } from '../../src/aws/wait.ts';
import { EdlError } from '../../src/reconciler/model/errors.ts';
import type { ObservedStack } from '../../src/reconciler/model/live.ts';
import { stackTags } from '../../src/reconciler/model/names.ts';
import type { AwsReads } from '../../src/reconciler/model/reads.ts';

const stack = (name: string, status: string, tags = stackTags('acme', 'dev01')): ObservedStack => ({
  name,
  region: 'eu-west-1',
  stackId: `arn:${name}`,
  status,
  outputs: {},
  tags,
  terminationProtection: false,
});

const DESIRED = { organization: 'acme', instance: 'dev01', regions: ['eu-west-1'], stacks: [] } as const;

/** Waits on stacks that each look finds as given, one list after the other; tells what was said and how often was asked. */
const wait = async (looks: readonly (readonly ObservedStack[] | EdlError)[], stopping?: AbortSignal) => {
  let asked = 0;
  let isForgotten = false;
  const notes: string[] = [];
  const look = async (): Promise<readonly ObservedStack[]> => {
    const found = looks[Math.min(asked++, looks.length - 1)] ?? [];
    if (found instanceof EdlError) throw found;
    return Promise.resolve(found);
  };
  // Nothing else of AWS is read.
  const reads = { stacks: look } as unknown as AwsReads;
  let now = 0;
  const timer: Timer = {
    now: () => now,
    sleep: (milliseconds) => {
      now += milliseconds;
      return Promise.resolve();
    },
  };
  const forget = (): void => {
    isForgotten = true;
  };
  const aws = { reads, freshReads: () => reads, forget };
  const reporter = { emit: (event: { type: string; message?: string }) => notes.push(event.message ?? '') };
  await awaitIdleStacks({ aws, desired: DESIRED, reporter, stopping, timer });
  return { asked, isForgotten, notes, seconds: now / 1000 };
};

describe('before an apply reads', () => {
  it('one look is enough where nothing runs, and it is remembered', async () => {
    const idle = [stack('edl-dev01-a', 'UPDATE_COMPLETE'), stack('edl-dev01-b', 'REVIEW_IN_PROGRESS')];
    expect(await wait([idle])).toEqual({ asked: 1, isForgotten: false, notes: [], seconds: 0 });
  });

  it('it is waited for what runs on stacks of ours, by their tags, and then read anew', async () => {
    const busy = [stack('edl-dev01-a', 'UPDATE_IN_PROGRESS')];
    const { asked, isForgotten, notes } = await wait([busy, busy, [stack('edl-dev01-a', 'UPDATE_COMPLETE')]]);
    expect([asked, isForgotten, notes]).toEqual([
      3,
      true,
      [expect.stringContaining('edl-dev01-a (UPDATE_IN_PROGRESS)') as string],
    ]);
  });

  it('what others do on theirs is nobody’s business', async () => {
    const foreign = stack('edl-dev01-a', 'UPDATE_IN_PROGRESS', { 'edl:owner': 'other', 'edl:instance': 'dev01' });
    expect((await wait([[foreign]])).notes).toEqual([]);
  });

  it('an operation that does not end is told after an hour', async () => {
    await expect(wait([[stack('edl-dev01-a', 'UPDATE_IN_PROGRESS')]])).rejects.toThrow(EdlError);
  });

  it('a look that failed says nothing, and the waiting goes on; where none works, the plan tells', async () => {
    const denied = new EdlError('EDL-4004', 'user', 'denied');
    const busy = [stack('edl-dev01-a', 'UPDATE_IN_PROGRESS')];
    expect((await wait([busy, denied, busy, []])).asked).toBe(4);
    expect(await wait([denied])).toMatchObject({ asked: 1, notes: [] });
  });

  it('somebody who stops ends the waiting', async () => {
    const { asked } = await wait([[stack('edl-dev01-a', 'UPDATE_IN_PROGRESS')]], AbortSignal.abort());
    expect(asked).toBe(1);
  });
});
