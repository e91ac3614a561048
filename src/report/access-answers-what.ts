import { percentOf, type Usage } from '../access/documents/limits.ts';
import type { AccessHolder } from '../reconciler/model/resource.ts';
import type { HolderAccess, IdleLine, RoleFacts, WhatAnswer, WhatLine } from './access-answers.ts';
import {
  asOfText,
  becauseText,
  callerText,
  defaultRoleText,
  holderName,
  idleText,
  pastLines,
  placeText,
  untilCell,
} from './access-answers-parts.ts';
import { alignColumns, countOf, wrapText } from './layout.ts';
import type { Paint } from './paint.ts';

const WIDTH = 100;
const HEAD = ['dataset', 'level', 'until', '', 'because'];

const datasetCell = ({ dataset, tier, level }: WhatLine): string => {
  if (dataset !== '*') return dataset;
  return level === 'discover' ? `all ${tier} tables` : `all ${tier} datasets`;
};

const soonCell = ({ endsInDays }: WhatLine): string => {
  if (endsInDays === undefined) return '';
  return endsInDays === 0 ? 'ends today' : `ends in ${countOf(endsInDays, 'day')}`;
};

const rowsOf = (line: WhatLine): readonly (readonly string[])[] => {
  const own = line.dataset === '*' ? `all ${line.tier} datasets` : line.dataset;
  const [first, ...more] = line.because.map((because) => becauseText(because, own));
  return [
    [datasetCell(line), line.level, untilCell(line.until), soonCell(line), first ?? ''],
    ...more.map((because) => ['', '', '', '', because]),
  ];
};

/** One table, whose columns line up over all tiers. */
const accessLines = (access: readonly WhatLine[], paint: Paint): readonly string[] => {
  if (access.length === 0) return ['  Nothing.', ''];
  const tiers = [...new Set(access.map(({ tier }) => tier))];
  const groups = tiers.map((tier) => access.filter((line) => line.tier === tier).flatMap(rowsOf));
  const [head = [], ...rows] = alignColumns([HEAD, ...groups.flat()]);
  const paintRow = (cells: readonly string[]): string =>
    `    ${cells.map((cell, column) => (column === 3 ? paint.yellow(cell) : cell)).join('  ')}`;
  let next = 0;
  return [
    paint.dim(`    ${head.join('  ')}`),
    ...tiers.flatMap((tier, index) => {
      const own = rows.slice(next, next + (groups[index]?.length ?? 0));
      next += own.length;
      return [`  ${paint.bold(tier)}`, ...own.map(paintRow)];
    }),
    '',
  ];
};

const idleLines = (idle: readonly IdleLine[], paint: Paint): readonly string[] => {
  if (idle.length === 0) return [];
  const rows = idle.map((line) => [line.target, line.level, idleText(line), placeText(line)]);
  return [
    `  ${paint.bold('Declared, and giving nothing here')}`,
    ...alignColumns(rows).map((cells) => paint.dim(`    ${cells.join('  ')}`)),
    '',
  ];
};

const usageText = (usage: Usage, noun: string): string =>
  `${usage.used.toLocaleString('en-US')} of ${usage.limit.toLocaleString('en-US')} ${noun} (${percentOf(usage)} %)`;

/** Only people's and services' roles grow by grants. */
const roomText = ({ moreGrants }: RoleFacts['usage']): string =>
  moreGrants > 0 ? `room for about ${countOf(moreGrants, 'more grant')}` : 'no room for more grants';

const fullness = ({ usage }: RoleFacts, principal: AccessHolder): readonly string[] => [
  usageText(usage.inline, 'characters inline'),
  usageText(usage.policies, 'managed policies'),
  countOf(usage.dates, 'different end date'),
  ...(/^(team|user|service):/.test(principal) ? [roomText(usage)] : []),
];

const facts = (name: string, values: readonly string[]): readonly (readonly string[])[] =>
  values.map((value, index) => [index === 0 ? name : '', value]);

const factLines = (role: RoleFacts, principal: AccessHolder): readonly string[] => {
  const { workGroup, workGroupRegions: regions, callers } = role;
  const rows = [
    ...facts('role', [role.arn]),
    ...facts('workgroup', workGroup === undefined ? [] : [`${workGroup} (${regions.join(', ')})`]),
    ...facts('taken by', callers.length === 0 ? ['nobody'] : callers.map(callerText)),
    ...facts('how full', fullness(role, principal)),
  ];
  return alignColumns(rows).map((cells) => `  ${cells.join('  ')}`);
};

const holderLines = (holder: HolderAccess, instance: string, paint: Paint): readonly string[] => {
  const { principal, description, members, access, idle, role } = holder;
  const about = [
    ...(description === undefined ? [] : [description]),
    ...(members.length === 0 ? [] : [members.join(', ')]),
  ];
  return [
    paint.bold(holderName(principal)),
    ...about.flatMap((text) => wrapText(text, WIDTH, '  ')).map(paint.dim),
    '',
    ...accessLines(access, paint),
    ...idleLines(idle, paint),
    ...(role === undefined ? [`  It has no role in ${instance}.`] : factLines(role, principal).map(paint.dim)),
    '',
  ];
};

const totals = ({ holders }: WhatAnswer): string => {
  const access = holders.flatMap((holder) => holder.access);
  const soon = access.filter(({ endsInDays }) => endsInDays !== undefined).length;
  const counted = `${countOf(access.length, 'right')}${holders.length > 1 ? ` of ${countOf(holders.length, 'principal')}` : ''}`;
  return soon === 0 ? counted : `${counted}, ${soon} ending within 14 days`;
};

/** What somebody may do, for a terminal: by tier, the most confidential first, then the role behind it. The last line counts. */
export const renderWhatText = (
  answer: WhatAnswer,
  { paint, today }: { readonly paint: Paint; readonly today?: string },
): string => {
  const { principal, instance, asOf, holders, defaultRoles } = answer;
  const person =
    holders.length > 1
      ? ['', `A person works under one role at a time; these are the ones that ${principal} may take.`]
      : [];
  return `${[
    `${paint.bold(`What ${principal} may do in ${instance}`)} ${paint.dim(`(${asOfText(asOf)})`)}`,
    ...pastLines(asOf, today).map(paint.dim),
    ...person,
    '',
    ...holders.flatMap((holder) => holderLines(holder, instance, paint)),
    ...defaultRoles.flatMap((role) => wrapText(`Beside that, ${defaultRoleText(role)}`, WIDTH, '').map(paint.dim)),
    ...(defaultRoles.length === 0 ? [] : ['']),
    paint.bold(totals(answer)),
  ].join('\n')}\n`;
};
