import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Health } from '../../src/reconciler/model/doctor.ts';
import { startDenyingProxy } from '../support/denying-proxy.ts';
import { runEdl } from '../support/edl.ts';
import { writeSmallLake } from '../support/small-lake.ts';
import { startStage, unwrapped, writeLines, type Place, type Stage } from '../support/stage.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let stage: Stage;
let dev: Place;
beforeAll(async () => {
  stage = await startStage();
  dev = { lake: stage.keepFolder(await writeSmallLake()), account: '111111111111' };
});
afterAll(() => stage.stop());

const schema: unknown = JSON.parse(readFileSync(new URL('../../schemas/doctor.schema.json', import.meta.url), 'utf8'));
const isDoctor = new Ajv({ strict: true }).compile(schema as object);

const doctor = (place: Place, instance = 'dev01', ...more: readonly string[]) =>
  stage.edl(place, ['doctor', '--instance', instance, ...more]);

/** What changes from computer to computer and from run to run. */
const settled = (text: string): string =>
  text
    .replace(/(node: )[^\n]*\n( {6}→ [^\n]*\n)*/, '$1VERSION\n')
    .replace(/(edl: )\S+/, '$1VERSION')
    .replace(/apply of \S+ \S+ UTC by\s+\S+,\s+/, 'apply of TIME by WHO, ')
    .replace(/[!✓✗] node/, '? node')
    .replace(/Doctor: .*/, 'Doctor: COUNTS');

describe('edl doctor as a process', () => {
  it('before the first apply: nothing is broken, and what is not there yet is named', async () => {
    const { exitCode, stdout } = await doctor(dev);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(
      /! artifacts bucket \(eu-west-1\): \S+ is not there yet\n +→ The first apply creates it:\n +edl apply --instance dev01\n/,
    );
    expect(stdout).toContain('✓ lease: nobody ever had it\n  ✓ journal: no entry yet\n');
  });

  it('after it: all is good', async () => {
    await stage.apply(dev, 'dev01');
    const { exitCode, stdout } = await doctor(dev);
    expect(exitCode).toBe(0);
    await expect(settled(stdout)).toMatchFileSnapshot('golden/doctor.txt');
  });

  it('with a catalog that is not valid: says so, and looks at all else; so do lease and history', async () => {
    const broken = await stage.copyLake(dev.lake);
    await writeLines(broken, 'catalog/grants/broken.yaml', 'principal: team:nobody', 'access: what?');
    const at = { ...dev, lake: broken };
    const { exitCode, stdout } = await doctor(at);
    expect([exitCode, stdout]).toEqual([1, expect.stringMatching(/✗ lake: .*\n.*edl validate/) as string]);
    expect(stdout).toMatch(/✓ lease: nobody has it\n {2}✓ journal: entry 1/);
    for (const command of [['lease', 'show'], ['history']]) {
      const asked = await stage.edl(at, [...command, '--instance', 'dev01']);
      expect([asked.exitCode, asked.stdout]).toEqual([0, expect.stringContaining('dev01') as string]);
    }
  });

  it('as JSON keeps to its schema, whatever is found', async () => {
    const { stdout } = await doctor(dev, 'dev01', '--format', 'json');
    const health = JSON.parse(stdout) as Health;
    expect([isDoctor(health), isDoctor.errors]).toEqual([true, null]);
    const wrong = await doctor(dev, 'uat', '--format', 'json');
    expect([wrong.exitCode, isDoctor(JSON.parse(wrong.stdout))]).toEqual([1, true]);
  });

  it('without credentials, with an endpoint that nobody answers: says so, and what to do', async () => {
    const environment = { AWS_ENDPOINT_URL: stage.sandbox.endpoint, AWS_DEFAULT_REGION: 'eu-west-1', HOME: dev.lake };
    const none = await runEdl(['doctor', '--instance', 'dev01'], { cwd: dev.lake, environment });
    expect([none.exitCode, unwrapped(none.stdout)]).toEqual([
      1,
      expect.stringMatching(/✗ credentials: .*there are no usable AWS credentials.* Set AWS_PROFILE/) as string,
    ]);
    const nobody = await doctor({ ...dev, endpoint: 'http://127.0.0.1:9' });
    expect([nobody.exitCode, unwrapped(nobody.stdout)]).toEqual([
      1,
      expect.stringMatching(/✗ .*AWS could not be reached .*ECONNREFUSED/) as string,
    ]);
  });

  it.each([['GetTables', 'glue:GetTables', 'read Glue tables']])(
    'where %s is denied: the action, and the line that a policy lacks',
    async (operation, action, name) => {
      const proxy = await startDenyingProxy(stage.sandbox.endpoint, operation);
      try {
        const { exitCode, stdout } = await doctor({ ...dev, endpoint: proxy.endpoint });
        expect(exitCode).toBe(1);
        expect(unwrapped(stdout)).toContain(`✗ ${name} (eu-west-1): `);
        expect(unwrapped(stdout)).toContain(`{"Effect":"Allow","Action":"${action}","Resource":"*"}`);
      } finally {
        await proxy.stop();
      }
    },
  );
});
