import { ANYBODY } from '../access/proof/anybody.ts';
import { datasetText, holderText } from '../access/changes/describe.ts';
import { groupMismatches } from '../access/proof/describe.ts';
import type { Mismatch } from '../access/proof/types.ts';
import { describeGroup } from '../access/proof/words.ts';
import { countOf, wrapText } from './layout.ts';
import type { Paint } from './paint.ts';
import {
  askedOf,
  countVerification,
  isProven,
  type UndeclaredRole,
  type Unproven,
  type Verification,
} from './verification.ts';

const WIDTH = 110;
const SHOWN = 50;

/** One sentence under a role. */
interface Finding {
  readonly symbol: '↑' | '↓' | '?';
  readonly text: string;
}

/** A role with everything that is to be told of it. */
interface Section {
  readonly title: string;
  readonly findings: readonly Finding[];
}

const thousands = (count: number): string => count.toLocaleString('en-US');

const give = (count: number): string => (count === 1 ? 'gives' : 'give');

/** `2 roles give more, 1 gives less, 0 not proven` */
const countsText = (verification: Verification): string => {
  const { more, less, notProven } = countVerification(verification);
  return `${countOf(more, 'role')} ${give(more)} more, ${less} ${give(less)} less, ${notProven} not proven`;
};

/** The last line of every verification: scripts search for it. Its form is part of the contract. */
export const verifyLine = (verification: Verification): string =>
  `Verify: ${countOf(verification.roles, 'role')}, ${verification.questions} questions, ${countsText(verification)}.`;

const effort = ({ questions, stats }: Verification): string => {
  const seconds = Object.values(stats.seconds).reduce((sum, step) => sum + step, 0);
  return `(${thousands(questions)} questions, ${seconds.toFixed(1)} s)`;
};

/** `214 live roles of prod`; those that the catalog compiles to are just roles. */
const rolesText = ({ roles, source, instance }: Verification): string =>
  `${countOf(roles, source === 'live' ? 'live role' : 'role')} of ${instance}`;

const roleName = (arn: string): string => arn.slice(arn.lastIndexOf('/') + 1);

/** Groups come the worst first, and so do the roles then. */
const wrongRoles = (mismatches: readonly Mismatch[]): readonly Section[] => {
  const byRole = new Map<string, Finding[]>();
  for (const group of groupMismatches(mismatches)) {
    const findings = byRole.get(askedOf(group)) ?? [];
    byRole.set(askedOf(group), findings);
    const symbol = group.direction === 'more' ? '↑' : '↓';
    findings.push({ symbol, text: describeGroup(group) });
  }
  return [...byRole].map(([key, findings]) => ({ title: key === ANYBODY ? 'Buckets' : roleName(key), findings }));
};

const undeclaredSection = ({ role, held, conditional }: UndeclaredRole): Section => ({
  title: `${role}, which nothing declares`,
  findings: [
    ...held.map((row) => {
      const until = row.until === undefined ? '' : ` until ${row.until}`;
      return { symbol: '↑' as const, text: `it gives ${row.level} on ${datasetText(row)}${until}` };
    }),
    ...conditional.map((row) => ({
      symbol: '↑' as const,
      text: `it may give ${row.level} on ${datasetText(row)}: ${row.condition}`,
    })),
  ],
});

const unprovenSection = (unproven: Unproven): Section =>
  unproven.what === 'kind'
    ? {
        title: `${unproven.kind} in ${unproven.region}`,
        findings: [{ symbol: '?', text: `could not be read, so nothing is proven of it: ${unproven.reason}` }],
      }
    : {
        title: unproven.role,
        findings: unproven.policies.map((arn) => ({
          symbol: '?',
          text: `it carries ${arn}, whose content EDL does not know: what it gives is not proven`,
        })),
      };

const sectionsOf = ({ mismatches, undeclared, missing, unknown }: Verification): readonly Section[] => {
  const wrong = wrongRoles(mismatches);
  const hasMore = ({ findings }: Section): boolean => findings[0]?.symbol === '↑';
  return [
    ...undeclared.map(undeclaredSection),
    ...wrong.filter(hasMore),
    ...wrong.filter((section) => !hasMore(section)),
    ...missing.map(({ role, holder }): Section => ({
      title: role,
      findings: [{ symbol: '↓', text: `is not there, so ${holderText(holder)} has nothing of what is granted` }],
    })),
    ...unknown.map(unprovenSection),
  ];
};

const paintSymbol = (paint: Paint, symbol: Finding['symbol']): string =>
  symbol === '↑' ? paint.red(symbol) : paint.yellow(symbol);

const findingLines = ({ symbol, text }: Finding, paint: Paint): readonly string[] => {
  const [first = '', ...rest] = wrapText(text.endsWith('.') ? text : `${text}.`, WIDTH, '    ');
  return [`  ${paintSymbol(paint, symbol)} ${first.trimStart()}`, ...rest];
};

/** The first findings of all sections, and how many are left. */
const cut = (sections: readonly Section[]): { readonly shown: readonly Section[]; readonly left: number } => {
  const all = sections.reduce((sum, { findings }) => sum + findings.length, 0);
  let room = SHOWN;
  const shown = sections.flatMap(({ title, findings }) => {
    const taken = findings.slice(0, room);
    room -= taken.length;
    return taken.length === 0 ? [] : [{ title, findings: taken }];
  });
  return { shown, left: all - (SHOWN - room) };
};

/** What else may explain the differences: the catalog may be ahead of what is applied. */
const notYet = (verification: Verification): readonly string[] => {
  const { more, less } = countVerification(verification);
  return verification.source === 'live' && more + less > 0
    ? [
        `If the catalog has changes that are not applied yet, run edl plan --instance ${verification.instance}: they show here as differences too.`,
        '',
      ]
    : [];
};

const differenceLines = (verification: Verification, paint: Paint): readonly string[] => {
  const { shown, left } = cut(sectionsOf(verification));
  return [
    `${paint.red('Not proven')}: ${countsText(verification)}, of ${rolesText(verification)} ${effort(verification)}.`,
    '',
    ...shown.flatMap(({ title, findings }) => [
      paint.bold(title),
      ...findings.flatMap((finding) => findingLines(finding, paint)),
      '',
    ]),
    ...(left > 0 ? [`… and ${thousands(left)} more; --format json has all.`, ''] : []),
    ...(verification.leftOut > 0
      ? [
          `${thousands(verification.leftOut)} more answers of the same roles are wrong and not among these, so counts above may be too small.`,
          '',
        ]
      : []),
    ...notYet(verification),
  ];
};

/** For people: one sentence where all is proven, otherwise what is not, by role and the worst first. */
export const renderVerifyText = (verification: Verification, paint: Paint): string => {
  const lines = isProven(verification)
    ? [
        `${paint.green('Proven')}: ${rolesText(verification)} ${give(verification.roles)} what the catalog grants, and nothing else ${effort(verification)}.`,
      ]
    : differenceLines(verification, paint);
  return `${[...lines, paint.bold(verifyLine(verification))].join('\n')}\n`;
};

/** The same as one JSON value, as `schemas/verify.schema.json` describes it. */
export const renderVerifyJson = (verification: Verification): string => {
  const { instance, asOf, source, roles, questions, mismatches, leftOut, missing, undeclared, unknown, stats } =
    verification;
  return `${JSON.stringify(
    {
      formatVersion: '1',
      instance,
      asOf,
      source,
      proven: isProven(verification),
      roles,
      questions,
      summary: countVerification(verification),
      mismatches,
      leftOut,
      missing,
      undeclared,
      unknown,
      stats,
    },
    null,
    2,
  )}\n`;
};
