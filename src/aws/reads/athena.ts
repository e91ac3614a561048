import { AthenaClient, GetWorkGroupCommand, paginateListWorkGroups, type WorkGroup } from '@aws-sdk/client-athena';
import { asJsonObject, type JsonObject } from '../../reconciler/model/json.ts';
import type { AwsReads, LiveWorkGroup } from '../../reconciler/model/reads.ts';
import { perRegion, type Wire } from '../clients.ts';
import { whileDoing } from '../errors.ts';
import { factsOf } from '../failure-facts.ts';

/** The most that Athena puts into one page. */
const PAGE_SIZE = 50;

/** The effective engine version follows what AWS rolls out; nobody configures it. */
const configurationOf = (group: WorkGroup): JsonObject => {
  const { EngineVersion, ...configuration } = group.Configuration ?? {};
  const selected = EngineVersion?.SelectedEngineVersion;
  return asJsonObject({
    ...configuration,
    ...(selected === undefined ? {} : { EngineVersion: { SelectedEngineVersion: selected } }),
  });
};

/** Athena has no error of its own for a workgroup that is not there (athena/latest/APIReference/API_GetWorkGroup). */
const isMissing = (error: unknown): boolean => {
  const { name, message } = factsOf(error);
  return name === 'InvalidRequestException' && /not found|does not exist/i.test(message);
};

/** Reads workgroups: their names in pages, each configuration in a call (Athena has no bulk read for those). */
export const athenaReads = (wire: Wire): Pick<AwsReads, 'workGroupNames' | 'workGroup'> => {
  const clientOf = perRegion((region) => wire.instrument('athena', new AthenaClient(wire.settings(region))));
  return {
    workGroupNames: (region) =>
      whileDoing(`list the Athena workgroups of ${region}`, async () => {
        const names: string[] = [];
        for await (const page of paginateListWorkGroups({ client: clientOf(region), pageSize: PAGE_SIZE }, {})) {
          names.push(...(page.WorkGroups ?? []).map((group) => group.Name ?? ''));
        }
        return names;
      }),
    workGroup: (region, name) =>
      whileDoing(`read the Athena workgroup ${name} in ${region}`, async (): Promise<LiveWorkGroup | undefined> => {
        try {
          const { WorkGroup: group } = await clientOf(region).send(new GetWorkGroupCommand({ WorkGroup: name }));
          if (group === undefined) return undefined;
          return {
            name: group.Name ?? name,
            ...(group.Description === undefined || group.Description === '' ? {} : { description: group.Description }),
            state: group.State ?? '',
            configuration: configurationOf(group),
          };
        } catch (error) {
          if (isMissing(error)) return undefined;
          throw error;
        }
      }),
  };
};
