import { evaluate } from '../access/evaluate/evaluate.ts';
import type { Decision, EvaluationContext, NamedDocument } from '../access/evaluate/types.ts';
import { ordinaryContext, worldOf } from '../access/held/world.ts';
import type { Catalog, PrincipalRef } from '../reconciler/model/catalog.ts';
import { EdlError } from '../reconciler/model/errors.ts';
import { homeRegionOf, instanceNamed, regionsOf } from '../reconciler/model/instance.ts';
import { boundaryPolicy, dataBucket, keyAlias, roleArn } from '../reconciler/model/names.ts';
import type { AwsReads, LiveRole } from '../reconciler/model/reads.ts';

/** May this principal read an object in this folder of this dataset, as AWS is now? */
export interface LiveQuestion {
  readonly catalog: Catalog;
  readonly instance: string;
  readonly principal: PrincipalRef;
  readonly dataset: string;
  readonly folder: 'data' | 'raw';
  /** ISO 8601. */
  readonly at: string;
}

const documentsOf = async (role: LiveRole, reads: AwsReads): Promise<readonly NamedDocument[]> => {
  const { policies } = await reads.accountAuthorization();
  return [
    ...role.inlinePolicies.map(({ name, document }) => ({ name, document })),
    ...policies
      .filter(({ arn }) => role.attachedPolicyArns.includes(arn))
      .map(({ name, document }) => ({ name, document })),
  ];
};

const boundaryOf = async (role: LiveRole, instance: string, reads: AwsReads): Promise<Partial<EvaluationContext>> => {
  if (role.permissionsBoundary === undefined) return {};
  const { policies } = await reads.accountAuthorization();
  const boundary = policies.find(({ arn }) => arn === role.permissionsBoundary);
  return { boundary: { name: boundary?.name ?? boundaryPolicy(instance), document: boundary?.document ?? {} } };
};

const roleOf = async ({ principal, instance }: LiveQuestion, reads: AwsReads): Promise<LiveRole> => {
  const name = `edl-${instance}-${principal.replace(':', '-')}`;
  const role = (await reads.accountAuthorization()).roles.find((one) => one.name === name);
  if (role === undefined)
    throw new EdlError('EDL-4130', 'user', `There is no role ${name} in this account. Apply the lake first.`);
  return role;
};

/** The two links of a read: the object, and (for tiers with a key of their own) its decryption. */
const requestsFor = async (question: LiveQuestion, reads: AwsReads) => {
  const { catalog, instance, dataset: name, folder } = question;
  const dataset = catalog.datasets.find((one) => one.name === name);
  if (dataset === undefined) throw new EdlError('EDL-4131', 'user', `The catalog has no dataset "${name}".`);
  const world = worldOf(catalog, instance, question.at);
  const home = homeRegionOf(catalog.lake, instanceNamed(catalog, instance));
  const regions = regionsOf(dataset, instanceNamed(catalog, instance));
  const region = regions.includes(home) ? home : (regions[0] ?? home);
  const bucket = dataBucket(world.organization, instance, dataset.tier, region);
  const context = ordinaryContext(world, region);
  const alias = keyAlias(instance, dataset.tier);
  const key = (await reads.aliases(region)).find((one) => one.name === alias)?.targetKeyId;
  return {
    region,
    bucket,
    ...(key === undefined ? {} : { key }),
    requests: [
      {
        action: 's3:GetObject',
        resource: `arn:aws:s3:::${bucket}/${name}/${folder}/2026-11-22/part-0.parquet`,
        context,
      },
      ...(key === undefined
        ? []
        : [
            {
              action: 'kms:Decrypt',
              resource: `arn:aws:kms:${region}:${world.account}:key/${key}`,
              context: { ...context, 'kms:ViaService': `s3.${region}.amazonaws.com`, 'kms:ResourceAliases': [alias] },
            },
          ]),
    ],
  };
};

/** The policies of what is read: of the bucket, and of the key where the tier has one. */
const policiesOf = async (
  { region, bucket, key }: Awaited<ReturnType<typeof requestsFor>>,
  account: string,
  reads: AwsReads,
): Promise<NonNullable<EvaluationContext['resources']>> => {
  const ofBucket = (await reads.bucket(region, bucket))?.policy;
  const ofKey = key === undefined ? undefined : (await reads.key(region, key))?.policy;
  return [
    ...(ofBucket === undefined ? [] : [{ arn: `arn:aws:s3:::${bucket}`, document: ofBucket }]),
    ...(ofKey === undefined ? [] : [{ arn: `arn:aws:kms:${region}:${account}:key/${key}`, document: ofKey }]),
  ];
};

/**
 * Judges one read by the documents that are live now: the role's policies, its boundary, the policies of the bucket and of
 * its key, all read back from AWS. The first link that is not allowed decides.
 */
export const mayReadNow = async (question: LiveQuestion, reads: AwsReads): Promise<Decision> => {
  const role = await roleOf(question, reads);
  const asked = await requestsFor(question, reads);
  const { account } = instanceNamed(question.catalog, question.instance);
  const context: EvaluationContext = {
    identity: await documentsOf(role, reads),
    ...(await boundaryOf(role, question.instance, reads)),
    resources: await policiesOf(asked, account, reads),
  };
  const decisions = asked.requests.map((request) =>
    evaluate(context, { ...request, principalArn: roleArn(account, role.path, role.name), at: question.at }),
  );
  const broken = decisions.find(({ answer }) => answer !== 'allowed');
  return broken ?? decisions[0] ?? { answer: 'denied', reason: 'nothing was asked' };
};
