import { invariant } from '../model/errors.ts';
import { canonicalJson } from '../model/json.ts';
import type { ResourceKind } from '../model/kind.ts';
import { artifactsBucket } from '../model/names.ts';
import type { Change } from '../model/plan.ts';
import type { StackWork } from '../model/ports.ts';
import type { Blob, DesiredState, DriverName, Resource, Stack } from '../model/resource.ts';
import type { Node } from '../plan/waves.ts';

/** What every stack's work needs beside the plan. */
export interface WorkInput {
  readonly desired: DesiredState;
  readonly kinds: readonly ResourceKind[];
  /** CloudFormation's service role, for all stacks but the bootstrap ones. */
  readonly roleArn: string;
}

const SHA256 = /[0-9a-f]{64}/g;

const isWritten = (change: Change): boolean => change.action !== 'prune';

/** Files are uploaded under keys that hold their sha256, so a resource refers to a file by naming its digest. */
const blobsFor = (changes: readonly Change[], stack: Stack | undefined, desired: DesiredState): readonly Blob[] => {
  const written = new Set(changes.filter(isWritten).map((change) => change.id));
  const named = new Set(
    (stack?.resources ?? [])
      .filter((resource: Resource) => written.has(resource.id))
      .flatMap((resource) => canonicalJson([resource.id, resource.properties]).match(SHA256) ?? []),
  );
  return desired.blobs.filter((blob) => named.has(blob.sha256));
};

/** Stacks that are no longer desired are told by their objects' kinds; of kinds unknown, only CloudFormation can be asked. */
export const driverOf = (node: Node, input: WorkInput): DriverName => {
  const stack = input.desired.stacks.find((one) => one.name === node.stack);
  if (stack !== undefined) return stack.driver;
  const kind = input.kinds.find((one) => node.changes.some((change) => change.kind === one.name));
  return kind?.driver ?? 'cloudformation';
};

/** The work on one stack, as its driver gets it. */
export const workOf = (node: Node, input: WorkInput): StackWork => {
  const { desired } = input;
  const stack = desired.stacks.find((one) => one.name === node.stack);
  invariant(
    stack ?? node.changes.every((change) => change.action === 'prune'),
    `the plan changes ${node.stack}, but the catalog has no such stack`,
  );
  const isBootstrap = stack?.bootstrap === true;
  return {
    instance: desired.instance,
    organization: desired.organization,
    account: desired.account,
    name: node.stack,
    region: stack?.region ?? node.region,
    ...(stack === undefined ? {} : { desired: stack }),
    changes: node.changes,
    blobs: blobsFor(node.changes, stack, desired),
    ...(isBootstrap
      ? {}
      : {
          roleArn: input.roleArn,
          artifactsBucket: artifactsBucket(desired.organization, desired.instance, stack?.region ?? node.region),
        }),
  };
};
