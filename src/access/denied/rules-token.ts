import type { Caller, Catalog, Instance } from '../../reconciler/model/catalog.ts';
import type { SourceLocation } from '../../reconciler/model/diagnostic.ts';
import type { AccessHolder } from '../../reconciler/model/resource.ts';
import { type Case, cause, type Cause, type Evidence, listed, type Rule } from './cause.ts';
import { type NamedRole, namesOf } from './names.ts';

type Provider = 'saml' | 'oidc';

/** The callers of one holder that come with the token of a provider. */
interface Entry {
  readonly holder: AccessHolder;
  readonly callers: readonly Caller[];
  readonly declaredIn: SourceLocation;
}

const PROVIDERS: Readonly<Record<string, Provider>> = {
  'sts:AssumeRoleWithSAML': 'saml',
  'sts:AssumeRoleWithWebIdentity': 'oidc',
};

const isOf = (caller: Caller, provider: Provider, instance: Instance | undefined): boolean =>
  provider in caller && (instance === undefined || (caller.instances?.includes(instance.name) ?? true));

/** Everybody whose role is taken with such a token: principals, default roles and the roles of exposed datasets. */
const entriesOf = (
  { lake, principals, datasets }: Catalog,
  provider: Provider,
  instance: Instance | undefined,
): readonly Entry[] => {
  const all: readonly Entry[] = [
    ...principals.map(({ ref, assumedBy, declaredIn }) => ({ holder: ref, callers: assumedBy, declaredIn })),
    ...lake.tiers.map(({ name, defaultRole }) => ({
      holder: `everyone:${name}` as const,
      callers: defaultRole?.assumedBy ?? [],
      declaredIn: lake.declaredIn,
    })),
    ...datasets.flatMap(({ name, expose, declaredIn }) =>
      expose.map(({ level, assumedBy }) => ({
        holder: `exposed:${name}/${level}` as const,
        callers: assumedBy,
        declaredIn,
      })),
    ),
  ];
  return all
    .map((entry) => ({ ...entry, callers: entry.callers.filter((caller) => isOf(caller, provider, instance)) }))
    .filter(({ callers }) => callers.length > 0);
};

/** What a token has to say for one caller. */
const wantedText = (caller: Caller): string => {
  if ('oidc' in caller) {
    const { provider, audience, subjects } = caller.oidc;
    return `a token of ${provider} with aud ${audience} and sub ${listed(subjects, 'or')}`;
  }
  if (!('saml' in caller)) return '';
  const { provider, attributes } = caller.saml;
  const wanted = Object.entries(attributes).map(([name, values]) => `${name} ${listed(values, 'or')}`);
  return `an assertion of the provider ${provider}${wanted.length === 0 ? '' : ` with ${listed(wanted)}`}`;
};

const evidenceOf = ({ holder, callers, declaredIn }: Entry): readonly Evidence[] =>
  callers.map((caller) => ({
    text: `The role of ${holder} asks for ${wantedText(caller)}${caller.instances === undefined ? '' : ` (in ${listed(caller.instances)} only)`}`,
    file: declaredIn.file,
    line: declaredIn.line,
  }));

const READ_TOKEN: Readonly<Record<Provider, string>> = {
  oidc: 'Compare with what the token says: its middle part is Base64 and holds iss, aud and sub; for GitHub Actions sub names the repository and the branch or environment, and any difference refuses.',
  saml: 'Compare with what the assertion says; browsers show it in the request to signin.aws.amazon.com (SAMLResponse, Base64).',
};

const noEntry = (provider: Provider, whose: string): Cause =>
  cause(
    'not-trusted',
    'certain',
    `STS did not take the token: ${whose} is entered through ${provider === 'oidc' ? 'an OpenID Connect' : 'a SAML'} provider.`,
    {
      steps: [
        `To let such tokens in, declare the provider under assumedBy of the principal (${provider}: …); docs/access-levels.md says who may take a role.`,
      ],
    },
  );

const roleOf = ({ who, instance, denial, catalog }: Case): NamedRole | undefined => {
  const roles = namesOf(catalog).roles;
  const named = denial.resource?.slice(denial.resource.lastIndexOf('/') + 1);
  if (named !== undefined) return roles.get(named);
  return [...roles.values()].find((role) => role.holder === who.holder && role.instance === instance?.name);
};

/**
 * STS refused the token of a provider; its message names neither the role nor the caller
 * (STS/latest/APIReference/API_AssumeRoleWithWebIdentity, API_AssumeRoleWithSAML).
 */
export const tokenRule: Rule = (one) => {
  const provider = PROVIDERS[one.denial.action ?? ''];
  if (provider === undefined) return [];
  const role = roleOf(one);
  const holder = role?.holder ?? one.who.holder;
  const place = one.catalog.lake.instances.find(({ name }) => name === role?.instance) ?? one.instance;
  const entries = entriesOf(one.catalog, provider, place).filter(
    (entry) => holder === undefined || entry.holder === holder,
  );
  if (entries.length === 0)
    return [noEntry(provider, `no role ${holder === undefined ? 'of the lake' : `of ${holder}`}`)];
  const asked = holder === undefined ? 'the role' : `the role of ${holder}`;
  return [
    cause(
      'not-trusted',
      'likely',
      `STS did not take the token: the trust policy of ${asked} names a provider, an audience and who may come with it, and the token says something else; or the role that was asked for is another one.`,
      {
        evidence: entries.flatMap(evidenceOf),
        steps: [
          READ_TOKEN[provider],
          role === undefined
            ? 'Check the ARN of the role that the client asks for; --principal and --instance tell the right one.'
            : `Check the ARN of the role that the client asks for: ${role.arn}`,
          'The provider has to exist in the account of the instance, under the declared name (iam:ListOpenIDConnectProviders, iam:ListSAMLProviders).',
        ],
      },
    ),
  ];
};
