import { compileAccess } from '../documents/compile.ts';
import { evaluate } from '../evaluate/evaluate.ts';
import type { Decision } from '../evaluate/types.ts';
import { ordinaryContext, worldOf } from '../held/world.ts';
import { accessSources } from '../sources.ts';
import { type Case, cause, type Cause, type Rule } from './cause.ts';
import { roleOf } from './names.ts';

/** The Glue catalog, a database of the lake, or the one that engines look for first: all that a role sees on the way to tables. */
const CONTAINER = /^arn:aws[\w-]*:glue:([a-z0-9-]+):\d{12}:(catalog|database\/([^/]+))$/;

const judge = ({ catalog, asOf, who, instance }: Case, action: string, resource: string): Decision | undefined => {
  const { holder } = who;
  if (holder === undefined || instance === undefined) return undefined;
  const documents = compileAccess(catalog, instance.name, asOf).roles.find((role) => role.holder === holder);
  const arn = roleOf(catalog, holder, instance.name)?.arn;
  if (documents === undefined || arn === undefined) return undefined;
  const region = resource.split(':')[3] ?? '';
  return evaluate(
    { identity: [...documents.inline, ...documents.managed] },
    {
      principalArn: arn,
      action,
      resource,
      context: ordinaryContext(worldOf(catalog, instance.name, asOf), region),
      at: asOf,
    },
  );
};

const nothingHeld = ({ who, tier, instance }: Case, what: string): Cause =>
  cause(
    'no-grant',
    'certain',
    `${who.holder ?? ''} holds nothing in ${tier === undefined ? '' : `tier ${tier.name} of `}${instance?.name ?? ''}, and ${what} opens with the first grant there.`,
    { steps: ['Say which dataset it is about with --on; this then tells what to ask for.'] },
  );

const allowed = ({ who, instance }: Case, what: string): Cause =>
  cause(
    'not-applied',
    'likely',
    `By the compiled policies ${who.holder ?? ''} may do this on ${what}, so AWS is not what git says, or it was another table that was refused.`,
    {
      steps: [
        `Not applied yet, or changed by hand? edl verify --live --instance ${instance?.name ?? ''}`,
        'Say which table or dataset it was about with --on.',
      ],
    },
  );

const denied = ({ who, instance }: Case, action: string, what: string, { reason }: Decision): Cause =>
  cause('compiled-denies', 'certain', `No grant of ${who.holder ?? ''} gives ${action} on ${what}: ${reason}.`, {
    steps: [
      `Clients look into the database default where a query names none: name the lake’s own, edl_${instance?.name ?? 'INSTANCE'}_TIER.`,
      'Roles see the catalog and a database on the way to tables that they were granted; say which one with --on, and this tells what to ask for.',
    ],
  });

/**
 * Glue asks for the catalog and the database beside the table (glue/latest/dg/glue-specifying-resource-arns), so messages name
 * these where the table was meant.
 */
export const containerRule: Rule = (one) => {
  const { denial, dataset, who, instance, tier, catalog, asOf } = one;
  const [, , what = '', database] = CONTAINER.exec(denial.resource ?? '') ?? [];
  const { action, resource = '' } = denial;
  if (what === '' || action === undefined || dataset !== undefined) return [];
  if (who.holder === undefined || instance === undefined) return [];
  const { sources } = accessSources(catalog, instance.name, asOf);
  const held = sources.filter(
    (source) => source.principal === who.holder && (tier === undefined || source.tier === tier.name),
  );
  const name = database === undefined ? 'the Glue catalog' : `the database ${database}`;
  if (held.length === 0) return [nothingHeld(one, name)];
  const decision = judge(one, action, resource);
  if (decision === undefined) return [];
  return [decision.answer === 'denied' ? denied(one, action, name, decision) : allowed(one, name)];
};
