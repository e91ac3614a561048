import { digestOf, type Digest } from '../model/digest.ts';
import { compareText, isJsonArray, isJsonObject, type Json, type JsonObject } from '../model/json.ts';
import { ID_METADATA, logicalIdOf, refOf, refOutputOf } from '../model/logical-id.ts';
import { DIGEST_OUTPUT } from '../model/names.ts';
import type { Resource } from '../model/resource.ts';

export { logicalIdOf, refOutputOf };

/** A template as CloudFormation takes it, and its digest. */
export interface RenderedTemplate {
  readonly template: JsonObject;
  /** Of the template without the output that carries it. */
  readonly digest: Digest;
}

const refsIn = (value: Json): readonly string[] => {
  const ref = refOf(value);
  if (ref !== undefined) return [ref];
  if (isJsonArray(value)) return value.flatMap(refsIn);
  return isJsonObject(value) ? Object.values(value).flatMap(refsIn) : [];
};

/** A dependency that a Ref states already is not said twice (cfn-lint W3005). */
const dependsOnOf = (resource: Resource): readonly string[] => {
  const referred = new Set(refsIn(resource.properties));
  return resource.dependsOn
    .map(logicalIdOf)
    .filter((logicalId) => !referred.has(logicalId))
    .sort(compareText);
};

/**
 * What holds data outlives its stack, but what a failed creation made is removed with it, or the next attempt would find
 * its name taken (AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy).
 */
const RETAIN: JsonObject = { DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' };

const renderResource = (resource: Resource, holdsData: boolean): JsonObject => {
  const dependsOn = dependsOnOf(resource);
  return {
    Type: resource.type,
    // A reader of the deployed template learns which resource this was, also when the catalog no longer names it.
    Metadata: { [ID_METADATA]: resource.id },
    ...(holdsData ? RETAIN : {}),
    ...(dependsOn.length === 0 ? {} : { DependsOn: dependsOn }),
    Properties: resource.properties,
  };
};

/** Outputs for everything whose name AWS chooses and another resource refers to: the reader learns the id from them. */
const refOutputs = (resources: readonly Resource[]): JsonObject => {
  const referred = new Set(resources.flatMap((resource) => refsIn(resource.properties)));
  return Object.fromEntries(
    resources
      .filter((resource) => referred.has(logicalIdOf(resource.id)))
      .map((resource) => [refOutputOf(resource.id), { Value: { Ref: logicalIdOf(resource.id) } }]),
  );
};

const DIGEST_DESCRIPTION = 'What EDL applied last: the digest of this template without this output.';

/** Renders the template of one stack. `resources` are sorted by id; `holdsData` tells which kinds are retained. */
export const renderTemplate = (
  description: string,
  resources: readonly Resource[],
  holdsData: (kind: string) => boolean,
): RenderedTemplate => {
  const body = {
    AWSTemplateFormatVersion: '2010-09-09',
    Description: description,
    Resources: Object.fromEntries(
      resources.map((resource) => [logicalIdOf(resource.id), renderResource(resource, holdsData(resource.kind))]),
    ),
  };
  const outputs = refOutputs(resources);
  const digest = digestOf({ ...body, Outputs: outputs });
  return {
    template: { ...body, Outputs: { ...outputs, [DIGEST_OUTPUT]: { Description: DIGEST_DESCRIPTION, Value: digest } } },
    digest,
  };
};
