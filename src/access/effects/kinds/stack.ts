import { always, changed, type KindEffects, off, otherwise, rule, tagRules, UNKNOWN_PART } from '../rule.ts';

/** CloudFormation stacks. What is in them is judged object by object. */
export const STACK: KindEffects = {
  kind: 'stack',
  parts: [
    rule('/TerminationProtection', off, 'widens', 'one call deletes the stack, and what it holds with it'),
    rule('/TerminationProtection', otherwise, 'neutral', 'the stack cannot be deleted before its protection is off'),
    rule('/RoleArn', changed, 'widens', 'CloudFormation changes the stack with the rights of another role'),
    rule('/StackPolicy', changed, 'widens', 'other updates of the stack are let through than git says'),
    rule('/Digest', changed, 'neutral', 'somebody else updated the stack; its objects are judged one by one'),
    rule('/Template', changed, 'neutral', 'somebody else updated the stack; its objects are judged one by one'),
    rule('/Status', changed, 'neutral', 'somebody else worked on the stack; its objects are judged one by one'),
    ...tagRules('/Tags'),
    UNKNOWN_PART,
  ],
  missing: [always('narrows', 'what only this stack held is gone with it')],
  undeclared: [always('neutral', 'nobody declared it; its objects are judged one by one')],
};
