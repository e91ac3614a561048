import type { JsonObject } from '../json.ts';
import type { Services } from '../services.ts';

export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

/** What a template wants of a resource: evaluated properties without `Tags`, and the tags that it and its stack give. */
export interface Desired {
  readonly properties: JsonObject;
  readonly tags: readonly Tag[];
}

/** Where a resource lives, and the APIs to reach it. */
export interface Context {
  readonly services: Services;
  readonly account: string;
  readonly region: string;
  readonly stackName: string;
  readonly logicalId: string;
}

/** A resource that exists: its physical id (what Ref gives) and the attributes that Fn::GetAtt gives. */
export interface Instance {
  readonly physicalId: string;
  readonly attributes: Readonly<Record<string, string>>;
}

export type Kind = 'list' | 'object' | 'document';

/** One CloudFormation resource type over the service's own API. What AWS would refuse is thrown as AwsError by that API. */
export interface ResourceType {
  readonly type: string;
  /** The properties the sandbox acts on; a template with any other property of the type is refused. */
  readonly modelled: readonly string[];
  /** The properties that hold a list, an object, or a document (an object or its text); all others hold one value. */
  readonly kinds?: Readonly<Record<string, Kind>>;
  /** The attributes that `create` and `find` give; Fn::GetAtt of any other is refused. */
  readonly attributes?: readonly string[];
  /** The property that gives the resource a custom name, if it has one; such a resource cannot be replaced under its name. */
  readonly nameProperty?: string;
  /** The properties that name an existing resource in an import, the primary identifier of the type's schema. */
  readonly identifiers: readonly string[];
  /** CloudFormation cannot read this type back: drift-aware change sets compare its templates only. */
  readonly isBlind?: boolean;
  /** Properties that reading the resource does not give back, so that their drift is never seen. */
  readonly writeOnly?: readonly string[];
  /** The capability that a template with this resource needs. */
  capability?(properties: JsonObject): 'CAPABILITY_IAM' | 'CAPABILITY_NAMED_IAM';
  /** Refuses nested properties that are not modelled, and values that AWS refuses before it creates anything. */
  check?(properties: JsonObject): void;
  /** Calls `born` as soon as something exists that a rollback must delete. */
  create(context: Context, desired: Desired, born: (physicalId: string) => void): Promise<Instance>;
  /** Changes in place; must bring any partly changed resource to `after`, as it also runs in rollbacks. */
  update(context: Context, physicalId: string, before: Desired, after: Desired): Promise<void>;
  /** Deletes; a resource that is already gone is deleted. */
  remove(context: Context, physicalId: string, properties: JsonObject): Promise<void>;
  /** An existing resource with the name, or the identifiers, that the properties give, for imports. */
  find(context: Context, properties: JsonObject): Promise<Instance | undefined>;
  /** The live resource in CloudFormation's properties; undefined when it is gone. */
  read(context: Context, physicalId: string): Promise<Desired | undefined>;
}
