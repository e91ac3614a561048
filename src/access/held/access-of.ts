import type { JsonObject } from '../../reconciler/model/json.ts';
import type { AccessHolder, AccessRow } from '../../reconciler/model/resource.ts';
import { compilePolicies } from '../evaluate/evaluate.ts';
import type { NamedDocument } from '../evaluate/types.ts';
import { laterEnd, untilField } from '../time.ts';
import { canonicalRows, compareRows, rowKey } from '../unite.ts';
import { type Mentions, mentionsOf } from './mentions.ts';
import { type Asker, type Finding, probe, PROBED, probePart } from './probe.ts';
import { type HeldWorld, type Places, placesOf } from './world.ts';

/** A role as its documents are: compiled or live alike. */
export interface HeldRole {
  readonly holder: AccessHolder;
  readonly arn: string;
  /** Inline and attached, in any order. */
  readonly documents: readonly NamedDocument[];
  readonly boundary?: JsonObject;
}

/** A row that may be held, and what that hangs on: a clause such as `depends on aws:sourcevpce, in statement …`. */
export interface ConditionalRow extends AccessRow {
  readonly condition: string;
}

/**
 * What documents really give. `rows` hold now; `expired` ended before `asOf` though their statements are still there;
 * `conditional` may hold: they depend on what we cannot decide, begin later, lack the tier's key, or cover a part of the dataset.
 */
export interface HeldAccess {
  readonly rows: readonly AccessRow[];
  readonly expired: readonly AccessRow[];
  readonly conditional: readonly ConditionalRow[];
}

interface Found {
  readonly held: AccessRow[];
  readonly expired: AccessRow[];
  readonly conditional: ConditionalRow[];
}

const order: Readonly<Record<Finding['state'], number>> = { none: 0, conditional: 1, expired: 2, held: 3 };

/** Of several regions the one that gives most counts: it is the same data. */
const most = (left: Finding, right: Finding): Finding => {
  if (left.state === right.state && 'end' in left && 'end' in right)
    return { state: left.state, end: laterEnd(left.end, right.end) };
  return order[left.state] >= order[right.state] ? left : right;
};

const NONE: Finding = { state: 'none' };

/** Looks for every level of one dataset of a tier (`*`: the probe of nobody's name). */
const findLevels = (
  asker: Asker,
  places: Places,
  row: Omit<AccessRow, 'level'>,
  keys: ReadonlySet<string>,
  found: Found,
): void => {
  const sites = places.byTier.get(row.tier) ?? [];
  const name = row.dataset === '*' ? places.nobody : row.dataset;
  for (const level of PROBED) {
    const finding = sites.map((site) => probe(asker, site, name, level)).reduce(most, NONE);
    if (finding.state === 'held') found.held.push({ ...row, level, ...untilField(finding.end) });
    else if (finding.state === 'expired') found.expired.push({ ...row, level, ...untilField(finding.end) });
    if (finding.state === 'conditional') found.conditional.push({ ...row, level, condition: finding.condition });
    else if (finding.state !== 'held' && sites.some((site) => probePart(asker, site, name, level, keys)))
      found.conditional.push({ ...row, level, condition: 'covers a part of the dataset only' });
  }
};

const findAll = (asker: Asker, places: Places, mentions: Mentions, holder: AccessHolder): Found => {
  const found: Found = { held: [], expired: [], conditional: [] };
  for (const tier of asker.world.tiers) {
    findLevels(asker, places, { principal: holder, dataset: '*', tier }, new Set(), found);
    for (const [dataset, keys] of mentions.get(tier) ?? [])
      findLevels(asker, places, { principal: holder, dataset, tier }, keys, found);
  }
  return found;
};

/** Rows whose level is not among some others, on the dataset or on all of its tier. */
const without = <Row extends AccessRow>(rows: readonly Row[], held: readonly AccessRow[]): readonly Row[] => {
  const keys = new Set(held.map((row) => `${rowKey(row)}\n${row.level}`));
  return rows.filter(
    (row) =>
      !keys.has(`${rowKey(row)}\n${row.level}`) && !keys.has(`${rowKey({ ...row, dataset: '*' })}\n${row.level}`),
  );
};

/**
 * Reads from a role's documents what they give, by asking the evaluator: for each dataset that they may mean and for each
 * level, now and around every date in them. Used on compiled and live documents alike, so that a comparison of the two is
 * exact. The result is in canonical form. It judges S3, Glue and the keys of tiers, not what a role could gain by changing IAM.
 */
export const accessOf = (role: HeldRole, world: HeldWorld): HeldAccess => {
  const context = {
    identity: role.documents,
    ...(role.boundary === undefined ? {} : { boundary: { name: 'the permissions boundary', document: role.boundary } }),
    ...(world.resources === undefined ? {} : { resources: world.resources }),
  };
  const { identity, resources } = compilePolicies(context);
  const places = placesOf(world);
  const statements = [...identity.statements, ...resources.flatMap(({ policies }) => policies.statements)];
  const mentions = mentionsOf(statements, places);
  const found = findAll({ arn: role.arn, context, world }, places, mentions, role.holder);
  return {
    rows: canonicalRows(found.held),
    expired: canonicalRows(without(found.expired, found.held)),
    conditional: [...without(found.conditional, found.held)].sort(compareRows),
  };
};
