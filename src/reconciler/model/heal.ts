import type { HealResult } from './drift.ts';
import type { Json, JsonObject } from './json.ts';
import type { Reporter } from './ports.ts';
import type { Blob, ResourceId } from './resource.ts';

/** One part of an object that is to be put right. Both sides are in their kind's normal form. */
export interface HealPart {
  /** JSON pointer to the part. */
  readonly path: string;
  /** Absent: it is gone. */
  readonly live?: Json;
  /** Absent: it should not be there. */
  readonly wanted?: Json;
}

/** Which lake, in which account. */
export interface HealScope {
  readonly organization: string;
  readonly instance: string;
  readonly account: string;
}

/** What is to be written for some parts of one object: data, so that it is told and done by the same rules. */
export interface HealWork {
  readonly scope: HealScope;
  readonly id: ResourceId;
  readonly kind: string;
  readonly type: string;
  readonly stack: string;
  readonly region: string;
  /** Everything that is live. Absent: the object is missing. */
  readonly live?: JsonObject;
  /** What the object should be. Absent: nothing declares it. */
  readonly wanted?: JsonObject;
  /** The parts to put right and no others. Empty: the object as a whole, which is missing or undeclared. */
  readonly parts: readonly HealPart[];
  /** The name that AWS chose (KMS keys). */
  readonly physicalId?: string;
  /** Glue and S3: the digest that the mark keeps, because healing applies nothing new. */
  readonly markDigest?: string;
  /** The content of a file. */
  readonly blob?: Blob;
}

/** One stack of CloudFormation whose objects are to be put right together. */
export interface StackHealing {
  readonly scope: HealScope;
  readonly name: string;
  readonly region: string;
  /** Everything that may be put right in it. */
  readonly objects: readonly HealWork[];
  /** The declared template, where the deployed one was tampered with. Absent: the deployed one is right. */
  readonly template?: JsonObject;
  /** Where templates over 51,200 bytes go. */
  readonly artifactsBucket: string;
}

/** What became of putting a stack right. `refused`: nothing was changed, and the API of the services is left. */
export type StackHealed =
  | { readonly status: 'reverted'; readonly covered: readonly Covered[] }
  | { readonly status: 'refused' | 'failed'; readonly reason: string };

/** A part, or (without a path) an object, that a change set put right. */
export interface Covered {
  readonly id: ResourceId;
  readonly path?: string;
}

/** Puts objects right in AWS. Failures are results, never exceptions; each step done twice does no harm. */
export interface Healer {
  /** What `heal` would do, part by part (`planned`), or why it would not (`refused`). Calls nothing. */
  explain(work: HealWork): Promise<readonly HealResult[]>;
  /** Puts right what the work names by the APIs of the services, and nothing else. */
  heal(work: HealWork, reporter: Reporter): Promise<readonly HealResult[]>;
  /** What a change set of the stack must put right if it is to be executed; nothing where CloudFormation cannot see it. */
  coverable(work: HealWork): Promise<readonly Covered[]>;
  /** Puts a stack right by a change set, if that does nothing else. */
  revert(stack: StackHealing, reporter: Reporter): Promise<StackHealed>;
}
