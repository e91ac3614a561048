import { compileAccess } from '../../access/documents/compile.ts';
import type { CompiledAccess } from '../../access/documents/role.ts';
import type { DeclareInput } from '../../reconciler/model/resource.ts';

/** Roles, policies and workgroups of an instance, from the grants of its catalog; remembered, so each kind may ask. */
export const accessOf = ({ catalog, instance, asOf }: DeclareInput): CompiledAccess =>
  compileAccess(catalog, instance, asOf);
