import { Ajv } from 'ajv';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { REPOSITORY, runEdl, TODAY, type Finished } from '../support/edl.ts';

const verify = (...more: readonly string[]): Promise<Finished> =>
  runEdl(['verify', '--instance', 'prod', '--as-of', TODAY, '--quiet', ...more], { cwd: REPOSITORY });

it('verify proves the sample lake without AWS', async () => {
  const { exitCode, stdout, stderr } = await verify();
  expect(stderr).toBe('');
  expect(stdout).toMatch(
    /^Proven: \d+ roles of prod give what the catalog grants, and nothing else \([\d,]+ questions, [\d.]+ s\)\.\nVerify: \d+ roles, \d+ questions, 0 roles give more, 0 give less, 0 not proven\.\n$/,
  );
  expect(exitCode).toBe(0);
});

it('verify --format json is what the schema says, of the asked principals alone', async () => {
  const { exitCode, stdout } = await verify('--format', 'json', '--principal', 'oncology', 'everyone:internal');
  const schema = JSON.parse(await readFile(join(REPOSITORY, 'schemas/verify.schema.json'), 'utf8')) as object;
  const validate = new Ajv({ allErrors: true }).compile(schema);
  const output: unknown = JSON.parse(stdout);
  validate(output);
  expect(validate.errors).toBeNull();
  expect(output).toMatchObject({ source: 'compiled', proven: true, roles: 2, mismatches: [], unknown: [] });
  expect(exitCode).toBe(0);
});

it('verify names the principals when one is misspelt', async () => {
  const { exitCode, stdout } = await verify('--principal', 'team:onclogy');
  expect(stdout).toContain('EDL-5030');
  expect(stdout).toContain('did you mean "team:oncology"?');
  expect(exitCode).toBe(1);
});
