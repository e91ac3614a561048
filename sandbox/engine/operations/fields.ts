import { notModelled } from '../../protocol/errors.ts';

const TEMPLATE = ['TemplateBody', 'TemplateURL'];
const DEPLOYMENT = [...TEMPLATE, 'StackName', 'Parameters', 'Capabilities', 'RoleARN', 'Tags'];
const OUTCOME = ['DisableRollback', 'RetainExceptOnCreate', 'ClientRequestToken'];

/** What each operation acts on. Anything else changes what a deployment does, and is refused instead of ignored. */
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  ContinueUpdateRollback: ['StackName', 'RoleARN', 'ResourcesToSkip', 'ForceRollback', 'ClientRequestToken'],
  CreateChangeSet: [
    ...DEPLOYMENT,
    'UsePreviousTemplate',
    'ChangeSetName',
    'ChangeSetType',
    'ClientToken',
    'DeploymentMode',
    'Description',
    'ImportExistingResources',
    'OnStackFailure',
    'ResourcesToImport',
  ],
  CreateStack: [...DEPLOYMENT, ...OUTCOME, 'OnFailure', 'EnableTerminationProtection'],
  DeleteChangeSet: ['ChangeSetName', 'StackName'],
  DeleteStack: ['StackName', 'RoleARN', 'RetainResources', 'ClientRequestToken', 'DeletionMode'],
  DescribeAccountLimits: ['NextToken'],
  DescribeChangeSet: ['ChangeSetName', 'StackName', 'NextToken', 'IncludePropertyValues'],
  DescribeStackEvents: ['StackName', 'NextToken'],
  DescribeStackResource: ['StackName', 'LogicalResourceId'],
  DescribeStackResources: ['StackName', 'LogicalResourceId', 'PhysicalResourceId'],
  DescribeStacks: ['StackName', 'NextToken'],
  ExecuteChangeSet: [...OUTCOME, 'ChangeSetName', 'StackName'],
  GetTemplate: ['StackName', 'ChangeSetName', 'TemplateStage'],
  ListChangeSets: ['StackName', 'NextToken'],
  ListStackResources: ['StackName', 'NextToken'],
  ListStacks: ['NextToken', 'StackStatusFilter'],
  RollbackStack: ['StackName', 'RoleARN', 'RetainExceptOnCreate', 'ClientRequestToken'],
  UpdateStack: [...DEPLOYMENT, ...OUTCOME, 'UsePreviousTemplate'],
  UpdateTerminationProtection: ['StackName', 'EnableTerminationProtection'],
  ValidateTemplate: TEMPLATE,
};

/** Refuses options that the operation does not act on, unless they are switched off. */
export const refuseUnknownFields = (operation: string, form: URLSearchParams): void => {
  for (const [name, value] of form) {
    const option = name.split('.')[0] ?? name;
    const isKnown = option === 'Action' || option === 'Version' || FIELDS[operation]?.includes(option) === true;
    if (!isKnown && value !== '' && value !== 'false') throw notModelled(`the option ${option}`);
  }
};
