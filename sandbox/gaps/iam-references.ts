import type { Gap } from '../gateway.ts';
import { parseJson } from '../json.ts';
import type { Call, Handler } from '../protocol/call.ts';
import { formOf } from '../protocol/call.ts';
import { AwsError } from '../protocol/errors.ts';
import type { IamMirror } from './iam-mirror.ts';
import { invalidPrincipals } from './principals.ts';

const checkTrust = (call: Call, mirror: IamMirror, document: string | null): void => {
  const [invalid] = invalidPrincipals(parseJson(document ?? ''), call.account, mirror);
  if (invalid !== undefined)
    throw new AwsError('MalformedPolicyDocument', `Invalid principal in policy: "AWS":"${invalid}"`);
};

const checkBoundary = (call: Call, mirror: IamMirror, arn: string | null): void => {
  if (arn === null || arn === '' || arn.startsWith('arn:aws:iam::aws:policy/')) return;
  if (!mirror.account(call.account).policies.has(arn)) {
    throw new AwsError('NoSuchEntity', `Scope ARN: ${arn} does not exist or is not attachable.`, 404);
  }
};

const checking =
  (mirror: IamMirror, document: string, boundary: string): Handler =>
  (call, next) => {
    const form = formOf(call);
    checkTrust(call, mirror, form.get(document));
    checkBoundary(call, mirror, form.get(boundary));
    return next(call);
  };

/** Names in IAM requests must name something. */
export const iamReferences = (mirror: IamMirror): Gap => ({
  reason:
    'moto accepts trust policies that name roles and users which do not exist, and permissions boundaries that do not exist',
  handlers: {
    'iam:CreateRole': checking(mirror, 'AssumeRolePolicyDocument', 'PermissionsBoundary'),
    'iam:UpdateAssumeRolePolicy': checking(mirror, 'PolicyDocument', ''),
    'iam:PutRolePermissionsBoundary': checking(mirror, '', 'PermissionsBoundary'),
  },
});
