import type { DriftEffect } from '../../../src/reconciler/model/drift.ts';
import { type Case, casesOf } from './cases.ts';

const job = casesOf('glue-job');
const FOREIGN_CODE = 'code that nobody reviewed runs with the rights of the pipeline';
const argument = (property: string, name: string, effect: DriftEffect, meaning?: string): Case =>
  job(
    `${property} ${name}`,
    property,
    { declared: { '--a': 'b' }, live: { '--a': 'b', [name]: 'x' } },
    effect,
    meaning,
  );
const CODE = [
  '--additional-python-modules',
  '--class',
  '--conf',
  '--extra-files',
  '--extra-jars',
  '--extra-py-files',
  '--python-modules-installer-option',
  '--scriptLocation',
  '--user-jars-first',
];
const HARMLESS = [
  'Description',
  'ExecutionClass',
  'ExecutionProperty',
  'GlueVersion',
  'JobMode',
  'JobRunQueuingEnabled',
  'LogUri',
  'MaintenanceWindow',
  'MaxRetries',
  'NotificationProperty',
  'NumberOfWorkers',
  'Timeout',
  'WorkerType',
];
const OF_JOBS: readonly Case[] = [
  job('another role', '/Role', { declared: 'arn:a', live: 'arn:b' }, 'widens', 'the job runs with the rights of arn:b'),
  job('no role', '/Role', { declared: 'arn:a' }, 'widens', 'the job runs with the rights of another role'),
  job(
    'another script',
    '/Command',
    { declared: { Name: 'glueetl', ScriptLocation: 's3://a' }, live: { Name: 'glueetl', ScriptLocation: 's3://b' } },
    'widens',
    FOREIGN_CODE,
  ),
  ...['/DefaultArguments', '/NonOverridableArguments'].flatMap((property) => [
    ...CODE.map((name) => argument(property, name, 'widens', FOREIGN_CODE)),
    argument(
      property,
      '--edl-contract',
      'neutral',
      'the job is told of other datasets than git says; its rights stay as they are',
    ),
    argument(property, '--days', 'widens', 'reviewed code runs with an argument that nobody reviewed'),
    argument(property, '--a/b', 'widens', 'reviewed code runs with an argument that nobody reviewed'),
  ]),
  job(
    'code that runs may replace',
    '/NonOverridableArguments',
    { declared: { '--extra-py-files': 's3://a' } },
    'widens',
    FOREIGN_CODE,
  ),
  job(
    'connections',
    '/Connections',
    { live: { Connections: ['x'] } },
    'widens',
    'the job reaches networks and stores that git does not name, and can carry data there',
  ),
  job(
    'a security configuration',
    '/SecurityConfiguration',
    { live: 'x' },
    'widens',
    'what the job writes beside its data is encrypted otherwise',
  ),
  job('generated code', '/CodeGenConfigurationNodes', { live: {} }, 'widens', FOREIGN_CODE),
  job('code from elsewhere', '/SourceControlDetails', { live: {} }, 'widens', FOREIGN_CODE),
  ...HARMLESS.map((name) => job(name, `/${name}`, { live: 'x' }, 'neutral')),
  job('a property unheard of', '/Engine', { live: 'x' }, 'widens', 'EDL does not know what this property gives'),
];

const artifact = casesOf('artifact');
const FOREIGN_BYTES = 'jobs load other bytes than those that were reviewed, with the rights of their pipelines';
const stack = casesOf('stack');
const UPDATED = 'somebody else updated the stack; its objects are judged one by one';
const OTHER_CASES: readonly Case[] = [
  artifact('other bytes', '/Md5', { declared: 'a', live: 'b' }, 'widens', FOREIGN_BYTES),
  artifact('another size', '/Size', { declared: 1, live: 2 }, 'widens', FOREIGN_BYTES),
  artifact(
    'another name',
    '/Key',
    { declared: 'a', live: 'b' },
    'widens',
    'EDL does not know what this property gives',
  ),
  casesOf('registry')(
    'another answer',
    '/Document',
    { declared: { datasets: {} }, live: 'x' },
    'neutral',
    'programs that ask which datasets and jobs there are get another answer than git',
  ),
  stack(
    'protection off',
    '/EnableTerminationProtection',
    { declared: true, live: false },
    'widens',
    'one call deletes the stack, and what it holds with it',
  ),
  stack(
    'protection on',
    '/EnableTerminationProtection',
    { declared: false, live: true },
    'neutral',
    'the stack cannot be deleted before its protection is off',
  ),
  stack(
    'an object more',
    '/Resources/X',
    { live: { Type: 'AWS::IAM::User' } },
    'widens',
    'somebody else updated the stack, which now holds an object that nobody reviewed',
  ),
  stack(
    'an object less',
    '/Resources/X',
    { declared: { Type: 'AWS::S3::Bucket' } },
    'neutral',
    'somebody else updated the stack, which no longer holds one of its objects',
  ),
  stack(
    'an object that goes with the stack',
    '/Resources/X',
    { declared: { Type: 'AWS::S3::Bucket', DeletionPolicy: 'Retain' }, live: { Type: 'AWS::S3::Bucket' } },
    'widens',
    'the object goes with the stack, or stays behind, otherwise than git says',
  ),
  stack(
    'another property',
    '/Resources/X',
    { declared: { Properties: { a: 1 } }, live: { Properties: { a: 2 } } },
    'neutral',
    UPDATED,
  ),
  stack(
    'an output',
    '/Outputs/EdlDigest',
    { declared: { Value: 'a' }, live: { Value: 'b' } },
    'neutral',
    'what EDL notes in the stack is not what it wrote',
  ),
  ...['AWSTemplateFormatVersion', 'Description', 'Metadata'].map((name) =>
    stack(name, `/${name}`, { declared: 'a', live: 'b' }, 'neutral'),
  ),
  stack('a macro', '/Transform', { live: 'x' }, 'widens', 'EDL does not know what this property gives'),
  stack('a tag', '/Tags', { live: { a: 'b' } }, 'neutral'),
  stack(
    'a mark',
    '/Tags',
    { declared: { 'edl:owner': 'acme' }, live: {} },
    'widens',
    'somebody took its mark away or gave it to another owner, so that EDL no longer looks after it',
  ),
  stack(
    'a mark less',
    '/Tags',
    { declared: { 'edl:owner': 'acme' }, live: {} },
    'widens',
    'somebody took its mark away or gave it to another owner, so that EDL no longer looks after it',
  ),
  stack('a property unheard of', '/Colour', { live: 'x' }, 'widens', 'EDL does not know what this property gives'),
  casesOf('volcano')(
    'a kind unheard of',
    '/Lava',
    { live: 'x' },
    'widens',
    'EDL does not know what this property gives',
  ),
];

export const JOB_CASES: readonly Case[] = [...OF_JOBS, ...OTHER_CASES];
