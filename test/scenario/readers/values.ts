import { isJsonArray, type Json } from '../../../src/reconciler/model/json.ts';

/** Properties that nobody can change in a live object, by kind and shape, each with the reason. */
export const FIXED: Readonly<Record<string, string>> = {
  'artifact /Bucket': 'says which object it is',
  'artifact /Key': 'says which object it is',
  'athena-workgroup /Name': 'says which object it is; a workgroup cannot be renamed',
  'athena-workgroup /RecursiveDeleteOption': 'only told to AWS with a deletion, never returned',
  'glue-database /CatalogId': "the account's own catalog",
  'glue-database /DatabaseInput/Name': 'says which object it is',
  'glue-job /Name': 'says which object it is',
  'glue-table /CatalogId': "the account's own catalog",
  'glue-table /DatabaseName': 'says which object it is',
  'glue-table /TableInput/Name': 'says which object it is',
  'iam-managed-policy /ManagedPolicyName': 'says which object it is',
  'iam-managed-policy /PolicyDocument/Version': 'the sandbox takes no older one; read with the rest of the document',
  'iam-managed-policy /Path': 'part of the ARN, given at creation',
  'iam-role /AssumeRolePolicyDocument/Version': 'the sandbox takes no older one; read with the rest of the document',
  'iam-role /Path': 'part of the ARN, given at creation',
  'iam-role /Policies/*/PolicyDocument/Version': 'the sandbox takes no older one; read with the rest of the document',
  'iam-role /RoleName': 'says which object it is',
  'kms-alias /AliasName': 'says which object it is',
  'registry /Bucket': 'says which object it is',
  'registry /Key': 'says which object it is',
  's3-bucket /BucketName': 'says which object it is',
  's3-bucket-policy /Bucket': 'says which object it is',
};

/** Texts by which items of a list are known: with another one, the item is gone and a new one is there. */
export const IDENTITIES: readonly RegExp[] = [
  /\/(Sid|PolicyName)$/,
  /\/LifecycleConfiguration\/Rules\/\*\/Id$/,
  /\/(Columns|PartitionKeys)\/\*\/Name$/,
];

const STRANGER = 'arn:aws:iam::444444444444:root';
const OTHER_POLICY = 'arn:aws:iam::333333333333:policy/edl/prod/edl-prod-boundary';

/** What some values become, by the end of their shape; AWS does not take just any text here. The first row that matches counts. */
const OTHERS: readonly (readonly [shape: RegExp, other: (value: Json) => Json])[] = [
  [/AssumeRolePolicyDocument\/Statement\/\*\/Action$/, () => ['sts:SetSourceIdentity']],
  [/\/Statement\/\*\/Action$/, (value) => [...textsOf(value), 's3:ListAllMyBuckets']],
  [/\/Statement\/\*\/Resource$/, (value) => [...textsOf(value), 'arn:aws:s3:::another-bucket']],
  [/\/Statement\/\*\/Effect$/, (value) => (value === 'Allow' ? 'Deny' : 'Allow')],
  [/\/Statement\/\*\/Principal$/, () => ({ AWS: [STRANGER] })],
  [/\/Statement\/\*\/Principal\/AWS$/, () => [STRANGER]],
  [/\/Statement\/\*\/Principal\/Service$/, () => ['ec2.amazonaws.com']],
  [/\/Statement\/\*\/Principal\/Federated$/, () => ['cognito-identity.amazonaws.com']],
  [/\/Statement\/\*\/Sid$/, () => 'Renamed'],
  [/\/Condition\/\*\/\*$/, (value) => textsOf(value).map(otherOperand)],
  [/Document\/Version$|KeyPolicy\/Version$/, () => '2008-10-17'],
  [/\/ManagedPolicyArns$/, (value) => [...textsOf(value), OTHER_POLICY]],
  [/\/PermissionsBoundary$/, () => 'arn:aws:iam::333333333333:policy/another-boundary'],
  [/SSEAlgorithm$/, (value) => (value === 'AES256' ? 'aws:kms' : 'AES256')],
  [/\/OwnershipControls\/Rules\/\*\/ObjectOwnership$/, () => 'BucketOwnerPreferred'],
  [/\/LifecycleConfiguration\/Rules\/\*\/Status$/, () => 'Disabled'],
  [/\/VersioningConfiguration\/Status$/, () => 'Suspended'],
  [/^\/State$/, () => 'DISABLED'],
  [/\/SelectedEngineVersion$/, () => 'AUTO'],
  [/\/(Columns|PartitionKeys)\/\*\/Type$/, () => 'binary'],
];

const textsOf = (value: Json): readonly string[] =>
  (isJsonArray(value) ? value : [value]).filter((item) => typeof item === 'string');

/** Another value of a condition, of the same type. */
const otherOperand = (text: string): string => {
  if (text === 'true' || text === 'false') return text === 'true' ? 'false' : 'true';
  if (/^\d{4}-\d{2}-\d{2}T/.test(text)) return '2030-01-01T00:00:00Z';
  return /^\d+(\.\d+)?$/.test(text) ? `${text}1` : `${text}-changed`;
};

const plainOther = (value: Json): Json => {
  if (typeof value === 'number') return value + 1;
  if (typeof value === 'boolean') return !value;
  return typeof value === 'string' ? `${value}-changed` : [...textsOf(value), 'changed'];
};

/** Another value that AWS takes in the same place. */
export const otherValue = (shape: string, value: Json): Json =>
  (OTHERS.find(([pattern]) => pattern.test(shape))?.[1] ?? plainOther)(value);
