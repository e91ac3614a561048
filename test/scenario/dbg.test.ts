import { GetRolePolicyCommand, ListRolePoliciesCommand, PutRolePolicyCommand, UpdateRoleCommand } from '@aws-sdk/client-iam';
import { expect, it } from 'vitest';
import { clientsOf } from '../support/clients.ts';
import { writeSmallLake } from '../support/small-lake.ts';
import { appendLines, startStage } from '../support/stage.ts';
it('x', async () => {
  const stage = await startStage();
  const place = { lake: stage.keepFolder(await writeSmallLake()), account: '111111111111' };
  await stage.edl(place, ['apply', '--instance', 'dev01', '--yes']);
  const { iam } = clientsOf(stage.sandbox.endpoint, place.account, 'eu-west-1');
  const RoleName = 'edl-dev01-team-analysts';
  await iam.send(new UpdateRoleCommand({ RoleName, Description: 'by hand' }));
  const { PolicyNames = [] } = await iam.send(new ListRolePoliciesCommand({ RoleName }));
  console.log(PolicyNames);
  for (const PolicyName of PolicyNames) {
  const { PolicyDocument = '' } = await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }));
  const document = JSON.parse(decodeURIComponent(PolicyDocument));
  console.log(PolicyName, JSON.stringify(document));
  document.Statement.push({ Effect: 'Allow', Action: ['s3:ListAllMyBuckets'], Resource: ['*'] });
  await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument: JSON.stringify(document) }));
  }
  await appendLines(place.lake, 'catalog/grants/analysts.yaml', '  - { dataset: trials, level: read, expires: 2027-01-31 }');
  const applied = await stage.edl(place, ['apply', '--instance', 'dev01', '--yes']);
  console.log(applied.exitCode, applied.stdout, applied.stderr);
  const after = await stage.plan(place, 'dev01');
  console.log(JSON.stringify([after.plan.changes, after.plan.drift], null, 1));
  await stage.stop();
  expect(1).toBe(1);
}, 60000);
