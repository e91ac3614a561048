import { EdlError } from '../reconciler/model/errors.ts';

/** Attaches a policy to a role of the demo's local AWS, as somebody would do it past git: no part of EDL does such a thing. */
export const attachByHand = async (endpoint: string, account: string, role: string, policy: string): Promise<void> => {
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: {
      // The local AWS checks no signature: the key tells the account, and the scope the service.
      authorization: `AWS4-HMAC-SHA256 Credential=${account}/20260101/us-east-1/iam/aws4_request, SignedHeaders=host, Signature=none`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: new URLSearchParams({
      Action: 'AttachRolePolicy',
      Version: '2010-05-08',
      RoleName: role,
      PolicyArn: policy,
    }).toString(),
  });
  if (!response.ok)
    throw new EdlError('EDL-9014', 'bug', `The demo could not attach ${policy}: ${await response.text()}`);
};
