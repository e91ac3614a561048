import { foundationStack, keyAlias } from '../../reconciler/model/names.ts';
import type { ObserveScope } from '../../reconciler/model/kind.ts';
import { refOutputOf } from '../../reconciler/model/logical-id.ts';
import type { AwsReads } from '../../reconciler/model/reads.ts';
import { keyId } from './ids.ts';
import type { LakeScope } from './scope.ts';

/** A key of the lake: one for each KMS tier and region. */
export interface LakeKey {
  readonly alias: string;
  readonly tier: string;
  readonly region: string;
  readonly stack: string;
}

/** Every key of an instance. */
export const lakeKeys = (scope: LakeScope): readonly LakeKey[] =>
  scope.regions.flatMap((region) =>
    scope.tiers
      .filter((tier) => tier.encryption === 'kms')
      .map((tier) => ({
        alias: keyAlias(scope.instance.name, tier.name),
        tier: tier.name,
        region,
        stack: foundationStack(scope.instance.name, region),
      })),
  );

/** An alias of ours in AWS, or the name of one that is gone while the key is still known. */
export interface NamedKey {
  readonly alias: string;
  readonly keyId: string;
}

/** Every alias in AWS with a name of this instance's, in one region, and the key that it points to now. */
export const readAliases = async (reads: AwsReads, scope: ObserveScope): Promise<readonly NamedKey[]> => {
  const prefix = keyAlias(scope.instance, '');
  const aliases = await reads.aliases(scope.region);
  return aliases.flatMap(({ name, targetKeyId }) =>
    name.startsWith(prefix) && targetKeyId !== undefined ? [{ alias: name, keyId: targetKeyId }] : [],
  );
};

/**
 * Keys have no names. Ours are those that our foundation stack made (its outputs tell their ids), even when somebody moved
 * or removed an alias; where the stack knows none, those that our aliases point to.
 */
export const readNamedKeys = async (reads: AwsReads, scope: ObserveScope): Promise<readonly NamedKey[]> => {
  const aliases = await readAliases(reads, scope);
  const stack = foundationStack(scope.instance, scope.region);
  const outputs = (await reads.stacks(scope.region)).find(({ name }) => name === stack)?.outputs ?? {};
  const names = new Set([
    ...aliases.map(({ alias }) => alias),
    ...scope.tiers.map((tier) => keyAlias(scope.instance, tier)),
  ]);
  return [...names].flatMap((alias) => {
    const made = outputs[refOutputOf(keyId(scope.region, alias))];
    const id = made ?? aliases.find((candidate) => candidate.alias === alias)?.keyId;
    return id === undefined ? [] : [{ alias, keyId: id }];
  });
};
