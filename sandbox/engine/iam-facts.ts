import type { Json, JsonObject } from '../json.ts';
import { objectAt, parseJson, textAt } from '../json.ts';
import { AwsError } from '../protocol/errors.ts';
import { elements } from '../protocol/xml.ts';
import type { Services } from '../services.ts';

/** What requests about a role are judged by. */
export interface RoleFacts {
  readonly arn: string;
  readonly trust: Json | undefined;
  readonly boundary: string | undefined;
  readonly tags: ReadonlyMap<string, string>;
}

const resultOf = (answer: Json, action: string): JsonObject =>
  objectAt(objectAt(answer, `${action}Response`), `${action}Result`);

/** A document as IAM's API answers it: URL-encoded JSON. */
const documentOf = (value: JsonObject, key: string): Json | undefined =>
  parseJson(decodeURIComponent(textAt(value, key) ?? ''));

/** A role by its name, without a look at its policies; undefined where there is none. */
export const readRole = async (services: Services, name: string): Promise<RoleFacts | undefined> => {
  try {
    const role = objectAt(resultOf(await services.iam('GetRole', { RoleName: name }), 'GetRole'), 'Role');
    const tags = elements(objectAt(role, 'Tags'), 'member');
    return {
      arn: textAt(role, 'Arn') ?? '',
      trust: documentOf(role, 'AssumeRolePolicyDocument'),
      boundary: textAt(objectAt(role, 'PermissionsBoundary'), 'PermissionsBoundaryArn'),
      tags: new Map(tags.map((tag) => [textAt(tag, 'Key') ?? '', textAt(tag, 'Value') ?? ''])),
    };
  } catch (error) {
    if (error instanceof AwsError && error.code === 'NoSuchEntity') return undefined;
    throw error;
  }
};

/** The document of a managed policy's default version. */
export const readPolicy = async (services: Services, arn: string): Promise<Json | undefined> => {
  const policy = objectAt(resultOf(await services.iam('GetPolicy', { PolicyArn: arn }), 'GetPolicy'), 'Policy');
  const version = textAt(policy, 'DefaultVersionId');
  const answer = await services.iam('GetPolicyVersion', { PolicyArn: arn, VersionId: version });
  return documentOf(objectAt(resultOf(answer, 'GetPolicyVersion'), 'PolicyVersion'), 'Document');
};
