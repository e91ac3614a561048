import { broken, good, warning, type Check } from '../../reconciler/model/doctor.ts';
import { commandLine, inLines } from '../../reconciler/model/message.ts';
import { artifactsBucket, bootstrapStack, cloudFormationRole } from '../../reconciler/model/names.ts';
import { KNOWN_QUOTAS, type CountQuota, type KnownQuota } from '../../reconciler/model/quotas.ts';
import type { AwsReads } from '../../reconciler/model/reads.ts';
import type { DesiredState } from '../../reconciler/model/resource.ts';
import type { Trail } from '../../reconciler/model/trail.ts';
import { readQuotas } from '../read-quotas.ts';
import { attempt } from './attempt.ts';

/** A quota takes days to raise, so nearly used up is early enough to ask. */
const NEARLY_USED = 0.8;

const judgeQuota = (what: string, quota: CountQuota, known: KnownQuota): readonly Check[] => {
  const { used, limit, source } = quota;
  if (used === undefined) return [];
  const name = `quota of ${what}`;
  const found = `${used} of ${limit}${source === 'account' ? '' : " (the default: the account's own could not be read)"}`;
  if (used <= limit * NEARLY_USED) return [good(name, found)];
  const action = `Ask AWS in Service Quotas to raise ${known.code} ("${known.name}"), or remove what is not needed.`;
  return [used >= limit && source === 'account' ? broken(name, found, action) : warning(name, found, action)];
};

/** How much room the account's quotas leave. */
export const checkQuotas = async (reads: AwsReads, desired: DesiredState): Promise<readonly Check[]> => {
  const { quotas } = await readQuotas(desired, reads);
  return [
    ...judgeQuota('roles', quotas.roles, KNOWN_QUOTAS.roles),
    ...judgeQuota('customer managed policies', quotas.managedPolicies, KNOWN_QUOTAS.managedPolicies),
    ...Object.entries(quotas.stacks).flatMap(([region, quota]) =>
      judgeQuota(`stacks in ${region}`, quota, KNOWN_QUOTAS.stacks),
    ),
    ...quotas.unread.map(({ what, permission, reason }) =>
      warning(`quota: ${what}`, reason, `Allow ${permission}; until then plans judge by the defaults.`),
    ),
  ];
};

const HOUR_MS = 3_600_000;

/** Whether CloudTrail tells who changed what: without it drift has no authors. */
export const checkTrail = async (trail: Trail, region: string, now: Date): Promise<Check> => {
  const since = new Date(now.getTime() - HOUR_MS).toISOString();
  const answer = await attempt(() => trail.events({ region, attribute: 'EventName', value: 'CreateStack', since }));
  return answer.status === 'answered'
    ? good('CloudTrail', 'can be read')
    : warning(
        'CloudTrail',
        answer.failure.message,
        'Drift is found all the same, without who did it. Allow cloudtrail:LookupEvents.',
      );
};

const checkBucket = async (reads: AwsReads, desired: DesiredState, region: string): Promise<readonly Check[]> => {
  const { organization, instance, homeRegion } = desired;
  const bucket = artifactsBucket(organization, instance, region);
  const name = `artifacts bucket (${region})`;
  const [found, stacks] = await Promise.all([
    attempt(() => reads.bucket(region, bucket)),
    attempt(() => reads.stacks(region)),
  ]);
  if (found.status === 'failed' || stacks.status === 'failed') return [];
  if (found.value !== undefined) return [good(name, bucket)];
  return stacks.value.some((stack) => stack.name === bootstrapStack(instance, region, homeRegion))
    ? [
        broken(
          name,
          `${bucket} is gone, though its stack is there`,
          inLines('Somebody deleted it; see:', commandLine(`edl drift --instance ${instance}`)),
        ),
      ]
    : [
        warning(
          name,
          `${bucket} is not there yet`,
          inLines('The first apply creates it:', commandLine(`edl apply --instance ${instance}`)),
        ),
      ];
};

const checkServiceRole = async (
  reads: AwsReads,
  { instance }: DesiredState,
  named: string | undefined,
): Promise<readonly Check[]> => {
  const answer = await attempt(() => reads.accountAuthorization());
  if (answer.status === 'failed') return [];
  const role = named ?? cloudFormationRole(instance);
  if (answer.value.roles.some(({ name }) => name === role)) return [good('service role', role)];
  return [
    named === undefined
      ? warning(
          'service role',
          `${role} is not there`,
          inLines(
            'The first apply creates it. If the lake was applied before, somebody deleted it; see:',
            commandLine(`edl drift --instance ${instance}`),
          ),
        )
      : broken('service role', `${role}, which lake.yaml names, is not there`, 'Create it, or correct lake.yaml.'),
  ];
};

/** Whether what every apply works with is there. */
export const checkBootstrap = async (
  reads: AwsReads,
  desired: DesiredState,
  namedRole: string | undefined,
): Promise<readonly Check[]> =>
  (
    await Promise.all([
      ...desired.regions.map((region) => checkBucket(reads, desired, region)),
      checkServiceRole(reads, desired, namedRole),
    ])
  ).flat();
