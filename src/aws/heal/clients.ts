import { AthenaClient } from '@aws-sdk/client-athena';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { GlueClient } from '@aws-sdk/client-glue';
import { IAMClient } from '@aws-sdk/client-iam';
import { KMSClient } from '@aws-sdk/client-kms';
import { S3Client } from '@aws-sdk/client-s3';
import { perRegion, type Wire } from '../clients.ts';

/** The clients of one region, each made when first asked for. */
export interface HealClients {
  readonly athena: () => AthenaClient;
  readonly cloudFormation: () => CloudFormationClient;
  readonly glue: () => GlueClient;
  readonly iam: () => IAMClient;
  readonly kms: () => KMSClient;
  readonly s3: () => S3Client;
}

/** Makes them, bounded and counted like all others. */
export const createHealClients = (wire: Wire): ((region: string) => HealClients) => {
  const athena = perRegion((region) => wire.instrument('athena', new AthenaClient(wire.settings(region))));
  const cloudFormation = perRegion((region) =>
    wire.instrument('cloudformation', new CloudFormationClient(wire.settings(region))),
  );
  const glue = perRegion((region) => wire.instrument('glue', new GlueClient(wire.settings(region))));
  const iam = perRegion((region) => wire.instrument('iam', new IAMClient(wire.settings(region))));
  const kms = perRegion((region) => wire.instrument('kms', new KMSClient(wire.settings(region))));
  const s3 = perRegion((region) => wire.instrument('s3', new S3Client(wire.settings(region))));
  return (region) => ({
    athena: () => athena(region),
    cloudFormation: () => cloudFormation(region),
    glue: () => glue(region),
    iam: () => iam(region),
    kms: () => kms(region),
    s3: () => s3(region),
  });
};
