import type { GlueClient } from '@aws-sdk/client-glue';
import { EdlError } from '../../reconciler/model/errors.ts';
import type { HealWork } from '../../reconciler/model/heal.ts';
import type { JsonObject } from '../../reconciler/model/json.ts';
import type { Mark } from '../../reconciler/model/live.ts';
import { digestOfProperties } from '../../reconciler/model/mark.ts';
import { markOwner } from '../../reconciler/model/names.ts';
import { isFailure } from '../failure-facts.ts';
import { glueDatabases } from '../glue/databases.ts';
import type { GlueAddress, GlueObjects } from '../glue/glue-objects.ts';
import { glueJobs } from '../glue/jobs.ts';
import { glueTables } from '../glue/tables.ts';
import { refuseUndeclared, withParts, type HealStep } from './step.ts';

/** How a kind's objects are written, and the operations that this calls. */
interface GlueKind {
  readonly objects: GlueObjects;
  readonly noun: 'Database' | 'Table' | 'Job';
}

/** Ids are `<kind>/<region>/<name>`, of tables `<kind>/<region>/<database>/<name>`. */
const addressOf = ({ id }: HealWork): GlueAddress => {
  const [, , first = '', second] = id.split('/');
  return second === undefined ? { database: '', name: first } : { database: first, name: second };
};

/** The mark tells what was applied last, which healing does not change: only a new object gets the digest of what is declared. */
const markOf = ({ scope, id, markDigest }: HealWork, wanted: JsonObject): Mark => ({
  owner: markOwner(scope.organization, scope.instance),
  id,
  digest: markDigest ?? digestOfProperties(wanted),
});

/** Somebody may have put another object under the name since it was read. */
const checkMark = async (client: GlueClient, { objects }: GlueKind, work: HealWork): Promise<void> => {
  const found = await objects.find(client, addressOf(work));
  const owner = markOwner(work.scope.organization, work.scope.instance);
  if (found?.mark?.owner === owner && found.mark.id === work.id) return;
  throw new EdlError(
    'EDL-4041',
    'user',
    `${work.id} is not healed: ${found === undefined ? 'it is gone' : "its mark is missing or another's, so it is no longer ours"}. Plan again.`,
  );
};

const create = (kind: GlueKind, work: HealWork, wanted: JsonObject, client: GlueClient): HealStep => ({
  paths: [],
  does: `makes it anew (glue:Create${kind.noun})`,
  run: async () => {
    try {
      await kind.objects.create(client, wanted, markOf(work, wanted));
    } catch (error) {
      if (!isFailure(error, 'AlreadyExistsException', 'IdempotentParameterMismatchException')) throw error;
      await checkMark(client, kind, work);
    }
  },
});

/** Glue takes an object whole, so everything that is not to be put right is written as it is (glue/latest/webapi). */
const healObject =
  (kind: GlueKind) =>
  (work: HealWork, client: GlueClient): readonly HealStep[] => {
    const { live, wanted, parts } = work;
    if (wanted === undefined) return [refuseUndeclared(work)];
    if (live === undefined) return [create(kind, work, wanted, client)];
    const paths = parts.map(({ path }) => path);
    return [
      {
        paths,
        does: `writes ${paths.join(', ')} and leaves the rest as it is (glue:Update${kind.noun})`,
        run: async () => {
          await checkMark(client, kind, work);
          await kind.objects.update(client, withParts(live, parts), markOf(work, wanted));
        },
      },
    ];
  };

/** Puts parts of a Glue database right, or makes it anew. */
export const healDatabase = healObject({ objects: glueDatabases, noun: 'Database' });

/** Puts parts of a Glue table right, or makes it anew. Its files and partitions stay as they are. */
export const healTable = healObject({ objects: glueTables, noun: 'Table' });

/** Puts parts of a job's definition right, or makes it anew. Runs that are under way keep what they started with. */
export const healJob = healObject({ objects: glueJobs, noun: 'Job' });
