import type { JsonObject } from '../json.ts';
import type { Deployment } from './deployment.ts';
import type { Environment } from './environment.ts';
import type { Resolved } from './resolve.ts';
import type { Stack, StackResource } from './stack.ts';

/** What was done to a resource, so that it can be undone. */
export type Done =
  | { readonly kind: 'created'; readonly resource: StackResource; readonly isFailed: boolean }
  | { readonly kind: 'imported'; readonly resource: StackResource }
  | { readonly kind: 'updated'; readonly resource: StackResource; readonly attempted: Resolved }
  | { readonly kind: 'replaced'; readonly resource: StackResource; readonly replacement: StackResource };

/** A deployment under way. */
export interface Run {
  readonly environment: Environment;
  readonly stack: Stack;
  readonly target: Deployment;
  /** The resources to take in, with the identifiers given for them (none where the template names them). */
  readonly imports: ReadonlyMap<string, JsonObject>;
  readonly isDriftAware: boolean;
  /** A rollback deletes what the operation made even where `DeletionPolicy: Retain` would keep it (`RetainExceptOnCreate`). */
  readonly dropsRetained: boolean;
  readonly done: Done[];
}
