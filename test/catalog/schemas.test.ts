import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import { fullFormats } from 'ajv-formats/dist/formats.js';
import { describe, expect, it } from 'vitest';
import { NAME_LIMITS } from '../../src/reconciler/model/names.ts';
import { digestOf } from '../../src/reconciler/model/digest.ts';
import type { AccessChange, Change, Drift, Plan } from '../../src/reconciler/model/plan.ts';
import { SCHEMAS } from '../../src/catalog/schemas.gen.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const KINDS = ['lake', 'dataset', 'principal', 'grant', 'pipeline', 'plan', 'verify', 'access', 'drift'] as const;
type Schema = Readonly<Record<string, unknown>>;

const isSchema = (value: unknown): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const read = (kind: string): Schema => {
  const schema: unknown = JSON.parse(readFileSync(`${root}schemas/${kind}.schema.json`, 'utf8'));
  if (!isSchema(schema)) throw new TypeError(kind);
  return schema;
};
const schemas = new Map(KINDS.map((kind) => [kind, read(kind)]));

const ajv = new Ajv({ allErrors: true, strictRequired: false, strictTypes: false });
ajv.addFormat('date', fullFormats.date);
ajv.addSchema([...schemas.values()]);

/** Every schema inside of a schema that describes a value, with its pointer. */
const walk = (schema: Schema, pointer: string): (readonly [string, Schema])[] => {
  const children: (readonly [string, unknown])[] = [];
  for (const group of ['properties', 'definitions']) {
    const named = schema[group];
    if (isSchema(named))
      children.push(...Object.entries(named).map(([name, child]) => [`${pointer}/${group}/${name}`, child] as const));
  }
  children.push(
    [`${pointer}/items`, schema['items']],
    [`${pointer}/additionalProperties`, schema['additionalProperties']],
  );
  return [[pointer, schema], ...children.flatMap(([path, child]) => (isSchema(child) ? walk(child, path) : []))];
};

describe.each(KINDS)('the schema %s', (kind) => {
  const schema = read(kind);
  const fields = walk(schema, '#').filter(([, field]) => field['$ref'] === undefined);

  it('is draft-07 with a title and an id', () => {
    expect(schema['$schema']).toBe('http://json-schema.org/draft-07/schema#');
    expect(schema['$id']).toBe(`https://edl.example/schemas/${kind}.schema.json`);
    expect(schema['title']).toBeTypeOf('string');
    expect(ajv.validateSchema(schema)).toBe(true);
  });

  it('allows no unknown keys in any object', () => {
    const open = fields.filter(
      ([, field]) => field['properties'] !== undefined && field['additionalProperties'] !== false,
    );
    expect(open.map(([pointer]) => pointer)).toEqual([]);
  });

  it('describes every field, with an example', () => {
    const named = fields.filter(([pointer]) => /\/(properties|definitions)\/[^/]+$/.test(pointer));
    const poor = named.filter(
      ([, field]) =>
        typeof field['description'] !== 'string' || !Array.isArray(field['examples']) || field['examples'].length === 0,
    );
    expect(poor.map(([pointer]) => pointer)).toEqual([]);
  });

  it('accepts each of its own examples', () => {
    for (const [pointer, field] of fields) {
      if (!Array.isArray(field['examples'])) continue;
      const validate = ajv.getSchema(`${String(schema['$id'])}${pointer.replace(/[^#/]+/g, encodeURIComponent)}`);
      for (const example of field['examples'] as readonly unknown[])
        expect([pointer, example, validate?.(example), validate?.errors]).toEqual([pointer, example, true, null]);
    }
  });
});

it('keeps the limits of names', () => {
  const { lake, dataset, principal } = SCHEMAS;
  expect(lake.properties.organization.maxLength).toBe(NAME_LIMITS.organization);
  expect(lake.properties.instances.propertyNames.maxLength).toBe(NAME_LIMITS.instance);
  expect(dataset.properties.name.maxLength).toBe(NAME_LIMITS.dataset);
  for (const kind of ['team', 'user', 'service'] as const)
    expect(principal.properties[kind].maxLength).toBe(NAME_LIMITS.principal);
});

it('has current generated sources', () => {
  const run = () => execFileSync(process.execPath, [`${root}scripts/generate.mjs`, '--check'], { encoding: 'utf8' });
  expect(run).not.toThrow();
});

describe('the schema of plans', () => {
  const base = { id: 'iam-role/x', kind: 'iam-role', type: 'AWS::IAM::Role', stack: 's', region: 'eu-west-1' } as const;
  const property = { path: '/A', before: [1], after: { b: null }, cause: 'both' } as const;
  const changes: readonly Change[] = [
    { ...base, action: 'create', after: { A: 1 }, declaredIn: { file: 'a.yaml', line: 1, column: 2 } },
    { ...base, action: 'adopt', before: {}, after: {}, properties: [property], ownership: 'unowned' },
    { ...base, action: 'update', properties: [{ path: '', cause: 'edited' }], impact: 'may-replace' },
    { ...base, action: 'prune', holdsData: true },
  ];
  const drift: readonly Drift[] = [{ ...base, status: 'missing', properties: [] }];
  const access: readonly AccessChange[] = [
    { principal: 'everyone:internal', dataset: '*', tier: 'internal', before: [], after: [{ level: 'read' }] },
    {
      principal: 'pipeline:x',
      dataset: 'a',
      tier: 'internal',
      before: [{ level: 'run-write', until: '2027-01-01' }],
      after: [],
      expired: true,
      people: 0,
    },
  ];
  const plan: Plan = {
    formatVersion: '1',
    instance: 'dev01',
    digest: digestOf(1),
    catalog: { digest: digestOf(2) },
    live: { digest: digestOf(3), unreadable: [{ kind: 'iam-role', region: 'global', reason: 'AccessDenied' }] },
    summary: { create: 1, update: 1, adopt: 1, prune: 1, unchanged: 0 },
    changes,
    drift,
    waves: [['s']],
    asOf: '2026-11-22T10:00:00Z',
    access,
    diagnostics: [{ code: 'EDL-3001', severity: 'note', summary: 'x', detail: 'y', guard: 'g', target: 't' }],
  };
  const validate = ajv.getSchema('https://edl.example/schemas/plan.schema.json');

  it('accepts every form of a plan that the types allow', () => {
    expect([validate?.(plan), validate?.errors]).toEqual([true, null]);
  });

  it.each([
    ['an unknown action', { ...plan, changes: [{ ...changes[3], action: 'delete' }] }],
    ['a key of another action', { ...plan, changes: [{ ...changes[3], impact: 'in-place' }] }],
    ['a digest of another form', { ...plan, digest: 'md5:1' }],
    ['another version', { ...plan, formatVersion: '2' }],
  ])('refuses %s', (_, wrong) => {
    expect(validate?.(wrong)).toBe(false);
  });
});
