import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import { fullFormats } from 'ajv-formats/dist/formats.js';
import { describe, expect, it } from 'vitest';
import type { OutsideAccess, Plan } from '../../src/reconciler/model/plan.ts';
import { planToJson } from '../../src/reconciler/plan/serialise.ts';
import { PLAN } from './samples.ts';

const schemaFile = fileURLToPath(new URL('../../schemas/plan.schema.json', import.meta.url));
const ajv = new Ajv({ allErrors: true, strictRequired: false, strictTypes: false });
ajv.addFormat('date', fullFormats.date);
const validate = ajv.compile(JSON.parse(readFileSync(schemaFile, 'utf8')) as object);

const problemsOf = (plan: Plan): unknown => (validate(planToJson(plan)) ? [] : validate.errors);

const base = { role: 'edl-dev01-team-a', principal: 'team:a' } as const;
const change = { principal: 'team:a', dataset: '*', tier: 'internal', before: [], after: [{ level: 'read' }] } as const;
const POLICY = 'arn:aws:iam::aws:policy/AmazonS3FullAccess';

const FORMS: readonly OutsideAccess[] = [
  { ...base, sort: 'rights', change, certainty: 'proven', deed: 'policy-attached', policy: POLICY },
  { ...base, sort: 'rights', change, certainty: 'conditional', deed: 'policies-changed', condition: 'depends on x' },
  { ...base, sort: 'rights', change, certainty: 'proven', deed: 'role-deleted' },
  { ...base, sort: 'rights', change, certainty: 'proven', deed: 'bucket-policy-changed' },
  { ...base, sort: 'unread-policy', policy: POLICY },
  { ...base, sort: 'callers', gained: ['a'], lost: [] },
];

describe('the schema of plans', () => {
  it('takes what stands behind gains, counts of people, and every form of outside access', () => {
    expect(problemsOf(PLAN)).toEqual([]);
    expect(problemsOf({ ...PLAN, outside: FORMS })).toEqual([]);
  });

  it('refuses forms that nobody writes', () => {
    const [count] = PLAN.people ?? [];
    expect(validate({ ...planToJson(PLAN), outside: [{ ...base, sort: 'callers' }] })).toBe(false);
    expect(validate({ ...planToJson(PLAN), people: [{ ...count, effect: 'adds' }] })).toBe(false);
  });
});
