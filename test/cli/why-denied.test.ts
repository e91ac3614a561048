import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { get } from '../access/denied-messages.ts';
import { type Finished, REPOSITORY, TODAY } from '../support/edl.ts';

const PAYROLL = get('edl-prod-team-oncology', 'sensitive', 'payroll/data/u1/a.parquet');

/** Runs `edl why-denied` in the repository's own lake, with something on standard input. */
const run = (argv: readonly string[], input = ''): Promise<Finished> => {
  const command = [join(REPOSITORY, 'bin/edl.js'), 'why-denied', ...argv, '--as-of', TODAY, '--quiet'];
  const child = spawn(process.execPath, command, { cwd: REPOSITORY, stdio: ['pipe', 'pipe', 'pipe'] });
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
  child.stdin.end(input);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      resolve({ exitCode: code ?? -1, ...output });
    });
  });
};

const ANSWER = 'team:oncology has no grant that gives read on sensitive payroll in prod.';

describe('edl why-denied', () => {
  it.each([
    ['the argument', [PAYROLL], ''],
    ['standard input behind -', ['-'], PAYROLL],
    ['standard input', [], PAYROLL],
  ])('reads the message from %s, and exits 0', async (_, argv, input) => {
    const { exitCode, stdout, stderr } = await run(argv, input);
    expect(stdout.split('\n')[0]).toBe(ANSWER);
    expect([exitCode, stderr]).toEqual([0, '']);
  });

  it('prints one JSON value', async () => {
    const { exitCode, stdout } = await run([PAYROLL, '--format', 'json']);
    expect(JSON.parse(stdout)).toMatchObject({ formatVersion: '1', diagnoses: [{ causes: [{ id: 'no-grant' }] }] });
    expect(exitCode).toBe(0);
  });

  it('exits 1 when it does not understand, and says what would help', async () => {
    const { exitCode, stdout } = await run(['something went wrong']);
    expect(stdout).toContain('EDL-5060');
    expect(stdout).toContain('--principal');
    expect(exitCode).toBe(1);
  });
});
