import { at, type Diagnostic } from '../model/diagnostic.ts';
import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../model/json.ts';
import { KNOWN_QUOTAS } from '../model/quotas.ts';
import type { Resource, Stack } from '../model/resource.ts';

/** AWS's fixed sizes. IAM counts characters without white space; the others count bytes. */
export const LIMITS = {
  /** AWSCloudFormation/latest/UserGuide/cloudformation-limits */
  stackResources: 500,
  stackOutputs: 200,
  templateBytes: 1_000_000,
  /** AmazonS3/latest/userguide/bucket-policies */
  bucketPolicyBytes: 20_480,
  /** IAM/latest/UserGuide/reference_iam-quotas */
  managedPolicyCharacters: 6_144,
  inlinePoliciesCharacters: 10_240,
  /** The most of any account; what a smaller quota takes is judged by the plan, which can ask. */
  trustPolicyCharacters: KNOWN_QUOTAS.trustCharacters.most,
  /** kms/latest/developerguide/resource-limits */
  keyPolicyBytes: 32_768,
  /** glue/latest/webapi/API_TableInput and API_Job; API_Column */
  glueDescriptionBytes: 2_048,
  glueCommentBytes: 255,
} as const;

interface Measure {
  readonly what: string;
  readonly size: number;
  readonly limit: number;
  readonly unit: string;
  readonly advice: string;
}

const characters = (value: Json | undefined): number => (value === undefined ? 0 : JSON.stringify(value).length);

const bytes = (value: Json | undefined): number =>
  value === undefined ? 0 : new TextEncoder().encode(JSON.stringify(value)).length;

const inlineCharacters = (policies: Json | undefined): number =>
  isJsonArray(policies)
    ? policies.reduce<number>(
        (sum, policy) => sum + characters(isJsonObject(policy) ? policy['PolicyDocument'] : undefined),
        0,
      )
    : 0;

const FEWER_GRANTS =
  'Give its holder fewer single grants: a selector of a whole tier, fewer end dates, or a second principal.';

const SHORTER = 'Write it shorter; letters outside of English take two bytes and more.';

/** The catalog's schemas count characters, Glue counts bytes. */
const glueText = (what: string, value: Json | undefined, limit: number): Measure => ({
  what,
  size: typeof value === 'string' ? new TextEncoder().encode(value).length : 0,
  limit,
  unit: 'bytes',
  advice: SHORTER,
});

const tableTexts = (input: Json | undefined): readonly Measure[] => {
  if (!isJsonObject(input)) return [];
  const { Description: description, StorageDescriptor: storage } = input;
  const columns = isJsonObject(storage) && isJsonArray(storage['Columns']) ? storage['Columns'] : [];
  return [
    glueText('description', description, LIMITS.glueDescriptionBytes),
    ...columns
      .filter(isJsonObject)
      .map(({ Name: name, Comment: comment }) =>
        glueText(`description of column ${typeof name === 'string' ? name : ''}`, comment, LIMITS.glueCommentBytes),
      ),
  ];
};

const measureResource = (type: string, properties: JsonObject): readonly Measure[] => {
  switch (type) {
    case 'AWS::IAM::Role':
      return [
        {
          what: 'inline policies',
          size: inlineCharacters(properties['Policies']),
          limit: LIMITS.inlinePoliciesCharacters,
          unit: 'characters',
          advice: FEWER_GRANTS,
        },
        {
          what: 'trust policy',
          size: characters(properties['AssumeRolePolicyDocument']),
          limit: LIMITS.trustPolicyCharacters,
          unit: 'characters',
          advice: 'Name fewer callers in assumedBy, or let them share a role.',
        },
      ];
    case 'AWS::IAM::ManagedPolicy':
      return [
        {
          what: 'policy document',
          size: characters(properties['PolicyDocument']),
          limit: LIMITS.managedPolicyCharacters,
          unit: 'characters',
          advice: FEWER_GRANTS,
        },
      ];
    case 'AWS::S3::BucketPolicy':
      return [
        {
          what: 'bucket policy',
          size: bytes(properties['PolicyDocument']),
          limit: LIMITS.bucketPolicyBytes,
          unit: 'bytes',
          advice: 'This is a mistake of EDL, please report it.',
        },
      ];
    case 'AWS::KMS::Key':
      return [
        {
          what: 'key policy',
          size: bytes(properties['KeyPolicy']),
          limit: LIMITS.keyPolicyBytes,
          unit: 'bytes',
          advice: 'This is a mistake of EDL, please report it.',
        },
      ];
    case 'AWS::Glue::Table':
      return tableTexts(properties['TableInput']);
    case 'AWS::Glue::Job':
      return [glueText('description', properties['Description'], LIMITS.glueDescriptionBytes)];
    default:
      return [];
  }
};

const tooLarge = (subject: string, measure: Measure, resource: Resource | undefined): Diagnostic => ({
  code: 'EDL-2070',
  severity: 'error',
  summary: 'Larger than AWS accepts',
  detail: `The ${measure.what} of ${subject} would have ${measure.size} ${measure.unit}; AWS accepts ${measure.limit}. ${measure.advice}`,
  ...at(resource?.declaredIn),
});

const over = (measure: Measure): boolean => measure.size > measure.limit;

/** An error for each document of a resource that AWS would refuse for its size, at the place of its declaration. */
export const checkResourceLimits = (resource: Resource): readonly Diagnostic[] =>
  measureResource(resource.type, resource.properties)
    .filter(over)
    .map((measure) => tooLarge(resource.id, measure, resource));

/** An error for each limit that a stack's template would break. */
export const checkStackLimits = (stack: Stack): readonly Diagnostic[] => {
  if (stack.template === undefined) return [];
  const outputs = stack.template['Outputs'];
  const advice = 'Split what it holds: fewer tiers, principals or dataset roles in one stack.';
  const measures: readonly Measure[] = [
    {
      what: 'template',
      size: stack.resources.length,
      limit: LIMITS.stackResources,
      unit: 'resources',
      advice,
    },
    {
      what: 'template',
      size: isJsonObject(outputs) ? Object.keys(outputs).length : 0,
      limit: LIMITS.stackOutputs,
      unit: 'outputs',
      advice,
    },
    { what: 'template', size: bytes(stack.template), limit: LIMITS.templateBytes, unit: 'bytes', advice },
  ];
  return measures.filter(over).map((measure) => tooLarge(`stack ${stack.name}`, measure, stack.resources[0]));
};
