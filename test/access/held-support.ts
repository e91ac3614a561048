import { accessOf, type HeldAccess } from '../../src/access/held/access-of.ts';
import { type HeldWorld, worldOf } from '../../src/access/held/world.ts';
import type { JsonObject } from '../../src/reconciler/model/json.ts';
import type { AccessRow } from '../../src/reconciler/model/resource.ts';
import { AS_OF, catalogOf, dataset, INTERNAL, SENSITIVE } from './support.ts';

export const BUCKET = 'arn:aws:s3:::acme-datalake-dev01-sensitive-eu-west-1';
export const INTERNAL_BUCKET = 'arn:aws:s3:::acme-datalake-dev01-internal-eu-west-1';

const DATASETS = [dataset('sales'), dataset('sales-secret'), dataset('trials'), dataset('news', 'internal')];

/** Without keys, so that storage alone decides; the tests of keys take `encrypted`. */
const world: HeldWorld = worldOf(
  catalogOf({ tiers: [INTERNAL, { ...SENSITIVE, encryption: 's3' }], datasets: DATASETS }),
  'dev01',
  AS_OF,
);

export const encrypted: HeldWorld = worldOf(catalogOf({ datasets: DATASETS }), 'dev01', AS_OF);

export const text = (row: AccessRow): string =>
  `${row.level} ${row.tier}/${row.dataset}${row.until === undefined ? '' : ` until ${row.until}`}`;

export const held = (
  statements: readonly JsonObject[],
  more: {
    readonly boundary?: JsonObject;
    readonly resources?: HeldWorld['resources'];
    readonly world?: HeldWorld;
  } = {},
): { readonly [Part in keyof HeldAccess]: readonly string[] } => {
  const found = accessOf(
    {
      holder: 'team:oncology',
      arn: 'arn:aws:iam::111111111111:role/edl/dev01/edl-dev01-team-oncology',
      documents: [{ name: 'foreign', document: { Version: '2012-10-17', Statement: statements } }],
      ...(more.boundary === undefined ? {} : { boundary: more.boundary }),
    },
    { ...(more.world ?? world), ...(more.resources === undefined ? {} : { resources: more.resources }) },
  );
  return {
    rows: found.rows.map(text),
    expired: found.expired.map(text),
    conditional: found.conditional.map((row) => `${text(row)}: ${row.condition}`),
  };
};

export const allow = (
  action: string | readonly string[],
  resource: string | readonly string[],
  condition?: JsonObject,
): JsonObject => ({
  Effect: 'Allow',
  Action: action,
  Resource: resource,
  ...(condition === undefined ? {} : { Condition: condition }),
});

export const until = (time: string): JsonObject => ({ DateLessThan: { 'aws:CurrentTime': time } });

export const only = (rows: readonly string[]) => ({ rows, expired: [], conditional: [] });
