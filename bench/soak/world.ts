import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { GlueClient } from '@aws-sdk/client-glue';
import { IAMClient } from '@aws-sdk/client-iam';
import { KMSClient } from '@aws-sdk/client-kms';
import { S3Client } from '@aws-sdk/client-s3';

/** The lake that is soaked: one instance of the sample lake, on the day that its grants are written for. */
export const INSTANCE = 'dev01';
export const ACCOUNT = '111111111111';
export const REGION = 'eu-west-1';
export const TODAY = '2026-11-22';
export const ARTIFACTS = `acme-datalake-artifacts-${INSTANCE}-${REGION}`;

/** AWS as people have it past EDL. */
export interface Clients {
  readonly cloudFormation: CloudFormationClient;
  readonly glue: GlueClient;
  readonly iam: IAMClient;
  readonly kms: KMSClient;
  readonly s3: S3Client;
}

export const clientsTo = (endpoint: string): Clients => {
  const settings = {
    endpoint,
    region: REGION,
    credentials: { accessKeyId: ACCOUNT, secretAccessKey: 'sandbox' },
  };
  return {
    cloudFormation: new CloudFormationClient(settings),
    glue: new GlueClient(settings),
    iam: new IAMClient(settings),
    kms: new KMSClient(settings),
    s3: new S3Client({ ...settings, forcePathStyle: true }),
  };
};
