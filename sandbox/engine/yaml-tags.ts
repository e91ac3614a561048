import type { CollectionTag, ScalarTag, Tags, YAMLMap, YAMLSeq } from 'yaml';
import type { Json } from '../json.ts';

const FUNCTIONS = [
  'Base64',
  'GetAtt',
  'Sub',
  'Join',
  'Select',
  'Split',
  'If',
  'Equals',
  'And',
  'Or',
  'Not',
  'FindInMap',
  'ImportValue',
];

const longName = (short: string): string => (short === 'Ref' || short === 'Condition' ? short : `Fn::${short}`);

/** `!GetAtt Role.Arn` means a list of two; all other scalars are the function's argument. */
const argument = (short: string, text: string): Json => {
  const dot = text.indexOf('.');
  return short === 'GetAtt' && dot > 0 ? [text.slice(0, dot), text.slice(dot + 1)] : text;
};

const scalar = (short: string): ScalarTag => ({
  tag: `!${short}`,
  resolve: (text) => ({ [longName(short)]: argument(short, text) }),
});

const sequence = (short: string): CollectionTag => ({
  tag: `!${short}`,
  collection: 'seq',
  resolve: (node: YAMLMap.Parsed | YAMLSeq.Parsed) => ({ [longName(short)]: node.toJSON() as Json }),
});

/** The short forms of the intrinsic functions (`!Ref`, `!Sub`, …) as YAML tags. */
const SHORT_FORMS: readonly (ScalarTag | CollectionTag)[] = [
  ...['Ref', 'Condition', ...FUNCTIONS].map(scalar),
  ...FUNCTIONS.map(sequence),
];

/** YAML 1.1's types that JSON has not. Above all a date, such as a policy's `Version: 2012-10-17`, is text to CloudFormation. */
const NOT_JSON = ['timestamp', 'binary', 'omap', 'pairs', 'set'].map((name) => `tag:yaml.org,2002:${name}`);

/** The tags of a template's YAML: those of YAML 1.1 that end as JSON, and the short forms. */
export const templateTags = (standard: Tags): Tags => [
  ...standard.filter((tag) => typeof tag === 'string' || !NOT_JSON.includes(tag.tag)),
  ...SHORT_FORMS,
];
