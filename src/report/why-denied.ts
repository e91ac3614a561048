import type { Cause, Evidence, Snippet } from '../access/denied/cause.ts';
import type { Diagnosis } from '../access/denied/diagnose.ts';
import { countOf, placeOf, wrapText } from './layout.ts';
import { code, escapeMarkdown, fence } from './markdown.ts';
import type { Paint } from './paint.ts';
import { proposalMarkdown, proposalText } from './proposal.ts';

/** The causes of every refusal in a text, as of a time. */
export interface WhyDeniedAnswer {
  /** ISO 8601. */
  readonly asOf: string;
  readonly diagnoses: readonly Diagnosis[];
}

const WIDTH = 100;

const evidenceText = (evidence: Evidence): string => {
  const place = placeOf(evidence);
  return place === '' ? evidence.text : `${evidence.text} (${place})`;
};

const PURPOSE = 'To ask for it';

/** The heading of an answer's block where a text holds several refusals: what was refused. */
const subjectOf = ({ denial, holder, dataset }: Diagnosis): string => {
  const who = holder ?? denial.caller?.role ?? denial.caller?.user ?? 'somebody';
  const what = denial.action ?? denial.service ?? 'a request';
  return `${what} by ${who}${dataset === undefined ? '' : ` on ${dataset}`}`;
};

const bullets = (texts: readonly string[]): readonly string[] =>
  texts.flatMap((text) => {
    const [first = '', ...rest] = wrapText(text, WIDTH, '    ');
    return [`  - ${first.trim()}`, ...rest];
  });

const block = (title: string, text: string, paint: Paint): readonly string[] => [
  '',
  ...wrapText(title, WIDTH, ''),
  '',
  ...text
    .trimEnd()
    .split('\n')
    .map((line) => paint.cyan(line)),
];

const part = (title: string, lines: readonly string[], paint: Paint): readonly string[] =>
  lines.length === 0 ? [] : ['', paint.bold(title), ...lines];

const snippetLines = ({ title, text }: Snippet, paint: Paint): readonly string[] => block(`${title}:`, text, paint);

const bodyLines = (cause: Cause, paint: Paint): readonly string[] => [
  ...part('Why', bullets(cause.evidence.map(evidenceText)), paint),
  ...part('What to do', bullets(cause.steps), paint),
  ...cause.snippets.flatMap((snippet) => snippetLines(snippet, paint)),
  ...(cause.proposal === undefined ? [] : ['', ...proposalText(cause.proposal, PURPOSE, paint)]),
  ...(cause.request === undefined ? [] : part('To send', bullets([cause.request]), paint)),
];

const HEADINGS: Readonly<Record<Cause['certainty'], string>> = {
  certain: 'Also',
  likely: 'Also likely',
  possible: 'Perhaps',
};

const causeLines = (cause: Cause, isFirst: boolean, paint: Paint): readonly string[] => [
  ...(isFirst
    ? wrapText(cause.sentence, WIDTH, '').map((line) => paint.bold(line))
    : ['', ...wrapText(`${HEADINGS[cause.certainty]}: ${cause.sentence}`, WIDTH, '')]),
  ...bodyLines(cause, paint),
];

const diagnosisLines = (diagnosis: Diagnosis, heading: string | undefined, paint: Paint): readonly string[] => [
  ...(heading === undefined ? [] : [paint.dim(heading)]),
  ...diagnosis.causes.flatMap((cause, index) => causeLines(cause, index === 0, paint)),
];

/** The answer for a terminal: first the cause in one sentence, then why, then what to do with what to paste. */
export const renderWhyDeniedText = ({ diagnoses }: WhyDeniedAnswer, paint: Paint): string => {
  const isOne = diagnoses.length < 2;
  const parts = diagnoses.map((diagnosis, index) =>
    diagnosisLines(
      diagnosis,
      isOne ? undefined : `${index + 1} of ${countOf(diagnoses.length, 'refusal')}: ${subjectOf(diagnosis)}`,
      paint,
    ).join('\n'),
  );
  return `${parts.join('\n\n')}\n`;
};

const list = (texts: readonly string[]): string => texts.map((text) => `- ${escapeMarkdown(text)}`).join('\n');

const evidenceMarkdown = (evidence: Evidence): string => {
  const place = placeOf(evidence);
  return `- ${escapeMarkdown(evidence.text)}${place === '' ? '' : ` (${code(place)})`}`;
};

const causeMarkdown = (cause: Cause, isFirst: boolean): string =>
  [
    isFirst
      ? `**${escapeMarkdown(cause.sentence)}**`
      : `${HEADINGS[cause.certainty]}: ${escapeMarkdown(cause.sentence)}`,
    ...(cause.evidence.length === 0 ? [] : [cause.evidence.map(evidenceMarkdown).join('\n')]),
    ...(cause.steps.length === 0 ? [] : [list(cause.steps)]),
    ...cause.snippets.flatMap(({ title, language, text }) => [
      `${escapeMarkdown(title)}:`,
      fence(text.split('\n'), language),
    ]),
    ...(cause.proposal === undefined ? [] : proposalMarkdown(cause.proposal, PURPOSE)),
    ...(cause.request === undefined ? [] : [`> ${escapeMarkdown(cause.request)}`]),
  ].join('\n\n');

/** The answer for an issue or a chat. */
export const renderWhyDeniedMarkdown = ({ diagnoses }: WhyDeniedAnswer): string =>
  `${diagnoses
    .map((diagnosis) =>
      [
        ...(diagnoses.length < 2 ? [] : [`### ${escapeMarkdown(subjectOf(diagnosis))}`]),
        ...diagnosis.causes.map((cause, index) => causeMarkdown(cause, index === 0)),
      ].join('\n\n'),
    )
    .join('\n\n')}\n`;

/** The answer as one JSON value, as `schemas/why-denied.schema.json` describes it. */
export const renderWhyDeniedJson = ({ asOf, diagnoses }: WhyDeniedAnswer): string =>
  `${JSON.stringify({ formatVersion: '1', asOf, diagnoses }, null, 2)}\n`;
