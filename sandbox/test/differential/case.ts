import { AthenaClient } from '@aws-sdk/client-athena';
import { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { GlueClient } from '@aws-sdk/client-glue';
import { IAMClient } from '@aws-sdk/client-iam';
import { KMSClient } from '@aws-sdk/client-kms';
import { S3Client } from '@aws-sdk/client-s3';
import { ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import { STSClient } from '@aws-sdk/client-sts';
import type { QuotaCode } from '../../gaps/quotas.ts';

/** The account that moto takes every caller for, so that both sides can use the same names. */
export const MOTO_ACCOUNT = '123456789012';
export const REGION = 'eu-west-1';

/** Raises a quota, which only the gateway can do. */
export type RaiseQuota = (code: QuotaCode, limit: number) => void;

/** One side: the gateway, or moto behind it. */
export interface Aws {
  readonly athena: AthenaClient;
  readonly cloudtrail: CloudTrailClient;
  readonly glue: GlueClient;
  readonly iam: IAMClient;
  readonly kms: KMSClient;
  readonly quotas: ServiceQuotasClient;
  readonly s3: S3Client;
  readonly sts: STSClient;
  readonly raiseQuota: RaiseQuota;
  /** The same side with other keys. */
  readonly as: (accessKeyId: string) => Aws;
}

/** The SDK's clients for one side. */
export const awsAt = (endpoint: string, raiseQuota: RaiseQuota, accessKeyId: string = MOTO_ACCOUNT): Aws => {
  const options = { endpoint, region: REGION, maxAttempts: 1, credentials: { accessKeyId, secretAccessKey: 'x' } };
  return {
    as: (key: string) => awsAt(endpoint, raiseQuota, key),
    raiseQuota,
    athena: new AthenaClient(options),
    cloudtrail: new CloudTrailClient(options),
    glue: new GlueClient(options),
    iam: new IAMClient(options),
    kms: new KMSClient(options),
    quotas: new ServiceQuotasClient({ ...options, region: 'us-east-1' }),
    s3: new S3Client(options),
    sts: new STSClient(options),
  };
};

/** One question to both sides. Its operation is the one whose answer counts; what it makes before has names of its own. */
export interface Case {
  /** `service:Operation`, then what is special about the call. */
  readonly id: string;
  readonly run: (aws: Aws) => Promise<unknown>;
}

export const operationOf = ({ id }: Pick<Case, 'id'>): string => id.split(' ', 1)[0] ?? id;

/** Cases from a record of their ids. */
export const casesOf = (runs: Readonly<Record<string, Case['run']>>): readonly Case[] =>
  Object.entries(runs).map(([id, run]) => ({ id, run }));

/** Whether a call was let through, where nothing else of its answer counts. */
export const accepted = async (call: Promise<unknown>): Promise<'accepted'> => {
  await call;
  return 'accepted';
};

/** A policy document that lets anybody named do one thing. */
export const policy = (statement: object): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 's3:GetObject', ...statement }] });

export const trust = (principal: string | readonly string[] = `arn:aws:iam::${MOTO_ACCOUNT}:root`): string =>
  policy({ Action: 'sts:AssumeRole', Principal: { AWS: principal } });
