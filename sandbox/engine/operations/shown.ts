import type { Json, JsonObject } from '../../json.ts';
import { compact } from '../../json.ts';
import type { ChangeDetail, ResourceChange } from '../change.ts';
import type { Deployment } from '../deployment.ts';
import { parameterValues } from '../parameters.ts';
import type { Tag } from '../../types/resource-type.ts';

export const shownTags = (tags: readonly Tag[]): Json => tags.map((tag) => ({ Key: tag.Key, Value: tag.Value }));

export const shownParameters = (deployment: Deployment | undefined): Json => {
  if (deployment === undefined) return [];
  return [...parameterValues(deployment.template, deployment.parameters)].map(([key, value]) => ({
    ParameterKey: key,
    ParameterValue: deployment.template.parameters[key]?.noEcho === true ? '****' : value,
  }));
};

const shownDetail = (detail: ChangeDetail, withValues: boolean): JsonObject => {
  const { Attribute, Name, RequiresRecreation, Drift, ...rest } = detail.Target;
  const values = withValues ? { ...rest, Drift: Drift === undefined ? undefined : compact({ ...Drift }) } : {};
  return compact({
    Target: compact({ Attribute, Name, RequiresRecreation, ...values }),
    Evaluation: detail.Evaluation,
    ChangeSource: detail.ChangeSource,
    CausingEntity: detail.CausingEntity,
  });
};

/** A change as DescribeChangeSet shows it: paths and values only when asked for, and without them one detail a property. */
export const shownChange = (change: ResourceChange, withValues: boolean): JsonObject => {
  const details = new Map(
    change.Details.map((detail) => [JSON.stringify(shownDetail(detail, withValues)), shownDetail(detail, withValues)]),
  );
  return {
    Type: 'Resource',
    ResourceChange: compact({
      PolicyAction: change.PolicyAction,
      Action: change.Action,
      LogicalResourceId: change.LogicalResourceId,
      PhysicalResourceId: change.PhysicalResourceId,
      ResourceType: change.ResourceType,
      Replacement: change.Replacement,
      Scope: change.Scope,
      Details: [...details.values()],
      BeforeContext: withValues ? change.BeforeContext : undefined,
      AfterContext: withValues ? change.AfterContext : undefined,
      PreviousDeploymentContext: withValues ? change.PreviousDeploymentContext : undefined,
      ResourceDriftStatus: change.ResourceDriftStatus,
      ResourceDriftIgnoredAttributes: change.ResourceDriftIgnoredAttributes?.map(({ Path, Reason }) => ({
        Path,
        Reason,
      })),
    }),
  };
};
