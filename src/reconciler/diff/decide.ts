import { at, type Diagnostic } from '../model/diagnostic.ts';
import type { JsonObject } from '../model/json.ts';
import type { ResourceKind } from '../model/kind.ts';
import type { LiveResource, LiveStack } from '../model/live.ts';
import { digestOfProperties } from '../model/mark.ts';
import type { Change, Drift, Impact, PropertyChange } from '../model/plan.ts';
import type { Resource, Stack } from '../model/resource.ts';
import { resolveReferences } from '../live/references.ts';
import { compareProperties } from './compare.ts';
import { withoutOutside } from './units.ts';

/** One desired resource and everything known of its object. */
export interface Case {
  readonly resource: Resource;
  readonly kind: ResourceKind;
  readonly stack: Stack;
  /** The stack in AWS with the desired stack's name and region. */
  readonly liveStack: LiveStack | undefined;
  /** Everything live with the resource's id; more than one only while two templates of ours hold it. */
  readonly live: readonly LiveResource[];
  readonly isReadable: boolean;
}

/** What follows from one case. */
export interface Decision {
  /** The object was read, is ours, and is as declared. Not the same as nothing to do: unknown and foreign are not. */
  readonly isAsDeclared: boolean;
  readonly changes: readonly Change[];
  readonly drift: readonly Drift[];
  readonly diagnostics: readonly Diagnostic[];
}

const NOTHING: Decision = { isAsDeclared: false, changes: [], drift: [], diagnostics: [] };

const impactRank: Readonly<Record<Impact, number>> = { 'in-place': 0, 'may-replace': 1, replaces: 2 };

/** The worst that changes of these properties do to an object. */
export const worstImpact = (kind: ResourceKind, properties: readonly PropertyChange[]): Impact =>
  properties
    .map((property) => kind.impactOf(property.path))
    .reduce<Impact>((worst, impact) => (impactRank[impact] > impactRank[worst] ? impact : worst), 'in-place');

const baseOf = ({ resource, stack }: Case) => ({
  id: resource.id,
  kind: resource.kind,
  type: resource.type,
  stack: resource.stack,
  region: stack.region,
  ...(resource.declaredIn === undefined ? {} : { declaredIn: resource.declaredIn }),
});

const driftBaseOf = ({ resource, stack }: Case) => ({
  id: resource.id,
  kind: resource.kind,
  type: resource.type,
  stack: resource.stack,
  region: stack.region,
});

const desiredProperties = ({ resource, kind, liveStack }: Case): JsonObject =>
  kind.normalize(resolveReferences(resource.properties, liveStack?.refs ?? {}));

const create = (subject: Case): Decision => ({
  ...NOTHING,
  changes: [{ action: 'create', ...baseOf(subject), after: subject.kind.normalize(subject.resource.properties) }],
});

const adopt = (subject: Case, live: LiveResource): Decision => ({
  ...NOTHING,
  changes: [
    {
      action: 'adopt',
      ...baseOf(subject),
      before: withoutOutside(live.properties ?? {}, subject.kind),
      after: subject.kind.normalize(subject.resource.properties),
      properties: compareProperties(
        { live: withoutOutside(live.properties ?? {}, subject.kind), desired: desiredProperties(subject) },
        subject.kind,
      ),
      ownership: live.ownership,
    },
  ],
});

/** Glue and S3: the mark no longer tells the truth though every property is right; writing the object again mends it. */
const staleMark = ({ kind }: Case, live: LiveResource, desired: JsonObject): readonly PropertyChange[] => {
  const digest = digestOfProperties(desired);
  if (kind.driver === 'cloudformation' || kind.contentAddressed === true || live.appliedDigest === digest) return [];
  return [
    {
      path: '/EdlDigest',
      ...(live.appliedDigest === undefined ? {} : { before: live.appliedDigest }),
      after: digest,
      cause: 'edited',
    },
  ];
};

const LISTED_AT_MOST = 4;

/** Somebody's change by hand that this update takes back, though nobody asked for healing: never without a word. */
const overwritten = ({ resource }: Case, properties: readonly PropertyChange[]): readonly Diagnostic[] => {
  const paths = properties.filter(({ cause }) => cause === 'both').map(({ path }) => path);
  if (paths.length === 0) return [];
  const rest = paths.length - LISTED_AT_MOST;
  const listed = `${paths.slice(0, LISTED_AT_MOST).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
  return [
    {
      code: 'EDL-3105',
      severity: 'warning',
      summary: 'Update overwrites a change made in AWS',
      detail: `Somebody changed ${resource.id} in AWS (${listed}), and git changes the same document or setting. AWS takes it as a whole, so apply brings all of it to what is declared, and the change made in AWS is lost. If it is to stay, put it into the catalog before you apply.`,
      ...at(resource.declaredIn),
      target: resource.id,
    },
  ];
};

const update = (subject: Case, live: LiveResource, properties: JsonObject): Decision => {
  const desired = desiredProperties(subject);
  const all = compareProperties({ applied: live.applied, live: properties, desired }, subject.kind);
  const edited = all.length === 0 ? staleMark(subject, live, desired) : all.filter(({ cause }) => cause !== 'drifted');
  const drifted = all.filter(({ cause }) => cause === 'drifted');
  return {
    isAsDeclared: edited.length === 0 && drifted.length === 0,
    changes:
      edited.length === 0
        ? []
        : [{ action: 'update', ...baseOf(subject), properties: edited, impact: worstImpact(subject.kind, edited) }],
    drift: drifted.length === 0 ? [] : [{ ...driftBaseOf(subject), status: 'drifted', properties: drifted }],
    diagnostics: overwritten(subject, edited),
  };
};

/** CloudFormation believes that the object is there: it will not make it again, and an update of it will fail. */
const missing = (subject: Case, live: LiveResource): Decision => {
  const { resource, kind, stack } = subject;
  const applied = live.applied ?? {};
  const edited = compareProperties({ applied, live: applied, desired: desiredProperties(subject) }, kind);
  const drift: readonly Drift[] = [{ ...driftBaseOf(subject), status: 'missing', properties: [] }];
  if (edited.length === 0) return { ...NOTHING, drift };
  return {
    ...NOTHING,
    changes: [{ action: 'update', ...baseOf(subject), properties: edited, impact: worstImpact(kind, edited) }],
    drift,
    diagnostics: [
      {
        code: 'EDL-3102',
        severity: 'warning',
        summary: 'Object to be updated is missing',
        detail: `${resource.id} is in the deployed template of stack ${stack.name}, but somebody deleted it in AWS. CloudFormation still believes in it, so the update in this plan will fail and be rolled back. Remove its declaration, apply, and declare it again; or create the object by hand under the same name before you apply.`,
        ...at(resource.declaredIn),
        target: resource.id,
      },
    ],
  };
};

const moves = ({ resource, stack }: Case, from: LiveResource): Decision => ({
  ...NOTHING,
  diagnostics: [
    {
      code: 'EDL-3101',
      severity: 'error',
      summary: 'Object would move to another stack',
      detail: `${resource.id} belongs to stack ${from.stack ?? '?'} in ${from.stackRegion ?? from.region}, but is now declared for stack ${stack.name} in ${stack.region}. CloudFormation cannot hold one object in two stacks, so this takes two steps: remove the declaration and apply, then declare it in its new place and apply again.`,
      ...at(resource.declaredIn),
      target: resource.id,
    },
  ],
});

/**
 * What one declared resource implies.
 *
 * | its object                                   | action                                                      |
 * |----------------------------------------------|-------------------------------------------------------------|
 * | could not be read                            | none; the guard `unreadable` blocks apply                   |
 * | its stack's name is taken by another's stack | none; the guard `ownership` refuses                         |
 * | is not there, and in no template of ours     | create                                                      |
 * | is foreign                                   | none; the guard `ownership` refuses                         |
 * | is unowned                                   | adopt                                                       |
 * | is ours, but in no stack (it was retained)   | adopt                                                       |
 * | is in another stack of ours                  | none; an error                                              |
 * | is ours, in its stack                        | update what is edited or both; show what else drifted       |
 * | is in its stack's template, but gone         | show it as missing; update where the template changes too   |
 */
export const decide = (subject: Case): Decision => {
  const { stack, liveStack, live } = subject;
  if (!subject.isReadable || (liveStack !== undefined && liveStack.ownership !== 'ours')) return NOTHING;
  const [first] = live;
  if (first === undefined) return create(subject);
  if (first.ownership === 'foreign') return NOTHING;
  if (first.ownership === 'unowned' || first.stack === undefined) return adopt(subject, first);
  if (stack.driver === 'cloudformation') {
    const elsewhere = live.find((one) => one.stack !== stack.name || one.stackRegion !== stack.region);
    if (elsewhere !== undefined) return moves(subject, elsewhere);
  }
  return first.properties === undefined ? missing(subject, first) : update(subject, first, first.properties);
};
