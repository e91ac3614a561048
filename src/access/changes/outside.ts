import type { AccessChange, OutsideAccess } from '../../reconciler/model/plan.ts';
import { datasetText, holderText, joined, levelsOn, lostOn, whoText } from './describe.ts';
import { effectOf } from './effect.ts';

type Rights = Extract<OutsideAccess, { sort: 'rights' }>;

const AWS_POLICY = 'arn:aws:iam::aws:policy/';

/** The last part of the ARN of one of AWS's own policies; any other as it is. */
const policyText = (arn: string): string =>
  arn.startsWith(AWS_POLICY) ? `the AWS policy ${arn.slice(arn.lastIndexOf('/') + 1)}` : arn;

const sinceText = ({ deed, policy = '' }: Rights): string => {
  switch (deed) {
    case 'policies-changed':
      return 'since somebody changed the policies of its role by hand';
    case 'policy-attached':
      return `since somebody attached ${policyText(policy)} to its role by hand`;
    case 'role-deleted':
      return 'since somebody deleted its role by hand';
    case 'bucket-policy-changed':
      return 'since somebody changed the policy of a bucket by hand';
  }
};

const rightsText = (rights: Rights, withDeed: boolean): string => {
  const { change, certainty, condition } = rights;
  const dataset = datasetText(change);
  const { gained, lost } = effectOf(change);
  const verb = certainty === 'proven' ? 'has' : 'may have';
  const hangs = condition === undefined ? '' : ` (${condition})`;
  const since = `${withDeed ? ` ${sinceText(rights)}` : ''}${hangs}`;
  if (gained.length > 0) {
    const now = change.after.filter(({ level }) => gained.includes(level));
    return `${whoText(change)} ${verb} ${levelsOn(now.length > 0 ? now : change.after, dataset)}${since}`;
  }
  if (lost.length > 0) {
    const gone: AccessChange['before'] = lost.map((level) => ({ level }));
    return `${whoText(change)} no longer has ${lostOn(gone, dataset)}${since}`;
  }
  const [held] = change.after;
  const was = change.before[0]?.until;
  const end = held?.until === undefined ? 'without end' : `until ${held.until}`;
  return `${whoText(change)} has ${lostOn(change.after, dataset)} ${end} instead of ${was === undefined ? 'without end' : `until ${was}`}${since}`;
};

const callersText = (
  { principal, gained, lost }: Extract<OutsideAccess, { sort: 'callers' }>,
  withDeed: boolean,
): string => {
  const holder = holderText(principal);
  const parts = [
    ...(gained.length > 0 ? [`${joined(gained)} may work as ${holder}`] : []),
    ...(lost.length > 0 ? [`${joined(lost)} may no longer work as ${holder}`] : []),
  ];
  return `${parts.join(', and ')}${withDeed ? ' since somebody changed by hand who may take its role' : ''}`;
};

const describe = (outside: OutsideAccess, withDeed: boolean): string => {
  switch (outside.sort) {
    case 'rights':
      return rightsText(outside, withDeed);
    case 'callers':
      return callersText(outside, withDeed);
    case 'unread-policy': {
      const since = withDeed ? ' since somebody attached it to its role by hand' : '';
      return `${holderText(outside.principal)} has whatever ${policyText(outside.policy)} gives${since}; EDL does not know what that is`;
    }
  }
};

/** Outside access as a sentence without a full stop. */
export const describeOutside = (outside: OutsideAccess): string => describe(outside, true);

/** The same beside the object that somebody changed: what was done to it is told there. */
export const describeGiven = (outside: OutsideAccess): string => describe(outside, false);
