import { beforeAll, describe, expect, test } from 'vitest';
import { compileCatalog } from '../../src/reconciler/compile/compile.ts';
import { LIMITS } from '../../src/reconciler/compile/limits.ts';
import type { JsonObject } from '../../src/reconciler/model/json.ts';
import type { ResourceKind } from '../../src/reconciler/model/kind.ts';
import type { DeclareInput, Resource } from '../../src/reconciler/model/resource.ts';
import { compileSound, sampleInput } from './sample.ts';

let input: DeclareInput;
beforeAll(async () => {
  input = await sampleInput('dev01');
});

describe('limits', () => {
  /** A kind that declares whatever a test wants, in a stack of its own. */
  const kindOf = (type: string, properties: readonly JsonObject[]): ResourceKind => ({
    name: 'fixture',
    type,
    driver: 'cloudformation',
    holdsData: false,
    isGlobal: false,
    declare: () => ({
      resources: properties.map((some, index): Resource => ({
        id: `fixture/f${String(index).padStart(4, '0')}`,
        kind: 'fixture',
        type,
        stack: 'edl-dev01-foundation-eu-west-1',
        region: 'eu-west-1',
        properties: some,
        dependsOn: [],
        declaredIn: { file: 'lake.yaml', line: 7 },
      })),
    }),
    observe: () => Promise.resolve([]),
    normalize: (some) => some,
    impactOf: () => 'in-place',
  });

  const document = (characters: number): JsonObject => {
    const empty = { Statement: [], Id: '' };
    return { ...empty, Id: 'x'.repeat(characters - JSON.stringify(empty).length) };
  };

  test.each<[string, string, (size: number) => JsonObject, number, string]>([
    [
      'managed policy',
      'AWS::IAM::ManagedPolicy',
      (size) => ({ PolicyDocument: document(size) }),
      LIMITS.managedPolicyCharacters,
      'policy document',
    ],
    [
      'trust',
      'AWS::IAM::Role',
      (size) => ({ AssumeRolePolicyDocument: document(size) }),
      LIMITS.trustPolicyCharacters,
      'trust policy',
    ],
    [
      'all inline policies together',
      'AWS::IAM::Role',
      (size) => ({ Policies: [{ PolicyDocument: document(100) }, { PolicyDocument: document(size - 100) }] }),
      LIMITS.inlinePoliciesCharacters,
      'inline policies',
    ],
    [
      'bucket policy',
      'AWS::S3::BucketPolicy',
      (size) => ({ PolicyDocument: document(size) }),
      LIMITS.bucketPolicyBytes,
      'bucket policy',
    ],
    ['key policy', 'AWS::KMS::Key', (size) => ({ KeyPolicy: document(size) }), LIMITS.keyPolicyBytes, 'key policy'],
    [
      'description of a table',
      'AWS::Glue::Table',
      (size) => ({ TableInput: { Description: 'x'.repeat(size) } }),
      LIMITS.glueDescriptionBytes,
      'description',
    ],
    [
      'description of a column, in bytes',
      'AWS::Glue::Table',
      (size) => ({
        TableInput: {
          StorageDescriptor: { Columns: [{ Name: 'a', Comment: `${'ü'.repeat(100)}${'x'.repeat(size - 200)}` }] },
        },
      }),
      LIMITS.glueCommentBytes,
      'description of column a',
    ],
    [
      'description of a job',
      'AWS::Glue::Job',
      (size) => ({ Description: 'x'.repeat(size) }),
      LIMITS.glueDescriptionBytes,
      'description',
    ],
  ])('%s: the last size that fits, and the first that does not', (_what, type, properties, limit, words) => {
    const diagnose = (size: number) => compileCatalog(input, [kindOf(type, [properties(size)])]).diagnostics;
    expect(diagnose(limit)).toEqual([]);
    expect(diagnose(limit + 1)).toEqual([
      expect.objectContaining({ code: 'EDL-2070', severity: 'error', file: 'lake.yaml', line: 7 }),
    ]);
    expect(diagnose(limit + 1)[0]?.detail).toContain(`The ${words} of fixture/f0000 would have ${limit + 1}`);
  });

  test('a stack of 500 resources fits, one more does not', () => {
    const diagnose = (count: number) =>
      compileCatalog(input, [
        kindOf(
          'AWS::Test',
          Array.from({ length: count }, () => ({})),
        ),
      ]).diagnostics;
    expect(diagnose(500)).toEqual([]);
    expect(diagnose(501)[0]?.detail).toContain('501 resources; AWS accepts 500');
  });

  test('a template of more than a megabyte does not fit', () => {
    const [found] = compileCatalog(input, [kindOf('AWS::Test', [{ Text: 'ü'.repeat(500_000) }])]).diagnostics;
    expect(found?.detail).toMatch(/would have 10\d{5} bytes; AWS accepts 1000000/);
  });

  test('two declarations of one object are an error, and the first one stays', () => {
    const twice = kindOf('AWS::Test', [{ First: true }, { First: false }]);
    const same: ResourceKind = {
      ...twice,
      declare: (some) => ({
        resources: twice.declare(some).resources.map((resource) => ({ ...resource, id: 'fixture/same' })),
      }),
    };
    const desired = compileCatalog(input, [same]);
    expect(desired.diagnostics).toEqual([expect.objectContaining({ code: 'EDL-2071', severity: 'error', line: 7 })]);
    expect(desired.resources).toHaveLength(1);
    expect(desired.resources[0]?.properties).toEqual({ First: true });
  });

  test('what a kind found wrong stands alone', () => {
    const large = kindOf('AWS::IAM::ManagedPolicy', [{ PolicyDocument: document(7000) }]);
    const told: ResourceKind = {
      ...large,
      declare: (some) => ({
        ...large.declare(some),
        diagnostics: [
          { code: 'EDL-2060', severity: 'error', summary: 'Access does not fit', detail: 'Better advice.' },
        ],
      }),
    };
    expect(compileCatalog(input, [told]).diagnostics.map(({ code }) => code)).toEqual(['EDL-2060']);
  });

  test('no document of the sample lake exceeds its limit, and bucket policies are far from it', async () => {
    for (const desired of [compileSound(input), compileSound(await sampleInput('prod'))]) {
      for (const { kind, properties } of desired.resources)
        if (kind === 's3-bucket-policy')
          expect(JSON.stringify(properties['PolicyDocument']).length).toBeLessThan(LIMITS.bucketPolicyBytes / 4);
      expect(desired.diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
    }
  });
});
