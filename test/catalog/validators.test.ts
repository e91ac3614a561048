import { Ajv } from 'ajv';
import { fullFormats } from 'ajv-formats/dist/formats.js';
import { expect, it } from 'vitest';
import { SCHEMAS } from '../../src/catalog/schemas.gen.ts';
import { validate } from '../../src/catalog/validate.ts';

const KINDS = ['lake', 'dataset', 'principal', 'grant', 'pipeline'] as const;
const ajv = new Ajv({ allErrors: true, verbose: true, strictRequired: false, strictTypes: false });
ajv.addFormat('date', fullFormats.date);
ajv.addSchema(Object.values(SCHEMAS));

/** Values that are wrong in many ways at once: of types, of lengths, of formats, twice in a list, with unknown keys. */
const WRONG: readonly unknown[] = [
  null,
  [],
  {},
  { name: '', owner: 'x', else: 1 },
  { name: '🌊'.repeat(200), description: '🌊'.repeat(2_000), tables: [{}, {}], instances: ['a', 'a'] },
  { team: 'x', user: 'y', assumedBy: [{ arn: 1 }, { arn: 1 }], members: 'x' },
  { principal: 'x', access: [{ dataset: 'a', tier: 'b', level: 'c', expires: '2026-02-30' }] },
  { organization: 'A', instances: { X: {} }, tiers: { t: { heal: 'x', approvals: ['x', 'x'] } } },
  { inputs: [1, 1], outputs: [], workers: { count: 0 }, arguments: { '': 1 }, declassify: [{ until: 'soon' }] },
];

it.each(KINDS)('the generated check of a %s says what its schema says when it is compiled', (kind) => {
  const compiled = ajv.getSchema(SCHEMAS[kind].$id);
  for (const value of WRONG) {
    expect(compiled?.(value)).toBe(false);
    expect(validate(kind, value)).toEqual({ errors: compiled?.errors });
  }
});
