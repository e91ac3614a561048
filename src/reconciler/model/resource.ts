import type { Catalog, Day, Level, PipelineFile, PrincipalRef } from './catalog.ts';
import type { Diagnostic, SourceLocation } from './diagnostic.ts';
import type { Digest } from './digest.ts';
import type { JsonObject } from './json.ts';

/** `<kind>/<name>`; regional names that AWS does not make unique carry the region: `glue-job/eu-west-1/edl-dev01-x`. */
export type ResourceId = `${string}/${string}`;

/** How a kind reaches AWS. */
export type DriverName = 'cloudformation' | 'glue' | 's3';

/** One object that should exist. `properties` are CloudFormation's, as JSON, whatever the driver. */
export interface Resource {
  readonly id: ResourceId;
  readonly kind: string;
  /** The AWS resource type (`AWS::IAM::Role`), or `EDL::…` for objects that CloudFormation does not know. */
  readonly type: string;
  /** The stack it is reviewed and applied with. */
  readonly stack: string;
  readonly region: string;
  /** May hold `{ "Ref": <logical id> }` of a resource in the same stack where AWS chooses the name (KMS keys only). */
  readonly properties: JsonObject;
  /** Resources of the same stack that must exist first. */
  readonly dependsOn: readonly ResourceId[];
  readonly declaredIn?: SourceLocation;
}

/** A unit of review and of apply. Stacks of the drivers `glue` and `s3` exist in our plans only, not in AWS. */
export interface Stack {
  readonly name: string;
  readonly region: string;
  readonly driver: DriverName;
  /** Stacks of the same plan that must be applied before this one. */
  readonly dependsOn: readonly string[];
  /** Applied with the caller's own rights, before the CloudFormation service role exists. */
  readonly bootstrap: boolean;
  /** Sorted by id. */
  readonly resources: readonly Resource[];
  /** CloudFormation only: the template, with the output `EdlDigest`. Absent for other drivers. */
  readonly template?: JsonObject;
  /** CloudFormation: what `EdlDigest` says. Others: of all resources. */
  readonly digest: Digest;
}

/** A file to upload, by its content. */
export interface Blob {
  readonly sha256: string;
  readonly bytes: Uint8Array;
  readonly contentType: string;
}

/**
 * One thing somebody may do: the unit of review. `dataset` is `*` for all of a tier (tier selectors, the default role,
 * metadata of an open tier). Absent `until` means no end.
 */
export interface AccessRow {
  readonly principal: AccessHolder;
  readonly dataset: string;
  readonly tier: string;
  readonly level: Level | 'run-write';
  readonly until?: Day;
}

/** Who holds access: a principal, everybody (the default role of a tier), or a dataset role for third parties. */
export type AccessHolder = PrincipalRef | `everyone:${string}` | `exposed:${string}`;

/** What one instance should be. Pure data but for the bytes of `blobs`. */
export interface DesiredState {
  readonly organization: string;
  readonly instance: string;
  readonly account: string;
  readonly homeRegion: string;
  readonly regions: readonly string[];
  /** ISO 8601, UTC. */
  readonly asOf: string;
  readonly catalogDigest: Digest;
  /** Sorted by name. */
  readonly stacks: readonly Stack[];
  /** Of all stacks, sorted by id. */
  readonly resources: readonly Resource[];
  readonly blobs: readonly Blob[];
  readonly diagnostics: readonly Diagnostic[];
}

/** What a kind's `declare` may use. */
export interface DeclareInput {
  readonly catalog: Catalog;
  readonly instance: string;
  /** ISO 8601, UTC: the time that expiry is judged at. */
  readonly asOf: string;
  /** The files of the Python package `edl` that jobs import (`runtime/edl`), paths relative to it. */
  readonly runtime: readonly PipelineFile[];
}

/** What a kind declares; `blobs` only where it uploads files. */
export interface Declared {
  readonly resources: readonly Resource[];
  readonly blobs?: readonly Blob[];
  readonly diagnostics?: readonly Diagnostic[];
}
