import {
  CreateChangeSetCommand,
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStackEventsCommand,
  DescribeStackResourceCommand,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
  GetTemplateCommand,
  ListChangeSetsCommand,
  ListStackResourcesCommand,
  ListStacksCommand,
} from '@aws-sdk/client-cloudformation';
import { CreateRoleCommand } from '@aws-sdk/client-iam';
import { expect, test } from 'vitest';
import {
  ACCOUNT,
  CAPABILITIES,
  changeSet,
  clientsFor,
  createStack,
  deleteStack,
  describeStack,
  eventsOf,
  executeChangeSet,
  role,
  settled,
  trustOf,
  updateStack,
  useSandbox,
} from './support.ts';

const world = useSandbox();

/** Aliases of a key that does not exist: templates of any size that leave nothing behind. */
const aliases = (count: number, prefix: string): object => ({
  Resources: Object.fromEntries(
    Array.from({ length: count }, (_, index) => [
      `A${index}`,
      { Type: 'AWS::KMS::Alias', Properties: { AliasName: `alias/${prefix}-${index}`, TargetKeyId: 'none' } },
    ]),
  ),
});

test('S21 S30 stacks are listed in pages, by status, and tell all that AWS tells', async () => {
  const { sandbox, clients } = world;
  const paged = clientsFor(sandbox, '222222222222');
  for (let index = 0; index < 101; index += 1) {
    const TemplateBody = JSON.stringify(aliases(1, `s21-${index}`));
    await paged.cfn.send(new CreateStackCommand({ StackName: `s21-${index}`, TemplateBody }));
  }
  const first = await paged.cfn.send(new DescribeStacksCommand({}));
  const second = await paged.cfn.send(new DescribeStacksCommand({ NextToken: first.NextToken }));
  expect([first.Stacks?.length, second.Stacks?.length, second.NextToken]).toEqual([100, 1, undefined]);
  const listed = await paged.cfn.send(new ListStacksCommand({}));
  const rest = await paged.cfn.send(new ListStacksCommand({ NextToken: listed.NextToken }));
  expect([listed.StackSummaries?.length, rest.StackSummaries?.length]).toEqual([100, 1]);

  const trust = JSON.stringify(trustOf({ Service: 'cloudformation.amazonaws.com' }));
  const made = await clients.iam.send(new CreateRoleCommand({ RoleName: 's30-cfn', AssumeRolePolicyDocument: trust }));
  const RoleARN = made.Role?.Arn ?? '';
  const stack = await createStack(
    clients,
    's30',
    { Description: 'd', ...aliases(1, 's30') },
    { RoleARN, DisableRollback: true, EnableTerminationProtection: true, Tags: [{ Key: 'k', Value: 'v' }] },
  );
  expect(stack).toMatchObject({
    StackStatus: 'CREATE_FAILED',
    Description: 'd',
    RoleARN: `arn:aws:iam::${ACCOUNT}:role/s30-cfn`,
    Capabilities: [...CAPABILITIES],
    DisableRollback: true,
    EnableTerminationProtection: true,
    DriftInformation: { StackDriftStatus: 'NOT_CHECKED' },
    Tags: [{ Key: 'k', Value: 'v' }],
  });
  expect([stack.LastUpdatedTime, stack.DeletionTime, stack.ParentId, stack.ChangeSetId]).toEqual(
    Array.from({ length: 4 }, () => undefined),
  );
  const { StackId } = await createStack(clients, 's30-gone', { Resources: { Role: role('s30-role') } });
  const shown = await changeSet(clients, 's30-gone', { Resources: { Role: role('s30-role', { Description: 'x' }) } });
  const updated = await executeChangeSet(clients, shown);
  expect(updated).toMatchObject({ ChangeSetId: shown.ChangeSetId, LastUpdatedTime: expect.any(Date) as Date });
  await deleteStack(clients, 's30-gone');
  const gone = await clients.cfn.send(new ListStacksCommand({ StackStatusFilter: ['DELETE_COMPLETE'] }));
  expect(gone.StackSummaries).toMatchObject([{ StackId, DeletionTime: expect.any(Date) as Date }]);
  const both = await clients.cfn.send(
    new ListStacksCommand({ StackStatusFilter: ['DELETE_COMPLETE', 'CREATE_FAILED'] }),
  );
  expect(both.StackSummaries?.map((summary) => summary.StackName)).toEqual(['s30-gone', 's30']);
  await expect(
    clients.cfn.send(new ListStacksCommand({ StackStatusFilter: ['GONE' as 'DELETE_COMPLETE'] })),
  ).rejects.toThrow("at 'stackStatusFilter' failed to satisfy constraint");
});

test('S31 events and resources have pages of 100, and events the token of their operation', async () => {
  const { clients } = world;
  const created = await clients.cfn.send(
    new CreateStackCommand({
      StackName: 's31',
      TemplateBody: JSON.stringify(aliases(101, 's31')),
      DisableRollback: true,
      ClientRequestToken: 'first',
    }),
  );
  await settled(clients, created.StackId ?? '');
  const first = await clients.cfn.send(new DescribeStackEventsCommand({ StackName: 's31' }));
  const second = await clients.cfn.send(
    new DescribeStackEventsCommand({ StackName: 's31', NextToken: first.NextToken }),
  );
  expect([first.StackEvents?.length, second.StackEvents?.length]).toEqual([100, 100]);
  expect(first.StackEvents?.[0]?.ResourceStatus).toBe('CREATE_FAILED');
  const third = await clients.cfn.send(
    new DescribeStackEventsCommand({ StackName: 's31', NextToken: second.NextToken }),
  );
  const all = [first, second, third].flatMap((page) => page.StackEvents ?? []);
  expect(new Set(all.map((event) => event.EventId)).size).toBe(204);
  expect(new Set(all.map((event) => event.ClientRequestToken))).toEqual(new Set(['first']));
  const listed = await clients.cfn.send(new ListStackResourcesCommand({ StackName: 's31' }));
  const rest = await clients.cfn.send(new ListStackResourcesCommand({ StackName: 's31', NextToken: listed.NextToken }));
  expect([listed.StackResourceSummaries?.length, rest.StackResourceSummaries?.length]).toEqual([100, 1]);
  expect(rest.NextToken).toBeUndefined();
  const deletion = new DeleteStackCommand({ StackName: 's31', ClientRequestToken: 'second' });
  await Promise.all([clients.cfn.send(deletion), clients.cfn.send(deletion)]);
  await settled(clients, created.StackId ?? '');
  const [last] = await eventsOf(clients, created.StackId ?? '');
  expect(last).toMatchObject({ ResourceStatus: 'DELETE_COMPLETE', ClientRequestToken: 'second' });
});

test('C25 change sets are listed in pages of 100', async () => {
  const { clients } = world;
  const TemplateBody = JSON.stringify(aliases(1, 'c25'));
  for (let index = 0; index < 101; index += 1) {
    const named = { StackName: 'c25', ChangeSetName: `c${index}`, ChangeSetType: 'CREATE' as const };
    await clients.cfn.send(new CreateChangeSetCommand({ ...named, TemplateBody }));
  }
  const first = await clients.cfn.send(new ListChangeSetsCommand({ StackName: 'c25' }));
  const second = await clients.cfn.send(new ListChangeSetsCommand({ StackName: 'c25', NextToken: first.NextToken }));
  expect([first.Summaries?.length, second.Summaries?.length, second.NextToken]).toEqual([100, 1, undefined]);
  expect(first.Summaries?.[0]).toMatchObject({ ChangeSetName: 'c0', Status: 'CREATE_COMPLETE' });
});

test('S22 S23 templates and resources are described', async () => {
  const { clients } = world;
  const body = `{ "Resources" :\n  {"Role": ${JSON.stringify({ ...role('s22-role'), Metadata: { note: 'é <&>' } })} } }\n`;
  await createStack(clients, 's22', body);
  for (const TemplateStage of [undefined, 'Original', 'Processed'] as const) {
    const answer = await clients.cfn.send(new GetTemplateCommand({ StackName: 's22', TemplateStage }));
    expect(answer).toMatchObject({ TemplateBody: body, StagesAvailable: ['Original', 'Processed'] });
  }
  const failed = await changeSet(clients, 's22', body);
  expect(await clients.cfn.send(new GetTemplateCommand({ ChangeSetName: failed.ChangeSetId }))).toMatchObject({
    TemplateBody: body,
    StagesAvailable: ['Original'],
  });
  const byPhysical = await clients.cfn.send(new DescribeStackResourcesCommand({ PhysicalResourceId: 's22-role' }));
  expect(byPhysical.StackResources?.[0]).toMatchObject({
    StackName: 's22',
    LogicalResourceId: 'Role',
    ResourceStatus: 'CREATE_COMPLETE',
  });
  const described = (input: object) => clients.cfn.send(new DescribeStackResourcesCommand(input));
  await expect(described({})).rejects.toMatchObject({ name: 'ValidationError' });
  await expect(described({ StackName: 's22', PhysicalResourceId: 's22-role' })).rejects.toMatchObject({
    name: 'ValidationError',
  });
  const one = await clients.cfn.send(new DescribeStackResourceCommand({ StackName: 's22', LogicalResourceId: 'Role' }));
  expect(JSON.parse(one.StackResourceDetail?.Metadata ?? '')).toEqual({ note: 'é <&>' });
  await expect(
    clients.cfn.send(new DescribeStackResourceCommand({ StackName: 's22', LogicalResourceId: 'No' })),
  ).rejects.toThrow('Resource No does not exist for stack s22');
  await updateStack(clients, 's22', body.replace('<&>', '<&&>'));
  expect((await describeStack(clients, 's22')).StackStatus).toBe('UPDATE_COMPLETE');
});
