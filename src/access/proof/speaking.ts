import { type CompiledStatement, speaksOfAction } from '../evaluate/statements.ts';

/** Whether a statement speaks of an action (in lower case). */
export type Speaks = (statement: CompiledStatement, action: string) => boolean;

/** Remembers by lists of actions: all the roles of a lake have the same few. */
export const rememberSpeaking = (): Speaks => {
  const known = new Map<string, Map<string, boolean>>();
  const lists = new WeakMap<CompiledStatement['actions'], Map<string, boolean>>();
  const ofList = ({ actions, isNotAction }: CompiledStatement): Map<string, boolean> => {
    const found = lists.get(actions);
    if (found !== undefined) return found;
    const key = `${isNotAction} ${actions.join()}`;
    const answers = known.get(key) ?? new Map<string, boolean>();
    known.set(key, answers);
    lists.set(actions, answers);
    return answers;
  };
  return (statement, action) => {
    const answers = ofList(statement);
    const answer = answers.get(action) ?? speaksOfAction(statement, action);
    answers.set(action, answer);
    return answer;
  };
};
