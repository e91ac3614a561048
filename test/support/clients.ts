import { AthenaClient } from '@aws-sdk/client-athena';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { GlueClient } from '@aws-sdk/client-glue';
import { IAMClient } from '@aws-sdk/client-iam';
import { KMSClient } from '@aws-sdk/client-kms';
import { S3Client } from '@aws-sdk/client-s3';

/** The SDK's own clients, for what people do behind EDL's back. */
export interface Clients {
  readonly athena: AthenaClient;
  readonly cloudformation: CloudFormationClient;
  readonly glue: GlueClient;
  readonly iam: IAMClient;
  readonly kms: KMSClient;
  readonly s3: S3Client;
}

/** Clients of one account and region of a sandbox. */
export const clientsOf = (endpoint: string, account: string, region: string): Clients => {
  const settings = { endpoint, region, credentials: { accessKeyId: account, secretAccessKey: 'by-hand' } };
  return {
    athena: new AthenaClient(settings),
    cloudformation: new CloudFormationClient(settings),
    glue: new GlueClient(settings),
    iam: new IAMClient(settings),
    kms: new KMSClient(settings),
    s3: new S3Client({ ...settings, forcePathStyle: true }),
  };
};
