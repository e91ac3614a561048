import type { JsonObject } from '../json.ts';
import { objectAt, parseJson, textAt } from '../json.ts';
import { bodyText, formOf, isOk, jsonOf } from '../protocol/call.ts';
import type { Call } from '../protocol/call.ts';
import { s3Target } from '../protocol/s3-operation.ts';
import { elementText } from '../protocol/xml.ts';
import type { TrailRecord } from './trail.ts';

/** What an event is about, as LookupEvents shows it and finds it. */
export interface TrailResource {
  readonly type: string;
  readonly name: string;
}

type Fields = Readonly<Record<string, string>>;

const IAM: Fields = {
  RoleName: 'AWS::IAM::Role',
  UserName: 'AWS::IAM::User',
  GroupName: 'AWS::IAM::Group',
  PolicyArn: 'AWS::IAM::Policy',
  PolicyName: 'AWS::IAM::Policy',
  InstanceProfileName: 'AWS::IAM::InstanceProfile',
  OpenIDConnectProviderArn: 'AWS::IAM::OIDCProvider',
};
const CLOUDFORMATION: Fields = {
  StackName: 'AWS::CloudFormation::Stack',
  ChangeSetName: 'AWS::CloudFormation::ChangeSet',
};

const named = (fields: Fields, valueOf: (field: string) => string | null | undefined): readonly TrailResource[] =>
  Object.entries(fields).flatMap(([field, type]) => {
    const name = valueOf(field);
    return name === null || name === undefined || name === '' ? [] : [{ type, name }];
  });

/** A new object has its ARN from the answer; in the request it has only its name. */
const made = ({ call, reply }: TrailRecord, element: string, types: Fields): readonly TrailResource[] => {
  const type = types[call.operation];
  const name = type === undefined || !isOk(reply) ? undefined : elementText(bodyText(reply), element);
  return type === undefined || name === undefined ? [] : [{ type, name }];
};

const ofArn = (arn: string | undefined, service: string): readonly TrailResource[] => {
  const [, noun = '', name] = /:(\w+)\/(.+)$/.exec(arn ?? '') ?? [];
  const kind = noun === 'workgroup' ? 'WorkGroup' : noun.charAt(0).toUpperCase() + noun.slice(1);
  return name === undefined ? [] : [{ type: `AWS::${service}::${kind}`, name: name.slice(name.lastIndexOf('/') + 1) }];
};

/** `Name` means what the operation's name ends in; a table is named together with its database. */
const ofGlue = (call: Call, body: JsonObject): readonly TrailResource[] => {
  const noun = /(Database|Table|Job|Crawler|Trigger|Workflow|Connection)$/.exec(call.operation)?.[1];
  const own = textAt(body, 'Name') ?? textAt(objectAt(body, `${noun ?? ''}Input`), 'Name');
  return [
    ...named({ DatabaseName: 'AWS::Glue::Database', JobName: 'AWS::Glue::Job' }, (field) => textAt(body, field)),
    ...(noun === undefined || own === undefined ? [] : [{ type: `AWS::Glue::${noun}`, name: own }]),
    ...ofArn(textAt(body, 'ResourceArn'), 'Glue'),
  ];
};

const ofAthena = (body: JsonObject): readonly TrailResource[] => [
  ...named({ WorkGroup: 'AWS::Athena::WorkGroup', Name: 'AWS::Athena::WorkGroup' }, (field) => textAt(body, field)),
  ...ofArn(textAt(body, 'ResourceARN'), 'Athena'),
];

/** Keys are found by their id and by their ARN, however they were named. */
const ofKms = ({ call, reply }: TrailRecord, body: JsonObject): readonly TrailResource[] => {
  const created = textAt(objectAt(parseJson(bodyText(reply)), 'KeyMetadata'), 'KeyId');
  const given = textAt(body, 'TargetKeyId') ?? textAt(body, 'KeyId') ?? created;
  const id = given?.slice(given.lastIndexOf('/') + 1);
  const alias = textAt(body, 'AliasName') ?? (given?.startsWith('alias/') === true ? given : undefined);
  const key = given === undefined || id === undefined || given === alias ? [] : [arnOfKey(call, id), id];
  return [
    ...key.map((name) => ({ type: 'AWS::KMS::Key', name })),
    ...(alias === undefined ? [] : [{ type: 'AWS::KMS::Alias', name: alias }]),
  ];
};

const arnOfKey = ({ account, region }: Call, id: string): string => `arn:aws:kms:${region}:${account}:key/${id}`;

/** The names that an event can be looked up by. */
export const resourcesOf = (record: TrailRecord): readonly TrailResource[] => {
  const { call } = record;
  if (call.service === 's3') return [{ type: 'AWS::S3::Bucket', name: s3Target(call.path).bucket }];
  if (call.service === 'glue') return ofGlue(call, jsonOf(call));
  if (call.service === 'athena') return ofAthena(jsonOf(call));
  if (call.service === 'kms') return ofKms(record, jsonOf(call));
  const form = formOf(call);
  const types = { CreateRole: 'AWS::IAM::Role', CreatePolicy: 'AWS::IAM::Policy', CreateUser: 'AWS::IAM::User' };
  if (call.service === 'iam') return [...named(IAM, (field) => form.get(field)), ...made(record, 'Arn', types)];
  const stacks = { CreateStack: 'AWS::CloudFormation::Stack', CreateChangeSet: 'AWS::CloudFormation::Stack' };
  return call.service === 'cloudformation'
    ? [...named(CLOUDFORMATION, (field) => form.get(field)), ...made(record, 'StackId', stacks)]
    : [];
};
