import { randomUUID } from 'node:crypto';
import type { Gap } from '../gateway.ts';
import type { JsonObject } from '../json.ts';
import { textReply } from '../protocol/call.ts';
import { AwsError } from '../protocol/errors.ts';
import { toXml } from '../protocol/xml.ts';
import type { Services } from '../services.ts';
import { typeOf } from '../types/registry.ts';
import type { Environment } from './environment.ts';
import { forgetDeleted } from './forget.ts';
import * as changeSets from './operations/change-sets.ts';
import { continueUpdateRollback } from './operations/continue-rollback.ts';
import { create as createChangeSet } from './operations/create-change-set.ts';
import * as describe from './operations/describe.ts';
import { refuseUnknownFields } from './operations/fields.ts';
import { rollbackStack } from './operations/rollback-stack.ts';
import * as stacks from './operations/stacks.ts';
import * as templates from './operations/templates.ts';
import type { Request } from './request.ts';
import { requestOf } from './request.ts';
import type { Stack } from './stack.ts';

type Operation = (request: Request) => JsonObject | Promise<JsonObject>;

const OPERATIONS: Readonly<Record<string, Operation>> = {
  ContinueUpdateRollback: continueUpdateRollback,
  CreateChangeSet: createChangeSet,
  CreateStack: stacks.create,
  DeleteChangeSet: changeSets.remove,
  DeleteStack: stacks.remove,
  DescribeAccountLimits: describe.accountLimits,
  DescribeChangeSet: changeSets.describe,
  DescribeStackEvents: describe.events,
  DescribeStackResource: describe.resource,
  DescribeStackResources: describe.resources,
  DescribeStacks: describe.stacks,
  ExecuteChangeSet: changeSets.execute,
  GetTemplate: templates.template,
  ListChangeSets: changeSets.list,
  ListStackResources: describe.listResources,
  ListStacks: describe.list,
  RollbackStack: rollbackStack,
  UpdateStack: stacks.update,
  UpdateTerminationProtection: stacks.protect,
  ValidateTemplate: templates.validate,
};

const NAMESPACE = 'http://cloudformation.amazonaws.com/doc/2010-05-15/';

const answer = (operation: string, result: JsonObject): string =>
  `<${operation}Response xmlns="${NAMESPACE}"><${operation}Result>${toXml(result)}</${operation}Result>` +
  `<ResponseMetadata><RequestId>${randomUUID()}</RequestId></ResponseMetadata></${operation}Response>`;

export interface EngineOptions {
  readonly services: (account: string, region: string) => Services;
  /** Asked before each wait, so that the pace can be changed while stacks are in progress. */
  readonly delayMs: () => number;
  readonly log: (line: string) => void;
}

/** CloudFormation, whole: moto's makes up success for resources that it does not make. */
export const cloudFormation = (options: EngineOptions): Gap => {
  const stacksByPlace = new Map<string, Stack[]>();
  const environment: Environment = {
    services: options.services,
    log: options.log,
    typeOf,
    get delayMs() {
      return options.delayMs();
    },
    stacks: (account, region) => {
      const place = `${account}/${region}`;
      const found = stacksByPlace.get(place) ?? [];
      stacksByPlace.set(place, found);
      forgetDeleted(found);
      return found;
    },
  };
  return {
    reason: 'moto reports CREATE_COMPLETE for resource types that it does not make, and ignores most updates',
    handlers: {
      'cloudformation:*': async (call) => {
        const operation = OPERATIONS[call.operation];
        if (operation === undefined) {
          options.log(`refused: the sandbox does not model cloudformation:${call.operation}`);
          throw new AwsError(
            'InvalidAction',
            `The sandbox does not model the CloudFormation action ${call.operation}.`,
          );
        }
        const request = requestOf(environment, call);
        refuseUnknownFields(call.operation, request.form);
        const result = await operation(request);
        return textReply(200, answer(call.operation, result), 'text/xml');
      },
    },
    reset: () => {
      stacksByPlace.clear();
    },
  };
};
