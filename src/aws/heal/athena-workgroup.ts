import {
  type AthenaClient,
  CreateWorkGroupCommand,
  UpdateWorkGroupCommand,
  type WorkGroupConfiguration,
  type WorkGroupConfigurationUpdates,
} from '@aws-sdk/client-athena';
import type { HealPart, HealWork } from '../../reconciler/model/heal.ts';
import { type JsonObject, objectOf, textOf } from '../../reconciler/model/json.ts';
import { stackTags } from '../../reconciler/model/names.ts';
import { isFailure } from '../failure-facts.ts';
import { propertyOf, refusePart, refuseUndeclared, type HealStep } from './step.ts';

const isOn = (value: JsonObject, key: string): boolean => value[key] === true;

/** What an update sets, in words that creation and update share. Defaults are written out, because an update keeps what it leaves out. */
const settingsOf = (configuration: JsonObject): WorkGroupConfiguration => {
  const limit = configuration['BytesScannedCutoffPerQuery'];
  const engine = textOf(objectOf(configuration['EngineVersion'])['SelectedEngineVersion']);
  return {
    EnforceWorkGroupConfiguration: isOn(configuration, 'EnforceWorkGroupConfiguration'),
    PublishCloudWatchMetricsEnabled: isOn(configuration, 'PublishCloudWatchMetricsEnabled'),
    RequesterPaysEnabled: isOn(configuration, 'RequesterPaysEnabled'),
    EnableMinimumEncryptionConfiguration: isOn(configuration, 'EnableMinimumEncryptionConfiguration'),
    ...(typeof limit === 'number' ? { BytesScannedCutoffPerQuery: limit } : {}),
    ...(engine === '' ? {} : { EngineVersion: { SelectedEngineVersion: engine } }),
  };
};

/** What is live and not wanted has words of its own (athena/latest/APIReference/API_WorkGroupConfigurationUpdates). */
const removalsOf = (live: JsonObject, wanted: JsonObject): WorkGroupConfigurationUpdates => {
  const isGone = (key: string): boolean => live[key] !== undefined && wanted[key] === undefined;
  const results = objectOf(live['ResultConfiguration']);
  const managed = objectOf(live['ManagedQueryResultsConfiguration']);
  return {
    ...(isGone('BytesScannedCutoffPerQuery') ? { RemoveBytesScannedCutoffPerQuery: true } : {}),
    ...(isGone('CustomerContentEncryptionConfiguration') ? { RemoveCustomerContentEncryptionConfiguration: true } : {}),
    ...(isGone('ResultConfiguration')
      ? {
          ResultConfigurationUpdates: {
            ...(results['OutputLocation'] === undefined ? {} : { RemoveOutputLocation: true }),
            ...(results['EncryptionConfiguration'] === undefined ? {} : { RemoveEncryptionConfiguration: true }),
            ...(results['ExpectedBucketOwner'] === undefined ? {} : { RemoveExpectedBucketOwner: true }),
            ...(results['AclConfiguration'] === undefined ? {} : { RemoveAclConfiguration: true }),
          },
        }
      : {}),
    ManagedQueryResultsConfigurationUpdates: {
      Enabled: isOn(objectOf(wanted['ManagedQueryResultsConfiguration']), 'Enabled'),
      ...(managed['EncryptionConfiguration'] === undefined ? {} : { RemoveEncryptionConfiguration: true }),
    },
  };
};

/** What the lake declares of a workgroup; anything more has no translation here. */
const KNOWN: ReadonlySet<string> = new Set([
  'BytesScannedCutoffPerQuery',
  'EnableMinimumEncryptionConfiguration',
  'EnforceWorkGroupConfiguration',
  'EngineVersion',
  'ManagedQueryResultsConfiguration',
  'PublishCloudWatchMetricsEnabled',
  'RequesterPaysEnabled',
]);

const isKnown = (configuration: JsonObject): boolean => Object.keys(configuration).every((key) => KNOWN.has(key));

const update = ({ path, live, wanted }: HealPart, WorkGroup: string, client: AthenaClient): HealStep | undefined => {
  const does = `writes ${propertyOf(path)} of the workgroup (athena:UpdateWorkGroup)`;
  const run = (change: Omit<ConstructorParameters<typeof UpdateWorkGroupCommand>[0], 'WorkGroup'>): HealStep => ({
    paths: [path],
    does,
    run: () => client.send(new UpdateWorkGroupCommand({ WorkGroup, ...change })),
  });
  switch (propertyOf(path)) {
    case 'Description':
      return run({ Description: textOf(wanted) });
    case 'State':
      return run({ State: wanted === 'DISABLED' ? 'DISABLED' : 'ENABLED' });
    case 'WorkGroupConfiguration': {
      const [before, after] = [objectOf(live), objectOf(wanted)];
      if (!isKnown(after)) return undefined;
      return run({ ConfigurationUpdates: { ...settingsOf(after), ...removalsOf(before, after) } });
    }
    default:
      return undefined;
  }
};

/**
 * CloudFormation does not see that a workgroup is gone, so it is made anew under its name, which is all that the stack knows it
 * by. Its query history went with it (API_CreateWorkGroup).
 */
const create = (work: HealWork, wanted: JsonObject, client: AthenaClient): HealStep => {
  const configuration = objectOf(wanted['WorkGroupConfiguration']);
  if (!isKnown(configuration)) return refusePart(work, { path: '/WorkGroupConfiguration' });
  const { organization, instance } = work.scope;
  return {
    paths: [],
    does: 'makes the workgroup anew (athena:CreateWorkGroup)',
    run: async () => {
      try {
        await client.send(
          new CreateWorkGroupCommand({
            Name: textOf(wanted['Name']),
            Description: textOf(wanted['Description']),
            Configuration: {
              ...settingsOf(configuration),
              ManagedQueryResultsConfiguration: {
                Enabled: isOn(objectOf(configuration['ManagedQueryResultsConfiguration']), 'Enabled'),
              },
            },
            Tags: Object.entries(stackTags(organization, instance)).map(([Key, Value]) => ({ Key, Value })),
          }),
        );
      } catch (error) {
        if (!isFailure(error, 'InvalidRequestException') || !/already/i.test(String(error))) throw error;
      }
    },
  };
};

/** Puts parts of a workgroup right (athena/latest/APIReference/API_UpdateWorkGroup). */
export const healWorkGroup = (work: HealWork, client: AthenaClient): readonly HealStep[] => {
  const { wanted } = work;
  if (wanted === undefined) return [refuseUndeclared(work)];
  if (work.live === undefined) return [create(work, wanted, client)];
  return work.parts.map((part) => update(part, textOf(wanted['Name']), client) ?? refusePart(work, part));
};
