import { test } from 'vitest';
import { startSandbox } from '../index.ts';
import { clientsFor, changeSet, executeChangeSet, role, eventsOf } from './support.ts';
test('x', async () => {
  const s = await startSandbox();
  const c = clientsFor(s);
  const big = (n: number) => ({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Action: 's3:GetObject',
        Resource: Array.from({ length: 60 }, (_, i) => `arn:aws:s3:::acme-datalake-dev01-internal/ds-${n}-${i}/*`),
      },
    ],
  });
  const tpl = (i: number) => ({
    Resources: {
      R: role(`edl-role-${i}`, {
        Policies: [{ PolicyName: 'p', PolicyDocument: big(i) }],
        ManagedPolicyArns: [{ Ref: 'P' }],
      }),
      P: { Type: 'AWS::IAM::ManagedPolicy', Properties: { ManagedPolicyName: `edl-pol-${i}`, PolicyDocument: big(i) } },
      W: {
        Type: 'AWS::Athena::WorkGroup',
        Properties: { Name: `wg-${i}`, WorkGroupConfiguration: { BytesScannedCutoffPerQuery: 10000000 } },
      },
    },
  });
  const run = async (clients: number, from: number, n: number) => {
    let next = from;
    const t0 = Date.now();
    let bad = 0;
    await Promise.all(
      Array.from({ length: clients }, async () => {
        while (next < from + n) {
          const i = next++;
          const cs = await changeSet(c, `s-${i}`, tpl(i), { ChangeSetType: 'CREATE' });
          const st = await executeChangeSet(c, cs);
          if (st.StackStatus !== 'CREATE_COMPLETE') {
            bad++;
            for (const e of await eventsOf(c, `s-${i}`))
              if (e.ResourceStatus?.endsWith('FAILED')) console.log(e.LogicalResourceId, e.ResourceStatusReason);
          }
        }
      }),
    );
    console.log(clients, 'clients: stacks/s', (n / ((Date.now() - t0) / 1000)).toFixed(1), 'bad', bad);
  };
  await run(16, 1000, 400);
  await s.stop();
}, 180000);
