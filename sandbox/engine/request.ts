import type { Call } from '../protocol/call.ts';
import { formOf, membersOf, scalarsOf } from '../protocol/call.ts';
import { validationError } from '../protocol/errors.ts';
import type { Services } from '../services.ts';
import type { Tag } from '../types/resource-type.ts';
import type { Deployment, Parameter } from './deployment.ts';
import type { Environment } from './environment.ts';
import type { Stack } from './stack.ts';
import { parseTemplate } from './template.ts';
import { readTemplateUrl } from './template-url.ts';

/** A CloudFormation request in the hands of its operation. */
export interface Request {
  readonly environment: Environment;
  readonly form: URLSearchParams;
  readonly account: string;
  readonly region: string;
  readonly services: Services;
}

export const requestOf = (environment: Environment, call: Call): Request => ({
  environment,
  form: formOf(call),
  account: call.account,
  region: call.region,
  services: environment.services(call.account, call.region),
});

export const field = (request: Request, name: string): string | undefined => {
  const value = request.form.get(name);
  return value === null || value === '' ? undefined : value;
};

export const requiredField = (request: Request, name: string): string => {
  const value = field(request, name);
  if (value !== undefined) return value;
  const shown = name.charAt(0).toLowerCase() + name.slice(1);
  throw validationError(
    `1 validation error detected: Value null at '${shown}' failed to satisfy constraint: Member must not be null`,
  );
};

export const flag = (request: Request, name: string): boolean => field(request, name) === 'true';

const CAPABILITIES = ['CAPABILITY_IAM', 'CAPABILITY_NAMED_IAM', 'CAPABILITY_AUTO_EXPAND'];

export const capabilitiesOf = (request: Request): readonly string[] => {
  const given = scalarsOf(request.form, 'Capabilities');
  if (given.every((capability) => CAPABILITIES.includes(capability))) return given;
  throw validationError(
    `1 validation error detected: Value '[${given.join(', ')}]' at 'capabilities' failed to satisfy constraint: Member must satisfy enum value set: [${CAPABILITIES.join(', ')}]`,
  );
};

const tooLong = (where: string, value: string, most: number): Error =>
  validationError(
    `1 validation error detected: Value '${value.slice(0, 200)}' at '${where}' failed to satisfy constraint: Member must have length between 1 and ${most}`,
  );

/** A change set's or stack's text of at most 1,024 characters (API_CreateChangeSet). */
export const describedAs = (request: Request): string | undefined => {
  const text = field(request, 'Description');
  if (text !== undefined && text.length > 1024) throw tooLong('description', text, 1024);
  return text;
};

/** What tells a request that is sent twice from a new one: at most 128 letters, digits and hyphens (API_CreateStack). */
export const tokenOf = (request: Request, name = 'ClientRequestToken'): string | undefined => {
  const token = field(request, name);
  if (token === undefined || /^[a-zA-Z0-9][-a-zA-Z0-9]{0,127}$/.test(token)) return token;
  throw validationError(
    `1 validation error detected: Value '${token}' at '${name}' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9][-a-zA-Z0-9]*`,
  );
};

/** The tags of the request; undefined when it does not speak of tags, which leaves a stack's as they are. */
const tagsOf = (request: Request): readonly Tag[] | undefined => {
  if (request.form.get('Tags') === '') return [];
  const tags = membersOf(request.form, 'Tags').map((tag) => ({
    Key: tag.get('Key') ?? '',
    Value: tag.get('Value') ?? '',
  }));
  for (const { Key, Value } of tags) {
    if (Key.startsWith('aws:')) throw validationError('aws: prefixed tag key names are not allowed for external use.');
    if (Key.length < 1 || Key.length > 128) throw tooLong('tags.member.key', Key, 128);
    if (Value.length > 256) throw tooLong('tags.member.value', Value, 256);
  }
  if (new Set(tags.map(({ Key }) => Key)).size < tags.length) throw validationError('Duplicate tag keys found.');
  if (tags.length > 50) throw validationError('Tags: at most 50 tags are allowed');
  return tags.length === 0 ? undefined : tags;
};

/** `previous` is absent where there is no stack yet; a parameter that had its default before has none to go back to but that. */
const parametersOf = (request: Request, previous: Deployment | undefined): readonly Parameter[] => {
  const members = membersOf(request.form, 'Parameters').map((member) => ({
    member,
    key: member.get('ParameterKey') ?? '',
  }));
  if (new Set(members.map(({ key }) => key)).size < members.length)
    throw validationError('Parameters: a ParameterKey was given more than once');
  return members.flatMap(({ member, key }) => {
    if (member.get('UsePreviousValue') !== 'true') return [{ key, value: member.get('ParameterValue') ?? '' }];
    if (member.has('ParameterValue') || previous?.template.parameters[key] === undefined) {
      throw validationError(
        `Invalid input for parameter key ${key}. Cannot specify usePreviousValue as true with a value, or for a parameter key not in the previous template`,
      );
    }
    return previous.parameters.filter((parameter) => parameter.key === key);
  });
};

const MAX_INLINE_BYTES = 51_200;

const bodyOf = async (request: Request, stack: Stack | undefined): Promise<string> => {
  const [body, url] = [field(request, 'TemplateBody'), field(request, 'TemplateURL')];
  const isPrevious = flag(request, 'UsePreviousTemplate');
  if ([body !== undefined, url !== undefined, isPrevious].filter(Boolean).length !== 1) {
    throw validationError('Either Template URL or Template Body must be specified.');
  }
  if (isPrevious) {
    if (stack?.deployed === undefined) throw validationError('UsePreviousTemplate cannot be used for a new stack.');
    return stack.deployed.body;
  }
  if (url !== undefined) return readTemplateUrl(request.services, url);
  if (body !== undefined && Buffer.byteLength(body) > MAX_INLINE_BYTES) {
    throw validationError(
      `1 validation error detected: Value '${body.slice(0, 200)}…' at 'templateBody' failed to satisfy constraint: ` +
        `Member must have length less than or equal to ${MAX_INLINE_BYTES}`,
    );
  }
  return body ?? '';
};

/** What the request wants deployed. */
export const targetOf = async (request: Request, stack: Stack | undefined): Promise<Deployment> => {
  const body = await bodyOf(request, stack);
  return {
    body,
    template: parseTemplate(body),
    parameters: parametersOf(request, stack?.deployed),
    tags: tagsOf(request) ?? stack?.deployed?.tags ?? [],
  };
};

/** One page of a list; the token is the position to go on from, which is as opaque to clients as AWS's. */
export const pageOf = <T>(
  request: Request,
  items: readonly T[],
  size: number,
): { items: readonly T[]; next: string | undefined } => {
  const token = field(request, 'NextToken');
  const start = token === undefined ? 0 : Number(Buffer.from(token, 'base64url').toString());
  if (!Number.isInteger(start) || start < 0) throw validationError('Invalid NextToken');
  const next = start + size < items.length ? Buffer.from(String(start + size)).toString('base64url') : undefined;
  return { items: items.slice(start, start + size), next };
};
