import { describe, expect, it } from 'vitest';
import { knownAwsPolicy } from '../../src/access/changes/aws-policies.ts';
import { worldOf } from '../../src/access/held/world.ts';
import { describeOutside } from '../../src/access/changes/outside.ts';
import { outsideAccess, type RoleSide } from '../../src/app/outside-access.ts';
import type { ViewedRole } from '../../src/app/held-roles.ts';
import type { JsonObject } from '../../src/reconciler/model/json.ts';
import type { OutsideAccess } from '../../src/reconciler/model/plan.ts';
import { allow } from './held-support.ts';
import { AS_OF, catalogOf, dataset, INTERNAL, SENSITIVE, team } from './support.ts';

const catalog = catalogOf({
  tiers: [
    { ...INTERNAL, metadata: 'exact' },
    { ...SENSITIVE, encryption: 's3' },
  ],
  datasets: [dataset('trials'), dataset('payroll'), dataset('news', 'internal')],
  principals: [team('oncology', { members: ['jane@acme.example'] })],
});
const world = worldOf(catalog, 'dev01', AS_OF);

const BUCKET = 'arn:aws:s3:::acme-datalake-dev01-sensitive-eu-west-1';
const read = (name: string, condition?: JsonObject): JsonObject =>
  allow('s3:GetObject', `${BUCKET}/${name}/data/*`, condition);

const caller = (...names: readonly string[]): JsonObject => ({
  Version: '2012-10-17',
  Statement: names.map((name) => ({
    Effect: 'Allow',
    Principal: { AWS: 'arn:aws:iam::111111111111:root' },
    Action: 'sts:AssumeRole',
    Condition: { ArnLike: { 'aws:PrincipalArn': `arn:aws:iam::111111111111:role/${name}` } },
  })),
});

const role = (statements: readonly JsonObject[], more: Partial<ViewedRole> = {}): ViewedRole => ({
  roleName: 'edl-dev01-team-oncology',
  holder: 'team:oncology',
  arn: 'arn:aws:iam::111111111111:role/edl/dev01/edl-dev01-team-oncology',
  documents: [{ name: 'access', document: { Version: '2012-10-17', Statement: statements } }],
  trust: caller('sso'),
  unread: [],
  ...more,
});

const side = (one: ViewedRole | undefined, statements: readonly JsonObject[] = []): RoleSide => ({
  roles: new Map(one === undefined ? [] : [[one.roleName, one]]),
  resources: [{ arn: BUCKET, document: { Version: '2012-10-17', Statement: statements } }],
});

const found = (declared: RoleSide, expected: RoleSide): readonly OutsideAccess[] =>
  outsideAccess({ catalog, world, declared, expected });

const told = (declared: RoleSide, expected: RoleSide): readonly string[] =>
  found(declared, expected).map(describeOutside);

const WHO = 'team:oncology (1 person)';
const BY_POLICY = 'since somebody changed the policies of its role by hand';
const before = side(role([read('trials')]));
const AWS = 'arn:aws:iam::aws:policy';

describe('what others did past git', () => {
  it.each<readonly [string, RoleSide, readonly string[]]>([
    ['nothing', before, []],
    ['gave more', side(role([read('trials'), read('payroll')])), [`${WHO} has read on sensitive payroll ${BY_POLICY}`]],
    ['took some', side(role([])), [`${WHO} no longer has read on sensitive trials ${BY_POLICY}`]],
    [
      'gave it an end',
      side(role([read('trials', { DateLessThan: { 'aws:CurrentTime': '2027-01-01T00:00:00Z' } })])),
      [`${WHO} has read on sensitive trials until 2026-12-31 instead of without end ${BY_POLICY}`],
    ],
    [
      'gave something on a condition',
      side(role([read('trials'), read('payroll', { StringEquals: { 'aws:SourceVpce': 'vpce-1' } })])),
      [
        `${WHO} may have read on sensitive payroll ${BY_POLICY} (depends on aws:sourcevpce, in statement number 2 of access)`,
      ],
    ],
    [
      'deleted the role',
      side(undefined),
      [`${WHO} no longer has read on sensitive trials since somebody deleted its role by hand`],
    ],
    [
      'denied it by the policy of the bucket',
      side(role([read('trials')]), [{ Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: `${BUCKET}/*` }]),
      [`${WHO} no longer has read on sensitive trials since somebody changed the policy of a bucket by hand`],
    ],
    [
      'let others take the role',
      side(role([read('trials')], { trust: caller('sso', 'interns') })),
      [
        'arn:aws:iam::111111111111:role/interns may work as team:oncology since somebody changed by hand who may take its role',
      ],
    ],
    [
      'put somebody else in the place of the callers',
      side(role([read('trials')], { trust: caller('interns') })),
      [
        'arn:aws:iam::111111111111:role/interns may work as team:oncology, and arn:aws:iam::111111111111:role/sso may no longer work as team:oncology since somebody changed by hand who may take its role',
      ],
    ],
    [
      'attached a policy of AWS that is known',
      side(role([read('trials')], { unread: [`${AWS}/AmazonS3ReadOnlyAccess`] })),
      [
        `${WHO} has read-raw on all sensitive datasets since somebody attached the AWS policy AmazonS3ReadOnlyAccess to its role by hand`,
        `${WHO} has read-raw on all internal datasets since somebody attached the AWS policy AmazonS3ReadOnlyAccess to its role by hand`,
      ],
    ],
    [
      'attached a policy of AWS that nobody wrote down',
      side(role([read('trials')], { unread: [`${AWS}/job-function/Billing`] })),
      [
        'team:oncology has whatever the AWS policy Billing gives since somebody attached it to its role by hand; EDL does not know what that is',
      ],
    ],
    [
      'attached a policy of the account',
      side(role([read('trials')], { unread: ['arn:aws:iam::111111111111:policy/x'] })),
      [
        'team:oncology has whatever arn:aws:iam::111111111111:policy/x gives since somebody attached it to its role by hand; EDL does not know what that is',
      ],
    ],
  ])('they %s', (_name, after, sentences) => {
    const internal = (sentence: string): boolean => sentence.includes('internal');
    const all = told(before, after);
    expect(all.filter((sentence) => !internal(sentence))).toEqual(sentences.filter((sentence) => !internal(sentence)));
  });

  it('two deeds are told each by itself', () => {
    const after = side(role([read('trials'), read('payroll')], { unread: [`${AWS}/AmazonS3FullAccess`] }));
    const deeds = found(before, after).map((one) => (one.sort === 'rights' ? one.deed : one.sort));
    expect(new Set(deeds)).toEqual(new Set(['policies-changed', 'policy-attached']));
  });

  it('what is attached as declared is nothing new', () => {
    const attached = side(role([read('trials')], { unread: [`${AWS}/AmazonS3FullAccess`] }));
    expect(told(attached, attached)).toEqual([]);
  });
});

describe("AWS's own policies", () => {
  it.each([
    [`${AWS}/AdministratorAccess`, true],
    [`${AWS}/service-role/AWSGlueServiceRole`, true],
    [`${AWS}/AmazonS3Outposts`, false],
    ['arn:aws:iam::111111111111:policy/AdministratorAccess', false],
    [`${AWS}/constructor`, false],
  ])('%s', (arn, isKnown) => {
    expect(knownAwsPolicy(arn) !== undefined).toBe(isKnown);
  });
});
