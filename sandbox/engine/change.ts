/** The part of a resource that a change touches, and its values where they were asked for. */
export interface ChangeTarget {
  readonly Attribute: 'Properties' | 'Tags' | 'Metadata' | 'DeletionPolicy' | 'UpdateReplacePolicy';
  readonly Name?: string;
  readonly RequiresRecreation: 'Never' | 'Conditionally' | 'Always';
  readonly Path: string;
  readonly BeforeValue?: string;
  readonly AfterValue?: string;
  readonly AttributeChangeType: 'Add' | 'Remove' | 'Modify' | 'SyncWithActual';
  /** These three are of drift-aware change sets. */
  readonly BeforeValueFrom?: 'ACTUAL_STATE' | 'PREVIOUS_DEPLOYMENT_STATE';
  readonly AfterValueFrom?: 'TEMPLATE';
  readonly Drift?: {
    readonly PreviousValue?: string;
    readonly ActualValue?: string;
    readonly DriftDetectionTimestamp: string;
  };
}

export interface ChangeDetail {
  readonly Target: ChangeTarget;
  readonly Evaluation: 'Static' | 'Dynamic';
  readonly ChangeSource:
    'DirectModification' | 'ParameterReference' | 'ResourceReference' | 'ResourceAttribute' | 'NoModification';
  readonly CausingEntity?: string;
}

/** What reading a resource back told; a type that cannot be read is UNSUPPORTED. */
export type DriftStatus = 'IN_SYNC' | 'MODIFIED' | 'DELETED' | 'UNSUPPORTED';

/** One entry of a change set, in the fields of DescribeChangeSet. */
export interface ResourceChange {
  readonly Action: 'Add' | 'Modify' | 'Remove' | 'Import' | 'SyncWithActual';
  readonly LogicalResourceId: string;
  readonly ResourceType: string;
  readonly PhysicalResourceId?: string;
  readonly PolicyAction?: 'Delete' | 'Retain' | 'ReplaceAndDelete' | 'ReplaceAndRetain';
  readonly Replacement?: 'True' | 'False' | 'Conditional';
  readonly Scope: readonly ChangeTarget['Attribute'][];
  readonly Details: readonly ChangeDetail[];
  readonly BeforeContext?: string;
  readonly AfterContext?: string;
  /** These three are of drift-aware change sets. */
  readonly ResourceDriftStatus?: DriftStatus;
  readonly ResourceDriftIgnoredAttributes?: readonly { readonly Path: string; readonly Reason: string }[];
  readonly PreviousDeploymentContext?: string;
}
