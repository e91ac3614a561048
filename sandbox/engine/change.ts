/** The part of a resource that a change touches, and its values where they were asked for. */
export interface ChangeTarget {
  readonly Attribute: 'Properties' | 'Tags' | 'Metadata' | 'DeletionPolicy' | 'UpdateReplacePolicy';
  readonly Name?: string;
  readonly RequiresRecreation: 'Never' | 'Conditionally' | 'Always';
  readonly Path: string;
  readonly BeforeValue?: string;
  readonly AfterValue?: string;
  readonly AttributeChangeType: 'Add' | 'Remove' | 'Modify';
}

export interface ChangeDetail {
  readonly Target: ChangeTarget;
  readonly Evaluation: 'Static' | 'Dynamic';
  readonly ChangeSource: 'DirectModification' | 'ParameterReference' | 'ResourceReference' | 'ResourceAttribute';
  readonly CausingEntity?: string;
}

/** One entry of a change set, in the fields of DescribeChangeSet. */
export interface ResourceChange {
  readonly Action: 'Add' | 'Modify' | 'Remove' | 'Import';
  readonly LogicalResourceId: string;
  readonly ResourceType: string;
  readonly PhysicalResourceId?: string;
  readonly PolicyAction?: 'Delete' | 'Retain' | 'ReplaceAndDelete' | 'ReplaceAndRetain';
  readonly Replacement?: 'True' | 'False' | 'Conditional';
  readonly Scope: readonly ChangeTarget['Attribute'][];
  readonly Details: readonly ChangeDetail[];
  readonly BeforeContext?: string;
  readonly AfterContext?: string;
}
