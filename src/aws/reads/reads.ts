import type { AwsReads } from '../../reconciler/model/reads.ts';
import { perRegion, type Wire } from '../clients.ts';

/** Answers a repeated question from memory. Promises are kept, so that two askers at the same time share one call. */
const createMemory = () => {
  const answers = new Map<string, Promise<unknown>>();
  return <Value>(question: readonly string[], ask: () => Promise<Value>): Promise<Value> => {
    const key = JSON.stringify(question);
    const known = answers.get(key);
    if (known !== undefined) return known as Promise<Value>; // each question is asked by one function, hence of one type
    const answer = ask();
    answers.set(key, answer);
    return answer;
  };
};

/** A value that is made when first awaited, once. */
const once = <Value>(make: () => Promise<Value>): (() => Promise<Value>) => {
  const made = perRegion(() => make());
  return () => made('');
};

/** The readers of each service; its part of the SDK is loaded with its first read. They remember nothing but their clients. */
export const createReaders = (wire: Wire, homeRegion: string) => {
  const sts = once(async () => (await import('./sts.ts')).stsReads(wire, homeRegion));
  const account = once(async () => (await sts()).callerAccount());
  return {
    account,
    cloudFormation: once(async () => (await import('./cloudformation.ts')).cloudFormationReads(wire)),
    iam: once(async () => (await import('./iam.ts')).iamReads(wire, homeRegion)),
    quotas: once(async () => (await import('./quotas.ts')).quotaReads(wire, homeRegion)),
    s3: once(async () => (await import('./s3.ts')).s3Reads(wire, homeRegion, account)),
    kms: once(async () => (await import('./kms.ts')).kmsReads(wire)),
    athena: once(async () => (await import('./athena.ts')).athenaReads(wire)),
    glue: once(async () => (await import('./glue.ts')).glueReads(wire)),
  };
};

/** Everything that plan reads, with an empty memory. Make another one to read what an apply has changed. */
export const createReads = (readers: ReturnType<typeof createReaders>): AwsReads => {
  const remember = createMemory();
  return {
    callerAccount: () => readers.account(),
    stacks: (region) => remember(['stacks', region], async () => (await readers.cloudFormation()).stacks(region)),
    deletedStacks: (region, names) =>
      remember(['deletedStacks', region, ...names], async () =>
        (await readers.cloudFormation()).deletedStacks(region, names),
      ),
    template: (region, stack) =>
      remember(['template', region, stack], async () => (await readers.cloudFormation()).template(region, stack)),
    accountAuthorization: () => remember(['authorization'], async () => (await readers.iam()).accountAuthorization()),
    accountQuotas: (regions) =>
      remember(['quotas', ...regions], async () => (await readers.quotas()).accountQuotas(regions)),
    bucketNames: (prefix) => remember(['bucketNames', prefix], async () => (await readers.s3()).bucketNames(prefix)),
    bucket: (region, name) => remember(['bucket', region, name], async () => (await readers.s3()).bucket(region, name)),
    aliases: (region) => remember(['aliases', region], async () => (await readers.kms()).aliases(region)),
    key: (region, keyId) => remember(['key', region, keyId], async () => (await readers.kms()).key(region, keyId)),
    workGroupNames: (region) =>
      remember(['workGroupNames', region], async () => (await readers.athena()).workGroupNames(region)),
    workGroup: (region, name) =>
      remember(['workGroup', region, name], async () => (await readers.athena()).workGroup(region, name)),
    glueDatabases: (region) =>
      remember(['glueDatabases', region], async () => (await readers.glue()).glueDatabases(region)),
    glueTables: (region, database) =>
      remember(['glueTables', region, database], async () => (await readers.glue()).glueTables(region, database)),
    glueJobs: (region) => remember(['glueJobs', region], async () => (await readers.glue()).glueJobs(region)),
    object: (region, bucket, key) =>
      remember(['object', region, bucket, key], async () => (await readers.s3()).object(region, bucket, key)),
    objects: (region, bucket, prefix) =>
      remember(['objects', region, bucket, prefix], async () => (await readers.s3()).objects(region, bucket, prefix)),
    hasObjects: (region, bucket, prefix) =>
      remember(['hasObjects', region, bucket, prefix], async () =>
        (await readers.s3()).hasObjects(region, bucket, prefix),
      ),
  };
};
