import type { AwsError } from '../protocol/errors.ts';
import type { Services } from '../services.ts';
import type { ResourceType } from '../types/resource-type.ts';
import type { Stack } from './stack.ts';

/** What the engine needs of the world around it. */
export interface Environment {
  readonly typeOf: (type: string) => ResourceType | undefined;
  readonly services: (account: string, region: string) => Services;
  /** Added to each step of a resource, for tests and people who want to see a stack in progress. */
  readonly delayMs: number;
  readonly log: (line: string) => void;
  /** All stacks of an account and region, deleted ones too, oldest first. */
  readonly stacks: (account: string, region: string) => Stack[];
}

const HANDLER_CODES: Readonly<Record<string, string>> = {
  AccessDenied: 'AccessDenied',
  AlreadyExistsException: 'AlreadyExists',
  BucketAlreadyExists: 'AlreadyExists',
  BucketAlreadyOwnedByYou: 'AlreadyExists',
  EntityAlreadyExists: 'AlreadyExists',
  InvalidInput: 'InvalidRequest',
  InvalidRequestException: 'InvalidRequest',
  LimitExceeded: 'ServiceLimitExceeded',
  LimitExceededException: 'ServiceLimitExceeded',
  MalformedPolicy: 'InvalidRequest',
  MalformedPolicyDocument: 'InvalidRequest',
  NoSuchBucket: 'NotFound',
  NoSuchEntity: 'NotFound',
  NotFoundException: 'NotFound',
  ValidationError: 'InvalidRequest',
};

/** The status reason that CloudFormation gives when a service refused (troubleshooting.md). */
export const handlerReason = (type: string, error: AwsError): string => {
  const service = type.split('::')[1] ?? type;
  const name = service === 'IAM' ? 'Iam' : service === 'KMS' ? 'Kms' : service;
  const code = HANDLER_CODES[error.code] ?? 'GeneralServiceException';
  return `Resource handler returned message: "${error.message} (Service: ${name}, Status Code: ${error.status})" (HandlerErrorCode: ${code})`;
};
