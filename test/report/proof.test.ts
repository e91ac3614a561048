import { Ajv } from 'ajv';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Mismatch } from '../../src/access/proof/types.ts';
import { plain } from '../../src/report/paint.ts';
import { renderVerifyJson, renderVerifyText, verifyLine } from '../../src/report/proof.ts';
import { countVerification, type Verification } from '../../src/report/verification.ts';
import { expectGolden } from './golden.ts';

const ROLES = 'arn:aws:iam::333333333333:role/edl/prod/edl-prod-';
const AT = '2026-11-22T10:00:00Z';

const PROVEN: Verification = {
  instance: 'prod',
  asOf: AT,
  source: 'compiled',
  roles: 214,
  questions: 1_204_332,
  mismatches: [],
  leftOut: 0,
  missing: [],
  undeclared: [],
  unknown: [],
  stats: { seconds: { load: 0.2, compile: 0.5, proof: 3.5 } },
};

const mismatch = (more: Partial<Mismatch> = {}): Mismatch => ({
  holder: 'team:oncology',
  arn: `${ROLES}team-oncology`,
  action: 's3:GetObject',
  resource: 'arn:aws:s3:::acme-datalake-prod-restricted-eu-west-1/sales-orders/data/u1/part-0',
  dataset: 'sales-orders',
  tier: 'restricted',
  at: AT,
  expected: 'denied',
  found: 'allowed',
  statement: { policy: 'handy', index: 0, statement: { Effect: 'Allow', Action: 's3:*', Resource: '*' } },
  ...more,
});

const less = (arn: string): Mismatch => {
  const { statement: _statement, ...rest } = mismatch({ expected: 'allowed', found: 'denied', until: '2027-01-31' });
  return { ...rest, holder: 'user:jane-doe', arn };
};

const WRONG: Verification = {
  ...PROVEN,
  source: 'live',
  mismatches: [
    less(`${ROLES}user-jane-doe`),
    mismatch(),
    mismatch({ action: 's3:GetObjectVersion' }),
    { ...less(`${ROLES}team-oncology`), holder: 'team:oncology', dataset: 'trials' },
    ...['stranger', 'another'].map((name) => ({
      ...mismatch({ holder: 'everyone:*', action: 's3:PutObject' }),
      arn: `arn:aws:iam::333333333333:role/${name}`,
    })),
  ],
  missing: [{ role: 'edl-prod-team-guests', holder: 'team:guests' }],
  undeclared: [
    {
      role: 'edl-prod-team-gone',
      arn: `${ROLES}team-gone`,
      held: [{ dataset: '*', tier: 'internal', level: 'read', until: '2027-01-31' }],
      conditional: [
        { dataset: 'trials', tier: 'sensitive', level: 'read-raw', condition: 'covers a part of the dataset only' },
      ],
    },
  ],
  unknown: [
    { what: 'policies', role: 'edl-prod-team-crm', policies: ['arn:aws:iam::aws:policy/ReadOnlyAccess'] },
    { what: 'kind', kind: 'kms-key', region: 'us-east-1', reason: 'kms:DescribeKey was denied.' },
  ],
  stats: { ...PROVEN.stats, apiCalls: { total: 12, byOperation: { 'iam:ListRoles': 2 } } },
};

const MANY: Verification = {
  ...WRONG,
  mismatches: Array.from({ length: 60 }, (_, index) => ({
    ...mismatch({ dataset: `set-${index}` }),
    statement: { policy: 'handy', index, statement: {} },
  })),
};

describe('golden verifications', () => {
  it.each([
    ['verify-proven.txt', () => renderVerifyText(PROVEN, plain)],
    ['verify.txt', () => renderVerifyText(WRONG, plain)],
    ['verify.json', () => renderVerifyJson(WRONG)],
  ])('%s', (name, render) => {
    expectGolden(name, render());
  });
});

describe('a verification', () => {
  it('counts a role once in each direction, and all that buckets let in as one', () => {
    expect(countVerification(WRONG)).toEqual({ more: 3, less: 3, notProven: 2 });
  });

  it('ends with a line that scripts search for', () => {
    expect(verifyLine(PROVEN)).toBe(
      'Verify: 214 roles, 1204332 questions, 0 roles give more, 0 give less, 0 not proven.',
    );
    const one = { ...PROVEN, roles: 1, mismatches: [mismatch(), less(`${ROLES}user-jane-doe`)] };
    expect(verifyLine(one)).toBe('Verify: 1 role, 1204332 questions, 1 role gives more, 1 gives less, 0 not proven.');
    expect(renderVerifyText(WRONG, plain).trimEnd().split('\n').at(-1)).toBe(verifyLine(WRONG));
  });

  it('shows the worst and says how much more there is', () => {
    const text = renderVerifyText(MANY, plain);
    expect(text.match(/^ {2}[↑↓?] /gm)).toHaveLength(50);
    expect(text).toContain('… and 15 more; --format json has all.');
  });

  it('speaks of the plan only where AWS was read', () => {
    expect(renderVerifyText(WRONG, plain)).toContain('run edl plan --instance prod');
    expect(renderVerifyText({ ...WRONG, source: 'compiled' }, plain)).not.toContain('edl plan');
    const unread: Verification = { ...PROVEN, source: 'live', unknown: WRONG.unknown };
    expect(renderVerifyText(unread, plain)).not.toContain('edl plan');
  });

  it('says what was left out', () => {
    expect(renderVerifyText({ ...WRONG, leftOut: 1234 }, plain)).toContain('1,234 more answers');
  });

  it.each([
    ['proven', PROVEN],
    ['wrong', WRONG],
  ])('is JSON as the schema says, %s', (_, verification) => {
    const schema = JSON.parse(
      readFileSync(new URL('../../schemas/verify.schema.json', import.meta.url), 'utf8'),
    ) as object;
    const validate = new Ajv({ allErrors: true }).compile(schema);
    validate(JSON.parse(renderVerifyJson(verification)));
    expect(validate.errors).toBeNull();
  });
});
