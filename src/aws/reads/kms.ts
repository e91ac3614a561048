import {
  DescribeKeyCommand,
  GetKeyPolicyCommand,
  GetKeyRotationStatusCommand,
  KMSClient,
  paginateListAliases,
  paginateListGrants,
  paginateListResourceTags,
  type GrantListEntry,
} from '@aws-sdk/client-kms';
import { EdlError } from '../../reconciler/model/errors.ts';
import { asJsonObject } from '../../reconciler/model/json.ts';
import type { AwsReads, LiveAlias, LiveGrant, LiveKey } from '../../reconciler/model/reads.ts';
import { perRegion, type Wire } from '../clients.ts';
import { whileDoing } from '../errors.ts';
import { isFailure } from '../failure-facts.ts';
import { parseJsonObject } from '../parse.ts';

/** The most that KMS puts into one page of aliases, and of tags. */
const ALIAS_PAGE_SIZE = 100;
const TAG_PAGE_SIZE = 50;
/** The most grants in one page (kms/latest/APIReference/API_ListGrants). */
const GRANT_PAGE_SIZE = 100;

const readTags = async (client: KMSClient, keyId: string): Promise<Readonly<Record<string, string>>> => {
  const tags: Record<string, string> = {};
  for await (const page of paginateListResourceTags({ client, pageSize: TAG_PAGE_SIZE }, { KeyId: keyId })) {
    for (const tag of page.Tags ?? []) tags[tag.TagKey ?? ''] = tag.TagValue ?? '';
  }
  return tags;
};

const asGrant = (grant: GrantListEntry): LiveGrant => ({
  id: grant.GrantId ?? '',
  grantee: grant.GranteePrincipal ?? '',
  operations: grant.Operations ?? [],
  ...(grant.Constraints === undefined ? {} : { constraints: asJsonObject(grant.Constraints) }),
  ...(grant.RetiringPrincipal === undefined ? {} : { retiringPrincipal: grant.RetiringPrincipal }),
  ...(grant.Name === undefined || grant.Name === '' ? {} : { name: grant.Name }),
});

/** Grants are no part of what apply writes: without them the key itself is still known, so a failure is told and not thrown. */
const readGrants = async (client: KMSClient, keyId: string): Promise<NonNullable<LiveKey['grants']>> => {
  try {
    return await whileDoing(`list the grants of key ${keyId}`, async () => {
      const grants: LiveGrant[] = [];
      for await (const page of paginateListGrants({ client, pageSize: GRANT_PAGE_SIZE }, { KeyId: keyId })) {
        grants.push(...(page.Grants ?? []).map(asGrant));
      }
      return grants;
    });
  } catch (error) {
    if (error instanceof EdlError && error.disposition !== 'bug') return { unread: error.message };
    throw error;
  }
};

const readKey = async (client: KMSClient, keyId: string): Promise<LiveKey | undefined> => {
  const described = await client.send(new DescribeKeyCommand({ KeyId: keyId }));
  const metadata = described.KeyMetadata;
  if (metadata?.KeyId === undefined) return undefined;
  const id = metadata.KeyId;
  const [policy, rotation, tags, grants] = await Promise.all([
    client.send(new GetKeyPolicyCommand({ KeyId: id, PolicyName: 'default' })),
    client.send(new GetKeyRotationStatusCommand({ KeyId: id })),
    readTags(client, id),
    readGrants(client, id),
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
    grants,
  };
};

/** Reads aliases in pages and a key in five calls (KMS has no bulk read for keys). */
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
