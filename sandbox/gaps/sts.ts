import type { Gap } from '../gateway.ts';
import { bodyText, formOf, isOk } from '../protocol/call.ts';
import { elementText } from '../protocol/xml.ts';

/** Remembers which account the keys of an assumed role belong to. */
export const sts = (accounts: Map<string, string>): Gap => ({
  reason: 'the gateway reads the account from the access key, and AssumeRole gives out keys that are no account number',
  handlers: {
    'sts:AssumeRole': async (call, next) => {
      const reply = await next(call);
      const account = /^arn:aws:iam::(\d{12}):/.exec(formOf(call).get('RoleArn') ?? '')?.[1];
      const key = elementText(bodyText(reply), 'AccessKeyId');
      if (isOk(reply) && account !== undefined && key !== undefined) accounts.set(key, account);
      return reply;
    },
  },
  reset: () => {
    accounts.clear();
  },
});
