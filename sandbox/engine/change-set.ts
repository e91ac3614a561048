import type { JsonObject } from '../json.ts';
import type { ResourceChange } from './change.ts';
import type { Deployment } from './deployment.ts';

/** A change set, computed when it is created; executing it deploys its target whatever happened to the stack's resources since. */
export interface ChangeSet {
  readonly id: string;
  readonly name: string;
  readonly type: 'CREATE' | 'UPDATE' | 'IMPORT';
  readonly createdAt: Date;
  readonly description: string | undefined;
  readonly token: string | undefined;
  readonly target: Deployment;
  readonly capabilities: readonly string[];
  readonly roleArn: string | undefined;
  readonly onStackFailure: 'ROLLBACK' | 'DELETE' | 'DO_NOTHING' | undefined;
  readonly importsExisting: boolean;
  /** Compares with live resources, and puts them right (`DeploymentMode: REVERT_DRIFT`). */
  readonly isDriftAware: boolean;
  /** What a change set of type IMPORT was told to import. */
  readonly toImport: ReadonlyMap<string, JsonObject>;
  /** Whether any resource was found drifted; only of drift-aware change sets. */
  hasDrift: boolean | undefined;
  changes: readonly ResourceChange[];
  status: 'CREATE_PENDING' | 'CREATE_IN_PROGRESS' | 'CREATE_COMPLETE' | 'FAILED';
  reason: string | undefined;
  executionStatus:
    'UNAVAILABLE' | 'AVAILABLE' | 'EXECUTE_IN_PROGRESS' | 'EXECUTE_COMPLETE' | 'EXECUTE_FAILED' | 'OBSOLETE';
}
