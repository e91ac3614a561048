import type { EvaluationContext } from '../access/evaluate/types.ts';
import { worldOf, type HeldWorld } from '../access/held/world.ts';
import { proofKeyArn } from '../access/proof/key-arn.ts';
import type { ProofInput } from '../access/proof/types.ts';
import type { Catalog } from '../reconciler/model/catalog.ts';
import { type JsonObject, objectOf, textOf } from '../reconciler/model/json.ts';
import type { LiveState } from '../reconciler/model/live.ts';
import { keyAlias } from '../reconciler/model/names.ts';
import type { LiveManagedPolicy } from '../reconciler/model/reads.ts';
import type { DesiredState, ResourceId } from '../reconciler/model/resource.ts';
import { keyId } from '../resources/shared/ids.ts';
import { allRolesIn, type FoundRole, type IamView, type ViewedRole } from './held-roles.ts';

/** An object of some state of the lake: as compiled, or as live. */
export interface StateObject {
  readonly id: ResourceId;
  readonly kind: string;
  readonly properties: JsonObject;
}

/** One side of the lake, compiled or live, to be held against the catalog. */
export interface ProofSide {
  readonly catalog: Catalog;
  readonly instance: string;
  /** ISO 8601. */
  readonly asOf: string;
  readonly objects: readonly StateObject[];
  /** Customer managed policies of the account that are not among the objects, because they are not the lake's. */
  readonly policies?: readonly LiveManagedPolicy[];
}

/** What the proof asks, and what else of the same side is needed to read its answers. */
export interface LakeProof extends ProofInput {
  readonly roles: readonly ViewedRole[];
  /** Roles whose names say nothing of whose they are. */
  readonly others: readonly FoundRole[];
  /** Buckets that are there. */
  readonly buckets: ReadonlySet<string>;
  readonly world: HeldWorld;
}

/** The kinds that decide who may do what; of buckets only whether they are there. */
export const DECIDING_KINDS: ReadonlySet<string> = new Set([
  'iam-managed-policy',
  'iam-role',
  'kms-key',
  's3-bucket',
  's3-bucket-policy',
]);

/** The bucket that an ARN of S3 is about. */
export const bucketOf = (arn: string): string => arn.replace(/^arn:aws:s3:::([^/]+).*$/, '$1');

/** What is compiled. */
export const desiredObjects = (desired: DesiredState): readonly StateObject[] => desired.resources;

/** What is there. */
export const liveObjects = (live: LiveState): readonly StateObject[] =>
  live.resources.flatMap(({ id, kind, properties }) => (properties === undefined ? [] : [{ id, kind, properties }]));

const asView = (policies: readonly LiveManagedPolicy[]): IamView =>
  policies.map(({ name, path, document }) => ({
    kind: 'iam-managed-policy',
    properties: { ManagedPolicyName: name, Path: path, PolicyDocument: document },
  }));

type ResourcePolicies = NonNullable<EvaluationContext['resources']>;

const bucketPolicies = (objects: readonly StateObject[]): ResourcePolicies =>
  objects
    .filter(({ kind }) => kind === 's3-bucket-policy')
    .map(({ properties }) => ({
      arn: `arn:aws:s3:::${textOf(properties['Bucket'])}`,
      document: objectOf(properties['PolicyDocument']),
    }));

/** A key's id is AWS's to choose, so the proof knows each key by its tier and region. */
const keyPolicies = (objects: readonly StateObject[], world: HeldWorld): ResourcePolicies => {
  const keys = new Map(objects.filter(({ kind }) => kind === 'kms-key').map((key) => [key.id, key.properties]));
  return world.regions.flatMap((region) =>
    world.tiers.flatMap((tier) => {
      const properties = keys.get(keyId(region, keyAlias(world.instance, tier)));
      return properties === undefined
        ? []
        : [{ arn: proofKeyArn(world.account, region, tier), document: objectOf(properties['KeyPolicy']) }];
    }),
  );
};

/** Gathers what is to be proven from one side of the lake: the same way for both, so that both are judged alike. */
export const proofInput = ({ catalog, instance, asOf, objects, policies = [] }: ProofSide): LakeProof => {
  const world = worldOf(catalog, instance, asOf);
  const found = allRolesIn([...asView(policies), ...objects], world);
  return {
    catalog,
    instance,
    asOf,
    world,
    roles: found.flatMap(({ holder, ...role }) => (holder === undefined ? [] : [{ ...role, holder }])),
    others: found.filter(({ holder }) => holder === undefined),
    buckets: new Set(
      objects.flatMap(({ kind, properties }) => (kind === 's3-bucket' ? [textOf(properties['BucketName'])] : [])),
    ),
    resources: [...bucketPolicies(objects), ...keyPolicies(objects, world)],
  };
};
