import type { Gap } from '../gateway.ts';
import type { Handler } from '../protocol/call.ts';
import { bodyText, formOf, isOk } from '../protocol/call.ts';
import { elementText } from '../protocol/xml.ts';

/** What the gateway must know of a role to judge a request without asking moto. */
export interface MirroredRole {
  readonly arn: string;
  /** Non-white characters of each inline policy. */
  readonly inline: Map<string, number>;
  readonly attached: Set<string>;
}

export interface MirroredAccount {
  readonly roles: Map<string, MirroredRole>;
  readonly users: Map<string, string>;
  /** Policy ids by ARN. */
  readonly policies: Map<string, string>;
  /** Counts changes; a cached answer is good while it stands still. */
  version: number;
}

export interface IamMirror {
  account(id: string): MirroredAccount;
  clear(): void;
}

/** Characters that count towards IAM's quotas: white space does not (reference_iam-quotas). */
export const policySize = (document: string): number => document.replace(/\s/g, '').length;

export const newIamMirror = (): IamMirror => {
  const accounts = new Map<string, MirroredAccount>();
  return {
    account(id) {
      const found = accounts.get(id) ?? { roles: new Map(), users: new Map(), policies: new Map(), version: 0 };
      accounts.set(id, found);
      return found;
    },
    clear() {
      accounts.clear();
    },
  };
};

type Record = (account: MirroredAccount, form: URLSearchParams, xml: string) => void;

const text = (form: URLSearchParams, name: string): string => form.get(name) ?? '';

const RECORDS: Readonly<globalThis.Record<string, Record>> = {
  CreateRole: (account, form, xml) =>
    account.roles.set(text(form, 'RoleName'), {
      arn: elementText(xml, 'Arn') ?? '',
      inline: new Map(),
      attached: new Set(),
    }),
  DeleteRole: (account, form) => account.roles.delete(text(form, 'RoleName')),
  PutRolePolicy: (account, form) =>
    account.roles
      .get(text(form, 'RoleName'))
      ?.inline.set(text(form, 'PolicyName'), policySize(text(form, 'PolicyDocument'))),
  DeleteRolePolicy: (account, form) =>
    account.roles.get(text(form, 'RoleName'))?.inline.delete(text(form, 'PolicyName')),
  AttachRolePolicy: (account, form) => account.roles.get(text(form, 'RoleName'))?.attached.add(text(form, 'PolicyArn')),
  DetachRolePolicy: (account, form) =>
    account.roles.get(text(form, 'RoleName'))?.attached.delete(text(form, 'PolicyArn')),
  CreateUser: (account, form, xml) => account.users.set(text(form, 'UserName'), elementText(xml, 'Arn') ?? ''),
  DeleteUser: (account, form) => account.users.delete(text(form, 'UserName')),
  CreatePolicy: (account, _form, xml) =>
    account.policies.set(elementText(xml, 'Arn') ?? '', elementText(xml, 'PolicyId') ?? ''),
  DeletePolicy: (account, form) => account.policies.delete(text(form, 'PolicyArn')),
};

const READS = /^(?:Get|List|Simulate|Generate)/;

/** Watches IAM's changes pass by, so that checks cost no further requests. */
export const iamMirrorGap = (mirror: IamMirror): Gap => {
  const watch: Handler = async (call, next) => {
    const reply = await next(call);
    if (READS.test(call.operation)) return reply;
    const account = mirror.account(call.account);
    account.version += 1;
    if (isOk(reply)) RECORDS[call.operation]?.(account, formOf(call), bodyText(reply));
    return reply;
  };
  return {
    reason: 'the checks that moto lacks need to know which principals exist and how large their policies are',
    handlers: { 'iam:*': watch },
    reset: () => {
      mirror.clear();
    },
  };
};
