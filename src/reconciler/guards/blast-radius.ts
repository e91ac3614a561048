import { STACK_KIND } from '../live/coverage.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { Change } from '../model/plan.ts';
import type { Guard, GuardContext } from './guard.ts';

const NAME = 'blast-radius';
const MAX_SHARE = 0.3;
/** Below this many objects a share says nothing: one of three is no disaster. */
const MIN_OBJECTS = 10;

/** What is counted together: a big change in one of these is no better for the others being large. */
const GROUPS = ['access', 'catalog', 'foundation', 'pipelines'] as const;
type Group = (typeof GROUPS)[number];

const GROUP_OF_STACK: Readonly<Record<string, Group>> = {
  access: 'access',
  athena: 'access',
  expose: 'access',
  bootstrap: 'foundation',
  foundation: 'foundation',
  pipeline: 'pipelines',
  job: 'pipelines',
  catalog: 'catalog',
  objects: 'catalog',
};

const groupOf = (stack: string, instance: string): Group | undefined => {
  const [word = ''] = stack.slice(`edl-${instance}-`.length).split('-');
  return GROUP_OF_STACK[word];
};

const isTouch = (change: Change): boolean =>
  change.kind !== STACK_KIND && (change.action === 'update' || change.action === 'prune');

const check = ({ plan, live, kinds }: GuardContext): readonly Diagnostic[] => {
  const piled = new Set(kinds.filter((kind) => kind.contentAddressed === true).map((kind) => kind.name));
  const ours = live.resources.filter((object) => object.ownership === 'ours' && !piled.has(object.kind));
  return GROUPS.flatMap((group): readonly Diagnostic[] => {
    const isIn = (stack: string | undefined): boolean => stack !== undefined && groupOf(stack, plan.instance) === group;
    const total = ours.filter((object) => isIn(object.stack)).length;
    const touched = plan.changes.filter((change) => isTouch(change) && isIn(change.stack));
    if (total < MIN_OBJECTS || touched.length <= total * MAX_SHARE) return [];
    const pruned = touched.filter((change) => change.action === 'prune').length;
    const percent = Math.round((100 * touched.length) / total);
    return [
      {
        code: 'EDL-3030',
        severity: 'error',
        summary: 'Plan changes too much at once',
        detail: `${touched.length} of ${total} objects in the group "${group}" would be updated or pruned (${touched.length - pruned} updated, ${pruned} pruned): ${percent} %, and more than ${MAX_SHARE * 100} % needs a second look. If that is what you want, add { guard: ${NAME}, target: ${group}, reason: …, until: DATE } to "allow" in lake.yaml, so that it is reviewed with the change; otherwise make smaller steps.`,
        guard: NAME,
        target: group,
      },
    ];
  });
};

/** Stops what is probably a mistake: more than 30 % of at least 10 objects of one group updated or pruned. */
export const blastRadius: Guard = {
  name: NAME,
  protects: 'the lake from a small edit with a large effect',
  isAllowable: true,
  check,
};
