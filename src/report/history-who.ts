import { holderText } from '../access/changes/describe.ts';
import { renderDiagnosticsText } from './diagnostics-text.ts';
import { callerName, commitText } from './history.ts';
import type { HeldThen, WhoAtAnswer } from './history-answers.ts';
import { tellOutside } from './outside.ts';
import { alignColumns, countOf, minuteOf, placeOf, wrapText } from './layout.ts';
import type { Paint } from './paint.ts';

const WIDTH = 100;

const EFFECTS = { widens: 'was widened', narrows: 'was narrowed', neutral: 'was changed' } as const;

const givenText = ({ given }: HeldThen): string => {
  if (given === undefined) return 'since before the journal tells';
  const { ordinal, at, by, commit, author, subject, saved, reason, declaredIn } = given;
  const { approvals = [], allowances = [] } = given;
  const place = placeOf(declaredIn);
  return [
    `by run ${ordinal}, ${minuteOf(at)}, ${callerName(by)}${commit === undefined ? '' : `, commit ${commitText(given)}`}`,
    ...(author === undefined || subject === undefined ? [] : [`${author}: ${subject}`]),
    ...(reason === undefined ? [] : [`because ${reason}${place === '' ? '' : ` (${place})`}`]),
    ...(approvals.length === 0 ? [] : [`approval was needed of ${approvals.join(', ')}`]),
    ...(saved === undefined ? [] : [`approved as plan ${saved}`]),
    ...allowances,
  ].join(' · ');
};

const membersText = (at: string): string =>
  at === 'now' ? 'Members: of the files as they are now' : `Members: as of commit ${at.slice(0, 12)}`;

/** What people changed past git is not told by what EDL gave: only as far as healing found it, by which run. */
const pastGitLines = ({ heals, instance }: WhoAtAnswer, width: number): readonly string[] => {
  if (heals.length === 0)
    return wrapText('What people changed past git is not in it, and no run of healing found any of then.', width, '');
  return [
    ...wrapText('What people changed past git is not in it. Healing found and undid of it:', width, ''),
    ...heals.flatMap(({ ordinal, at, objects }) => [
      `  run ${ordinal}, ${minuteOf(at)}: edl history show ${ordinal} --instance ${instance}`,
      ...objects.flatMap(({ id, effect, access, author }) => {
        const says = access.length === 0 ? [`${id} ${EFFECTS[effect]}`] : tellOutside(access, false);
        const by = author?.status === 'known' ? `, by ${callerName(author.by)} at ${minuteOf(author.at)}` : '';
        return says.flatMap((text) => wrapText(`${text}${by}`, width, '      '));
      }),
    ]),
  ];
};

/** Who held what on a day, by which run, why and with whose approval. */
export const renderWhoAtText = (answer: WhoAtAnswer, paint: Paint, width: number = WIDTH): string => {
  const { access, dataset, instance, at, notes, isKnown, level, membersAt } = answer;
  const rows = access.map(({ principal, level, until, dataset: on, lost }) => [
    holderText(principal),
    level,
    until ?? 'no end',
    on === '*' ? 'with its whole tier' : 'on this dataset',
    lost === undefined ? '' : `taken by run ${lost}`,
  ]);
  const [head = [], ...lines] = alignColumns([['principal', 'level', 'until', 'how', ''], ...rows]);
  const told = lines.flatMap((cells, index) => {
    const line = access[index];
    return [
      `  ${cells.join('  ')}`.trimEnd(),
      ...(line === undefined ? [] : wrapText(givenText(line), width, '      ').map(paint.dim)),
      ...(line?.members === undefined || line.principal === access[index - 1]?.principal
        ? []
        : wrapText(line.members.join(', '), width, '      ')),
    ];
  });
  const people = membersAt === undefined ? [] : [paint.dim(membersText(membersAt))];
  const total = isKnown
    ? access.length === 0
      ? 'Nobody, as far as EDL gave it.'
      : `${countOf(new Set(access.map(({ principal }) => principal)).size, 'principal')}, as far as EDL gave it.`
    : 'Not known.';
  return `${[
    paint.bold(
      `Who held ${level === undefined ? 'what' : `${level} or more`} on ${dataset} in ${instance}, ${at.length === 10 ? `at any time of ${at}` : `at ${at}`}`,
    ),
    ...people,
    '',
    ...(access.length === 0 ? [] : [paint.dim(`  ${head.join('  ')}`.trimEnd()), ...told, '']),
    ...(notes.length === 0 ? [] : [renderDiagnosticsText(notes, paint)]),
    paint.bold(total),
    ...pastGitLines(answer, width),
  ].join('\n')}\n`;
};
