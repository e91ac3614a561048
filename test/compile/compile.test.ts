import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { compileCatalog } from '../../src/reconciler/compile/compile.ts';
import { renderCompileOutput } from '../../src/reconciler/compile/output.ts';
import type { Catalog } from '../../src/reconciler/model/catalog.ts';
import { digestOf } from '../../src/reconciler/model/digest.ts';
import { type JsonObject, listOf, objectOf, textOf } from '../../src/reconciler/model/json.ts';
import { logicalIdOf, refOf } from '../../src/reconciler/model/logical-id.ts';
import type { DeclareInput, DesiredState, Stack } from '../../src/reconciler/model/resource.ts';
import { resourceKinds } from '../../src/resources/index.ts';
import { omit } from '../../src/resources/shared/properties.ts';
import { catalogArbitrary } from '../arbitraries/catalog.ts';
import { AS_OF, compileSound, sampleInput, TINY_RUNTIME } from './sample.ts';

const inputs = new Map<string, DeclareInput>();
const states = new Map<string, DesiredState>();

beforeAll(async () => {
  for (const instance of ['dev01', 'prod']) {
    const input = await sampleInput(instance);
    inputs.set(instance, input);
    states.set(instance, compileSound(input));
  }
});

const input = (instance: string): DeclareInput => inputs.get(instance)!;
const state = (instance: string): DesiredState => states.get(instance)!;
const stack = (instance: string, name: string): Stack => state(instance).stacks.find((one) => one.name === name)!;
const idsOf = (one: Stack): readonly string[] => one.resources.map(({ id }) => id);
const templates = (desired: DesiredState): readonly JsonObject[] =>
  desired.stacks.map(({ template }) => template ?? {});

describe('stacks', () => {
  test('bootstrap at home: artifacts bucket, boundary, service role', () => {
    const bootstrap = stack('prod', 'edl-prod-bootstrap');
    expect(bootstrap).toMatchObject({ region: 'eu-west-1', bootstrap: true, dependsOn: [] });
    expect(idsOf(bootstrap)).toEqual([
      'iam-managed-policy/edl-prod-boundary',
      'iam-role/edl-prod-cloudformation',
      's3-bucket-policy/acme-datalake-artifacts-prod-eu-west-1',
      's3-bucket/acme-datalake-artifacts-prod-eu-west-1',
    ]);
  });

  test('bootstrap elsewhere: the artifacts bucket alone', () => {
    const bootstrap = stack('prod', 'edl-prod-bootstrap-us-east-1');
    expect(bootstrap).toMatchObject({ region: 'us-east-1', bootstrap: true, dependsOn: [] });
    expect(idsOf(bootstrap)).toEqual([
      's3-bucket-policy/acme-datalake-artifacts-prod-us-east-1',
      's3-bucket/acme-datalake-artifacts-prod-us-east-1',
    ]);
  });

  test('a service role that is there already is not made', () => {
    const { catalog, ...rest } = input('prod');
    const instances = catalog.lake.instances.map((one) => ({ ...one, cloudFormationRole: 'deployer' }));
    const desired = compileSound({ ...rest, catalog: { ...catalog, lake: { ...catalog.lake, instances } } });
    expect(desired.resources.map(({ id }) => id)).not.toContain('iam-role/edl-prod-cloudformation');
  });

  test.each([
    ['edl-prod-foundation-eu-west-1', ['edl-prod-bootstrap']],
    ['edl-prod-foundation-us-east-1', ['edl-prod-bootstrap', 'edl-prod-bootstrap-us-east-1']],
    ['edl-prod-access-team-oncology', ['edl-prod-bootstrap']],
    ['edl-prod-athena-team-oncology-us-east-1', ['edl-prod-bootstrap']],
    ['edl-prod-pipeline-daily-outcomes', ['edl-prod-bootstrap']],
    ['edl-prod-expose-lab-results', ['edl-prod-bootstrap']],
    ['edl-prod-objects-us-east-1', ['edl-prod-bootstrap-us-east-1', 'edl-prod-catalog-us-east-1']],
    ['edl-prod-catalog-us-east-1', ['edl-prod-foundation-us-east-1']],
    ['edl-prod-registry-us-east-1', ['edl-prod-bootstrap-us-east-1', 'edl-prod-job-us-claims-monthly']],
    [
      'edl-prod-job-daily-outcomes',
      ['edl-prod-catalog-eu-west-1', 'edl-prod-objects-eu-west-1', 'edl-prod-pipeline-daily-outcomes'],
    ],
  ])('%s comes after %j', (name, dependsOn) => {
    expect(stack('prod', name).dependsOn).toEqual(dependsOn);
  });

  test('dependencies exist, and have no cycle', () => {
    for (const { stacks } of states.values()) {
      const left = new Map(stacks.map((one) => [one.name, one]));
      for (let size = -1; size !== left.size;) {
        size = left.size;
        for (const one of left.values()) if (!one.dependsOn.some((name) => left.has(name))) left.delete(one.name);
      }
      expect([...left.keys()]).toEqual([]);
    }
  });

  test('each resource is in the stack that it names, once', () => {
    for (const { stacks, resources } of states.values()) {
      expect(stacks.flatMap((one) => one.resources.map(({ stack: name }) => name === one.name))).not.toContain(false);
      expect(stacks.flatMap(idsOf).sort()).toEqual(resources.map(({ id }) => id));
    }
  });

  test('dependencies of resources are in the same stack', () => {
    for (const { stacks } of states.values())
      for (const one of stacks)
        for (const resource of one.resources)
          expect(idsOf(one)).toEqual(expect.arrayContaining([...resource.dependsOn]));
  });
});

describe('templates', () => {
  test('what holds data is retained, but not after a creation that failed', () => {
    const retained = templates(state('prod'))
      .flatMap((template) => Object.values(objectOf(template['Resources'])))
      .map(objectOf)
      .filter((resource) => resource['DeletionPolicy'] !== undefined);
    expect(new Set(retained.map(({ Type: type }) => type))).toEqual(new Set(['AWS::S3::Bucket', 'AWS::KMS::Key']));
    for (const resource of retained)
      expect(resource).toMatchObject({ DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' });
  });

  test('the digest is of the template without the output that carries it', () => {
    for (const { stacks } of states.values())
      for (const { template, digest } of stacks) {
        if (template === undefined) continue;
        const outputs = objectOf(template['Outputs']);
        expect(outputs['EdlDigest']).toMatchObject({ Value: digest });
        expect(digestOf({ ...template, Outputs: omit(outputs, ['EdlDigest']) })).toBe(digest);
      }
  });

  test('what a Ref names is in the template and among its outputs', () => {
    const { template } = stack('prod', 'edl-prod-foundation-eu-west-1');
    const resources = objectOf(template?.['Resources']);
    const aliases = Object.values(resources)
      .map(objectOf)
      .filter(({ Type: type }) => type === 'AWS::KMS::Alias');
    expect(aliases).toHaveLength(2);
    for (const { Properties: properties } of aliases) {
      const target = refOf(objectOf(properties)['TargetKeyId']) ?? '';
      expect(resources).toHaveProperty([target]);
      expect(objectOf(template?.['Outputs'])[`Ref${target}`]).toEqual({ Value: { Ref: target } });
    }
  });

  test('what a resource needs is told to CloudFormation once: by a Ref, or by DependsOn', () => {
    const written = [...states.values()].flatMap(({ stacks }) =>
      stacks.flatMap(({ template, resources }) =>
        resources.flatMap(({ id, dependsOn }) => {
          if (template === undefined) return [];
          const { DependsOn: waits, Properties: properties } = objectOf(
            objectOf(template['Resources'])[logicalIdOf(id)],
          );
          return dependsOn.map(logicalIdOf).map((needed) => ({
            byRef: JSON.stringify(properties).includes(JSON.stringify({ Ref: needed })),
            byDependsOn: listOf(waits).includes(needed),
          }));
        }),
      ),
    );
    for (const { byRef, byDependsOn } of written) expect(byRef).not.toBe(byDependsOn);
    expect(written.some(({ byRef }) => byRef)).toBe(true);
    expect(written.some(({ byDependsOn }) => byDependsOn)).toBe(true);
  });

  test('roles wait for the managed policies that they attach', () => {
    const attaching = state('prod').resources.filter(({ properties }) => properties['ManagedPolicyArns'] !== undefined);
    expect(attaching.length).toBeGreaterThan(0);
    for (const { properties, dependsOn } of attaching)
      expect(dependsOn).toEqual(
        listOf(properties['ManagedPolicyArns']).map(
          (arn) => `iam-managed-policy/${textOf(arn).split('/').at(-1) ?? ''}`,
        ),
      );
  });
});

describe('the same input', () => {
  test('gives the same bytes', () => {
    const again = compileSound(structuredClone(input('prod')));
    expect(renderCompileOutput(again)).toEqual(renderCompileOutput(state('prod')));
    expect(again.blobs.map(({ sha256 }) => sha256)).toEqual(state('prod').blobs.map(({ sha256 }) => sha256));
  });

  test('is not touched', () => {
    const copy = structuredClone(input('prod'));
    compileSound(copy);
    expect(copy).toEqual(input('prod'));
  });

  const shuffled = (catalog: Catalog, seed: number): Catalog => {
    const turn = <T>(list: readonly T[]): readonly T[] => {
      const at = list.length === 0 ? 0 : seed % list.length;
      return [...list.slice(at), ...list.slice(0, at)].reverse();
    };
    return {
      ...catalog,
      datasets: turn(catalog.datasets),
      principals: turn(catalog.principals),
      grants: turn(catalog.grants).map((grant) => ({ ...grant, access: turn(grant.access) })),
      pipelines: turn(catalog.pipelines).map((pipeline) => ({ ...pipeline, files: turn(pipeline.files) })),
    };
  };

  const digests = (desired: DesiredState): Record<string, string> =>
    Object.fromEntries(desired.stacks.map(({ name, digest }) => [name, digest]));

  test('in another order gives the same digests: the sample lake', () => {
    for (const instance of states.keys())
      for (const seed of [1, 5, 11])
        expect(digests(compileSound({ ...input(instance), catalog: shuffled(input(instance).catalog, seed) }))).toEqual(
          digests(state(instance)),
        );
  });

  test('in another order gives the same digests: any lake', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(catalogArbitrary(), fc.nat(20), fc.constantFrom('dev01', 'prod'), (catalog, seed, instance) => {
        const compile = (some: Catalog): DesiredState =>
          compileCatalog({ catalog: some, instance, asOf: AS_OF, runtime: TINY_RUNTIME }, resourceKinds);
        expect(digests(compile(shuffled(catalog, seed)))).toEqual(digests(compile(catalog)));
      }),
      { numRuns: 50 },
    );
  });
});

describe('any lake', () => {
  test('compiles to unique ids, whole stacks, and documents within the limits', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(catalogArbitrary({ expired: true }), fc.constantFrom('dev01', 'prod'), (catalog, instance) => {
        const desired = compileCatalog({ catalog, instance, asOf: AS_OF, runtime: TINY_RUNTIME }, resourceKinds);
        expect(desired.diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
        expect(new Set(desired.resources.map(({ id }) => id)).size).toBe(desired.resources.length);
        for (const { template, resources } of desired.stacks)
          if (template !== undefined)
            expect(Object.keys(objectOf(template['Resources']))).toHaveLength(resources.length);
        for (const { name } of desired.stacks) expect(name.length).toBeLessThanOrEqual(128);
      }),
      { numRuns: 50 },
    );
  });
});

describe('what compile writes', () => {
  test('a template for each stack, one file for the rest, and a manifest of both', () => {
    const files = new Map(renderCompileOutput(state('dev01')).map(({ path, content }) => [path, content]));
    const cloudFormation = state('dev01').stacks.filter(({ driver }) => driver === 'cloudformation');
    expect([...files.keys()]).toEqual([
      ...cloudFormation.map(({ name }) => `stacks/${name}.template.json`),
      'glue.json',
      'manifest.json',
    ]);
    for (const { name, template } of cloudFormation)
      expect(JSON.parse(files.get(`stacks/${name}.template.json`) ?? '')).toEqual(template);
    const manifest: unknown = JSON.parse(files.get('manifest.json') ?? '');
    expect(manifest).toMatchObject({ instance: 'dev01', asOf: AS_OF, catalogDigest: input('dev01').catalog.digest });
    const text = files.get('manifest.json') ?? '';
    for (const { digest } of state('dev01').stacks) expect(text).toContain(digest);
    for (const { sha256 } of state('dev01').blobs)
      expect(text).toMatch(new RegExp(`s3://acme-datalake-artifacts-dev01-eu-west-1/edl/artifacts/[a-z-]+${sha256}`));
    const others = state('dev01').stacks.filter(({ driver }) => driver !== 'cloudformation');
    expect(JSON.parse(files.get('glue.json') ?? '')).toMatchObject({
      stacks: others.map(({ name, resources }) => ({ name, resources: resources.map(({ id }) => ({ id })) })),
    });
  });
});
