import type { CollectionTag, ScalarTag, YAMLMap, YAMLSeq } from 'yaml';
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
export const SHORT_FORMS: readonly (ScalarTag | CollectionTag)[] = [
  ...['Ref', 'Condition', ...FUNCTIONS].map(scalar),
  ...FUNCTIONS.map(sequence),
];
