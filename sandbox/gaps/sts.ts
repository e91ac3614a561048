import type { Gap } from '../gateway.ts';
import { bodyText, formOf, isOk } from '../protocol/call.ts';
import { elementText } from '../protocol/xml.ts';
import type { Session } from './trail.ts';

/** Remembers whom the keys of an assumed role belong to. */
export const sts = (accounts: Map<string, string>, sessions: Map<string, Session>): Gap => ({
  reason: 'the gateway reads the account from the access key, and AssumeRole gives out keys that are no account number',
  handlers: {
    'sts:AssumeRole': async (call, next) => {
      const reply = await next(call);
      const roleArn = formOf(call).get('RoleArn') ?? '';
      const account = /^arn:aws:iam::(\d{12}):/.exec(roleArn)?.[1];
      const [key, arn, id] = ['AccessKeyId', 'Arn', 'AssumedRoleId'].map((name) => elementText(bodyText(reply), name));
      if (!isOk(reply) || account === undefined || key === undefined) return reply;
      accounts.set(key, account);
      if (arn !== undefined && id !== undefined) sessions.set(key, { roleArn, arn, id });
      return reply;
    },
  },
  reset: () => {
    accounts.clear();
  },
});
