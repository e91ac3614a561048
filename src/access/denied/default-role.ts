import type { Caller } from '../../reconciler/model/catalog.ts';
import { defaultRole } from '../../reconciler/model/names.ts';
import type { AccessHolder } from '../../reconciler/model/resource.ts';
import { implies } from '../levels.ts';
import type { Cause } from './cause.ts';
import { listed } from './cause.ts';
import type { Asked } from './asked.ts';
import { takeRole } from './take-role.ts';

const callerText = (caller: Caller): string => {
  if ('arn' in caller) return caller.arn;
  if ('identityCenter' in caller) return `the permission set ${caller.identityCenter.permissionSet}`;
  return `who signs in through ${'saml' in caller ? caller.saml.provider : caller.oidc.provider}`;
};

/**
 * What everybody reads needs no grant: the default role of the tier gives it now, and a person who does not know of it would
 * wait for an approval in vain.
 */
export const defaultSteps = ({
  one,
  holder,
  instance,
  dataset,
  level,
}: Asked): Pick<Cause, 'evidence' | 'steps' | 'snippets'> => {
  const tier = one.catalog.lake.tiers.find(({ name }) => name === dataset.tier);
  const isForPeople = holder.startsWith('team:') || holder.startsWith('user:');
  if (tier?.defaultRole === undefined || !isForPeople || !implies('read', level))
    return { evidence: [], steps: [], snippets: [] };
  const callers = tier.defaultRole.assumedBy.filter(({ instances }) => instances?.includes(instance.name) ?? true);
  const who =
    tier.defaultRole.assumedBy.length === 0 ? 'anybody in the account' : listed(callers.map(callerText), 'or');
  if (who === '') return { evidence: [], steps: [], snippets: [] };
  const everyone: AccessHolder = `everyone:${tier.name}`;
  return {
    evidence: [
      {
        text: `The default role ${defaultRole(instance.name, tier.name)} reads all ${tier.name} data, ${dataset.name} as well; ${who} may take it`,
      },
    ],
    steps: [
      `To read it now, without any grant, take the default role instead. A grant is needed only to use it together with what ${holder} holds.`,
    ],
    snippets: takeRole(one.catalog, everyone, instance),
  };
};
