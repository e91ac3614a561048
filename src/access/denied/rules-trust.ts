import type { Caller, Instance, Principal } from '../../reconciler/model/catalog.ts';
import { yamlName } from '../proposals/grant-text.ts';
import type { Proposal } from '../proposals/propose.ts';
import { type Case, cause, type Cause, listed, type Rule } from './cause.ts';
import { type NamedRole, namesOf } from './names.ts';
import { assumeStatement, takeRole } from './take-role.ts';
import type { DenialCaller } from './types.ts';
import { meansCaller, permissionSetOf, trusts } from './who.ts';

/** A role asked for and who asked. */
interface Taking {
  readonly one: Case;
  readonly role: NamedRole;
  readonly instance: Instance;
  readonly caller: DenialCaller;
}

const nameOf = ({ role, user, arn }: DenialCaller): string => role ?? user ?? arn;

/** How a caller is declared. A message does not tell a role's path, so the text may need one. */
const callerYaml = ({ role, user, arn, account }: DenialCaller, instance: Instance): string => {
  const set = permissionSetOf(role ?? '');
  if (set !== undefined) return `identityCenter: { permissionSet: ${yamlName(set)} }`;
  const own = account === instance.account ? '{account}' : account;
  if (role !== undefined) return `arn: arn:aws:iam::${own}:role/${role}`;
  return user === undefined ? `arn: ${arn}` : `arn: arn:aws:iam::${own}:user/${user}`;
};

const trustProposal = ({ caller, instance, one }: Taking, principal: Principal): Proposal => {
  const isForOne = one.catalog.lake.instances.length > 1;
  const lines = [`  - ${callerYaml(caller, instance)}`, ...(isForOne ? [`    instances: [${instance.name}]`] : [])];
  const isFirst = principal.assumedBy.length === 0;
  const hasPath = caller.role !== undefined && permissionSetOf(caller.role) === undefined;
  return {
    edit: isFirst ? 'set' : 'add',
    ...(isFirst ? {} : { under: 'assumedBy' as const }),
    file: principal.declaredIn.file,
    isNew: false,
    yaml: (isFirst ? ['assumedBy:', ...lines] : lines).join('\n'),
    refusedBy: [],
    approvals: [],
    notes: [
      `Whoever may take the role gets everything that ${principal.ref} holds, so this is for its people only.`,
      ...(hasPath
        ? ['A message does not tell the path of a role; if the role has one, write it: role/PATH/NAME.']
        : []),
    ],
  };
};

const callersOf = ({ one, role }: Taking): readonly Caller[] | 'everybody' => {
  const { principals, lake, datasets } = one.catalog;
  const [kind = '', rest = ''] = role.holder.split(':');
  if (kind === 'everyone') {
    const callers = lake.tiers.find(({ name }) => name === rest)?.defaultRole?.assumedBy ?? [];
    return callers.length === 0 ? 'everybody' : callers;
  }
  if (kind === 'exposed') {
    const [name = '', level = ''] = rest.split('/');
    const dataset = datasets.find((candidate) => candidate.name === name);
    return dataset?.expose.find((exposure) => exposure.level === level)?.assumedBy ?? [];
  }
  return principals.find(({ ref }) => ref === role.holder)?.assumedBy ?? [];
};

const fileOf = ({ one, role }: Taking): { readonly file: string; readonly line: number } | undefined => {
  const { principals, lake, datasets } = one.catalog;
  const declared =
    principals.find(({ ref }) => ref === role.holder) ??
    datasets.find(({ name }) => role.holder.startsWith(`exposed:${name}/`)) ??
    (role.holder.startsWith('everyone:') ? lake : undefined);
  return declared === undefined ? undefined : { file: declared.declaredIn.file, line: declared.declaredIn.line };
};

/** The caller is declared, so the other half is missing: his own policies must allow the call too. */
const ownPolicy = ({ one, role, caller }: Taking): Cause =>
  cause(
    'caller-policy',
    one.denial.why?.policy === 'identity' ? 'certain' : 'likely',
    `${role.name} trusts ${nameOf(caller)}, but taking a role needs both sides: the caller’s own policy must allow sts:AssumeRole on it.`,
    {
      steps: [
        'Ask whoever manages your own role or permission set to add the statement; that is outside this lake.',
        'If the role was declared a moment ago, it is there after the next apply: edl plan',
      ],
      snippets: [assumeStatement(role.arn)],
    },
  );

const elsewhere = ({ one, caller }: Taking, callers: readonly Caller[]): readonly string[] =>
  one.catalog.lake.instances
    .filter((instance) => trusts(callers, { ...caller, account: instance.account }, instance))
    .map(({ name }) => name);

/** What the caller may take instead, if he is declared anywhere. */
const alternatives = ({ one, caller, instance }: Taking): readonly Principal[] =>
  one.catalog.principals.filter(({ assumedBy }) => trusts(assumedBy, caller, instance));

const notTrusted = (taking: Taking, callers: readonly Caller[]): Cause => {
  const { one, role, caller, instance } = taking;
  const others = elsewhere(taking, callers);
  const principal = one.catalog.principals.find(({ ref }) => ref === role.holder);
  const may = alternatives(taking).map(({ ref }) => ref);
  const place = fileOf(taking);
  const where = others.length === 0 ? '' : ` It may take the role of ${role.holder} in ${listed(others)} only.`;
  const byToken = callers.some((declared) => meansCaller(declared, caller, instance.account) === undefined);
  return cause(
    'not-trusted',
    byToken ? 'likely' : 'certain',
    `${nameOf(caller)} may not take ${role.name}: it is not under assumedBy of ${role.holder} for instance ${instance.name}.${where}`,
    {
      evidence: place === undefined ? [] : [{ text: `${role.holder} says who may take its role`, ...place }],
      steps: [
        ...(byToken
          ? [`${role.holder} is entered through a provider: sign in there, not with ${nameOf(caller)}.`]
          : []),
        ...(may.length === 0 ? [] : [`${nameOf(caller)} may work as ${listed(may, 'or')} in ${instance.name}.`]),
        ...(principal === undefined ? [] : ['If it should, its callers need another one, as below.']),
      ],
      ...(principal === undefined ? {} : { proposal: trustProposal(taking, principal) }),
      snippets: may[0] === undefined ? [] : takeRole(one.catalog, may[0], instance),
    },
  );
};

const forRuns = ({ role }: Taking): Cause =>
  cause(
    'not-trusted',
    'certain',
    `${role.name} is the role that runs a pipeline; its engine takes it, people never do.`,
    { steps: ['Take the role of your team, and ask for read on what the pipeline writes.'] },
  );

const wrongArn = (role: NamedRole, resource: string): Cause =>
  cause(
    'wrong-role-arn',
    'certain',
    `There is no role ${resource}: the role of ${role.holder} has another account or path.`,
    {
      steps: [`Use this ARN: ${role.arn}`],
    },
  );

const roleIn = (one: Case): NamedRole | undefined => {
  const { resource } = one.denial;
  const roles = namesOf(one.catalog).roles;
  if (resource !== undefined && one.denial.service === 'sts')
    return roles.get(resource.slice(resource.lastIndexOf('/') + 1));
  return [...roles.values()].find(
    ({ holder, instance }) => holder === one.who.holder && instance === one.instance?.name,
  );
};

const unknownRole = ({ denial, catalog, nearest }: Case): readonly Cause[] => {
  const name = (denial.resource ?? '').replace(/^.*\//, '');
  if (!name.startsWith('edl-')) return [];
  const guess = nearest(name, namesOf(catalog).roles.keys());
  const text = guess === undefined ? '.' : `; did you mean ${guess}?`;
  return [
    cause('no-such-role', 'certain', `The lake has no role ${name}${text}`, {
      steps: [
        'Roles are called edl-<instance>-<kind>-<name>; the files in the catalog’s folder of principals say who is there.',
      ],
    }),
  ];
};

/** What is missing before a caller could work as the holder that he names; nothing where he may, or where nobody could tell. */
export const entryTo = (one: Case): readonly Cause[] => {
  const { who, instance, catalog } = one;
  const role = roleIn(one);
  const isTaken = who.caller !== undefined && who.holder !== undefined && !who.mayBe.some((ref) => ref === who.holder);
  if (role === undefined || instance === undefined || who.caller === undefined || !isTaken) return [];
  const callers = catalog.principals.find(({ ref }) => ref === who.holder)?.assumedBy;
  if (callers === undefined || trusts(callers, who.caller, instance)) return [];
  return [notTrusted({ one, role, instance, caller: who.caller }, callers)];
};

/** Taking a role was refused: which of the two sides is missing. */
export const trustRule: Rule = (one) => {
  const { denial, who, catalog } = one;
  if (denial.action?.startsWith('sts:AssumeRole') !== true) return [];
  const role = roleIn(one);
  if (role === undefined) return unknownRole(one);
  const instance = catalog.lake.instances.find(({ name }) => name === role.instance);
  if (instance === undefined) return [];
  if (denial.resource !== undefined && denial.resource !== role.arn) return [wrongArn(role, denial.resource)];
  if (who.caller === undefined) return [];
  const taking: Taking = { one, role, instance, caller: who.caller };
  if (role.holder.startsWith('pipeline:')) return [forRuns(taking)];
  const callers = callersOf(taking);
  const isTrusted =
    callers === 'everybody' ? who.caller.account === instance.account : trusts(callers, who.caller, instance);
  return isTrusted ? [ownPolicy(taking)] : [notTrusted(taking, callers === 'everybody' ? [] : callers)];
};
