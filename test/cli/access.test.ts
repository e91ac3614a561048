import { execFileSync } from 'node:child_process';
import { appendFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { copySampleLake, runEdl, TODAY, type Finished } from '../support/edl.ts';

let lake = '';

const git = (...argv: readonly string[]): void => {
  execFileSync('git', ['-c', 'user.name=test', '-c', 'user.email=test@acme.example', ...argv], {
    cwd: lake,
    stdio: 'ignore',
  });
};

beforeAll(async () => {
  lake = await copySampleLake();
  git('init', '--quiet', '--initial-branch=main');
  git('add', '.');
  git('commit', '--quiet', '--message', 'the sample lake');
});

afterAll(async () => {
  await rm(lake, { recursive: true, force: true });
});

const ask = (...argv: readonly string[]): Promise<Finished> =>
  runEdl(['access', ...argv, '--quiet', '--as-of', TODAY], { cwd: lake });

it('who answers a table, and is exit 0', async () => {
  const { exitCode, stdout, stderr } = await ask('who', 'clinical-trials', '--instance', 'prod');
  expect(stdout).toMatch(/team:clinical-data +admin +2027-02-15 +3 +catalog\/grants\/clinical-data-trials\.yaml:5/);
  expect(stdout).toMatch(/\n6 principals, 9 people named in teams and users \(members counted once\)\n$/);
  expect([exitCode, stderr]).toEqual([0, '']);
});

it('what answers one JSON value', async () => {
  const { exitCode, stdout } = await ask('what', 'jane.doe@acme.example', '--instance', 'prod', '--format', 'json');
  expect(JSON.parse(stdout)).toMatchObject({
    formatVersion: '1',
    question: 'what',
    holders: [{ principal: 'team:oncology' }, { principal: 'user:jane-doe' }, { principal: 'everyone:internal' }],
  });
  expect(exitCode).toBe(0);
});

it.each([
  ['yes', 'team:oncology', 0],
  ['no', 'team:finance', 3],
])('can answers %s by its exit code, too', async (answer, principal, expected) => {
  const { exitCode, stdout } = await ask('can', principal, 'read', 'clinical-trials', '--instance', 'prod');
  expect(stdout.toLowerCase()).toMatch(new RegExp(`^${answer}: `));
  expect(exitCode).toBe(expected);
});

it('diff compares with the files as they are, and may tell by its exit code', async () => {
  await appendFile(
    join(lake, 'catalog/grants/finance-payroll.yaml'),
    '  - { dataset: us-claims, level: read, expires: 2027-05-31 }\n',
  );
  const { exitCode, stdout } = await ask('diff', 'HEAD', '--instance', 'prod', '--detailed-exitcode');
  expect(stdout).toContain('↑ team:finance (2 people) gains read on restricted us-claims until 2027-05-31');
  expect(stdout).toMatch(/\nAccess: 1 gain, 0 lose\.\n$/);
  expect(exitCode).toBe(2);
});

it.each([
  [
    'a name that is nearly right',
    ['who', 'clinical-trails', '--instance', 'prod'],
    /EDL-5041[^]*Did you mean clinical-trials\?/,
  ],
  ['no instance, where there are several', ['what', 'team:oncology'], /EDL-5040[^]*dev01,\s+prod/],
])('says what is wrong with a question, and is exit 1: %s', async (_, argv, expected) => {
  const { exitCode, stdout } = await ask(...argv);
  expect(stdout).toMatch(expected);
  expect(exitCode).toBe(1);
});

it('checks files as of today, whatever day the question is about', async () => {
  const { stdout, exitCode } = await runEdl(
    [
      'access',
      'can',
      'team:oncology',
      'read',
      'clinical-trials',
      '--instance',
      'prod',
      '--quiet',
      '--as-of',
      '2030-01-01',
    ],
    { cwd: lake },
  );
  expect(stdout).toMatch(/^No: [^]*ended with 2027-01-31/);
  expect(exitCode).toBe(3);
});

it('takes a person who has one role, and gives what stopped a command as JSON, too', async () => {
  const person = await ask('can', 'samir.haddad@acme.example', 'read', 'clinical-trials', '--instance', 'prod');
  expect(person.stdout).toMatch(/^Yes: team:oncology holds read/);
  const { exitCode, stdout, stderr } = await ask('diff', 'nope..HEAD', '--format', 'json');
  const output: unknown = JSON.parse(stdout);
  expect(output).toMatchObject({ diagnostics: [{ code: 'EDL-5047', severity: 'error' }] });
  expect(stderr).toMatch(/^edl: EDL-5047: The repository has no revision "nope"/);
  expect(exitCode).toBe(1);
});

it('has help with an example for each question', async () => {
  const { stdout } = await runEdl(['access', 'can', '--help'], { cwd: join(lake, 'catalog') });
  expect(stdout).toContain('edl access can team:finance read clinical-trials --instance prod');
});
