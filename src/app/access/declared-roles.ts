import type { Catalog } from '../../reconciler/model/catalog.ts';
import { resourceKinds } from '../../resources/index.ts';
import { DECIDING_KINDS, type LakeProof, proofInput } from '../proof-input.ts';

/**
 * Every document that decides about access in an instance at a time, as git declares it: roles, boundaries, policies of
 * buckets and keys. The same kinds declare them that plans are made of.
 */
export const declaredRoles = (catalog: Catalog, instance: string, asOf: string): LakeProof => {
  const input = { catalog, instance, asOf, runtime: [] };
  const objects = resourceKinds
    .filter(({ name }) => DECIDING_KINDS.has(name))
    .flatMap((kind) => kind.declare(input).resources);
  return proofInput({ catalog, instance, asOf, objects });
};
