import type { Instance } from '../../reconciler/model/catalog.ts';
import type { AccessHolder } from '../../reconciler/model/resource.ts';
import { type Case, cause, type Evidence, listed, type Rule, type Snippet } from './cause.ts';
import { namesOf } from './names.ts';
import { askedOf, grantEvidence, isGranted } from './asked.ts';
import { entryTo } from './rules-trust.ts';
import { takeRole } from './take-role.ts';

const isAssume = ({ denial }: Case): boolean => denial.action?.startsWith('sts:AssumeRole') === true;

const callerText = ({ who }: Case): string => {
  const { caller } = who;
  if (caller === undefined) return 'somebody';
  const name = caller.role ?? caller.user;
  return name === undefined ? caller.arn : `${caller.role === undefined ? 'user' : 'role'} ${name}`;
};

/** The instances that a caller's account has, or all. */
const instancesOf = ({ catalog, who, instance }: Case): readonly Instance[] => {
  if (instance !== undefined) return [instance];
  const own = catalog.lake.instances.filter(({ account }) => account === who.caller?.account);
  return own.length > 0 ? own : catalog.lake.instances;
};

const snippetsFor = (one: Case): readonly Snippet[] => {
  const holders: readonly AccessHolder[] = one.who.holder === undefined ? one.who.mayBe : [one.who.holder];
  return instancesOf(one).flatMap((instance) => holders.flatMap((holder) => takeRole(one.catalog, holder, instance)));
};

/** What the role would give that the caller may take. */
const waiting = (one: Case): readonly Evidence[] => {
  const asked = askedOf(one);
  return asked === undefined || !isGranted(asked)
    ? []
    : grantEvidence(asked).map((evidence) => ({ ...evidence, text: `${asked.holder} is granted ${evidence.text}` }));
};

/** The caller came with an identity of his own instead of a role of the lake. */
export const ownIdentityRule: Rule = (one) => {
  const { caller, role, mayBe, isUnknownRole, holder } = one.who;
  if (caller === undefined || role !== undefined || isUnknownRole || isAssume(one)) return [];
  const snippets = snippetsFor(one);
  const steps =
    snippets.length > 0
      ? ['Take the role first, and run it again; aws sts get-caller-identity shows who you are.']
      : [
          'Say who you work as with --principal team:NAME or user:NAME; then this tells how to take that role, or what to add so that you can.',
        ];
  const may = holder === undefined && mayBe.length > 1 ? ` It may be one of ${listed(mayBe, 'or')}.` : '';
  return [
    cause(
      'no-lake-role',
      'certain',
      `The request was made as ${callerText(one)}, which is no role of the lake: data is read under a role named edl-<instance>-<kind>-<name>.${may}`,
      {
        evidence: [{ text: `The caller is ${caller.arn}` }, ...waiting(one)],
        steps,
        snippets,
      },
    ),
    ...entryTo(one),
  ];
};

/** A role that is called like ours, of a principal, pipeline or dataset that the catalog does not have. */
export const unknownRoleRule: Rule = ({ who, catalog, nearest }) => {
  const name = who.caller?.role ?? '';
  if (!who.isUnknownRole) return [];
  const guess = nearest(name, namesOf(catalog).roles.keys());
  return [
    cause(
      'no-such-role',
      'certain',
      `The catalog declares nobody whose role would be ${name}, so this role is not the lake’s any more, or not yet.`,
      {
        evidence: guess === undefined ? [] : [{ text: `The nearest role of the lake is ${guess}` }],
        steps: [
          'If its file was added, check out that branch, or wait for the next apply; if it was removed, its access has ended.',
        ],
      },
    ),
  ];
};

/** A role with the name of one of ours, in an account that is not its instance's: no policy of the lake knows it. */
export const accountRule: Rule = ({ who, catalog }) => {
  const { namesake, caller } = who;
  const instance = catalog.lake.instances.find(({ name }) => name === namesake?.instance);
  if (namesake === undefined || caller === undefined || instance === undefined) return [];
  const own = catalog.lake.instances.filter(({ account }) => account === caller.account).map(({ name }) => name);
  const whose = own.length === 0 ? 'which is no account of the lake' : `which is the account of ${listed(own)}`;
  return [
    cause(
      'wrong-account',
      'certain',
      `The caller is a role named ${namesake.name} in account ${caller.account}, ${whose}; instance ${instance.name} is in account ${instance.account}, so this is not the role of ${namesake.holder}, and no grant reaches it.`,
      {
        evidence: [
          { text: `The caller is ${caller.arn}` },
          { text: `The role of ${namesake.holder} in ${instance.name} is ${namesake.arn}` },
        ],
        steps: ['Take the role in the right account; aws sts get-caller-identity shows which one you are in.'],
        snippets: takeRole(catalog, namesake.holder, instance),
      },
    ),
  ];
};

/** A role of one instance on data of another: accounts of their own, so no grant can help. */
export const instanceRule: Rule = ({ who, place, catalog }) => {
  const { role } = who;
  const other = catalog.lake.instances.find(({ name }) => name === place.instance);
  if (role === undefined || other === undefined || other.name === role.instance) return [];
  return [
    cause(
      'wrong-instance',
      'certain',
      `${role.name} is a role of instance ${role.instance}, but the data asked for is in instance ${other.name}; a role reaches its own instance only.`,
      {
        steps: [`Take the role of ${role.holder} in ${other.name}, or ask for the data of ${role.instance}.`],
        snippets: takeRole(catalog, role.holder, other),
      },
    ),
  ];
};
