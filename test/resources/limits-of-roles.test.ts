import { beforeAll, describe, expect, test } from 'vitest';
import { everyAction } from '../../src/access/actions.ts';
import { evaluate } from '../../src/access/evaluate/evaluate.ts';
import type { Decision, NamedDocument, RequestContext } from '../../src/access/evaluate/types.ts';
import { isJsonArray, type Json, type JsonObject, listOf, objectOf, textOf } from '../../src/reconciler/model/json.ts';
import type { DesiredState } from '../../src/reconciler/model/resource.ts';

import { AS_OF, compileSound, sampleInput } from '../compile/sample.ts';

/** What the boundary and the role of CloudFormation mean: asked of the evaluator, not compared with a copy of themselves. */

let desired: DesiredState;
beforeAll(async () => {
  desired = compileSound(await sampleInput('dev01'));
});

const ACCOUNT = '111111111111';
const RUNNER = `arn:aws:iam::${ACCOUNT}:role/edl/dev01/run/edl-dev01-pipeline-daily-outcomes`;
const TEAM = `arn:aws:iam::${ACCOUNT}:role/edl/dev01/edl-dev01-team-oncology`;
const ADMINISTRATOR = `arn:aws:iam::${ACCOUNT}:role/admin`;
const DATA = 'acme-datalake-dev01-sensitive-eu-west-1';
const ARTIFACTS = 'acme-datalake-artifacts-dev01-eu-west-1';

const everything: NamedDocument = {
  name: 'everything',
  document: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] },
};

const propertiesOf = (id: string): JsonObject => {
  const resource = desired.resources.find((candidate) => candidate.id === id);
  if (resource === undefined) throw new Error(`nothing is declared as ${id}`);
  return resource.properties;
};

const documentOf = (id: string): JsonObject => objectOf(propertiesOf(id)['PolicyDocument']);

const values = (value: Json | undefined): readonly string[] => (isJsonArray(value) ? value : [value ?? '']).map(textOf);

interface Asked {
  readonly action: string;
  readonly resource: string;
}

/** One request for each action and resource that some statement allows, with its wildcards filled in. */
const allowedRequests = (document: JsonObject): readonly Asked[] =>
  listOf(document['Statement'])
    .map(objectOf)
    .filter((statement) => statement['Effect'] === 'Allow')
    .flatMap((statement) =>
      values(statement['Action']).flatMap((action) =>
        values(statement['Resource']).map((resource) => ({ action, resource: resource.replaceAll('*', 'some/thing') })),
      ),
    );

/** In the lake's own account, with the lake's own keys. */
const OWN: RequestContext = {
  'aws:ResourceAccount': ACCOUNT,
  'kms:ResourceAliases': ['alias/edl-dev01-sensitive'],
};

const underBoundary = (action: string, resource: string, context: RequestContext = OWN): Decision['answer'] =>
  evaluate(
    {
      identity: [everything],
      boundary: { name: 'boundary', document: documentOf('iam-managed-policy/edl-dev01-boundary') },
    },
    { principalArn: TEAM, action, resource, at: AS_OF, context },
  ).answer;

describe('the boundary', () => {
  test('is on every role but that of CloudFormation', () => {
    const roles = desired.resources.filter((resource) => resource.kind === 'iam-role');
    const without = roles.filter((role) => role.properties['PermissionsBoundary'] === undefined);
    expect(without.map(({ id }) => id)).toEqual(['iam-role/edl-dev01-cloudformation']);
    for (const role of roles.filter((candidate) => !without.includes(candidate)))
      expect(role.properties['PermissionsBoundary']).toBe(
        `arn:aws:iam::${ACCOUNT}:policy/edl/dev01/edl-dev01-boundary`,
      );
  });

  test('lets through what roles hold', () => {
    const inline = desired.resources
      .filter(({ kind, id }) => kind === 'iam-role' && id !== 'iam-role/edl-dev01-cloudformation')
      .flatMap(({ properties }) => listOf(properties['Policies']))
      .map((policy) => objectOf(objectOf(policy)['PolicyDocument']));
    const managed = desired.resources
      .filter(({ kind, id }) => kind === 'iam-managed-policy' && !id.endsWith('-boundary'))
      .map(({ properties }) => objectOf(properties['PolicyDocument']));
    const requests = [...inline, ...managed].flatMap(allowedRequests);
    expect(requests.length).toBeGreaterThan(500);
    const stopped = requests.filter(({ action, resource }) => underBoundary(action, resource) !== 'allowed');
    expect(stopped).toEqual([]);
  });

  test('knows every action that roles are made of', () => {
    const allowed = listOf(documentOf('iam-managed-policy/edl-dev01-boundary')['Statement']).flatMap((statement) =>
      values(objectOf(statement)['Action']),
    );
    expect([...new Set(allowed)].sort()).toEqual(everyAction());
  });

  test.each<[string, string, RequestContext?]>([
    ['iam:PutRolePolicy', `arn:aws:iam::${ACCOUNT}:role/edl/dev01/edl-dev01-team-oncology`],
    ['sts:AssumeRole', RUNNER],
    ['s3:PutBucketPolicy', `arn:aws:s3:::${DATA}`],
    ['s3:PutObject', `arn:aws:s3:::${ARTIFACTS}/edl/artifacts/job.py`],
    ['s3:GetObject', 'arn:aws:s3:::somebody-elses/secret'],
    ['s3:GetObject', 'arn:aws:s3:::acme-datalake-prod-internal-eu-west-1/crm/data/1/a'],
    ['s3:GetObject', `arn:aws:s3:::${DATA}/trials/data/1/a`, { ...OWN, 'aws:ResourceAccount': '222222222222' }],
    ['kms:Decrypt', `arn:aws:kms:eu-west-1:${ACCOUNT}:key/1`, { ...OWN, 'kms:ResourceAliases': ['alias/payroll'] }],
    ['glue:DeleteTable', `arn:aws:glue:eu-west-1:${ACCOUNT}:table/edl_dev01_internal/crm__accounts`],
    ['glue:CreateDatabase', `arn:aws:glue:eu-west-1:${ACCOUNT}:database/edl_dev01_internal`],
  ])('stops %s on %s', (action, resource, context) => {
    expect(underBoundary(action, resource, context)).toBe('denied');
  });
});

const asCloudFormation = (action: string, resource: string, context: RequestContext = {}): Decision['answer'] => {
  const [inline] = listOf(propertiesOf('iam-role/edl-dev01-cloudformation')['Policies']);
  return evaluate(
    { identity: [{ name: 'manage-lake', document: objectOf(objectOf(inline)['PolicyDocument']) }] },
    { principalArn: ADMINISTRATOR, action, resource, at: AS_OF, context },
  ).answer;
};

describe('the role of CloudFormation', () => {
  const boundary = `arn:aws:iam::${ACCOUNT}:policy/edl/dev01/edl-dev01-boundary`;
  const role = `arn:aws:iam::${ACCOUNT}:role/edl/dev01/edl-dev01-team-new`;
  const limited = { 'iam:PermissionsBoundary': boundary };
  test.each<[string, string, RequestContext, Decision['answer']]>([
    ['iam:CreateRole', role, limited, 'allowed'],
    ['iam:CreateRole', RUNNER, limited, 'allowed'],
    ['iam:CreateRole', role, { 'iam:PermissionsBoundary': [] }, 'denied'],
    ['iam:CreateRole', role, { 'iam:PermissionsBoundary': 'arn:aws:iam::aws:policy/AdministratorAccess' }, 'denied'],
    ['iam:CreateRole', `arn:aws:iam::${ACCOUNT}:role/edl/prod/edl-prod-team-new`, limited, 'denied'],
    ['iam:PutRolePolicy', role, limited, 'allowed'],
    ['iam:PutRolePolicy', role, { 'iam:PermissionsBoundary': [] }, 'denied'],
    // A role that lost its boundary can still be pruned.
    ['iam:DeleteRolePolicy', role, { 'iam:PermissionsBoundary': [] }, 'allowed'],
    ['iam:DetachRolePolicy', role, { 'iam:PermissionsBoundary': [] }, 'allowed'],
    ['iam:DeleteRole', role, { 'iam:PermissionsBoundary': [] }, 'allowed'],
    ['iam:DeleteRolePolicy', `arn:aws:iam::${ACCOUNT}:role/edl/dev01/edl-dev01-cloudformation`, limited, 'denied'],
    ['iam:DeleteRolePermissionsBoundary', role, limited, 'denied'],
    [
      'iam:AttachRolePolicy',
      role,
      { ...limited, 'iam:PolicyARN': `arn:aws:iam::${ACCOUNT}:policy/edl/dev01/x` },
      'allowed',
    ],
    [
      'iam:AttachRolePolicy',
      role,
      { ...limited, 'iam:PolicyARN': 'arn:aws:iam::aws:policy/AdministratorAccess' },
      'denied',
    ],
    ['iam:CreatePolicyVersion', boundary, {}, 'denied'],
    ['iam:SetDefaultPolicyVersion', boundary, {}, 'denied'],
    ['iam:PutRolePolicy', `arn:aws:iam::${ACCOUNT}:role/edl/dev01/edl-dev01-cloudformation`, limited, 'denied'],
    ['iam:UpdateAssumeRolePolicy', `arn:aws:iam::${ACCOUNT}:role/edl/dev01/edl-dev01-cloudformation`, {}, 'denied'],
    ['iam:PassRole', role, {}, 'denied'],
    ['s3:PutBucketPolicy', `arn:aws:s3:::${DATA}`, {}, 'allowed'],
    ['s3:PutBucketPolicy', 'arn:aws:s3:::somebody-elses', {}, 'denied'],
    // What CloudFormation's handler of buckets reads besides Get Bucket…; an import fails without.
    ...[
      'GetAccelerateConfiguration',
      'GetAnalyticsConfiguration',
      'GetBucketObjectLockConfiguration',
      'GetIntelligentTieringConfiguration',
      'GetInventoryConfiguration',
      'GetMetricsConfiguration',
      'GetReplicationConfiguration',
    ].map((name): [string, string, RequestContext, Decision['answer']] => [
      `s3:${name}`,
      `arn:aws:s3:::${DATA}`,
      {},
      'allowed',
    ]),
    ['s3:DeleteObject', `arn:aws:s3:::${DATA}/trials/data/1/a`, {}, 'denied'],
    ['s3:GetObject', `arn:aws:s3:::${DATA}/trials/data/1/a`, {}, 'denied'],
    ['kms:CreateKey', '*', { 'aws:RequestTag/edl:instance': 'dev01' }, 'allowed'],
    ['kms:CreateKey', '*', { 'aws:RequestTag/edl:instance': [] }, 'denied'],
    [
      'kms:PutKeyPolicy',
      `arn:aws:kms:eu-west-1:${ACCOUNT}:key/1`,
      { 'aws:ResourceTag/edl:instance': 'prod' },
      'denied',
    ],
    ['kms:Decrypt', `arn:aws:kms:eu-west-1:${ACCOUNT}:key/1`, { 'aws:ResourceTag/edl:instance': 'dev01' }, 'denied'],
    ['athena:CreateWorkGroup', `arn:aws:athena:eu-west-1:${ACCOUNT}:workgroup/edl-dev01-team-x`, {}, 'allowed'],
    ['athena:CreateWorkGroup', `arn:aws:athena:eu-west-1:${ACCOUNT}:workgroup/primary`, {}, 'denied'],
  ])('%s on %s with %j: %s', (action, resource, context, answer) => {
    expect(asCloudFormation(action, resource, context)).toBe(answer);
  });

  test('may be taken by CloudFormation alone, for this account alone', () => {
    const [trust] = listOf(
      objectOf(propertiesOf('iam-role/edl-dev01-cloudformation')['AssumeRolePolicyDocument'])['Statement'],
    );
    expect(trust).toMatchObject({
      Principal: { Service: 'cloudformation.amazonaws.com' },
      Condition: { StringEqualsIfExists: { 'aws:SourceAccount': ACCOUNT } },
    });
  });
});
