import { holderText, joined, levelsOn } from '../access/changes/describe.ts';
import type { CanAnswer, Judged, LiveAnswer } from './access-answers.ts';
import {
  asOfText,
  becauseText,
  datasetName,
  defaultRoleText,
  pastLines,
  placeText,
  stateText,
} from './access-answers-parts.ts';
import { wrapText } from './layout.ts';
import type { Paint } from './paint.ts';
import { proposalText } from './proposal.ts';

const WIDTH = 100;

/** How much of the answer is shown. */
export interface CanTextOptions {
  readonly paint: Paint;
  /** Every action of the level with the statement that decides it. */
  readonly withStatements: boolean;
  /** ISO 8601. */
  readonly today?: string;
}

const whatText = ({ level, dataset, instance }: CanAnswer): string =>
  `${level} on ${datasetName(dataset)} in ${instance}`;

const verdict = (answer: CanAnswer, paint: Paint): string => {
  const holder = holderText(answer.principal);
  const until = answer.until === undefined ? ', without end' : ` until ${answer.until}`;
  switch (answer.answer) {
    case 'yes':
      return `${paint.green('Yes')}: ${holder} holds ${whatText(answer)}${answer.git === 'yes' ? until : ''}.`;
    case 'no':
      return `${paint.red('No')}: ${holder} does not hold ${whatText(answer)}.`;
    case 'unknown':
      return `${paint.yellow('Not proven')}: nobody can tell whether ${holder} holds ${whatText(answer)}.`;
  }
};

const heldText = ({ held, dataset, principal }: CanAnswer): string =>
  held.length === 0
    ? `${holderText(principal)} holds nothing on it.`
    : `${holderText(principal)} holds ${levelsOn(held, dataset.name)}.`;

/** What no grant can give, and what does. */
const ungrantableText = ({ principal, level }: CanAnswer): readonly string[] => {
  if (principal.startsWith('everyone:')) return ['The default role reads its tier, and no grant adds to it.'];
  if (principal.startsWith('exposed:')) return ['The roles for third parties are in expose: of the dataset.'];
  if (level === 'run-write')
    return ['Only a pipeline holds run-write, on its outputs; for putting files in, ask for write.'];
  return [];
};

/** Why git says no. */
const whyText = (answer: CanAnswer): readonly string[] => {
  const { why, idle, dataset, instance, principal, level } = answer;
  const place = idle === undefined ? '' : placeText(idle);
  if (why === undefined) return [];
  switch (why) {
    case 'expired':
      return [`It was granted and ended with ${idle?.expires ?? ''} (${place}).`, heldText(answer)];
    case 'other-instance':
      return [`It is granted in ${joined(idle?.instances ?? [])} only (${place}).`, heldText(answer)];
    case 'lower-level':
      return [heldText(answer), `That does not include ${level}.`, ...ungrantableText(answer)];
    case 'never-granted':
      return ['It was never granted.', heldText(answer), ...ungrantableText(answer)];
    case 'retired':
    case 'not-in-instance':
      return [stateText(dataset, instance)];
    case 'no-role':
      return [`${holderText(principal)} does not run in ${instance}, so it has no role there.`];
  }
};

/** Whether git says something else than the answer, so that its side has to be called by its name. */
const isOutvoted = ({ answer, git }: CanAnswer): boolean => answer !== git;

const becauseLines = (answer: CanAnswer): readonly string[] => {
  const label = isOutvoted(answer) ? 'in git ' : 'because';
  return answer.because.map(
    (one, index) => `  ${index === 0 ? label : ' '.repeat(label.length)}  ${becauseText(one, answer.dataset.name)}`,
  );
};

const liveText = (live: LiveAnswer, git: CanAnswer['git']): string => {
  const said = `AWS now: ${live.reason}.`;
  if (live.agrees) return `${said} Git says the same.`;
  if (live.answer === 'unknown') return `${said} Git says ${git}.`;
  return live.answer === 'yes'
    ? `Git and AWS disagree: AWS allows it now (${live.reason}), but git does not give it. Somebody changed a policy by hand, or what git took away is not applied yet; edl plan shows which.`
    : `Git and AWS disagree: git gives it, but AWS does not allow it now (${live.reason}). Perhaps it is not applied yet; edl plan shows what is missing.`;
};

const purposeOf = (answer: CanAnswer): string => {
  if (isOutvoted(answer)) return 'To have it in git';
  return answer.defaultRole === undefined
    ? 'To ask for it'
    : `To have it in the role of ${holderText(answer.principal)} as well`;
};

/** What makes a yes useless, and what makes a no harmless. */
const besideLines = ({ untaken, defaultRole, principal, instance, dataset }: CanAnswer): readonly string[] => [
  ...(untaken === true
    ? wrapText(
        `Nobody may take the role of ${holderText(principal)} in ${instance}: it has no callers there.`,
        WIDTH,
        '  ',
      )
    : []),
  ...(defaultRole === undefined
    ? []
    : wrapText(`Nobody has to ask to read ${dataset.name}: ${defaultRoleText(defaultRole)}`, WIDTH, '  ')),
];

const judgedLine = ({ action, resource, answer, reason }: Judged): string =>
  `  ${answer} ${action} on ${resource}: ${reason}`;

const statementLines = (answer: CanAnswer, paint: Paint): readonly string[] => [
  paint.bold('By the documents that git compiles to'),
  ...answer.judged.map(judgedLine),
  ...(answer.live === undefined ? [] : [paint.bold('By the documents in AWS'), ...answer.live.judged.map(judgedLine)]),
];

const block = (lines: readonly string[]): readonly string[] => (lines.length === 0 ? [] : ['', ...lines]);

/** Whether somebody may do something, for a terminal: yes or no first, then why, then what to ask for. */
export const renderCanText = (answer: CanAnswer, { paint, withStatements, today }: CanTextOptions): string => {
  const { live, proposal } = answer;
  const state = stateText(answer.dataset, answer.instance);
  const why = answer.git === 'yes' && state !== '' ? [state] : whyText(answer);
  return `${[
    `${paint.bold(verdict(answer, paint))} ${paint.dim(`(${asOfText(answer.asOf)})`)}`,
    ...pastLines(answer.asOf, today).map(paint.dim),
    ...block(becauseLines(answer)),
    ...block(why.length === 0 ? [] : wrapText(`${isOutvoted(answer) ? 'In git: ' : ''}${why.join(' ')}`, WIDTH, '  ')),
    ...block(besideLines(answer)),
    ...block(live === undefined ? [] : wrapText(liveText(live, answer.git), WIDTH, '  ')),
    ...block(proposal === undefined ? [] : proposalText(proposal, purposeOf(answer), paint)),
    ...block(withStatements ? statementLines(answer, paint) : []),
  ].join('\n')}\n`;
};
