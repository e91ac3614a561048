import { createServer } from 'node:http';
import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createAws, type Aws } from '../../src/aws/create-aws.ts';
import { readQuotas } from '../../src/app/read-quotas.ts';
import type { AccountQuotas } from '../../src/reconciler/model/quotas.ts';
import type { DesiredState } from '../../src/reconciler/model/resource.ts';
import { recorder } from './fakes.ts';
import { ACCOUNT, REGION, startTestAws, type TestAws } from './sandbox.ts';

/** An instance without anything, in some regions. */
const desiredOf = (regions: readonly string[]): DesiredState => ({
  organization: 'acme',
  instance: 'dev01',
  account: '111111111111',
  homeRegion: regions[0] ?? 'eu-west-1',
  regions,
  asOf: '2026-11-22T10:00:00Z',
  catalogDigest: 'sha256:0',
  stacks: [],
  resources: [],
  blobs: [],
  diagnostics: [],
});

let test: TestAws;
beforeAll(async () => {
  test = await startTestAws();
});
afterAll(async () => {
  await test.stop();
});

const trust = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: 'sts:AssumeRole' }],
});

describe('quotas of an account', () => {
  it('are read in one call and one for each region, and remembered', async () => {
    await new IAMClient({ region: REGION }).send(
      new CreateRoleCommand({ RoleName: 'somebody', AssumeRolePolicyDocument: trust }),
    );
    test.sandbox.setQuota(ACCOUNT, 'L-0DA4ABF3', 20);
    test.sandbox.setQuota(ACCOUNT, 'L-C07B4B0D', 4096);
    test.sandbox.setQuota(ACCOUNT, 'L-0485CB21', 2500);
    const aws = test.connect();
    const regions = [REGION, 'us-east-1'];
    const quotas = await aws.reads.accountQuotas(regions);
    expect(quotas).toEqual({
      attachedPoliciesPerRole: { limit: 20, source: 'account' },
      trustCharacters: { limit: 4096, source: 'account' },
      managedPolicies: { limit: 1500, source: 'account', used: 0 },
      roles: { limit: 1000, source: 'account', used: 1 },
      stacks: {
        [REGION]: { limit: 2500, source: 'account' },
        'us-east-1': { limit: 2500, source: 'account' },
      },
      unread: [],
    });
    expect(await aws.reads.accountQuotas(regions)).toBe(quotas);
    expect(aws.calls().byOperation).toEqual({ 'iam:GetAccountSummary': 1, 'servicequotas:GetServiceQuota': 2 });
  });

  it('come with counts from what observe reads anyway', async () => {
    const aws = test.connect();
    const { quotas, policyVersions } = await readQuotas(desiredOf([REGION]), aws.reads);
    expect(quotas.stacks[REGION]).toEqual({ limit: 2500, source: 'account', used: 0 });
    expect(policyVersions.size).toBe(0);
    await Promise.all([aws.reads.accountAuthorization(), aws.reads.stacks(REGION)]);
    expect(aws.calls().byOperation).toMatchObject({
      'iam:GetAccountAuthorizationDetails': 1,
      'cloudformation:DescribeStacks': 1,
    });
  });
});

/** An AWS that answers everything alike, but for what `answers` knows by its operation. */
const startRefusing = async (status: number, code: string, answers: Readonly<Record<string, string>> = {}) => {
  const server = createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const target = incoming.headers['x-amz-target'];
      const isJson = typeof target === 'string';
      const operation = isJson ? target.split('.').at(-1) : /Action=(\w+)/.exec(Buffer.concat(chunks).toString())?.[1];
      const answer = answers[operation ?? ''];
      const refusal = isJson
        ? JSON.stringify({ __type: code, message: 'no' })
        : `<ErrorResponse><Error><Code>${code}</Code><Message>no</Message></Error></ErrorResponse>`;
      response.writeHead(answer === undefined ? status : 200, {
        'content-type': isJson ? 'application/x-amz-json-1.1' : 'text/xml',
      });
      response.end(answer ?? refusal);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
};

describe('quotas that AWS does not tell', () => {
  afterEach(() => {
    process.env['AWS_ENDPOINT_URL'] = test.sandbox.endpoint;
  });

  const readFrom = async (
    refusing: Awaited<ReturnType<typeof startRefusing>>,
  ): Promise<{ quotas: AccountQuotas; calls: ReturnType<Aws['calls']> }> => {
    process.env['AWS_ENDPOINT_URL'] = refusing.endpoint;
    const aws = createAws({ reporter: recorder(), homeRegion: REGION });
    try {
      return { quotas: await aws.reads.accountQuotas([REGION]), calls: aws.calls() };
    } finally {
      aws.close();
      await refusing.stop();
    }
  };

  it('have their defaults, and name the permissions', async () => {
    const { quotas, calls } = await readFrom(await startRefusing(403, 'AccessDenied'));
    expect(quotas).toMatchObject({
      attachedPoliciesPerRole: { limit: 10, source: 'default' },
      trustCharacters: { limit: 2048, source: 'default' },
      managedPolicies: { limit: 1500, source: 'default' },
      roles: { limit: 1000, source: 'default' },
      stacks: { [REGION]: { limit: 2000, source: 'default' } },
    });
    expect(quotas.unread.map(({ permission, isDenied }) => [permission, isDenied])).toEqual([
      ['iam:GetAccountSummary', true],
      ['servicequotas:GetServiceQuota', true],
      ['servicequotas:GetServiceQuota', true],
      ['servicequotas:GetServiceQuota', true],
    ]);
    expect(calls.total).toBe(4);
  });

  it('come from Service Quotas where only the summary is refused', async () => {
    const answers = { GetServiceQuota: JSON.stringify({ Quota: { Value: 17 } }) };
    const { quotas } = await readFrom(await startRefusing(403, 'AccessDenied', answers));
    expect(quotas.attachedPoliciesPerRole).toEqual({ limit: 17, source: 'account' });
    expect(quotas.roles).toEqual({ limit: 1000, source: 'default' });
    expect(quotas.unread.map(({ permission }) => permission)).toEqual(['iam:GetAccountSummary']);
  });

  it('are no failure and no long wait when AWS throttles', async () => {
    const { quotas } = await readFrom(await startRefusing(400, 'Throttling'));
    expect(quotas.unread.map(({ isDenied }) => isDenied)).toEqual([false, false, false, false]);
    expect(quotas.unread[0]?.reason).toMatch(/^Could not read IAM's quotas and counts: AWS kept throttling/);
  });

  it('are no failure in a region without Service Quotas', async () => {
    const { quotas } = await readFrom(await startRefusing(400, 'NoSuchResourceException'));
    expect(quotas.stacks[REGION]).toEqual({ limit: 2000, source: 'default' });
  });
});
