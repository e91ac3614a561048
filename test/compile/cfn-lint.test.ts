import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import type { DesiredState } from '../../src/reconciler/model/resource.ts';
import { compileSound, sampleInput } from './sample.ts';

const run = promisify(execFile);

interface Ran {
  readonly code?: unknown;
  readonly stdout?: unknown;
}

/** The templates of all regions in one folder, linted in one call: starting cfn-lint takes longer than most templates. */
const lint = async (states: readonly DesiredState[]): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'edl-cfn-lint-'));
  try {
    const templates = states.flatMap(({ instance, stacks }) =>
      stacks.flatMap(({ name, region, template }) =>
        template === undefined ? [] : [{ instance, name, region, template }],
      ),
    );
    await Promise.all(
      templates.map(({ name, template }) => writeFile(join(folder, `${name}.json`), JSON.stringify(template))),
    );
    const regions = [...new Set(templates.map(({ region }) => region))];
    await run('cfn-lint', ['--format', 'parseable', '--regions', ...regions, '--', join(folder, '*.json')], {
      maxBuffer: 50_000_000,
    });
    return '';
  } catch (error) {
    const { code, stdout }: Ran = error instanceof Error ? { ...error } : {};
    if (code === 'ENOENT')
      throw new Error('cfn-lint is not installed. Install it with: python3 -m pip install -r requirements.txt', {
        cause: error,
      });
    if (typeof stdout !== 'string') throw error;
    return stdout;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

describe('cfn-lint', () => {
  test('finds nothing in the templates of the sample lake', { timeout: 120_000 }, async () => {
    const states = [compileSound(await sampleInput('dev01')), compileSound(await sampleInput('prod'))];
    expect(await lint(states)).toBe('');
  });
});
