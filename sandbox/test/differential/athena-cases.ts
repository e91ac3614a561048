import {
  CreateNamedQueryCommand,
  CreateWorkGroupCommand,
  DeleteWorkGroupCommand,
  GetWorkGroupCommand,
  ListTagsForResourceCommand,
  ListWorkGroupsCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateWorkGroupCommand,
} from '@aws-sdk/client-athena';
import type { Aws } from './case.ts';
import { MOTO_ACCOUNT, REGION, accepted, casesOf } from './case.ts';

const arnOf = (name: string): string => `arn:aws:athena:${REGION}:${MOTO_ACCOUNT}:workgroup/${name}`;

const make = (aws: Aws, Name: string) =>
  aws.athena.send(
    new CreateWorkGroupCommand({
      Name,
      Description: 'd',
      Configuration: { ResultConfiguration: { OutputLocation: 's3://results/' }, EnforceWorkGroupConfiguration: true },
      Tags: [{ Key: 'edl:owner', Value: 'x' }],
    }),
  );

const get = (aws: Aws, WorkGroup: string) => aws.athena.send(new GetWorkGroupCommand({ WorkGroup }));
const remove = (aws: Aws, WorkGroup: string) => accepted(aws.athena.send(new DeleteWorkGroupCommand({ WorkGroup })));
const tagsOf = (aws: Aws, name: string) =>
  aws.athena.send(new ListTagsForResourceCommand({ ResourceARN: arnOf(name) }));

export const ATHENA_CASES = casesOf({
  'athena:GetWorkGroup that every account has': (aws) => get(aws, 'primary'),
  'athena:GetWorkGroup that does not exist': (aws) => get(aws, 'none'),
  'athena:GetWorkGroup': async (aws) => {
    await make(aws, 'lake');
    return get(aws, 'lake');
  },
  'athena:CreateWorkGroup again': (aws) => make(aws, 'lake'),
  'athena:ListWorkGroups': async (aws) => {
    const { WorkGroups = [] } = await aws.athena.send(new ListWorkGroupsCommand({}));
    return WorkGroups.find(({ Name }) => Name === 'lake');
  },
  'athena:ListWorkGroups in a page of 1': async (aws) => {
    const page = await aws.athena.send(new ListWorkGroupsCommand({ MaxResults: 1 }));
    return { count: page.WorkGroups?.length, NextToken: page.NextToken };
  },
  'athena:ListTagsForResource': (aws) => tagsOf(aws, 'lake'),
  'athena:TagResource': async (aws) => {
    await aws.athena.send(new TagResourceCommand({ ResourceARN: arnOf('lake'), Tags: [{ Key: 'a', Value: 'b' }] }));
    return tagsOf(aws, 'lake');
  },
  'athena:UntagResource': async (aws) => {
    await aws.athena.send(new UntagResourceCommand({ ResourceARN: arnOf('lake'), TagKeys: ['edl:owner'] }));
    return tagsOf(aws, 'lake');
  },
  'athena:UpdateWorkGroup': (aws) =>
    accepted(aws.athena.send(new UpdateWorkGroupCommand({ WorkGroup: 'lake', Description: 'e', State: 'DISABLED' }))),
  'athena:DeleteWorkGroup that holds a query': async (aws) => {
    await make(aws, 'used');
    await aws.athena.send(
      new CreateNamedQueryCommand({ Name: 'q', Database: 'd', QueryString: 'SELECT 1', WorkGroup: 'used' }),
    );
    return remove(aws, 'used');
  },
  'athena:DeleteWorkGroup that does not exist': (aws) => remove(aws, 'none'),
  'athena:DeleteWorkGroup that every account has': (aws) => remove(aws, 'primary'),
  'athena:DeleteWorkGroup': (aws) => remove(aws, 'lake'),
});
