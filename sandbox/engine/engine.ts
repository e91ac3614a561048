import { randomUUID } from 'node:crypto';
import type { Gap } from '../gateway.ts';
import type { JsonObject } from '../json.ts';
import { textReply } from '../protocol/call.ts';
import { AwsError } from '../protocol/errors.ts';
import { toXml } from '../protocol/xml.ts';
import type { Services } from '../services.ts';
import { typeOf } from '../types/registry.ts';
import type { Environment } from './environment.ts';
import * as changeSets from './operations/change-sets.ts';
import { continueUpdateRollback } from './operations/continue-rollback.ts';
import * as describe from './operations/describe.ts';
import * as stacks from './operations/stacks.ts';
import type { Request } from './request.ts';
import { requestOf } from './request.ts';
import type { Stack } from './stack.ts';

type Operation = (request: Request) => JsonObject | Promise<JsonObject>;

const OPERATIONS: Readonly<Record<string, Operation>> = {
  ContinueUpdateRollback: continueUpdateRollback,
  CreateChangeSet: changeSets.create,
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
  GetTemplate: describe.template,
  ListChangeSets: changeSets.list,
  ListStackResources: describe.listResources,
  ListStacks: describe.list,
  UpdateStack: stacks.update,
  UpdateTerminationProtection: stacks.protect,
  ValidateTemplate: describe.validate,
};

const NAMESPACE = 'http://cloudformation.amazonaws.com/doc/2010-05-15/';

const answer = (operation: string, result: JsonObject): string =>
  `<${operation}Response xmlns="${NAMESPACE}"><${operation}Result>${toXml(result)}</${operation}Result>` +
  `<ResponseMetadata><RequestId>${randomUUID()}</RequestId></ResponseMetadata></${operation}Response>`;

export interface EngineOptions {
  readonly services: (account: string, region: string) => Services;
  readonly delayMs: number;
  readonly log: (line: string) => void;
}

/** CloudFormation, whole: moto's makes up success for resources that it does not make. */
export const cloudFormation = (options: EngineOptions): Gap => {
  const stacksByPlace = new Map<string, Stack[]>();
  const environment: Environment = {
    ...options,
    typeOf,
    stacks: (account, region) => {
      const place = `${account}/${region}`;
      const found = stacksByPlace.get(place) ?? [];
      stacksByPlace.set(place, found);
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
        const result = await operation(requestOf(environment, call));
        return textReply(200, answer(call.operation, result), 'text/xml');
      },
    },
    reset: () => {
      stacksByPlace.clear();
    },
  };
};
