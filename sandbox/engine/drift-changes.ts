import type { Json } from '../json.ts';
import { isList, isObject, isSame } from '../json.ts';
import type { ChangeDetail, ResourceChange } from './change.ts';
import { changesOf, contextText } from './changes.ts';
import type { Deployment } from './deployment.ts';
import { leaves, printed, targetOf } from './details.ts';
import type { LiveResource } from './drift.ts';
import { liveResources } from './drift.ts';
import type { Stack, StackResource } from './stack.ts';

const propertiesOf = (resource: StackResource): Json => ({
  ...resource.properties,
  ...(resource.tags.length === 0 ? {} : { Tags: resource.tags.map(({ Key, Value }) => ({ Key, Value })) }),
});

/** The printed value at a path like /Properties/Policies/0/PolicyName. */
const valueAt = (resource: StackResource, path: string): string | undefined => {
  let value: Json | undefined = { Properties: propertiesOf(resource) };
  for (const step of path.split('/').slice(1)) {
    value = isList(value) ? value[Number(step)] : isObject(value) ? value[step] : undefined;
  }
  return value === undefined ? undefined : printed(value);
};

type Drift = NonNullable<ChangeDetail['Target']['Drift']>;

const driftOf = (previous: string | undefined, actual: string | undefined): Drift | undefined =>
  previous === actual
    ? undefined
    : {
        ...(previous === undefined ? {} : { PreviousValue: previous }),
        ...(actual === undefined ? {} : { ActualValue: actual }),
        DriftDetectionTimestamp: new Date().toISOString(),
      };

/** Says of a detail where its values come from, and what drifted at its place. */
const withSources = (detail: ChangeDetail, recorded: StackResource, live: LiveResource): ChangeDetail => {
  const { Target } = detail;
  const from = live.status === 'UNSUPPORTED' ? 'PREVIOUS_DEPLOYMENT_STATE' : 'ACTUAL_STATE';
  const isProperty = Target.Attribute === 'Properties' || Target.Attribute === 'Tags';
  const drift = isProperty ? driftOf(valueAt(recorded, Target.Path), valueAt(live.resource, Target.Path)) : undefined;
  return {
    ...detail,
    Target: {
      ...Target,
      ...(Target.BeforeValue === undefined ? {} : { BeforeValueFrom: from }),
      ...(Target.AfterValue === undefined ? {} : { AfterValueFrom: 'TEMPLATE' }),
      ...(drift === undefined ? {} : { Drift: drift }),
    },
  };
};

/** Drift that the new template agrees with: nothing is changed, only the record of what was deployed. */
const synced = (recorded: StackResource, live: LiveResource, changed: ReadonlySet<string>): readonly ChangeDetail[] => {
  const [before, after] = [propertiesOf(recorded), propertiesOf(live.resource)].map((value) =>
    isObject(value) ? value : {},
  );
  const names = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})]);
  return [...names]
    .filter((name) => !changed.has(name) && !isSame(before?.[name], after?.[name]))
    .flatMap((name) => leaves(before?.[name], after?.[name], `/Properties/${name}`))
    .map((leaf) => {
      const name = leaf.path.split('/')[2] ?? '';
      const target =
        name === 'Tags'
          ? targetOf('Tags', undefined, 'Never', { ...leaf, before: leaf.after })
          : targetOf('Properties', name, 'Never', { ...leaf, before: leaf.after });
      const detail: ChangeDetail = {
        Target: { ...target, AttributeChangeType: 'SyncWithActual' },
        Evaluation: 'Static',
        ChangeSource: 'NoModification',
      };
      return withSources(detail, recorded, live);
    });
};

const decorated = (change: ResourceChange, recorded: StackResource, live: LiveResource): ResourceChange => {
  const changed = new Set(change.Details.map(({ Target }) => Target.Name ?? Target.Attribute));
  const sync = live.status === 'MODIFIED' && change.Action === 'Modify' ? synced(recorded, live, changed) : [];
  return {
    ...change,
    Details: [...change.Details.map((detail) => withSources(detail, recorded, live)), ...sync],
    ResourceDriftStatus: live.status,
    ResourceDriftIgnoredAttributes: live.writeOnly.map((name) => ({
      Path: `/Properties/${name}`,
      Reason: 'WRITE_ONLY_PROPERTY',
    })),
    PreviousDeploymentContext: contextText(recorded.properties, recorded.tags, recorded),
  };
};

const syncChange = (recorded: StackResource, live: LiveResource): ResourceChange => ({
  Action: 'SyncWithActual',
  LogicalResourceId: recorded.logicalId,
  ResourceType: recorded.type,
  PhysicalResourceId: recorded.physicalId,
  Scope: [],
  Details: synced(recorded, live, new Set()),
  BeforeContext: contextText(live.resource.properties, live.resource.tags, recorded),
  AfterContext: contextText(live.resource.properties, live.resource.tags, recorded),
  PreviousDeploymentContext: contextText(recorded.properties, recorded.tags, recorded),
  ResourceDriftStatus: live.status,
});

/** What deploying the target would do to the live resources, told beside what was deployed last (drift-aware-change-sets). */
export const driftChangesOf = (
  stack: Stack,
  target: Deployment,
  live: ReadonlyMap<string, LiveResource>,
): readonly ResourceChange[] => {
  const changes = changesOf({ ...stack, resources: liveResources(live, target) }, target).map((change) => {
    const [recorded, found] = [stack.resources.get(change.LogicalResourceId), live.get(change.LogicalResourceId)];
    return recorded === undefined || found === undefined ? change : decorated(change, recorded, found);
  });
  const told = new Set(changes.map((change) => change.LogicalResourceId));
  const agreed = [...live].flatMap(([id, found]) => {
    const recorded = stack.resources.get(id);
    return recorded === undefined || told.has(id) || found.status !== 'MODIFIED' ? [] : [syncChange(recorded, found)];
  });
  return [...changes, ...agreed].sort((a, b) => (a.LogicalResourceId < b.LogicalResourceId ? -1 : 1));
};
