import type { Json } from '../json.ts';
import { isList, isObject, objectAt, parseJson, textAt, textOf } from '../json.ts';
import { AwsError } from '../protocol/errors.ts';
import type { Services } from '../services.ts';
import { iamRole } from '../types/iam-role.ts';
import type { Need } from './needs.ts';
import { iamNeed, jsonNeed, s3Need } from './needs.ts';

const texts = (value: Json | undefined): readonly string[] =>
  isList(value) ? value.flatMap((item) => textOf(item) ?? []) : value === undefined ? [] : [textOf(value) ?? ''];

const matches = (pattern: string, value: string, flags: string): boolean => {
  const escaped = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${escaped}$`, flags).test(value);
};

const covers = (statement: Json, { action, resource }: Need): boolean => {
  if (!isObject(statement)) return false;
  const some = (key: string, value: string, flags: string): boolean =>
    texts(statement[key]).some((pattern) => matches(pattern, value, flags));
  const isAction = statement['Action'] === undefined ? !some('NotAction', action, 'i') : some('Action', action, 'i');
  const isResource =
    statement['Resource'] === undefined ? !some('NotResource', resource, '') : some('Resource', resource, '');
  return isAction && isResource;
};

const statementsOf = (document: Json | undefined): readonly Json[] => {
  const found = isObject(document) ? document['Statement'] : undefined;
  return isList(found) ? found : found === undefined ? [] : [found];
};

/** Why a role may not do something, in AWS's words; undefined if it may. Conditions of an Allow count as met, of a Deny as not. */
const refusalOf = (statements: readonly Json[], need: Need): string | undefined => {
  const found = (effect: string): readonly Json[] =>
    statements.filter((statement) => textAt(statement, 'Effect') === effect && covers(statement, need));
  if (found('Deny').some((statement) => isObject(statement) && statement['Condition'] === undefined))
    return 'with an explicit deny in an identity-based policy';
  return found('Allow').length === 0 ? `because no identity-based policy allows the ${need.action} action` : undefined;
};

export interface Place {
  readonly account: string;
  readonly region: string;
}

const attachedDocument = async (services: Services, arn: string): Promise<Json | undefined> => {
  const policy = objectAt(
    objectAt(await services.iam('GetPolicy', { PolicyArn: arn }), 'GetPolicyResponse'),
    'GetPolicyResult',
  );
  const version = textAt(objectAt(policy, 'Policy'), 'DefaultVersionId');
  const answer = await services.iam('GetPolicyVersion', { PolicyArn: arn, VersionId: version });
  const found = objectAt(objectAt(answer, 'GetPolicyVersionResponse'), 'GetPolicyVersionResult');
  return parseJson(decodeURIComponent(textAt(objectAt(found, 'PolicyVersion'), 'Document') ?? ''));
};

/** All statements of a role's inline and attached policies. */
const readStatements = async (services: Services, place: Place, role: string): Promise<readonly Json[]> => {
  const context = { services, ...place, stackName: '', logicalId: '' };
  const properties = (await iamRole.read(context, role))?.properties ?? {};
  const inline = properties['Policies'];
  const attached = await Promise.all(
    texts(properties['ManagedPolicyArns']).map((arn) => attachedDocument(services, arn)),
  );
  const documents = [
    ...(isList(inline) ? inline.map((policy) => objectAt(policy, 'PolicyDocument')) : []),
    ...attached,
  ];
  return documents.flatMap(statementsOf);
};

/** The services as a stack's role may use them (using-iam-servicerole); the role is read once, at the first call. */
export const withRole = (services: Services, place: Place, roleArn: string): Services => {
  const name = roleArn.slice(roleArn.lastIndexOf('/') + 1);
  let statements: Promise<readonly Json[]> | undefined;
  const check = async (need: Need): Promise<void> => {
    statements ??= readStatements(services, place, name);
    const why = refusalOf(await statements, need);
    if (why === undefined) return;
    const user = `arn:aws:sts::${place.account}:assumed-role/${name}/AWSCloudFormation`;
    throw new AwsError(
      'AccessDenied',
      `User: ${user} is not authorized to perform: ${need.action} on resource: ${need.resource} ${why}`,
      403,
    );
  };
  const arnOf = async (role: string): Promise<string> => {
    const found = await iamRole.find({ services, ...place, stackName: '', logicalId: '' }, { RoleName: role });
    return found?.attributes['Arn'] ?? `arn:aws:iam::${place.account}:role/${role}`;
  };
  return {
    async iam(action, parameters = {}) {
      await check(await iamNeed(action, place.account, parameters, arnOf));
      return services.iam(action, parameters);
    },
    async json(service, operation, body) {
      await check(jsonNeed(service, operation, place, body));
      return services.json(service, operation, body);
    },
    async s3(method, path, body) {
      await check(s3Need(method, path));
      return services.s3(method, path, body);
    },
  };
};
