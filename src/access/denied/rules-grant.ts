import type { Level, PrincipalRef } from '../../reconciler/model/catalog.ts';
import type { AccessHolder } from '../../reconciler/model/resource.ts';
import type { Approval } from '../approvals.ts';
import { type Asked, askedOf, isGranted } from './asked.ts';
import { defaultSteps } from './default-role.ts';
import { implies, LEVELS } from '../levels.ts';
import { type Proposal, proposeGrant } from '../proposals/propose.ts';
import type { AccessSource, IdleGrant } from '../sources.ts';
import { cause, type Cause, type CauseId, type Evidence, listed, type Rule } from './cause.ts';

const PRINCIPAL = /^(team|user|service|pipeline):/;

const isPrincipal = (holder: AccessHolder): holder is PrincipalRef => PRINCIPAL.test(holder);

const proposalFor = ({ one, holder, instance, dataset, level }: Asked): Proposal | undefined =>
  isPrincipal(holder)
    ? proposeGrant({
        catalog: one.catalog,
        asOf: one.asOf,
        instance: instance.name,
        principal: holder,
        dataset: dataset.name,
        level,
      })
    : undefined;

const approvers = (approvals: readonly Approval[]): string =>
  listed(approvals.map(({ as, by }) => `${by} (${as === 'owner' ? 'owns the data' : 'security'})`));

/** The message to those who approve, ready to send. */
const requestText = (
  { holder, instance, dataset, level }: Asked,
  { until, file, approvals, refusedBy }: Proposal,
): string => {
  const to = approvals.length === 0 ? 'To whoever reviews the repository' : `To ${approvers(approvals)}`;
  const end = until === undefined ? '' : ` until ${until}`;
  const rules = [...new Set(refusedBy.map(({ rule, code }) => `${rule} (${code})`))];
  const refused = rules.length === 0 ? '' : ` As it is, it is refused by ${listed(rules)}.`;
  return `${to}: ${holder} asks for ${level} on ${dataset.tier} ${dataset.name} in ${instance.name}${end}, for: (say why). The change is in ${file}.${refused}`;
};

const withProposal = (asked: Asked): Partial<Pick<Cause, 'proposal' | 'request'>> => {
  const proposal = proposalFor(asked);
  return proposal === undefined ? {} : { proposal, request: requestText(asked, proposal) };
};

const evidenceOf = ({ level, target, declaredIn }: AccessSource | IdleGrant, more: string): Evidence => ({
  text: `${level} on ${target}${more}`,
  file: declaredIn.file,
  line: declaredIn.line,
});

const found = (
  asked: Asked,
  id: CauseId,
  sentence: string,
  evidence: readonly Evidence[],
  steps: readonly string[] = [],
): Cause => {
  const now = defaultSteps(asked);
  return cause(id, 'certain', sentence, {
    evidence: [...evidence, ...now.evidence],
    steps: [...now.steps, ...steps],
    snippets: now.snippets,
    ...withProposal(asked),
  });
};

const wantedText = ({ level, dataset }: Asked): string => `${level} on ${dataset.tier} ${dataset.name}`;

/** A line that gave it, and has ended. */
const expired = (asked: Asked): readonly Cause[] => {
  const [last] = asked.idle
    .filter(({ why, level }) => why === 'expired' && implies(level, asked.level))
    .sort((left, right) => ((left.expires ?? '') < (right.expires ?? '') ? 1 : -1));
  if (last === undefined) return [];
  return [
    found(
      asked,
      'expired',
      `The grant of ${asked.holder} expired: ${wantedText(asked)} ended with ${last.expires ?? ''}.`,
      [evidenceOf(last, ` until ${last.expires ?? ''}`)],
    ),
  ];
};

/** A line that gives it in other instances. */
const elsewhere = (asked: Asked): readonly Cause[] => {
  const line = asked.idle.find(({ why, level }) => why === 'other-instance' && implies(level, asked.level));
  if (line === undefined) return [];
  const instances = listed(line.instances ?? []);
  return [
    found(
      asked,
      'not-this-instance',
      `${asked.holder} is granted ${wantedText(asked)} for ${instances} only, not for ${asked.instance.name}.`,
      [evidenceOf(line, ` for ${instances}`)],
    ),
  ];
};

/** What a level gives that others do not. */
const GIVES: Readonly<Record<Level, string>> = {
  discover: 'shows the tables',
  read: 'opens data/',
  'read-raw': 'opens raw/ beside data/',
  write: 'is the one that hands files in',
  admin: 'is all of them',
};

/** A whole tier is read without its raw data, whatever else. */
const neverRaw = (asked: Asked): readonly Cause[] => {
  const whole = asked.sources.find(
    ({ dataset, by, level }) => dataset === '*' && by !== 'open-metadata' && level === 'read',
  );
  if (asked.level !== 'read-raw' || whole === undefined) return [];
  return [
    found(
      asked,
      'tier-never-raw',
      `${asked.holder} reads all of tier ${asked.dataset.tier}, but that never covers raw/: raw data is granted dataset by dataset.`,
      [evidenceOf(whole, '')],
    ),
  ];
};

const tooLow = (asked: Asked): readonly Cause[] => {
  const held = asked.sources.filter(({ by }) => by !== 'open-metadata');
  if (held.length === 0) return [];
  const levels = LEVELS.filter((level) => held.some((source) => source.level === level));
  return [
    found(
      asked,
      'level-too-low',
      `${asked.holder} holds ${listed(levels)} on ${asked.dataset.name}, and this needs ${asked.level}, which ${GIVES[asked.level]}.`,
      held.map((source) => evidenceOf(source, source.until === undefined ? '' : ` until ${source.until}`)),
    ),
  ];
};

/** Who holds no grants of his own: default roles, exposed datasets, pipelines. */
const special = (asked: Asked): readonly Cause[] => {
  const { holder, dataset, level } = asked;
  if (holder.startsWith('everyone:'))
    return [
      cause(
        'no-grant',
        'certain',
        `The default role reads ${holder.slice(9)} data/ and nothing else; ${dataset.name} (${dataset.tier}, ${level}) needs the role of a team or user.`,
        {
          steps: [
            'Take the role of your team, and say which with --principal: then this tells whether it has the grant.',
          ],
        },
      ),
    ];
  if (holder.startsWith('exposed:'))
    return [
      cause(
        'no-grant',
        'certain',
        `The exposed role of ${holder.slice(8)} gives that one dataset and level, not ${level} on ${dataset.name}.`,
        {
          steps: [`Ask ${dataset.owner} for a role of the dataset, under expose in its file.`],
          evidence: [
            { text: `${dataset.name} is declared`, file: dataset.declaredIn.file, line: dataset.declaredIn.line },
          ],
        },
      ),
    ];
  const isRun = holder.startsWith('pipeline:') && !implies('read', level);
  return isRun
    ? [
        cause(
          'level-too-low',
          'certain',
          `A pipeline reads data/ of its inputs and writes its outputs; ${level} on ${dataset.name} cannot be given to ${holder}.`,
          {
            steps: ['Read data/ of the dataset, or let a pipeline that has it as output do the work.'],
          },
        ),
      ]
    : [];
};

const ownership = ({ holder, dataset }: Asked): readonly string[] =>
  dataset.owner === holder ? ['Owning a dataset gives no access to it: the owner approves, also for itself.'] : [];

const none = (asked: Asked): Cause => {
  const { holder, dataset, instance, idle } = asked;
  return found(
    asked,
    'no-grant',
    `${holder} has no grant that gives ${wantedText(asked)} in ${instance.name}.`,
    idle.map((line) => evidenceOf(line, ` gives nothing here (${line.why})`)),
    [
      ...ownership(asked),
      ...(proposalFor(asked) === undefined ? [`Ask ${dataset.owner}, who owns ${dataset.name}.`] : []),
    ],
  );
};

/** What grants say: the first of expired, elsewhere, too low, never, none. */
export const grantRule: Rule = (one) => {
  const asked = askedOf(one);
  if (asked === undefined || isGranted(asked)) return [];
  const causes = [special, expired, elsewhere, neverRaw, tooLow]
    .map((find) => find(asked))
    .find((list) => list.length > 0);
  return causes ?? [none(asked)];
};
