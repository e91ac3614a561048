import { describe, expect, it } from 'vitest';
import { evaluate } from '../../src/access/evaluate/evaluate.ts';
import { describeMismatches, groupMismatches } from '../../src/access/proof/describe.ts';
import { prove } from '../../src/access/proof/prove.ts';
import type { Mismatch } from '../../src/access/proof/types.ts';
import { describeGroup } from '../../src/access/proof/words.ts';
import type { JsonObject } from '../../src/reconciler/model/json.ts';
import { inputOf, mismatchesOf, NOW, RICH, told } from './proof-support.ts';

const ONCOLOGY = 'team:oncology';

const data = (key: string): string => `arn:aws:s3:::acme-datalake-prod-sensitive-eu-west-1/${key}`;

describe('a proof', () => {
  const input = inputOf(RICH);

  it('of compiled roles finds nothing, and says how much it asked', () => {
    const proof = prove(input);
    expect(told(proof.mismatches)).toEqual([]);
    expect(proof).toMatchObject({ roles: input.roles.length, leftOut: 0 });
    expect(proof.checks).toBeGreaterThan(100_000);
  });

  it('tells in part what is wrong all over', () => {
    const everything = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };
    const roles = input.roles.map(({ holder, arn }) => ({
      holder,
      arn,
      documents: [{ name: 'all', document: everything }],
    }));
    const proof = prove({ ...input, roles });
    expect(proof.leftOut).toBeGreaterThan(0);
    expect(proof.mismatches.length).toBe(1000 * roles.length);
  });

  it('of nobody asks the buckets alone', () => {
    expect(prove({ ...input, roles: [] })).toMatchObject({ roles: 0, mismatches: [] });
  });
});

describe('a key', () => {
  const key = 'arn:aws:kms:eu-west-1:111111111111:key/1';
  const role = 'arn:aws:iam::111111111111:role/reader';
  const allow = { Effect: 'Allow', Action: 'kms:Decrypt', Resource: '*' };
  const document = (...statements: readonly JsonObject[]): JsonObject => ({
    Version: '2012-10-17',
    Statement: statements,
  });
  const toAccount = { ...allow, Principal: { AWS: 'arn:aws:iam::111111111111:root' } };
  const toRole = { ...allow, Principal: { AWS: role } };
  const cases: readonly (readonly [string, JsonObject | undefined, JsonObject, string])[] = [
    ['lets the account decide', document(toAccount), document(allow), 'allowed'],
    ['lets the account decide, who gives nothing', document(toAccount), document(), 'denied'],
    ['leaves nothing to the account', document(), document(allow), 'denied'],
    [
      'leaves another action to the account',
      document({ ...toAccount, Action: 'kms:Encrypt' }),
      document(allow),
      'denied',
    ],
    ['names the role, which needs nothing else', document(toRole), document(), 'allowed'],
    ['names another role', document({ ...toRole, Principal: { AWS: `${role}2` } }), document(allow), 'denied'],
    [
      'leaves it to the account, perhaps',
      document({ ...toAccount, Condition: { StringEquals: { 'aws:x': 'y' } } }),
      document(allow),
      'conditional',
    ],
    ['keeps everybody out', document(toAccount, { ...toRole, Effect: 'Deny' }), document(allow), 'denied'],
    ['has a policy that nobody told us', undefined, document(allow), 'allowed'],
  ];

  it.each(cases)('%s', (_name, policy, identity, answer) => {
    const context = {
      identity: [{ name: 'own', document: identity }],
      resources: policy === undefined ? [] : [{ arn: key, document: policy }],
    };
    const request = { principalArn: role, action: 'kms:Decrypt', resource: key, at: NOW };
    expect(evaluate(context, request).answer).toBe(answer);
  });
});

describe('mismatches in words', () => {
  const input = inputOf(RICH);
  const oncology = input.roles.find(({ holder }) => holder === ONCOLOGY);
  const withStatement = (statement: JsonObject) =>
    mismatchesOf({
      ...input,
      roles:
        oncology === undefined
          ? []
          : [
              {
                ...oncology,
                documents: [
                  ...oncology.documents,
                  {
                    name: 'extra',
                    document: {
                      Version: '2012-10-17',
                      Statement: [{ Sid: 'ByHand', Effect: 'Allow', Action: 's3:GetObject', ...statement }],
                    },
                  },
                ],
              },
            ],
    });

  it('tell who could do what, by which statement', () => {
    const [sentence] = describeMismatches(withStatement({ Resource: data('sales/raw/*') }));
    expect(sentence).toBe(
      `team:oncology could read raw data of sensitive sales, which nothing grants: statement "ByHand" of policy "extra"`,
    );
  });

  it('tell what is only perhaps so', () => {
    const [sentence] = describeMismatches(
      withStatement({
        Resource: data('sales/raw/*'),
        Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } },
      }),
    );
    expect(sentence).toMatch(/^team:oncology could under some conditions read raw data of sensitive sales, /);
  });

  it('tell what was granted until when and is missing', () => {
    const documents = oncology?.documents.filter(({ name }) => name === 'base') ?? [];
    const missing = mismatchesOf({ ...input, roles: oncology === undefined ? [] : [{ ...oncology, documents }] });
    const sentences = describeMismatches(missing);
    expect(sentences).toHaveLength(1);
    expect(sentences[0]).toMatch(
      /^team:oncology could not write files in the drop bucket of sensitive sites, nor read data or list objects of 4 datasets \(for example .*, the earliest end being 2026-11-30$/,
    );
  });

  const mismatch = (more: Partial<Mismatch>): Mismatch => ({
    holder: ONCOLOGY,
    arn: 'arn:aws:iam::333333333333:role/r',
    action: 's3:GetObject',
    resource: data('sales/data/u'),
    dataset: 'sales',
    tier: 'sensitive',
    at: NOW,
    expected: 'denied',
    found: 'allowed',
    ...more,
  });

  it('come grouped, the worst first', () => {
    const groups = groupMismatches([
      mismatch({ expected: 'allowed', found: 'denied' }),
      mismatch({
        action: 'glue:GetTable',
        resource: 'arn:aws:glue:eu-west-1:333333333333:table/edl_prod_sensitive/visits__t',
        dataset: 'visits',
      }),
      mismatch({ found: 'conditional', dataset: 'leads' }),
      mismatch({ action: 's3:GetObjectVersion' }),
      mismatch({}),
      mismatch({ action: 's3:PutObject', dataset: 'outcomes' }),
    ]);
    expect(groups.map((group) => `${group.direction} ${describeGroup(group)}`)).toEqual([
      'more team:oncology could, in part under some conditions, write data of sensitive outcomes; read data of sensitive sales and sensitive leads; see tables of sensitive visits, which nothing grants',
      `less team:oncology could not read data of sensitive sales at ${NOW}, though it is granted without an end`,
    ]);
  });

  const statement = (index: number) => ({ policy: 'extra', index, statement: {} });

  it('come one a cause: statements of a policy that open the same datasets, and their tier', () => {
    const key = 'arn:aws:kms:eu-west-1:333333333333:key/edl-proof-sensitive';
    const { dataset: _dataset, ...ofTier } = mismatch({
      action: 'kms:Decrypt',
      resource: key,
      statement: statement(2),
    });
    const own = [
      mismatch({ statement: statement(0) }),
      mismatch({ action: 's3:ListBucket', statement: statement(1) }),
      { ...ofTier, circumstances: 'through S3' },
    ];
    const another = mismatch({ dataset: 'visits', statement: statement(4) });
    expect(describeMismatches([...own, another])).toEqual([
      'team:oncology could read data and list objects of sensitive sales; decrypt objects of the sensitive tier, which nothing grants: statements 1, 2 and 3 of policy "extra"',
      'team:oncology could read data of sensitive visits, which nothing grants: statement 5 of policy "extra"',
    ]);
    expect(describeMismatches([{ ...ofTier, circumstances: 'not through S3' }])[0]).toContain(
      'decrypt objects otherwise than through S3 of the sensitive tier',
    );
  });

  it('label a place by where it lies, never by names that are made up', () => {
    const everything = (Action: string) => describeMismatches(withStatement({ Action, Resource: '*' })).join('\n');
    const ofTables = everything('glue:Get*');
    expect(ofTables).toContain('see tables of');
    for (const text of [ofTables, everything('s3:*'), everything('*')]) {
      expect(text).not.toMatch(/edlprobe|sensitive (leads|visits)|restricted (sales|sites)|sales-secret2/);
      expect(text.split('\n').length).toBeLessThanOrEqual(4);
    }
  });

  it('leave out what goes without saying, and only where it does', () => {
    const file = data('sales/file');
    const [same, other] = ['sales', 'visits'].map((dataset) =>
      describeMismatches([mismatch({}), mismatch({ resource: file, dataset })]),
    );
    expect(same?.[0]).toMatch(/^team:oncology could read data of sensitive sales, /);
    expect(other?.[0]).toMatch(/^team:oncology could read data of sensitive sales; read files of sensitive visits, /);
    const {
      dataset: _dataset,
      tier: _tier,
      ...nowhere
    } = mismatch({
      action: 'glue:PutResourcePolicy',
      resource: 'arn:aws:glue:eu-west-1:333333333333:catalog',
    });
    expect(describeMismatches([mismatch({}), nowhere]).join()).toContain('administer the catalog of');
  });

  it('name some of everything where too much is wrong to tell it all', () => {
    const [nobody] = input.roles.filter(({ holder }) => holder === 'team:nobody');
    const document = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 's3:*', Resource: '*' }] };
    const documents = [...(nobody?.documents ?? []), { name: 'extra', document }];
    const found = mismatchesOf({ ...input, roles: nobody === undefined ? [] : [{ ...nobody, documents }] });
    const [sentence, ...others] = describeMismatches(found);
    expect(others).toEqual([]);
    expect(sentence).toMatch(
      /^team:nobody could .* of 8 datasets \(for example .*; read raw data and data of 8 datasets, .*: statement 1 of policy "extra"$/,
    );
  });

  it('tell a grant that is lost, or not taken away yet, in one sentence', () => {
    const [one] = RICH.grants.filter(({ principal }) => principal === ONCOLOGY);
    const access = one?.access.filter(({ target }) => !('dataset' in target && target.dataset === 'sales')) ?? [];
    const catalog = { ...RICH, grants: RICH.grants.map((each) => (each === one ? { ...each, access } : each)) };
    const roles = oncology === undefined ? [] : [oncology];
    const [gained, ...more] = describeMismatches(mismatchesOf({ ...input, catalog, roles }));
    expect(more).toEqual([]);
    expect(gained).toMatch(
      /^team:oncology could read data, list objects and see tables of sensitive sales, which nothing grants: statements 2/,
    );
    const after = inputOf(catalog).roles.filter(({ holder }) => holder === ONCOLOGY);
    expect(describeMismatches(mismatchesOf({ ...input, roles: after }))).toEqual([
      `team:oncology could not read data, list objects or see tables of sensitive sales at ${NOW}, though it is granted until 2026-12-31`,
    ]);
  });

  it('say so when an end is passed', () => {
    const [sentence] = describeMismatches([mismatch({ until: '2026-12-31', at: '2027-01-01T00:00:00.000Z' })]);
    expect(sentence).toContain('from 2027-01-01T00:00:00.000Z on, though the grant ends with 2026-12-31');
  });
});
