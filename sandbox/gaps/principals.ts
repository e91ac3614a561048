import type { Json, JsonObject } from '../json.ts';
import { isList, isObject, textOf } from '../json.ts';
import type { IamMirror } from './iam-mirror.ts';

/** The statements of a policy document, which may be one or a list. */
export const statementsOf = (document: Json | undefined): readonly JsonObject[] => {
  const statement = isObject(document) ? document['Statement'] : undefined;
  return (isList(statement) ? statement : [statement]).filter((item) => item !== undefined).filter(isObject);
};

const awsPrincipals = (principal: Json | undefined): readonly string[] => {
  const value = isObject(principal) ? principal['AWS'] : principal;
  return (isList(value) ? value : [value]).flatMap((item) => textOf(item) ?? []);
};

const exists = (principal: string, account: string, mirror: IamMirror): boolean => {
  if (principal === '*' || /^\d{12}$/.test(principal)) return true;
  const [, owner, kind] = /^arn:aws:iam::(\d{12}):(root|role|user|group)\b/.exec(principal) ?? [];
  if (owner === undefined)
    return (
      /^arn:aws:sts::\d{12}:(?:assumed-role|federated-user)\//.test(principal) ||
      /^(?:AROA|AIDA)[A-Z0-9]+$/.test(principal)
    );
  if (kind === 'root') return principal.endsWith(':root');
  if (kind === 'group' || principal.includes('*')) return false;
  // Nothing is known of other accounts; AWS looks there too.
  if (owner !== account) return true;
  const { roles, users } = mirror.account(account);
  const name = principal.slice(principal.lastIndexOf('/') + 1);
  return kind === 'role' ? roles.get(name)?.arn === principal : users.get(name) === principal;
};

/** The principals of a resource policy that AWS would refuse because they do not exist (reference_policies_elements_principal). */
export const invalidPrincipals = (document: Json | undefined, account: string, mirror: IamMirror): readonly string[] =>
  statementsOf(document)
    .flatMap((statement) => [...awsPrincipals(statement['Principal']), ...awsPrincipals(statement['NotPrincipal'])])
    .filter((principal) => !exists(principal, account, mirror));
