import type { ResourceChange, ResourceChangeDetail } from '@aws-sdk/client-cloudformation';
import type { Covered, HealPart, HealWork } from '../../reconciler/model/heal.ts';
import { logicalIdOf } from '../../reconciler/model/logical-id.ts';
import { STACK_KIND } from '../../reconciler/live/coverage.ts';
import { isOfTemplate } from './stack.ts';
import { propertyOf } from './step.ts';

/** Types whose drift CloudFormation does not see (AWSCloudFormation/latest/UserGuide/resource-import-supported-resources). */
const BLIND: ReadonlySet<string> = new Set(['AWS::Athena::WorkGroup', 'AWS::S3::BucketPolicy']);

/** No template can speak of these. */
const OUTSIDE: ReadonlySet<string> = new Set(['Grants', 'KeyState']);

/** What is there and in no template (a policy that somebody attached) is shown by some types and not by others. */
const isInTemplate = ({ path, wanted }: HealPart): boolean => wanted !== undefined && !OUTSIDE.has(propertyOf(path));

/** A stack itself: its template is put back by deploying the declared one, which shows as changes of what is in it, or as none. */
const isStack = ({ kind }: HealWork): boolean => kind === STACK_KIND;

/** What a change set of the stack must show of an object if it is to put it right; nothing where CloudFormation is blind. */
export const coverable = (work: HealWork): readonly Covered[] => {
  if (BLIND.has(work.type) || work.wanted === undefined) return [];
  if (isStack(work))
    return work.live === undefined ? [] : work.parts.filter(isOfTemplate).map(({ path }) => ({ id: work.id, path }));
  if (work.live === undefined) return [{ id: work.id }];
  return work.parts.filter(isInTemplate).map(({ path }) => ({ id: work.id, path }));
};

/** A detail that only says: this could be another value when the resource that it refers to has changed. */
const isFollowUp = ({ Evaluation, ChangeSource }: ResourceChangeDetail): boolean =>
  Evaluation === 'Dynamic' && (ChangeSource === 'ResourceReference' || ChangeSource === 'ResourceAttribute');

/** Nothing is changed: the template agrees with what is live. */
const isRecord = ({ ChangeSource, Target }: ResourceChangeDetail): boolean =>
  ChangeSource === 'NoModification' || Target?.AttributeChangeType === 'SyncWithActual';

const nameOf = (change: ResourceChange): string =>
  `${change.LogicalResourceId ?? '?'} (${change.ResourceType ?? 'unknown type'})`;

/** The property that a detail changes; tags are one too. Undefined: something that is no property. */
const changedProperty = ({ Target: target }: ResourceChangeDetail): string | undefined => {
  if (target?.Attribute === 'Tags') return 'Tags';
  if (target?.Attribute !== 'Properties') return undefined;
  return target.Path?.split('/')[2] ?? target.Name;
};

const problemOfModify = (change: ResourceChange, work: HealWork): string | undefined => {
  const details = change.Details ?? [];
  if (change.Replacement !== 'False') return `it would replace ${nameOf(change)}`;
  if (details.length === 0) return `it does not say what it changes of ${nameOf(change)}`;
  const drifted = new Set(work.parts.map(({ path }) => propertyOf(path)));
  const beyond = details
    .filter((detail) => !isFollowUp(detail) && !isRecord(detail))
    .find((detail) => !drifted.has(changedProperty(detail) ?? ''));
  return (
    beyond && `it would also change ${beyond.Target?.Path ?? beyond.Target?.Name ?? 'something'} of ${nameOf(change)}`
  );
};

/**
 * Whether a change of the change set is among what is to be put right.
 *
 * | change set                       | to be put right    | verdict                                                |
 * |----------------------------------|--------------------|--------------------------------------------------------|
 * | SyncWithActual                   | anything           | fine: it changes nothing                               |
 * | Modify, follow-ups only          | anything           | fine, if nothing is replaced                           |
 * | Add of what was deleted          | the missing object | fine                                                   |
 * | Modify in place                  | parts of it        | fine, if each property that it changes is one of these |
 * | anything else                    | anything           | refused                                                |
 */
const problemOf = (change: ResourceChange, work: HealWork | undefined): string | undefined => {
  const details = change.Details ?? [];
  if (change.Action === 'SyncWithActual') return undefined;
  const isQuiet = details.length > 0 && details.every((detail) => isFollowUp(detail) || isRecord(detail));
  if (change.Action === 'Modify' && change.Replacement === 'False' && isQuiet) return undefined;
  if (work === undefined || work.type !== change.ResourceType) {
    return `it would also ${change.Action ?? 'change'} ${nameOf(change)}`;
  }
  if (change.Action === 'Add') return work.live === undefined ? undefined : `it would make ${nameOf(change)} anew`;
  if (change.Action === 'Modify' && work.live !== undefined) return problemOfModify(change, work);
  return `it would ${change.Action ?? 'do something with'} ${nameOf(change)}`;
};

const shows = (change: ResourceChange | undefined, path: string | undefined): boolean => {
  if (change === undefined) return false;
  if (path === undefined) return change.Action === 'Add';
  return (
    change.Action === 'Modify' &&
    (change.Details ?? []).some((detail) => !isRecord(detail) && changedProperty(detail) === propertyOf(path))
  );
};

/** Everything that speaks against executing a change set, in words, or what it puts right. */
export type Verdict =
  | { readonly status: 'good'; readonly covered: readonly Covered[] }
  | { readonly status: 'bad'; readonly problems: readonly string[] };

/** Judges a change set that is to put these objects right: it must show nothing else, and everything that CloudFormation sees. */
export const judgeRevert = (changes: readonly ResourceChange[], objects: readonly HealWork[]): Verdict => {
  const works = new Map(objects.map((work) => [logicalIdOf(work.id), work]));
  const shown = new Map(changes.map((change) => [change.LogicalResourceId ?? '', change]));
  const beyond = changes.flatMap((change) => problemOf(change, works.get(change.LogicalResourceId ?? '')) ?? []);
  const covered = objects.flatMap((work) => coverable(work));
  const lacking = objects
    .filter((work) => !isStack(work))
    .flatMap((work) => coverable(work))
    .filter(({ id, path }) => !shows(shown.get(logicalIdOf(id)), path))
    .map(({ id, path }) => `it does not show ${path ?? 'that somebody deleted it'} of ${id}`);
  const problems = [...beyond, ...lacking];
  return problems.length === 0 ? { status: 'good', covered } : { status: 'bad', problems };
};
