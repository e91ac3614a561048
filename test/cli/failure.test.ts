import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { reportFailure } from '../../src/cli/failure.ts';

let written = { stdout: '', stderr: '' };
beforeEach(() => {
  written = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    vi.spyOn(process[name], 'write').mockImplementation((text, done?: unknown) => {
      written[name] += String(text);
      if (typeof done === 'function') (done as () => void)();
      return true;
    });
});
afterEach(() => {
  vi.restoreAllMocks();
});

it('a bug is a document too, for who asked for one', async () => {
  await reportFailure(new TypeError('x is not a function'), { isDebug: false, format: 'json' });
  const { stdout, stderr } = written;
  vi.restoreAllMocks();
  expect(JSON.parse(stdout)).toMatchObject({
    diagnostics: [
      { code: 'EDL-9004', severity: 'error', detail: expect.stringContaining('x is not a function') as string },
    ],
  });
  expect(stderr).toMatch(/^edl: internal error: x is not a function\n {2}This is a bug in EDL\./);
});
