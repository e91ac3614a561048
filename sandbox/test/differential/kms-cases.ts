import {
  CancelKeyDeletionCommand,
  CreateAliasCommand,
  CreateGrantCommand,
  CreateKeyCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  DisableKeyRotationCommand,
  EnableKeyCommand,
  EnableKeyRotationCommand,
  GetKeyPolicyCommand,
  GetKeyRotationStatusCommand,
  ListAliasesCommand,
  ListGrantsCommand,
  ListResourceTagsCommand,
  PutKeyPolicyCommand,
  RevokeGrantCommand,
  ScheduleKeyDeletionCommand,
  UpdateAliasCommand,
  UpdateKeyDescriptionCommand,
} from '@aws-sdk/client-kms';
import type { Aws } from './case.ts';
import { MOTO_ACCOUNT, accepted, casesOf, policy } from './case.ts';

const NOBODY = policy({
  Action: 'kms:*',
  Resource: '*',
  Principal: { AWS: `arn:aws:iam::${MOTO_ACCOUNT}:role/nobody` },
});
const OWN = policy({ Action: 'kms:*', Resource: '*', Principal: { AWS: `arn:aws:iam::${MOTO_ACCOUNT}:root` } });
const NO_KEY = '00000000-0000-4000-8000-000000000000';

const makeKey = async (aws: Aws, input: ConstructorParameters<typeof CreateKeyCommand>[0] = {}) =>
  (await aws.kms.send(new CreateKeyCommand(input))).KeyMetadata;

const aliases = async (aws: Aws, Limit?: number): Promise<unknown> => {
  const { Aliases = [], NextMarker, Truncated } = await aws.kms.send(new ListAliasesCommand({ Limit }));
  const names = Aliases.map(({ AliasName = '' }) => AliasName).filter((name) => !name.startsWith('alias/aws/'));
  return { names, NextMarker, Truncated };
};

const READS = casesOf({
  'kms:ListAliases': async (aws) => {
    const key = await makeKey(aws);
    for (const name of ['first', 'second'])
      await aws.kms.send(new CreateAliasCommand({ AliasName: `alias/${name}`, TargetKeyId: key?.KeyId }));
    return aliases(aws);
  },
  'kms:ListAliases in a page of 1': (aws) => aliases(aws, 1),
  'kms:CreateKey': async (aws) =>
    makeKey(aws, { Policy: OWN, Description: 'd', Tags: [{ TagKey: 'edl:owner', TagValue: 'x' }] }),
  'kms:CreateKey for a role that does not exist': (aws) => accepted(makeKey(aws, { Policy: NOBODY })),
  'kms:PutKeyPolicy for a role that does not exist': async (aws) => {
    const key = await makeKey(aws);
    return accepted(
      aws.kms.send(new PutKeyPolicyCommand({ KeyId: key?.KeyId, Policy: NOBODY, PolicyName: 'default' })),
    );
  },
  'kms:DescribeKey by an alias': (aws) => aws.kms.send(new DescribeKeyCommand({ KeyId: 'alias/first' })),
  'kms:DescribeKey that does not exist': (aws) => aws.kms.send(new DescribeKeyCommand({ KeyId: NO_KEY })),
  'kms:GetKeyPolicy': async (aws) => {
    const key = await makeKey(aws, { Policy: OWN });
    return aws.kms.send(new GetKeyPolicyCommand({ KeyId: key?.KeyId, PolicyName: 'default' }));
  },
  'kms:GetKeyPolicy that nobody gave': async (aws) => {
    const key = await makeKey(aws);
    return aws.kms.send(new GetKeyPolicyCommand({ KeyId: key?.KeyId, PolicyName: 'default' }));
  },
  'kms:GetKeyRotationStatus before and after': async (aws) => {
    const KeyId = (await makeKey(aws))?.KeyId;
    const before = await aws.kms.send(new GetKeyRotationStatusCommand({ KeyId }));
    await aws.kms.send(new EnableKeyRotationCommand({ KeyId }));
    return [before, await aws.kms.send(new GetKeyRotationStatusCommand({ KeyId }))];
  },
  'kms:ListResourceTags': async (aws) => {
    const key = await makeKey(aws, { Tags: [{ TagKey: 'edl:owner', TagValue: 'x' }] });
    return aws.kms.send(new ListResourceTagsCommand({ KeyId: key?.KeyId }));
  },
});

const KeyId = 'alias/mended';
const GRANTEE = `arn:aws:iam::${MOTO_ACCOUNT}:root`;

/** The key behind the alias, as a change left it. A key is named by its id: aliases are not taken everywhere. */
const changed = async (aws: Aws, change: (KeyId: string) => Promise<unknown>): Promise<unknown> => {
  const before = await aws.kms.send(new DescribeKeyCommand({ KeyId }));
  await change(before.KeyMetadata?.KeyId ?? '');
  const { KeyMetadata: after } = await aws.kms.send(new DescribeKeyCommand({ KeyId }));
  return { Description: after?.Description, Enabled: after?.Enabled, KeyState: after?.KeyState };
};

const grantsOf = async (aws: Aws) => {
  const { KeyMetadata } = await aws.kms.send(new DescribeKeyCommand({ KeyId }));
  const { Grants = [] } = await aws.kms.send(new ListGrantsCommand({ KeyId: KeyMetadata?.KeyId }));
  return Grants.map(({ GrantId, GranteePrincipal, Operations }) => ({ GrantId, GranteePrincipal, Operations }));
};

/** What puts a key right again, and what is there afterwards. */
const CHANGES = casesOf({
  'kms:UpdateKeyDescription': async (aws) => {
    const key = await makeKey(aws);
    await aws.kms.send(new CreateAliasCommand({ AliasName: KeyId, TargetKeyId: key?.KeyId }));
    return changed(aws, (id) => aws.kms.send(new UpdateKeyDescriptionCommand({ KeyId: id, Description: 'new' })));
  },
  'kms:DisableKey': (aws) => changed(aws, (id) => aws.kms.send(new DisableKeyCommand({ KeyId: id }))),
  'kms:EnableKey': (aws) => changed(aws, (id) => aws.kms.send(new EnableKeyCommand({ KeyId: id }))),
  'kms:CancelKeyDeletion': (aws) =>
    changed(aws, async (id) => {
      await aws.kms.send(new ScheduleKeyDeletionCommand({ KeyId: id, PendingWindowInDays: 7 }));
      await aws.kms.send(new CancelKeyDeletionCommand({ KeyId: id }));
    }),
  'kms:EnableKeyRotation': async (aws) => {
    const key = await makeKey(aws);
    await aws.kms.send(new EnableKeyRotationCommand({ KeyId: key?.KeyId, RotationPeriodInDays: 180 }));
    return aws.kms.send(new GetKeyRotationStatusCommand({ KeyId: key?.KeyId }));
  },
  'kms:DisableKeyRotation': async (aws) => {
    const key = await makeKey(aws);
    await aws.kms.send(new EnableKeyRotationCommand({ KeyId: key?.KeyId }));
    await aws.kms.send(new DisableKeyRotationCommand({ KeyId: key?.KeyId }));
    return aws.kms.send(new GetKeyRotationStatusCommand({ KeyId: key?.KeyId }));
  },
  'kms:UpdateAlias': async (aws) => {
    const key = await makeKey(aws, { Description: 'other' });
    return changed(aws, () => aws.kms.send(new UpdateAliasCommand({ AliasName: KeyId, TargetKeyId: key?.KeyId })));
  },
  'kms:ListGrants': async (aws) => {
    const { KeyMetadata } = await aws.kms.send(new DescribeKeyCommand({ KeyId }));
    await aws.kms.send(
      new CreateGrantCommand({ KeyId: KeyMetadata?.KeyId, GranteePrincipal: GRANTEE, Operations: ['Decrypt'] }),
    );
    return (await grantsOf(aws)).map(({ GranteePrincipal, Operations }) => ({ GranteePrincipal, Operations }));
  },
  'kms:RevokeGrant': async (aws) => {
    const [grant] = await grantsOf(aws);
    const { KeyMetadata } = await aws.kms.send(new DescribeKeyCommand({ KeyId }));
    await aws.kms.send(new RevokeGrantCommand({ KeyId: KeyMetadata?.KeyId, GrantId: grant?.GrantId }));
    return grantsOf(aws);
  },
});

export const KMS_CASES = [...READS, ...CHANGES];
