import { PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { mkdir, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Diagnostic } from '../../src/reconciler/model/diagnostic.ts';
import { clientsOf } from '../support/clients.ts';
import { copySampleLake, REPOSITORY, startEdl, TODAY } from '../support/edl.ts';
import { grantTrials, writeSmallLake } from '../support/small-lake.ts';
import { mutationsIn, startStage, type Place, type Stage } from '../support/stage.ts';

/** The command line as people and pipelines meet it. */

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let stage: Stage;
let dev: Place;
let mistakes: Place;

beforeAll(async () => {
  stage = await startStage();
  const account = '111111111111';
  dev = { lake: stage.keepFolder(await writeSmallLake()), account };
  mistakes = { lake: join(REPOSITORY, 'test/fixtures/ten-mistakes'), account };
});

afterAll(async () => {
  const calls = await stage.stop();
  expect(Object.keys(calls).filter((name) => name.startsWith('s3:DeleteObject'))).toEqual([]);
});

const newFolder = async (): Promise<string> => stage.keepFolder(await mkdtemp(join(tmpdir(), 'edl-cli-')));

describe('edl', () => {
  it('--help lists the commands and the exit codes', async () => {
    const { exitCode, stdout } = await stage.edl(dev, ['--help']);
    expect(exitCode).toBe(0);
    for (const command of ['init', 'validate', 'compile', 'plan', 'apply', 'drift', 'sandbox', 'demo', 'version'])
      expect(stdout).toMatch(new RegExp(`^  ${command}\\b`, 'm'));
    for (const code of ['0', '1', '2', '3', '4', '130, 143'])
      expect(stdout).toMatch(new RegExp(`^  ${code}  \\w`, 'm'));
  });

  it.each([
    [['plan', '--instance', 'dev01', '--formt', 'json'], 'Did you mean --format?'],
    [['aply'], 'Did you mean apply?'],
    [['plan'], "required option '--instance <name>'"],
    [['plan', '--instance', 'dev01', '--format', 'xml'], 'Allowed choices are'],
    [['apply', '--instance', 'dev01', '--parallelism', '0'], 'whole number from 1 to 50'],
  ])('%j is refused with 1 and a hint', async (argv, hint) => {
    const { exitCode, stdout, stderr } = await stage.edl(dev, argv);
    expect(exitCode).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toContain(hint);
    expect(await stage.takeCalls()).toEqual({});
  });

  it('tells an instance that lake.yaml does not have, and a folder without a lake', async () => {
    const unknown = await stage.edl(dev, ['plan', '--instance', 'dev1']);
    expect([unknown.exitCode, unknown.stdout]).toEqual([1, expect.stringContaining('EDL-5001')]);
    const empty = await stage.edl({ ...dev, lake: await newFolder() }, ['validate']);
    expect([empty.exitCode, empty.stdout]).toEqual([1, expect.stringContaining('EDL-1000')]);
  });
});

describe('edl init', () => {
  it('writes a lake that is valid, and overwrites nothing', async () => {
    const folder = await newFolder();
    const first = await stage.edl({ ...dev, lake: folder }, ['init', 'my-lake']);
    expect(first.exitCode).toBe(0);
    const lake = join(folder, 'my-lake');
    const valid = await stage.edl({ ...dev, lake }, ['validate']);
    expect([valid.exitCode, valid.stdout]).toEqual([0, expect.stringContaining('Valid: ')]);
    await writeFile(join(lake, 'lake.yaml'), 'mine');
    const second = await stage.edl({ ...dev, lake: folder }, ['init', 'my-lake']);
    expect(second.exitCode).toBe(1);
    expect(second.stderr).toMatch(/EDL-\d{4}/);
    expect(await readFile(join(lake, 'lake.yaml'), 'utf8')).toBe('mine');
  });
});

describe('edl validate', () => {
  it('--format json is one value with every problem', async () => {
    const { exitCode, stdout } = await stage.edl(mistakes, ['validate', '--format', 'json']);
    expect(exitCode).toBe(1);
    const { diagnostics } = JSON.parse(stdout) as { diagnostics: readonly Diagnostic[] };
    expect(diagnostics).toHaveLength(10);
    for (const { code, severity, summary, detail, file, line, column, ...rest } of diagnostics) {
      expect([code, severity, file]).toEqual([
        expect.stringMatching(/^EDL-1\d{3}$/),
        'error',
        expect.stringMatching(/\.yaml$/),
      ]);
      expect([typeof summary, typeof detail, typeof line, typeof column, rest]).toEqual([
        'string',
        'string',
        'number',
        'number',
        {},
      ]);
    }
  });

  it('--format sarif is what GitHub takes', async () => {
    const { exitCode, stdout } = await stage.edl(mistakes, ['validate', '--format', 'sarif']);
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ version: '2.1.0', runs: [{ tool: { driver: { name: 'edl' } } }] });
    const { runs } = JSON.parse(stdout) as { runs: readonly { results: readonly object[] }[] };
    expect(runs[0]?.results).toHaveLength(10);
    expect(runs[0]?.results.at(-1)).toMatchObject({
      ruleId: 'EDL-1201',
      level: 'error',
      locations: [{ physicalLocation: { artifactLocation: { uri: 'lake.yaml' }, region: { startLine: 9 } } }],
    });
  });

  it('--format github is one annotation a line', async () => {
    const { exitCode, stdout } = await stage.edl(mistakes, ['validate', '--format', 'github']);
    expect(exitCode).toBe(1);
    const lines = stdout.trimEnd().split('\n');
    expect(lines).toHaveLength(10);
    for (const line of lines) expect(line).toMatch(/^::error file=[^,]+,line=\d+,col=\d+,title=[^:]+::\S/);
  });
});

const filesIn = async (folder: string): Promise<Readonly<Record<string, string>>> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const contents = await Promise.all(paths.map((path) => readFile(path, 'utf8')));
  return Object.fromEntries(paths.map((path, index) => [path.slice(folder.length + 1), contents[index] ?? '']));
};

describe('edl compile', () => {
  it('writes the templates, twice the same bytes, and asks nothing of AWS', async () => {
    const lake = stage.keepFolder(await copySampleLake());
    const [first, second] = [join(lake, 'one'), join(lake, 'two')];
    await mkdir(join(first, 'stacks'), { recursive: true });
    await writeFile(join(first, 'stacks/edl-prod-gone.template.json'), '{}');
    const outcomes = await Promise.all(
      [first, second].map((out) => stage.edl({ ...dev, lake }, ['compile', '--instance', 'prod', '--out', out])),
    );
    expect(outcomes.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
    const files = await filesIn(first);
    expect(files).toEqual(await filesIn(second));
    expect(Object.keys(files)).toEqual(expect.arrayContaining(['glue.json', 'manifest.json']));
    expect(Object.keys(files)).toContain('stacks/edl-prod-foundation-us-east-1.template.json');
    expect(await stage.takeCalls()).toEqual({});
  });
});

describe('edl plan and apply', () => {
  it('--format json is a plan as the schema says', async () => {
    const schema = JSON.parse(await readFile(join(REPOSITORY, 'schemas/plan.schema.json'), 'utf8')) as object;
    const ajv = new Ajv({ allErrors: true });
    addFormats.default(ajv);
    const { exitCode, stdout } = await stage.edl(dev, ['plan', '--instance', 'dev01', '--format', 'json']);
    expect(exitCode).toBe(0);
    const validate = ajv.compile(schema);
    validate(JSON.parse(stdout));
    expect(validate.errors).toBeNull();
  });

  it('apply asks, and where nobody can answer it refuses', async () => {
    await stage.takeCalls();
    const { exitCode, stderr } = await stage.edl(dev, ['apply', '--instance', 'dev01']);
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining('EDL-5003')]);
    expect(mutationsIn(await stage.takeCalls())).toEqual([]);
  });

  it('a signal lets what runs finish and starts no more: 130; the next apply does the rest', async () => {
    let isSent = false;
    const { finished } = startEdl(['apply', '--instance', 'dev01', '--yes', '--as-of', TODAY], {
      cwd: dev.lake,
      environment: stage.sandbox.environment(dev.account, 'eu-west-1'),
      onStderr: (text, child) => {
        // A second signal would end it at once.
        if (!isSent && text.includes('edl-dev01-bootstrap: ')) isSent = child.kill('SIGINT');
      },
    });
    const { exitCode, stdout, stderr } = await finished;
    expect(exitCode).toBe(130);
    expect(stderr).toContain('Stopping: ');
    expect(stdout).toMatch(/✓ edl-dev01-bootstrap/);
    expect(stdout).toMatch(/○ edl-dev01-foundation-eu-west-1 +not started: cancelled/);
    const next = await stage.edl(dev, ['apply', '--instance', 'dev01', '--yes']);
    expect(next.stdout).toContain(' 0 failed, 0 skipped');
    expect(next.stdout).not.toContain('edl-dev01-bootstrap');
    expect(next.exitCode).toBe(0);
  });

  it('--out saves what apply FILE then does, with one value on stdout', async () => {
    await grantTrials(dev.lake);
    const file = join(dev.lake, 'plan.json');
    const planned = await stage.edl(dev, ['plan', '--instance', 'dev01', '--out', file, '--format', 'markdown']);
    expect(planned.exitCode).toBe(0);
    expect(planned.stdout).toContain('team:analysts');
    const applied = await stage.edl(dev, ['apply', file, '--yes', '--format', 'json']);
    expect(applied.exitCode).toBe(0);
    expect(JSON.parse(applied.stdout)).toMatchObject({ status: 'applied', instance: 'dev01' });
    const after = await stage.edl(dev, ['plan', '--instance', 'dev01', '--detailed-exitcode']);
    expect(after.stdout).toContain('No changes: the lake is as declared.');
    expect(after.exitCode).toBe(0);
  });
});

describe('edl drift', () => {
  const drift = (...more: readonly string[]) => stage.edl(dev, ['drift', '--instance', 'dev01', '--quiet', ...more]);

  it('tells what somebody did by hand, as text and as JSON that the schema describes', async () => {
    await stage.takeCalls();
    const clean = await drift('--detailed-exitcode');
    expect([clean.exitCode, clean.stdout]).toEqual([0, expect.stringContaining('No drift: AWS is as it was applied.')]);
    await stage.byHand(async () => {
      const { iam } = clientsOf(stage.sandbox.endpoint, dev.account, 'eu-west-1');
      const PolicyDocument = JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }],
      });
      const input = { RoleName: 'edl-dev01-team-analysts', PolicyName: 'quick-fix', PolicyDocument };
      await iam.send(new PutRolePolicyCommand(input));
    });
    const { exitCode, stdout } = await drift('--detailed-exitcode', '--format', 'json');
    expect(exitCode).toBe(2);
    const ajv = new Ajv({ allErrors: true, strictRequired: false, strictTypes: false });
    addFormats.default(ajv);
    const read = async (name: string) =>
      JSON.parse(await readFile(join(REPOSITORY, `schemas/${name}.schema.json`), 'utf8')) as object;
    ajv.addSchema(await read('plan'));
    const validate = ajv.compile(await read('drift'));
    const report: unknown = JSON.parse(stdout);
    validate(report);
    expect(validate.errors).toBeNull();
    expect(report).toMatchObject({
      summary: { widens: 1 },
      entries: [{ id: 'iam-role/edl-dev01-team-analysts', effect: 'widens', author: { event: 'PutRolePolicy' } }],
    });
    expect(mutationsIn(await stage.takeCalls())).toEqual([]);
  });

  it('--heal asks, where nobody can answer it refuses, and with --yes it heals', async () => {
    const refused = await drift('--heal', 'tighten', '--no-authors');
    expect([refused.exitCode, refused.stderr]).toEqual([3, expect.stringContaining('EDL-5075')]);
    expect(mutationsIn(await stage.takeCalls())).toEqual([]);
    const healed = await drift('--heal', 'tighten', '--yes', '--no-authors', '--detailed-exitcode');
    expect([healed.exitCode, healed.stdout]).toEqual([0, expect.stringContaining('✓ healed iam-role/')]);
    expect(healed.stdout).toMatch(/\nDrift: 0 widen, 0 narrow, 0 neutral, 0 missing, 0 unknown, \d+ in sync\.\n$/);
    // The puts are those of the lease and the journal.
    expect(mutationsIn(await stage.takeCalls())).toEqual(['iam:DeleteRolePolicy', 's3:PutObject']);
  });

  it('does not take a name that nothing has for "no drift"', async () => {
    const { exitCode, stdout } = await drift('--target', 'iam-role/edl-dev01-team-analyst', '--no-authors');
    expect([exitCode, stdout]).toEqual([1, expect.stringContaining('EDL-3110')]);
  });
});

const isRunning = (group: number): boolean => {
  try {
    return process.kill(-group, 0);
  } catch {
    return false;
  }
};

describe('edl demo', () => {
  it('shows the whole story, and leaves neither files nor processes behind', async () => {
    const folder = await newFolder();
    const { child, finished } = startEdl(['demo'], { cwd: folder, environment: { TMPDIR: folder }, detached: true });
    const { exitCode, stdout } = await finished;
    expect(exitCode).toBe(0);
    expect(stdout).toContain('team:drug-safety reads clinical-trials/data: allowed');
    expect(await readdir(folder)).toEqual([]);
    await expect.poll(() => isRunning(child.pid ?? 0), { timeout: 5_000 }).toBe(false);
  });
});
