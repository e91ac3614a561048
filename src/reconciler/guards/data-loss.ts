import { at, type Diagnostic, type SourceLocation } from '../model/diagnostic.ts';
import { sameJson } from '../model/json.ts';
import type { Change } from '../model/plan.ts';
import type { DesiredState } from '../model/resource.ts';
import type { Guard, GuardContext } from './guard.ts';
import {
  findEntry,
  locationOf,
  newDatasets,
  registeredDesired,
  registeredLive,
  type RegisteredDataset,
} from './registry.ts';

const NAME = 'data-loss';

const refusal = (
  code: Diagnostic['code'],
  summary: string,
  detail: string,
  target: string,
  location?: SourceLocation,
): Diagnostic => ({ code, severity: 'error', summary, detail, ...at(location), guard: NAME, target });

const prunes = (change: Change): readonly Diagnostic[] =>
  change.action === 'prune' && change.holdsData
    ? [
        refusal(
          'EDL-3001',
          'Object that holds data would be removed',
          `${change.id} (stack ${change.stack}, ${change.region}) holds data and is no longer declared: a tier, a region or an instance was taken out of lake.yaml. Data is never deleted, so put the declaration back. To close datasets, give each of them "retired: { on: DATE, reason: … }": their grants end and their objects stay.`,
          change.id,
        ),
      ]
    : [];

const replaces = (change: Change, { kinds }: GuardContext): readonly Diagnostic[] => {
  const kind = kinds.find((one) => one.name === change.kind);
  if (kind?.holdsData !== true || change.action !== 'update' || change.impact !== 'replaces') return [];
  const paths = change.properties.filter((property) => kind.impactOf(property.path) === 'replaces');
  return [
    refusal(
      'EDL-3002',
      'Object that holds data would be replaced',
      `${change.id} holds data, and changing ${paths.map((property) => property.path).join(', ')} makes AWS replace it with an empty one. Take that edit back; to move data, make a new dataset and copy it there by a pipeline.`,
      change.id,
      change.declaredIn,
    ),
  ];
};

const RETIRE =
  'To close it, keep its file and add "retired: { on: DATE, reason: … }": its grants end, its tables go, its objects in S3 stay, and its name stays taken.';

const vanished = (entry: RegisteredDataset, desired: readonly RegisteredDataset[]): Diagnostic => {
  const elsewhere = desired.filter((one) => one.dataset === entry.dataset).map((one) => one.region);
  return elsewhere.length === 0
    ? refusal(
        'EDL-3003',
        'Dataset would be forgotten',
        `Dataset ${entry.dataset} is registered in ${entry.region}, with its objects at ${locationOf(entry)}, but nothing declares it any more: its file was removed or renamed, or this instance was taken from its list. Put it back. ${RETIRE}`,
        entry.dataset,
      )
    : refusal(
        'EDL-3005',
        'Dataset would leave a region',
        `Dataset ${entry.dataset} is registered in ${entry.region}, with its objects at ${locationOf(entry)}, but is declared for ${elsewhere.join(', ')} only. Put the region back: the objects there would be left without owner and grants.`,
        entry.dataset,
      );
};

const moved = (before: RegisteredDataset, after: RegisteredDataset): readonly Diagnostic[] =>
  sameJson(locationOf(before), locationOf(after)) && before.tier === after.tier
    ? []
    : [
        refusal(
          'EDL-3004',
          'Registered dataset would move',
          `Dataset ${before.dataset} is registered in tier ${before.tier} at ${locationOf(before)}, and is now declared for tier ${after.tier} at ${locationOf(after)}. Its objects would stay behind, under the rules of the old place. Take the edit back. To change the tier, declare a new dataset in the new tier, copy the data there by a pipeline, and then retire this one.`,
          before.dataset,
        ),
      ];

const occupied = ({ plan, desired, live, facts }: GuardContext): readonly Diagnostic[] => {
  const full = new Set(facts.prefixesWithObjects);
  return newDatasets(plan, desired, live)
    .filter((entry) => full.has(locationOf(entry)))
    .map((entry) =>
      refusal(
        'EDL-3006',
        'Location of a new dataset holds objects already',
        `Dataset ${entry.dataset} is new, but ${locationOf(entry)} is not empty: everybody whom it is granted to would read what somebody else left there. Choose another name, or bring the existing data in with "edl adopt". If the registry object was deleted by accident, restore its last version first.`,
        entry.dataset,
      ),
    );
};

const ofRegistry = (context: GuardContext): readonly Diagnostic[] => {
  const desired = registeredDesired(context.desired);
  return registeredLive(context.live).flatMap((before) => {
    const after = findEntry(desired, before.dataset, before.region);
    return after === undefined ? [vanished(before, desired)] : moved(before, after);
  });
};

/** Finds the declaration of each dataset that still has one, so that the message points into its file. */
const locate = (diagnostic: Diagnostic, desired: DesiredState): Diagnostic => {
  if (diagnostic.file !== undefined || diagnostic.target === undefined) return diagnostic;
  const suffix = `datasets/${diagnostic.target}.yaml`;
  const declared = desired.resources.find((resource) => resource.declaredIn?.file.endsWith(suffix) === true);
  return { ...diagnostic, ...at(declared?.declaredIn) };
};

/**
 * Data is never deleted, orphaned or shown to the wrong people. No allowance passes this guard: each message says which way
 * leads to the same end without loss.
 */
export const dataLoss: Guard = {
  name: NAME,
  protects: 'data: nothing that holds it is removed, replaced, moved or forgotten',
  isAllowable: false,
  check: (context) =>
    [
      ...context.plan.changes.flatMap((change) => [...prunes(change), ...replaces(change, context)]),
      ...ofRegistry(context),
      ...occupied(context),
    ].map((diagnostic) => locate(diagnostic, context.desired)),
};
