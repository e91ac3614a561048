import type { JsonObject } from '../../json.ts';
import { compact } from '../../json.ts';
import { AwsError, validationError } from '../../protocol/errors.ts';
import { findChangeSet, findStack } from '../find-stack.ts';
import type { Request } from '../request.ts';
import { field, requiredField, targetOf } from '../request.ts';
import { checkTemplate } from '../validate.ts';

const STAGES = ['Original', 'Processed'];

/** Without transforms both stages are the text as it was given; a change set under way has only the first (API_GetTemplate). */
export const template = (request: Request): JsonObject => {
  const stage = field(request, 'TemplateStage') ?? 'Processed';
  if (!STAGES.includes(stage)) throw validationError(`Invalid TemplateStage ${stage}`);
  if (field(request, 'ChangeSetName') !== undefined) {
    const { status, target } = findChangeSet(request).changeSet;
    return { TemplateBody: target.body, StagesAvailable: status === 'CREATE_COMPLETE' ? STAGES : ['Original'] };
  }
  const name = requiredField(request, 'StackName');
  const stack = findStack(request, name);
  if (stack === undefined) throw validationError(`Stack with id ${name} does not exist`);
  if (stack.deployed === undefined)
    throw new AwsError('ValidationError', `Stack with id ${name} does not have a template`);
  return { TemplateBody: stack.deployed.body, StagesAvailable: STAGES };
};

/** What a template asks for, judged without values for its parameters (API_ValidateTemplate). */
export const validate = async (request: Request): Promise<JsonObject> => {
  const { template: parsed } = await targetOf(request, undefined);
  checkTemplate(request.environment, parsed);
  const parameters = Object.entries(parsed.parameters).map(([key, definition]) =>
    compact({
      ParameterKey: key,
      DefaultValue: definition.defaultValue,
      NoEcho: definition.noEcho,
      Description: definition.description,
    }),
  );
  const needs = Object.values(parsed.resources).flatMap(({ type, properties }) => {
    const capability = request.environment.typeOf(type)?.capability?.(properties);
    return capability === undefined ? [] : [{ type, capability }];
  });
  const isNamed = needs.some(({ capability }) => capability === 'CAPABILITY_NAMED_IAM');
  const types = [...new Set(needs.map(({ type }) => type))].join(', ');
  return compact({
    Description: parsed.description,
    Parameters: parameters,
    Capabilities: needs.length === 0 ? undefined : [isNamed ? 'CAPABILITY_NAMED_IAM' : 'CAPABILITY_IAM'],
    CapabilitiesReason: needs.length === 0 ? undefined : `The following resource(s) require capabilities: [${types}]`,
  });
};
