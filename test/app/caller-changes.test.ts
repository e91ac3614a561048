import { beforeAll, describe, expect, it } from 'vitest';
import { callerChanges } from '../../src/app/caller-changes.ts';
import type { IamView } from '../../src/app/held-roles.ts';
import type { Catalog } from '../../src/reconciler/model/catalog.ts';
import { isJsonArray, type Json, type JsonObject, listOf, objectOf, textOf } from '../../src/reconciler/model/json.ts';
import type { DesiredState } from '../../src/reconciler/model/resource.ts';
import { AS_OF, compileSound, loadSample, TINY_RUNTIME } from '../compile/sample.ts';

let catalog: Catalog;
let desired: DesiredState;

beforeAll(async () => {
  catalog = await loadSample();
  desired = compileSound({ catalog, instance: 'dev01', asOf: AS_OF, runtime: TINY_RUNTIME });
});

/** A trust with the values of its conditions in another form. */
const reshape = (trust: JsonObject, form: (value: Json) => Json): JsonObject => ({
  ...trust,
  Statement: listOf(trust['Statement']).map((statement) => {
    const { Condition, ...rest } = objectOf(statement);
    if (Condition === undefined) return rest;
    const operators = Object.entries(objectOf(Condition)).map(([operator, keys]) => {
      const formed = Object.entries(objectOf(keys)).map(([key, value]) => [key, form(value)] as const);
      return [operator, Object.fromEntries(formed)] as const;
    });
    return { ...rest, Condition: Object.fromEntries(operators) };
  }),
});

const view = (change: (roleName: string, trust: JsonObject) => JsonObject = (_, trust) => trust): IamView =>
  desired.resources
    .filter(({ kind }) => kind === 'iam-role')
    .map(({ kind, properties }) => ({
      kind,
      properties: {
        ...properties,
        AssumeRolePolicyDocument: change(
          textOf(properties['RoleName']),
          objectOf(properties['AssumeRolePolicyDocument']),
        ),
      },
    }));

const told = (applied: IamView, declared: IamView = view()) =>
  callerChanges(catalog, desired, { applied, declared, live: applied, expected: declared });

describe('who may take a role, in a plan', () => {
  it('does not change where AWS gives back the same in another form', () => {
    const asLists = view((_, trust) =>
      reshape(trust, (value) => (isJsonArray(value) ? [...value].reverse() : [value])),
    );
    const asValues = view((_, trust) =>
      reshape(trust, (value) => (isJsonArray(value) && value.length === 1 ? (value[0] ?? null) : value)),
    );
    expect(JSON.stringify(asLists)).not.toBe(JSON.stringify(view()));
    expect(told(asLists)).toEqual([]);
    expect(told(asValues, asLists)).toEqual([]);
  });

  it('is told with the file and line of the principal', () => {
    const foreign: JsonObject = {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { AWS: 'arn:aws:iam::999999999999:root' },
          Action: 'sts:AssumeRole',
          Condition: { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::999999999999:role/partner' } },
        },
      ],
    };
    const opened = view((name, trust) => (name === 'edl-dev01-team-oncology' ? foreign : trust));
    const place = { file: 'catalog/principals/oncology.yaml', target: 'iam-role/edl-dev01-team-oncology' };
    const found = told(view(), opened);
    expect(found).toMatchObject([
      { code: 'EDL-3130', ...place },
      { code: 'EDL-3131', ...place },
    ]);
    for (const { line } of found) expect(line).toBeGreaterThan(0);
  });
});
