import {
  CancelKeyDeletionCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  DisableKeyRotationCommand,
  EnableKeyCommand,
  EnableKeyRotationCommand,
  type KMSClient,
  PutKeyPolicyCommand,
  RevokeGrantCommand,
  UpdateKeyDescriptionCommand,
} from '@aws-sdk/client-kms';
import type { HealPart, HealWork } from '../../reconciler/model/heal.ts';
import { objectOf, textOf } from '../../reconciler/model/json.ts';
import { isFailure } from '../failure-facts.ts';
import { itemsOf, policyText, propertyOf, refusePart, refuseUndeclared, type HealStep } from './step.ts';

/** What healing calls for each property of a key; all under kms/latest/APIReference. */
type Write = (part: HealPart, key: string, client: KMSClient) => HealStep | undefined;

/** Such a key is disabled afterwards (API_CancelKeyDeletion); one whose deletion somebody has cancelled meanwhile is left alone. */
const keepKey = async (client: KMSClient, KeyId: string): Promise<void> => {
  const { KeyMetadata: metadata } = await client.send(new DescribeKeyCommand({ KeyId }));
  if (metadata?.KeyState === 'PendingDeletion') await client.send(new CancelKeyDeletionCommand({ KeyId }));
};

/** Every other state is AWS's own business. */
const state: Write = ({ path, live, wanted }, KeyId, client) =>
  live === 'PendingDeletion' && wanted === undefined
    ? {
        paths: [path],
        does: 'cancels the deletion of the key (kms:CancelKeyDeletion)',
        run: () => keepKey(client, KeyId),
      }
    : undefined;

/** A key that waits for its deletion can only be enabled once that is cancelled. */
const enabled: Write = ({ path, wanted }, KeyId, client) =>
  wanted === false
    ? {
        paths: [path],
        does: 'disables the key (kms:DisableKey)',
        run: () => client.send(new DisableKeyCommand({ KeyId })),
      }
    : {
        paths: [path],
        does: 'enables the key, and cancels its deletion where one is planned (kms:CancelKeyDeletion, kms:EnableKey)',
        run: async () => {
          await keepKey(client, KeyId);
          await client.send(new EnableKeyCommand({ KeyId }));
        },
      };

/** API_EnableKeyRotation, API_DisableKeyRotation. */
const rotation: Write = ({ path, wanted }, KeyId, client) =>
  wanted === true
    ? {
        paths: [path],
        does: 'lets AWS rotate the key again (kms:EnableKeyRotation)',
        run: () => client.send(new EnableKeyRotationCommand({ KeyId })),
      }
    : {
        paths: [path],
        does: 'stops the rotation that nobody declared (kms:DisableKeyRotation)',
        run: () => client.send(new DisableKeyRotationCommand({ KeyId })),
      };

/** API_PutKeyPolicy; the check against locking oneself out stays on. */
const policy: Write = ({ path, wanted }, KeyId, client) => ({
  paths: [path],
  does: 'writes the policy of the key (kms:PutKeyPolicy)',
  run: () => client.send(new PutKeyPolicyCommand({ KeyId, PolicyName: 'default', Policy: policyText(wanted) })),
});

/** API_UpdateKeyDescription. */
const description: Write = ({ path, wanted }, KeyId, client) => ({
  paths: [path],
  does: 'writes the description of the key (kms:UpdateKeyDescription)',
  run: () => client.send(new UpdateKeyDescriptionCommand({ KeyId, Description: textOf(wanted) })),
});

/** API_RevokeGrant. A grant that is gone cannot be made again: only its maker knows its token. */
const grants: Write = (part, KeyId, client) => {
  const { live, wanted } = itemsOf(part);
  const kept = new Set(wanted.map((grant) => textOf(objectOf(grant)['GrantId'])));
  const revoked = live.map((grant) => textOf(objectOf(grant)['GrantId'])).filter((id) => id !== '' && !kept.has(id));
  if (revoked.length === 0) return undefined;
  return {
    paths: [part.path],
    does: `revokes the grant ${revoked.join(', ')} (kms:RevokeGrant)`,
    run: async () => {
      for (const GrantId of revoked) {
        try {
          await client.send(new RevokeGrantCommand({ KeyId, GrantId }));
        } catch (error) {
          if (!isFailure(error, 'NotFoundException', 'InvalidGrantIdException')) throw error;
        }
      }
    },
  };
};

/** In the order in which KMS takes them: a disabled key takes no other change of its settings. */
const WRITES: Readonly<Record<string, Write>> = {
  KeyState: state,
  Grants: grants,
  Enabled: enabled,
  KeyPolicy: policy,
  EnableKeyRotation: rotation,
  Description: description,
};

/** Puts parts of a key right. */
export const healKey = (work: HealWork, client: KMSClient): readonly HealStep[] => {
  if (work.wanted === undefined) return [refuseUndeclared(work)];
  const key = work.physicalId;
  if (work.live === undefined || key === undefined) {
    return [
      {
        paths: [],
        code: 'EDL-4157',
        refused: `The key of ${work.id} is gone. Another key would not decrypt what was encrypted with it, so making one is a decision for people: restore the data first, then apply.`,
      },
    ];
  }
  const order = Object.keys(WRITES);
  const rank = ({ path }: HealPart): number => order.indexOf(propertyOf(path));
  return [...work.parts]
    .sort((left, right) => rank(left) - rank(right))
    .map((part) => WRITES[propertyOf(part.path)]?.(part, key, client) ?? refusePart(work, part));
};
