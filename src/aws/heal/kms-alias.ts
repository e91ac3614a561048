import { type KMSClient, UpdateAliasCommand } from '@aws-sdk/client-kms';
import type { HealWork } from '../../reconciler/model/heal.ts';
import { textOf } from '../../reconciler/model/json.ts';
import { propertyOf, refuseMissing, refusePart, refuseUndeclared, type HealStep } from './step.ts';

/** Points an alias back to its key (kms/latest/APIReference/API_UpdateAlias). */
export const healAlias = (work: HealWork, client: KMSClient): readonly HealStep[] => {
  const { wanted } = work;
  if (wanted === undefined) return [refuseUndeclared(work)];
  if (work.live === undefined) return [refuseMissing(work)];
  return work.parts.map((part): HealStep => {
    const TargetKeyId = textOf(part.wanted);
    if (propertyOf(part.path) !== 'TargetKeyId' || TargetKeyId === '') return refusePart(work, part);
    const AliasName = textOf(wanted['AliasName']);
    return {
      paths: [part.path],
      does: `points the alias to key ${TargetKeyId} (kms:UpdateAlias)`,
      run: () => client.send(new UpdateAliasCommand({ AliasName, TargetKeyId })),
    };
  });
};
