import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import type { DesiredState } from '../../src/reconciler/model/resource.ts';
import { compileSound, sampleInput } from './sample.ts';

const run = promisify(execFile);

/** What a program left behind that did not end with 0; `code` is text when it could not be started at all. */
const leftBy = (error: unknown): { readonly code?: unknown; readonly stdout?: unknown } =>
  typeof error === 'object' && error !== null ? error : {};

/** On the PATH, else in the virtual environment that the tests' own tools are installed into. */
const PLACES = ['cfn-lint', fileURLToPath(new URL('../../.venv/bin/cfn-lint', import.meta.url))];

/** What cfn-lint prints about some files: nothing when it finds nothing. */
const runLint = async (words: readonly string[]): Promise<string> => {
  for (const place of PLACES) {
    try {
      return (await run(place, words, { maxBuffer: 50_000_000 })).stdout;
    } catch (error) {
      const { code, stdout } = leftBy(error);
      if (code === 'ENOENT') continue;
      if (typeof stdout === 'string' && stdout !== '') return stdout;
      throw error;
    }
  }
  throw new Error('cfn-lint is not installed. Install it with: python3 -m pip install -r requirements.txt');
};

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
    return await runLint(['--format', 'parseable', '--regions', ...regions, '--', join(folder, '*.json')]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

describe('cfn-lint', () => {
  test('finds nothing in the templates of the sample lake', { timeout: 120_000 }, async () => {
    // The instance with two regions has every form of template that the other one has.
    expect(await lint([compileSound(await sampleInput('prod'))])).toBe('');
  });
});
