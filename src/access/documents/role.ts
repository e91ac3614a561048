import type { SourceLocation, Diagnostic } from '../../reconciler/model/diagnostic.ts';
import type { JsonObject } from '../../reconciler/model/json.ts';
import type { AccessHolder, AccessRow } from '../../reconciler/model/resource.ts';

/** A policy of a role, by name. */
export interface RolePolicy {
  readonly name: string;
  readonly document: JsonObject;
}

/** The role of one holder, whole: who may take it and what it may do. */
export interface AccessRole {
  readonly kind: 'principal' | 'default' | 'exposed' | 'runner';
  readonly holder: AccessHolder;
  readonly roleName: string;
  readonly path: string;
  readonly stack: string;
  /** The region of the stack; the role itself is global. */
  readonly region: string;
  readonly description: string;
  readonly trust: JsonObject;
  /** Sorted by name. */
  readonly inline: readonly RolePolicy[];
  /** Sorted by name; in the IAM path of the instance, attached to this role alone. */
  readonly managed: readonly RolePolicy[];
  readonly maxSessionSeconds: number;
  /** What the documents give, as declared. */
  readonly rows: readonly AccessRow[];
  readonly declaredIn?: SourceLocation;
}

/** An Athena workgroup of one holder in one region. */
export interface AccessWorkGroup {
  readonly name: string;
  readonly region: string;
  readonly stack: string;
  readonly description: string;
  readonly holder: AccessHolder;
  /** Default roles: the tier that they read. */
  readonly tier?: string;
  readonly declaredIn?: SourceLocation;
}

/** All access of one instance at one time. Sorted; a pure function of catalog, instance and time. */
export interface CompiledAccess {
  readonly roles: readonly AccessRole[];
  readonly workGroups: readonly AccessWorkGroup[];
  readonly rows: readonly AccessRow[];
  readonly diagnostics: readonly Diagnostic[];
}
