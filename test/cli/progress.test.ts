import { describe, expect, it } from 'vitest';
import { liveText, newView, plainReporter, updateView } from '../../src/cli/progress.ts';
import type { Event } from '../../src/reconciler/model/events.ts';

const slowed = (inFlight: number): Event => ({ type: 'slowed', inFlight, most: 8 });

describe('progress says', () => {
  const shownAfter = (...events: readonly Event[]): string => {
    const view = newView();
    for (const event of [{ type: 'step-started', step: 'observe' } as const, ...events]) updateView(view, event);
    return liveText(view);
  };

  it('that AWS throttles, for as long as it does', () => {
    expect(shownAfter(slowed(4), slowed(2))).toMatch(/^\(AWS is throttling, 2 of 8 calls at once\) Reading AWS/);
    expect(shownAfter(slowed(4), slowed(8))).toMatch(/^Reading AWS/);
  });

  it('that the run is stopping, first of all', () => {
    expect(shownAfter(slowed(4), { type: 'stopping' })).toMatch(
      /^\(stopping, \^C to leave at once; AWS is throttling, 4 of 8 calls at once\) Reading AWS/,
    );
  });

  it('in a log once that it begins and once that it ends', () => {
    const lines: string[] = [];
    const reporter = plainReporter((line) => lines.push(line));
    for (const inFlight of [4, 2, 3, 7, 8, 4]) reporter.emit(slowed(inFlight));
    reporter.emit({ type: 'stopping' });
    expect(lines).toEqual([
      '  AWS is throttling: 4 of 8 calls at once until it lets us.\n',
      '  AWS has stopped throttling: 8 calls at once again.\n',
      '  AWS is throttling: 4 of 8 calls at once until it lets us.\n',
      'Stopping: stacks that run are finished, no other is started. Once more to leave at once.\n',
    ]);
  });

  it('in a log which calls do not get through, not each time that one is refused', () => {
    const lines: string[] = [];
    const reporter = plainReporter((line) => lines.push(line));
    for (let attempt = 1; attempt <= 24; attempt += 1) {
      for (let call = 1; call <= 8; call += 1)
        reporter.emit({ type: 'throttled', operation: 'glue:GetTables', attempt });
    }
    expect(lines.map((line) => /glue:GetTables; attempt \d+/.exec(line)?.[0])).toEqual([
      'glue:GetTables; attempt 5',
      'glue:GetTables; attempt 10',
      'glue:GetTables; attempt 20',
    ]);
  });
});
