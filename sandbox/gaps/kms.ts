import type { Gap } from '../gateway.ts';
import { compact, listAt, parseJson, textAt } from '../json.ts';
import type { Call, Handler } from '../protocol/call.ts';
import { bodyText, isOk, jsonOf, jsonReply } from '../protocol/call.ts';
import { AwsError } from '../protocol/errors.ts';
import type { IamMirror } from './iam-mirror.ts';
import { jsonPage, pageSize } from './paging.ts';
import { invalidPrincipals } from './principals.ts';

const checkPolicy = (call: Call, mirror: IamMirror): void => {
  const policy = textAt(jsonOf(call), 'Policy');
  if (policy === undefined) return;
  const document = parseJson(policy);
  if (document === undefined || invalidPrincipals(document, call.account, mirror).length > 0) {
    throw new AwsError(
      'MalformedPolicyDocumentException',
      'Policy contains a statement with one or more invalid principals.',
    );
  }
};

const listAliases: Handler = async (call, next) => {
  const { Limit: limit, Marker: marker, ...query } = jsonOf(call);
  const reply = await next({ ...call, body: Buffer.from(JSON.stringify(query)) });
  if (!isOk(reply)) return reply;
  const page = jsonPage(listAt(parseJson(bodyText(reply)), 'Aliases'), marker, pageSize(limit, 50, 100));
  return jsonReply(compact({ Aliases: page.items, NextMarker: page.next, Truncated: page.next !== undefined }));
};

/** What KMS checks and fills in. */
export const kms = (mirror: IamMirror): Gap => ({
  reason:
    'moto lists all aliases in one page, leaves KeyUsage and MultiRegion null, and accepts key policies for principals that do not exist',
  handlers: {
    'kms:ListAliases': listAliases,
    'kms:CreateKey': (call, next) => {
      checkPolicy(call, mirror);
      const body = { KeyUsage: 'ENCRYPT_DECRYPT', MultiRegion: false, ...jsonOf(call) };
      return next({ ...call, body: Buffer.from(JSON.stringify(body)) });
    },
    'kms:PutKeyPolicy': (call, next) => {
      checkPolicy(call, mirror);
      return next(call);
    },
  },
});
