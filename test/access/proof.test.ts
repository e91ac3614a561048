import { describe, expect, it } from 'vitest';
import { evaluate } from '../../src/access/evaluate/evaluate.ts';
import { describeMismatches, groupMismatches } from '../../src/access/proof/describe.ts';
import { prove } from '../../src/access/proof/prove.ts';
import type { Mismatch } from '../../src/access/proof/types.ts';
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
                    name: 'access',
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
      `team:oncology could read raw data of sensitive sales (s3:GetObject on ${data('sales/raw/0edlprobe0')}; 3 such answers), which nothing grants: statement "ByHand" of access`,
    );
  });

  it('tell what is only perhaps so', () => {
    const [sentence] = describeMismatches(
      withStatement({
        Resource: data('sales/raw/*'),
        Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } },
      }),
    );
    expect(sentence).toMatch(/^team:oncology could under some conditions read raw data of sensitive sales /);
  });

  it('tell what was granted until when and is missing', () => {
    const documents = oncology?.documents.filter(({ name }) => name === 'base') ?? [];
    const missing = mismatchesOf({ ...input, roles: oncology === undefined ? [] : [{ ...oncology, documents }] });
    const sentences = describeMismatches(missing);
    expect(
      sentences.some((text) => /^team:oncology could not read data of sensitive sales .* until 2026-12-31$/.test(text)),
    ).toBe(true);
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
      mismatch({ action: 'glue:GetTable', dataset: 'visits' }),
      mismatch({ found: 'conditional', dataset: 'leads' }),
      mismatch({ action: 's3:GetObjectVersion' }),
      mismatch({}),
      mismatch({ action: 's3:PutObject', dataset: 'outcomes' }),
    ]);
    expect(groups.map(({ direction, dataset, actions }) => [direction, dataset, actions.join()])).toEqual([
      ['more', 'outcomes', 's3:PutObject'],
      ['more', 'sales', 's3:GetObject,s3:GetObjectVersion'],
      ['more', 'visits', 'glue:GetTable'],
      ['more', 'leads', 's3:GetObject'],
      ['less', 'sales', 's3:GetObject'],
    ]);
    expect(groups[1]?.examples.map(({ action }) => action)).toEqual(['s3:GetObject', 's3:GetObjectVersion']);
  });

  it('say so when an end is passed', () => {
    const [sentence] = describeMismatches([mismatch({ until: '2026-12-31', at: '2027-01-01T00:00:00.000Z' })]);
    expect(sentence).toContain('from 2027-01-01T00:00:00.000Z on, though the grant ends with 2026-12-31');
  });
});
