import { type Json, type JsonObject, objectOf } from '../../reconciler/model/json.ts';
import type { LiveWorkGroup } from '../../reconciler/model/reads.ts';
import { mapProperty, omit, omitDefaults, omitEmpty } from '../shared/properties.ts';

/** One terabyte: a query that would scan more is stopped. */
const SCAN_LIMIT_BYTES = 1024 ** 4;

const ENGINE = 'Athena engine version 3';

/** A workgroup whose results Athena keeps itself, so that they need no bucket (athena/latest/ug/managed-results). */
export const workGroupProperties = (name: string, description: string): JsonObject => ({
  Name: name,
  Description: description,
  State: 'ENABLED',
  // Query history must not keep a workgroup from leaving. AWS takes this and never returns it.
  RecursiveDeleteOption: true,
  WorkGroupConfiguration: {
    BytesScannedCutoffPerQuery: SCAN_LIMIT_BYTES,
    EnforceWorkGroupConfiguration: true,
    EngineVersion: { SelectedEngineVersion: ENGINE },
    ManagedQueryResultsConfiguration: { Enabled: true },
    PublishCloudWatchMetricsEnabled: true,
  },
});

/** A live workgroup in CloudFormation's shape. */
export const workGroupFromLive = (group: LiveWorkGroup): JsonObject =>
  omitEmpty({
    Name: group.name,
    Description: group.description,
    State: group.state,
    WorkGroupConfiguration: group.configuration,
  });

/** What Athena says of a workgroup of which nothing was said. */
const DEFAULTS: JsonObject = {
  EnableMinimumEncryptionConfiguration: false,
  EnforceWorkGroupConfiguration: false,
  IdentityCenterConfiguration: { EnableIdentityCenter: false },
  PublishCloudWatchMetricsEnabled: false,
  RequesterPaysEnabled: false,
};

const normalizeConfiguration = (configuration: Json): Json => {
  const plain = omitDefaults(objectOf(configuration), DEFAULTS);
  const chosen = mapProperty(plain, 'EngineVersion', (version) => omit(objectOf(version), ['EffectiveEngineVersion']));
  const results = mapProperty(chosen, 'ManagedQueryResultsConfiguration', (managed) =>
    omitDefaults(objectOf(managed), { Enabled: false }),
  );
  return omitEmpty(mapProperty(results, 'ResultConfiguration', (result) => omitEmpty(objectOf(result))));
};

/** Workgroups in the one form that compares; without what AWS never returns. */
export const normalizeWorkGroup = (properties: JsonObject): JsonObject =>
  mapProperty(omitEmpty(omit(properties, ['RecursiveDeleteOption'])), 'WorkGroupConfiguration', normalizeConfiguration);
