import {
  CloudFormationClient,
  CreateStackCommand,
  DescribeStacksCommand,
  UpdateStackCommand,
  type CreateStackCommandInput,
  type Stack,
} from '@aws-sdk/client-cloudformation';
import {
  CreatePolicyCommand,
  CreateRoleCommand,
  DeletePolicyCommand,
  DetachRolePolicyCommand,
  IAMClient,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { HeadBucketCommand, S3Client } from '@aws-sdk/client-s3';
import type { JsonObject } from '../../src/reconciler/model/json.ts';
import { logicalIdOf } from '../../src/reconciler/model/logical-id.ts';
import { stackTags } from '../../src/reconciler/model/names.ts';
import type { Resource } from '../../src/reconciler/model/resource.ts';
import type { StackResult } from '../../src/reconciler/model/result.ts';
import { roleResource } from './fakes.ts';
import { ACCOUNT, REGION } from './sandbox.ts';

/** Clients of people who work by hand. */
export const cfn = () => new CloudFormationClient({ region: REGION });
export const iam = () => new IAMClient({ region: REGION });
export const s3 = () => new S3Client({ region: REGION });

/** The stack of a name; absent when there is none. */
export const findStack = async (name: string): Promise<Stack | undefined> => {
  try {
    return (await cfn().send(new DescribeStacksCommand({ StackName: name }))).Stacks?.[0];
  } catch {
    return undefined;
  }
};

/** The status of a stack, or `none`. */
export const statusOf = async (name: string): Promise<string> => (await findStack(name))?.StackStatus ?? 'none';

/** The status once no operation runs. */
export const settled = async (name: string): Promise<string> => {
  for (;;) {
    const status = await statusOf(name);
    if (!status.endsWith('_IN_PROGRESS')) return status;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
};

/** A stack of ours by its tags. */
export const common = (name: string, resources: object) => ({
  StackName: name,
  TemplateBody: JSON.stringify({ Resources: resources }),
  Capabilities: ['CAPABILITY_NAMED_IAM' as const],
  Tags: Object.entries(stackTags('acme', 'dev01')).map(([Key, Value]) => ({ Key, Value })),
});

/** Creates a stack by hand, and tells how that ended. */
export const createStack = async (
  name: string,
  resources: object,
  more: Partial<CreateStackCommandInput> = {},
): Promise<string> => {
  await cfn().send(new CreateStackCommand({ ...common(name, resources), ...more }));
  return settled(name);
};

/** A resource as a template has it. */
export const inTemplate = ({ id, type, properties }: Resource, more: JsonObject = {}): JsonObject => ({
  [logicalIdOf(id)]: { Type: type, Properties: { ...properties, ...more } },
});
/** A resource that can be made for nobody, after another one. */
export const broken = (after: Resource): { readonly Broken: object } => ({
  Broken: {
    Type: 'AWS::IAM::Role',
    DependsOn: logicalIdOf(after.id),
    Properties: {
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${ACCOUNT}:role/nobody` }, Action: 'sts:AssumeRole' },
        ],
      },
    },
  },
});
/** A bucket as a declared resource. */
export const bucketResource = (name: string): Resource => ({
  ...roleResource('x'),
  id: `s3-bucket/${name}`,
  kind: 's3-bucket',
  type: 'AWS::S3::Bucket',
  properties: { BucketName: name },
});

/** A policy document. */
export const document = (...statements: readonly object[]): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: statements });
/** A statement that allows everything. */
export const ALL = { Effect: 'Allow', Action: '*', Resource: '*' };

/** A service role that may not do some things, until it is mended. */
export const serviceRole = async (
  name: string,
  denied: string,
): Promise<{ arn: string; mend: () => Promise<unknown> }> => {
  const trust = document({
    Effect: 'Allow',
    Principal: { Service: 'cloudformation.amazonaws.com' },
    Action: 'sts:AssumeRole',
  });
  const { Role } = await iam().send(new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: trust }));
  const allow = (...statements: readonly object[]) =>
    iam().send(new PutRolePolicyCommand({ RoleName: name, PolicyName: 'p', PolicyDocument: document(...statements) }));
  await allow(ALL, { Effect: 'Deny', Action: denied, Resource: '*' });
  return { arn: Role?.Arn ?? '', mend: () => allow(ALL) };
};

/** Updates a stack by hand, and tells how that ended. */
export const updateStack = async (name: string, resources: object, more: object = {}): Promise<string> => {
  await cfn().send(new UpdateStackCommand({ ...common(name, resources), ...more }));
  return settled(name);
};

/** Whether a bucket is there. */
export const hasBucket = (name: string): Promise<boolean> =>
  s3()
    .send(new HeadBucketCommand({ Bucket: name }))
    .then(
      () => true,
      () => false,
    );

/**
 * A stack whose role cannot get back the policy that an update took from it, because somebody deleted that policy by hand; and
 * what mends it.
 */
export const halt = async (name: string, role: Resource, beside: object = {}): Promise<() => Promise<unknown>> => {
  const policy = { PolicyName: `${name}-halted`, PolicyDocument: document(ALL) };
  const { Policy } = await iam().send(new CreatePolicyCommand(policy));
  const PolicyArn = Policy?.Arn ?? '';
  const RoleName = role.id.replace('iam-role/', '');
  await createStack(name, { ...inTemplate(role, { ManagedPolicyArns: [PolicyArn] }), ...beside });
  await iam().send(new DetachRolePolicyCommand({ RoleName, PolicyArn }));
  await iam().send(new DeletePolicyCommand({ PolicyArn }));
  await updateStack(name, { ...inTemplate(role), ...beside, ...broken(role) });
  return () => iam().send(new CreatePolicyCommand(policy));
};

/** What a failed result says. */
export const messageOf = (result: StackResult): string =>
  result.outcome === 'failed' ? result.failures.map(({ code, message }) => `${code} ${message}`).join('\n') : '';
