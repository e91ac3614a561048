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

export const capabilitiesOf = (request: Request): readonly string[] => scalarsOf(request.form, 'Capabilities');

/** The tags of the request; undefined when it does not speak of tags, which leaves a stack's as they are. */
const tagsOf = (request: Request): readonly Tag[] | undefined => {
  if (request.form.get('Tags') === '') return [];
  const tags = membersOf(request.form, 'Tags').map((tag) => ({
    Key: tag.get('Key') ?? '',
    Value: tag.get('Value') ?? '',
  }));
  for (const { Key } of tags) {
    if (Key.startsWith('aws:')) throw validationError('aws: prefixed tag key names are not allowed for external use.');
  }
  if (tags.length > 50) throw validationError('Tags: at most 50 tags are allowed');
  return tags.length === 0 ? undefined : tags;
};

const parametersOf = (request: Request, previous: readonly Parameter[]): readonly Parameter[] =>
  membersOf(request.form, 'Parameters').flatMap((member) => {
    const key = member.get('ParameterKey') ?? '';
    if (member.get('UsePreviousValue') !== 'true') return [{ key, value: member.get('ParameterValue') ?? '' }];
    return previous.filter((parameter) => parameter.key === key);
  });

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
    parameters: parametersOf(request, stack?.deployed?.parameters ?? []),
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
