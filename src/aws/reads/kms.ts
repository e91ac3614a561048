import {
  DescribeKeyCommand,
  GetKeyPolicyCommand,
  GetKeyRotationStatusCommand,
  KMSClient,
  paginateListAliases,
  paginateListResourceTags,
} from '@aws-sdk/client-kms';
import type { AwsReads, LiveAlias, LiveKey } from '../../reconciler/model/reads.ts';
import { perRegion, type Wire } from '../clients.ts';
import { whileDoing } from '../errors.ts';
import { isFailure } from '../failure-facts.ts';
import { parseJsonObject } from '../parse.ts';

/** The most that KMS puts into one page of aliases, and of tags. */
const ALIAS_PAGE_SIZE = 100;
const TAG_PAGE_SIZE = 50;

const readTags = async (client: KMSClient, keyId: string): Promise<Readonly<Record<string, string>>> => {
  const tags: Record<string, string> = {};
  for await (const page of paginateListResourceTags({ client, pageSize: TAG_PAGE_SIZE }, { KeyId: keyId })) {
    for (const tag of page.Tags ?? []) tags[tag.TagKey ?? ''] = tag.TagValue ?? '';
  }
  return tags;
};

const readKey = async (client: KMSClient, keyId: string): Promise<LiveKey | undefined> => {
  const described = await client.send(new DescribeKeyCommand({ KeyId: keyId }));
  const metadata = described.KeyMetadata;
  if (metadata?.KeyId === undefined) return undefined;
  const id = metadata.KeyId;
  const [policy, rotation, tags] = await Promise.all([
    client.send(new GetKeyPolicyCommand({ KeyId: id, PolicyName: 'default' })),
    client.send(new GetKeyRotationStatusCommand({ KeyId: id })),
    readTags(client, id),
  ]);
  return {
    keyId: id,
    arn: metadata.Arn ?? '',
    description: metadata.Description ?? '',
    enabled: metadata.Enabled ?? false,
    rotationEnabled: rotation.KeyRotationEnabled ?? false,
    policy: parseJsonObject(policy.Policy ?? '', `the policy of key ${id}`),
    tags,
    state: metadata.KeyState ?? '',
  };
};

/** Reads aliases in pages and a key in four calls (KMS has no bulk read for keys). */
export const kmsReads = (wire: Wire): Pick<AwsReads, 'aliases' | 'key'> => {
  const clientOf = perRegion((region) => wire.instrument('kms', new KMSClient(wire.settings(region))));
  return {
    aliases: (region) =>
      whileDoing(`list the key aliases of ${region}`, async () => {
        const aliases: LiveAlias[] = [];
        for await (const page of paginateListAliases({ client: clientOf(region), pageSize: ALIAS_PAGE_SIZE }, {})) {
          for (const alias of page.Aliases ?? []) {
            aliases.push({
              name: alias.AliasName ?? '',
              ...(alias.TargetKeyId === undefined ? {} : { targetKeyId: alias.TargetKeyId }),
            });
          }
        }
        return aliases;
      }),
    key: (region, keyId) =>
      whileDoing(`read key ${keyId} in ${region}`, async () => {
        try {
          return await readKey(clientOf(region), keyId);
        } catch (error) {
          if (isFailure(error, 'NotFoundException')) return undefined;
          throw error;
        }
      }),
  };
};
