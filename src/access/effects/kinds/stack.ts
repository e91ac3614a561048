import { objectOf, sameJson } from '../../../reconciler/model/json.ts';
import {
  always,
  type Change,
  changed,
  extra,
  gone,
  harmless,
  type KindEffects,
  marksChanged,
  off,
  otherwise,
  rule,
  type Test,
  UNKNOWN_PART,
} from '../rule.ts';

const RETENTION = ['DeletionPolicy', 'UpdateReplacePolicy'];

const retention: Test<Change> = {
  text: 'another deletion policy',
  holds: ({ live, declared }) => RETENTION.some((key) => !sameJson(objectOf(live)[key], objectOf(declared)[key])),
};

/** CloudFormation stacks. What is in them is judged object by object. */
export const STACK: KindEffects = {
  kind: 'stack',
  parts: [
    rule('/EnableTerminationProtection', off, 'widens', 'one call deletes the stack, and what it holds with it'),
    rule(
      '/EnableTerminationProtection',
      otherwise,
      'neutral',
      'the stack cannot be deleted before its protection is off',
    ),
    rule(
      '/Resources/*',
      extra,
      'widens',
      'somebody else updated the stack, which now holds an object that nobody reviewed',
    ),
    rule('/Resources/*', gone, 'neutral', 'somebody else updated the stack, which no longer holds one of its objects'),
    rule(
      '/Resources/*',
      retention,
      'widens',
      'the object goes with the stack, or stays behind, otherwise than git says',
    ),
    rule('/Resources/*', otherwise, 'neutral', 'somebody else updated the stack; its objects are judged one by one'),
    rule('/Outputs/*', changed, 'neutral', 'what EDL notes in the stack is not what it wrote'),
    ...harmless('/AWSTemplateFormatVersion', '/Description', '/Metadata'),
    rule(
      '/Tags',
      marksChanged,
      'widens',
      'somebody took its mark away or gave it to another owner, so that EDL no longer looks after it',
    ),
    rule('/Tags', changed, 'neutral'),
    UNKNOWN_PART,
  ],
  missing: [always('narrows', 'what only this stack held is gone with it')],
  undeclared: [always('neutral', 'nobody declared it; its objects are judged one by one')],
};
