import { at, type Diagnostic } from '../model/diagnostic.ts';
import type { Change } from '../model/plan.ts';
import type { Guard, GuardContext } from './guard.ts';

const NAME = 'ownership';

const foreignObjects = ({ desired, live }: GuardContext): readonly Diagnostic[] => {
  const foreign = new Set(live.resources.filter((one) => one.ownership === 'foreign').map((one) => one.id));
  return desired.resources
    .filter((resource) => foreign.has(resource.id))
    .map((resource) => ({
      code: 'EDL-3010',
      severity: 'error',
      summary: 'Object belongs to somebody else',
      detail: `${resource.id} exists already and carries another owner's mark, or is a copy that carries the mark of another object. It is left alone. Ask its owner to remove or hand it over, or declare yours under another name.`,
      ...at(resource.declaredIn),
      guard: NAME,
      target: resource.id,
    }));
};

const takenStacks = ({ desired, live }: GuardContext): readonly Diagnostic[] => {
  const wanted = new Set(
    desired.stacks.filter((stack) => stack.driver === 'cloudformation').map((stack) => `${stack.region}/${stack.name}`),
  );
  return live.stacks
    .filter((stack) => stack.ownership !== 'ours' && wanted.has(`${stack.region}/${stack.name}`))
    .map((stack) => ({
      code: 'EDL-3011',
      severity: 'error',
      summary: "Stack's name is taken",
      detail: `A CloudFormation stack named ${stack.name} exists in ${stack.region}, but its tags do not say that it is ours. Nothing of that stack is planned. If an apply is creating it at this moment, wait for that and plan again. Else look what it holds and whose it is before it is removed, or rename yours.`,
      guard: NAME,
      target: stack.name,
    }));
};

const adoption = (change: Extract<Change, { action: 'adopt' }>): Diagnostic => {
  const count = change.properties.length;
  const differing =
    count === 0 ? 'It is as declared.' : `${count} ${count === 1 ? 'property' : 'properties'} of it will change.`;
  const origin =
    change.ownership === 'ours'
      ? 'is ours but in no stack (it was retained)'
      : 'exists already and nobody has marked it';
  return {
    code: 'EDL-3012',
    severity: 'warning',
    summary: 'Existing object will be adopted',
    detail: `${change.id} ${origin}, so it is taken over instead of created. ${differing} Make sure that nobody else manages it.`,
    ...at(change.declaredIn),
    guard: NAME,
    target: change.id,
  };
};

/** Takes nothing that is somebody else's; says aloud what it takes that was nobody's. */
export const ownership: Guard = {
  name: NAME,
  protects: "what is not ours: foreign objects and stacks are left alone, nobody's are adopted visibly",
  isAllowable: true,
  check: (context) => [
    ...foreignObjects(context),
    ...takenStacks(context),
    ...context.plan.changes.flatMap((change) => (change.action === 'adopt' ? [adoption(change)] : [])),
  ],
};
