import { joined } from '../access/changes/describe.ts';
import type { Approval } from '../access/approvals.ts';
import type { Proposal, Refusal } from '../access/proposals/proposal.ts';
import { wrapText } from './layout.ts';
import { escapeMarkdown, fence } from './markdown.ts';
import type { Paint } from './paint.ts';

const WIDTH = 100;

/** Where the YAML goes, at the end of a sentence that says what it is for. */
const EDITS: Readonly<Record<Proposal['edit'], (proposal: Proposal) => string>> = {
  create: ({ file }) => `make a new file ${file}:`,
  add: ({ file, line, under = 'access' }) =>
    `add this to ${file} under ${under}:${line === undefined ? '' : `, below the entry at line ${line}:`}`,
  replace: ({ file, line }) => `replace the entry at ${file}${line === undefined ? '' : `:${line}`} by:`,
  set: ({ file }) => `set this in ${file}:`,
};

const REFUSED = 'The lake would refuse this as it is. It would say:';

const refusalText = ({ code, rule, summary, detail }: Refusal): string => `${code} (${rule}): ${summary}. ${detail}`;

/** What a proposal is for: `To ask for it`. What the lake would refuse is not offered without saying so. */
const leadText = (proposal: Proposal, purpose: string): string => {
  const edit = EDITS[proposal.edit](proposal);
  return proposal.refusedBy.length === 0
    ? `${purpose}, ${edit}`
    : `Only when that is settled: ${purpose.charAt(0).toLowerCase()}${purpose.slice(1)}, ${edit}`;
};

const approvalText = ({ as, by, members }: Approval): string =>
  `${by} (${as === 'owner' ? 'owns the data' : 'security'}${members.length === 0 ? '' : `: ${members.join(', ')}`})`;

const approvalsText = ({ approvals }: Proposal): string =>
  approvals.length === 0
    ? 'It needs no approval beside the review of the repository.'
    : `It needs the approval of ${joined(approvals.map(approvalText))}.`;

const bullet = (text: string): readonly string[] => {
  const [first = '', ...rest] = wrapText(text, WIDTH, '    ');
  return [`  - ${first.trim()}`, ...rest];
};

const yamlLines = ({ yaml }: Proposal): readonly string[] => yaml.trimEnd().split('\n');

/**
 * A change of git for a terminal: what refuses it first, then the YAML, which can be copied as it is, then whose approval it
 * needs and what to think of. `access can` and `why-denied` show the same.
 */
export const proposalText = (proposal: Proposal, purpose: string, paint: Paint): readonly string[] => [
  ...(proposal.refusedBy.length === 0
    ? []
    : [paint.red(REFUSED), ...proposal.refusedBy.flatMap((one) => bullet(refusalText(one))), '']),
  ...wrapText(leadText(proposal, purpose), WIDTH, ''),
  '',
  ...yamlLines(proposal).map((line) => paint.cyan(line)),
  '',
  ...wrapText(approvalsText(proposal), WIDTH, ''),
  ...(proposal.notes.length === 0 ? [] : ['', ...proposal.notes.flatMap(bullet)]),
];

const list = (texts: readonly string[]): string => texts.map((text) => `- ${escapeMarkdown(text)}`).join('\n');

/** The same for an issue or a chat, in parts to be set apart. */
export const proposalMarkdown = (proposal: Proposal, purpose: string): readonly string[] => [
  ...(proposal.refusedBy.length === 0 ? [] : [`**${REFUSED}**`, list(proposal.refusedBy.map(refusalText))]),
  escapeMarkdown(leadText(proposal, purpose)),
  fence(yamlLines(proposal), 'yaml'),
  escapeMarkdown(approvalsText(proposal)),
  ...(proposal.notes.length === 0 ? [] : [list(proposal.notes)]),
];
