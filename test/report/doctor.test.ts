import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { checkClock, checkNode } from '../../src/app/doctor/local.ts';
import { broken, good, warning, type Health } from '../../src/reconciler/model/doctor.ts';
import { renderDoctorJson, renderDoctorText } from '../../src/report/doctor.ts';
import { plain } from '../../src/report/paint.ts';
import { expectGolden } from './golden.ts';

const HEALTH: Health = {
  instance: 'dev01',
  account: '111111111111',
  regions: ['eu-west-1'],
  at: '2026-11-22T10:00:00.000Z',
  checks: [
    checkNode('22.12.0'),
    good('account', '111111111111'),
    ...checkClock(-45_000),
    warning('service role', 'edl-dev01-cloudformation is not there', 'The first apply creates it.'),
    broken(
      'stack edl-dev01-access-team-oncology (eu-west-1)',
      'UPDATE_ROLLBACK_FAILED: an update failed, and so did its rollback',
      'This goes on with the rollback; if that fails again, it says why and what can be left out:\n$ edl apply --instance dev01',
    ),
  ],
};

describe('what the doctor found', () => {
  it('as text', () => {
    expectGolden('doctor.txt', renderDoctorText(HEALTH, plain));
  });

  it('as JSON keeps to its schema', () => {
    const schema: unknown = JSON.parse(
      readFileSync(new URL('../../schemas/doctor.schema.json', import.meta.url), 'utf8'),
    );
    const validate = new Ajv({ strict: true }).compile(schema as object);
    expect(validate(JSON.parse(renderDoctorJson(HEALTH)))).toBe(true);
    expect(validate({ ...JSON.parse(renderDoctorJson(HEALTH)), more: 1 })).toBe(false);
  });
});

describe('what is looked at here', () => {
  it.each([
    ['18.20.0', 'broken'],
    ['20.18.3', 'broken'],
    ['20.19.0', 'warning'],
    ['22.1.0', 'good'],
    ['24.0.0', 'good'],
  ])('Node %s is %s', (version, status) => {
    expect(checkNode(version).status).toBe(status);
  });

  it.each([
    [undefined, []],
    [900, ['good']],
    [-29_000, ['good']],
    [31_000, ['warning']],
    [-400_000, ['broken']],
  ])('a clock that AWS is %s ms ahead of: %s', (skewMs, statuses) => {
    expect(checkClock(skewMs).map(({ status }) => status)).toEqual(statuses);
  });
});
