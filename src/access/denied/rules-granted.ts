import { compileAccess } from '../documents/compile.ts';
import { evaluate } from '../evaluate/evaluate.ts';
import type { Decision } from '../evaluate/types.ts';
import { ordinaryContext, worldOf } from '../held/world.ts';
import { type Case, cause, type Cause, type Rule } from './cause.ts';
import { roleOf } from './names.ts';
import { actionOf } from './need.ts';
import { type Asked, askedOf, grantEvidence, isGranted } from './asked.ts';
import { keyCauses } from './rules-services.ts';

/** A key in the dataset's folder, for a message that names none. */
const resourceOf = ({ place, denial }: Case): string | undefined => {
  if (denial.resource !== undefined && denial.resource.includes(':glue:')) return denial.resource;
  if (place.bucket === undefined) return undefined;
  const arn = `arn:aws:s3:::${place.bucket.name}`;
  return /^s3:(ListBucket|GetBucketLocation)$/i.test(denial.action ?? '') ? arn : `${arn}/${place.bucket.key}`;
};

/** What the compiled documents say to the very request, where it can be put: keys are known by an alias that no message tells. */
const compiledAnswer = ({ one, holder, instance, dataset }: Asked): Decision | undefined => {
  const { catalog, asOf, place, denial, documents } = one;
  const action = actionOf(denial, place);
  const resource = resourceOf(one);
  const role = compileAccess(catalog, instance.name, asOf).roles.find((candidate) => candidate.holder === holder);
  const arn = roleOf(catalog, holder, instance.name)?.arn;
  if (
    action === undefined ||
    action.startsWith('kms:') ||
    resource === undefined ||
    role === undefined ||
    arn === undefined
  )
    return undefined;
  const region = place.region ?? dataset.regions[0] ?? '';
  const part = place.part === 'raw' ? 'raw' : 'data';
  const isList = action.toLowerCase() === 's3:listbucket';
  const context = {
    ...ordinaryContext(worldOf(catalog, instance.name, asOf), region),
    ...(isList ? { 's3:prefix': `${dataset.name}/${part}/` } : {}),
  };
  const boundary =
    documents?.boundary === undefined
      ? {}
      : { boundary: { name: 'the permissions boundary', document: documents.boundary } };
  const buckets = documents === undefined ? {} : { resources: documents.buckets };
  return evaluate(
    { identity: [...role.inline, ...role.managed], ...boundary, ...buckets },
    { principalArn: arn, action: isList ? 's3:ListBucket' : action, resource, context, at: asOf },
  );
};

/** What the compiled policies say to the request; nothing where it could not be put to them. */
const compiledText = (answer: Decision | undefined): string => {
  if (answer === undefined) return '';
  return answer.answer === 'allowed'
    ? ', and the compiled policies allow it'
    : `; whether the compiled policies allow this very request, the message does not tell (${answer.reason})`;
};

const notApplied = (asked: Asked, answer: Decision | undefined): Cause => {
  const { holder, instance, dataset, level } = asked;
  return cause(
    'not-applied',
    'likely',
    `The catalog grants it: ${holder} holds ${level} on ${dataset.name} in ${instance.name}${compiledText(answer)}. So AWS is not what git says, or the session is not what it seems.`,
    {
      evidence: grantEvidence(asked),
      steps: [
        `Not applied yet? edl plan --instance ${instance.name}`,
        `Changed by hand? edl verify --live --instance ${instance.name}`,
        'Is it the role? aws sts get-caller-identity has to show it. A running session follows changes of policies within seconds, but a role that was removed and made again ends all its sessions: take it anew.',
        'Was the time right? The catalog is judged at --as-of, the refusal at its own time.',
      ],
    },
  );
};

const denied = (asked: Asked, { reason }: Decision): Cause =>
  cause(
    'compiled-denies',
    'certain',
    `${asked.holder} holds ${asked.level} on ${asked.dataset.name}, but this request is not part of it: ${reason}.`,
    {
      evidence: grantEvidence(asked),
      steps: [
        'Levels open <dataset>/data/ (read) and <dataset>/raw/ (read-raw), listing with a prefix there, and nothing else of the bucket.',
      ],
    },
  );

/** The catalog gives it, so what AWS says differs from it. */
export const grantedRule: Rule = (one) => {
  const asked = askedOf(one);
  // Who came as somebody else has been told so, with the grant that waits for him.
  const isOther = one.who.caller !== undefined && one.who.role === undefined;
  if (asked === undefined || isOther || !isGranted(asked)) return [];
  const answer = compiledAnswer(asked);
  if (answer?.answer === 'denied') return [denied(asked, answer)];
  const isBareRefusal = one.denial.why === undefined && one.tier?.encryption === 'kms' && one.denial.service === 's3';
  const hint = isBareRefusal ? keyCauses({ ...one, denial: { ...one.denial, signs: ['unknown-key'] } }) : [];
  return [
    ...keyCauses(one),
    notApplied(asked, answer),
    ...hint.map((found): Cause => ({ ...found, certainty: 'possible' })),
  ];
};
